import { ProgramError } from "./errors.ts";
import { checkSample, inputNodeOf, runFloat } from "./float.ts";
import { sizeOf } from "./graph.ts";
import type { FloatGraph } from "./graph.ts";

/** The smallest and the largest value that a node gave, in the network's own units. */
export type Range = { readonly min: number; readonly max: number };

/**
 * Runs every sample in float32 and reports what each node's values range over: one range per node of the graph, float32
 * numbers, the same on every machine.
 * @param samples at least one, like those the network will see.
 * @throws ProgramError `CALIBRATION_EMPTY`, `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` naming the sample, or the node whose
 * result leaves float32's range.
 */
export function calibrate(graph: FloatGraph, samples: readonly Float32Array[]): readonly Range[] {
  if (samples.length === 0) {
    throw new ProgramError({
      code: "CALIBRATION_EMPTY",
      what: "there is no calibration sample",
      next: "give a few hundred inputs like those the network will see",
    });
  }
  const length = sizeOf(inputNodeOf(graph).shape);
  let ranges: readonly Range[] = graph.nodes.map(() => ({ min: Infinity, max: -Infinity }));
  samples.forEach((sample, index) => {
    checkSample(sample, length, `calibration sample ${index}`);
    const { values } = runFloat(graph, sample);
    ranges = ranges.map((range, node) => widened(range, values[node] ?? new Float32Array(0)));
  });
  return ranges;
}

function widened(range: Range, values: Float32Array): Range {
  let { min, max } = range;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}
