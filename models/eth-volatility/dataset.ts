import { ModelError } from "../errors.ts";
import type { Samples } from "../trainer/fit.ts";
import { FEATURES, WINDOW, features, rangeOf } from "./features.ts";
import type { Example } from "./windows.ts";

/** Names of the classes, by class index. */
export const CLASS_NAMES = ["calm", "volatile"] as const;

/** The examples in four stretches of time, each wholly before the next and without a candle in common. */
export type Split = {
  /** Everything the weights and the scaling are made from. */
  readonly training: readonly Example[];
  /** Decides when training stops and which settings are kept. */
  readonly validation: readonly Example[];
  /** Looked at once, for the report. */
  readonly test: readonly Example[];
  /** What lies after the test year: too little for a verdict, reported apart. */
  readonly later: readonly Example[];
};

/** Hours in the validation and in the test part: about half a year each. */
const PART_HOURS = 4095;

/** First instant after the test part: 2025-01-01 00:00 UTC. */
const TEST_END = Date.UTC(2025, 0, 1);

/**
 * Splits by time. The test part is the last 4,095 examples of 2024, the validation part the 4,095 before it; between two parts
 * 24 examples are left out, so that no candle is seen in two of them.
 *
 * @throws ModelError TOO_FEW_SAMPLES when nothing is left for training.
 */
export function splitByTime(examples: readonly Example[]): Split {
  const end = examples.filter(({ next }) => next.openTime < TEST_END).length;
  const testFrom = end - PART_HOURS;
  const validationFrom = testFrom - WINDOW - PART_HOURS;
  const trainingEnd = validationFrom - WINDOW;
  if (trainingEnd < 1) {
    throw new ModelError({
      code: "TOO_FEW_SAMPLES",
      what: `${end} examples before 2025`,
      next: `load candles for more than ${2 * (PART_HOURS + WINDOW)} gap-free hours`,
    });
  }
  return {
    training: examples.slice(0, trainingEnd),
    validation: examples.slice(validationFrom, testFrom - WINDOW),
    test: examples.slice(testFrom, end),
    later: examples.slice(end).filter(({ window }) => (window[0]?.openTime ?? 0) >= TEST_END),
  };
}

/** Median range of the hours to be forecast: where the two classes meet. Measure it on the training part only. */
export function medianRangeOf(examples: readonly Example[]): number {
  const ranges = Float64Array.from(examples, ({ next }) => rangeOf(next)).sort();
  const middle = ranges.length >> 1;
  const upper = ranges[middle] ?? NaN;
  return ranges.length % 2 === 1 ? upper : ((ranges[middle - 1] ?? NaN) + upper) / 2;
}

/** 1 (volatile) when the range of the hour is above the median of the training part, else 0 (calm). */
export function classOf(example: Example, medianRange: number): number {
  return rangeOf(example.next) > medianRange ? 1 : 0;
}

/** Feature rows and class indices of `examples`, in their order. */
export function toSamples(examples: readonly Example[], medianRange: number): Samples {
  const inputs = new Float32Array(examples.length * FEATURES);
  for (const [row, { window }] of examples.entries()) inputs.set(features(window, medianRange), row * FEATURES);
  return {
    width: FEATURES,
    inputs,
    labels: Uint8Array.from(examples, (example) => classOf(example, medianRange)),
  };
}

/** Inputs of every `step`-th training example: what a quantiser calibrates on without having seen anything it is tested on. */
export function calibrationInputs({ training }: Split, medianRange: number, step = 64): readonly Float32Array[] {
  return training.filter((_, index) => index % step === 0).map(({ window }) => features(window, medianRange));
}

/** Inputs of the test part, which neither training nor calibration has seen. */
export function unseenInputs({ test }: Split, medianRange: number): readonly Float32Array[] {
  return test.map(({ window }) => features(window, medianRange));
}
