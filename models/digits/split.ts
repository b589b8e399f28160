import { type Samples, inputOf } from "../trainer/fit.ts";

/** Three sets of digits without a digit in common. */
export const PARTS = ["training", "validation", "heldOut"] as const;
export type PartName = (typeof PARTS)[number];

export type Split = {
  /** 8,000: the weights are made from them. */
  readonly training: Samples;
  /** 1,000: decide which epoch and which settings are kept. */
  readonly validation: Samples;
  /** 1,000: looked at once, for the report. */
  readonly heldOut: Samples;
};

/**
 * Splits by index: of ten digits in a row the last is held out, the one before is for validation, the others are for training.
 * The digits are sorted by class, so each part has its share of every class.
 */
export function splitByIndex(digits: Samples): Split {
  const rows = [...digits.labels.keys()];
  return {
    training: pick(
      digits,
      rows.filter((row) => row % 10 < 8),
    ),
    validation: pick(
      digits,
      rows.filter((row) => row % 10 === 8),
    ),
    heldOut: pick(
      digits,
      rows.filter((row) => row % 10 === 9),
    ),
  };
}

/** Each digit's pixels, as one sample for a runtime or a quantiser. */
export function inputsOf(samples: Samples): readonly Float32Array[] {
  return [...samples.labels.keys()].map((row) => inputOf(samples, row));
}

function pick(digits: Samples, rows: readonly number[]): Samples {
  const inputs = new Float32Array(rows.length * digits.width);
  for (const [index, row] of rows.entries()) inputs.set(inputOf(digits, row), index * digits.width);
  return { width: digits.width, inputs, labels: Uint8Array.from(rows, (row) => digits.labels[row] ?? 0) };
}
