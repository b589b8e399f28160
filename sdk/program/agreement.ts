import { createExecutor } from "./execute.ts";
import { argMaxOf, runFloat } from "./float.ts";
import type { FloatGraph } from "./graph.ts";
import { quantiseInput } from "./quantise.ts";
import type { Quantisation } from "./quantise.ts";

/** How far a program is from the float32 network it came from, over some samples. */
export type Agreement = {
  readonly samples: number;
  /** Samples for which both pick the same class (the largest output; without an ArgMax, compared all the same). */
  readonly sameClass: number;
  /** Largest |float output − integer output × output scale| before ArgMax, in the network's own units. */
  readonly maxError: number;
  /** Samples each of the two classifies as labelled; absent without labels. */
  readonly floatCorrect?: number;
  readonly integerCorrect?: number;
};

/**
 * Runs both on every sample and compares. Use samples that calibration has not seen.
 * @param labels the right class of each sample, to report the accuracy lost.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` for a bad sample.
 */
export function measureAgreement(
  graph: FloatGraph,
  { program, layers }: Quantisation,
  samples: readonly Float32Array[],
  labels?: readonly number[],
): Agreement {
  const execute = createExecutor(program);
  const logitsRecord = graph.layers.length;
  const scale = layers.at(-1)?.outputScale ?? 1;
  let sameClass = 0;
  let maxError = 0;
  let floatCorrect = 0;
  let integerCorrect = 0;
  samples.forEach((sample, index) => {
    const expected = runFloat(graph, sample).layers.at(-1) ?? new Float32Array(0);
    const logits = execute(quantiseInput(program, sample)).tensors[logitsRecord]?.values ?? new Int32Array(0);
    const floatClass = argMaxOf(expected);
    const integerClass = argMaxOf(Int32Array.from(logits));
    if (floatClass === integerClass) sameClass += 1;
    if (floatClass === labels?.[index]) floatCorrect += 1;
    if (integerClass === labels?.[index]) integerCorrect += 1;
    expected.forEach((value, at) => {
      maxError = Math.max(maxError, Math.abs(value - (logits[at] ?? 0) * scale));
    });
  });
  const compared = { samples: samples.length, sameClass, maxError };
  return labels === undefined ? compared : { ...compared, floatCorrect, integerCorrect };
}
