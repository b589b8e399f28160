import { calibrate } from "./calibrate.ts";
import { BLANK, joined } from "./compile/builder.ts";
import { lower } from "./compile/lower.ts";
import type { Lowered } from "./compile/lower.ts";
import type { Value } from "./compile/value.ts";
import { checkSample } from "./float.ts";
import type { FloatGraph } from "./graph.ts";
import { headerOf } from "./program.ts";
import type { Program } from "./program.ts";
import { BOUNDS } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";
import { validateProgram } from "./validate.ts";

/** What quantisation decided for one dense layer or convolution, and what it proved. */
export type LayerReport = {
  readonly node: string;
  /** Index of the record that multiplies its weights. */
  readonly record: number;
  readonly terms: number;
  /** Real value of one unit of the layer's input, weights and result. */
  readonly inputScale: number;
  readonly weightScale: number;
  readonly outputScale: number;
  /** Σ|w| · max|x| + |b| of the worst row: no accumulator exceeds it, whatever the input. At most 2^31 − 1. */
  readonly accumulatorBound: number;
};

/** A program and how it came about. */
export type Quantisation = {
  readonly program: Program;
  readonly layers: readonly LayerReport[];
  /** Where each node of the graph is in the program, and at what scale. A node with a clip made part of it is clipped. */
  readonly values: readonly Value[];
};

/**
 * Turns a float32 network into an integer program. Scales are symmetric and one per tensor: the largest magnitude that
 * the calibration samples reach (for weights: that there is) becomes 127. Images are laid out with the channels last,
 * clips become the clamp of the record before them, reshapes and transpositions other index maps. The output, and what
 * an argMax or softmax reads, is kept in int32.
 *
 * Only + − × ÷ and rounding of IEEE doubles are used, so the same graph and samples give the same bytes everywhere.
 * @param samples at least one input like those the network will see; values beyond theirs saturate.
 * @throws ProgramError `CALIBRATION_EMPTY`, `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` (naming the sample or layer),
 * `REDUCTION_TOO_LONG`, `ACCUMULATOR_OVERFLOW` or `SCALE_OUT_OF_RANGE` (naming the layer).
 */
export function quantise(graph: FloatGraph, samples: readonly Float32Array[]): Quantisation {
  const lowered = lower(graph, calibrate(graph, samples));
  const { builder, values, output } = lowered;
  const [input = BLANK, ...others] = builder.records;
  const records: Program["records"] = [input, ...others];
  const header = headerOf(records, { inputScale: values[0]?.scale ?? 1, outputScale: output.scale });
  const program = validateProgram({ header, records, weights: joined(builder.words) });
  return { program, layers: reportsOf(graph, lowered), values };
}

/**
 * A real-valued sample as the program's input: value / input scale to the nearest integer, ties towards +∞, then
 * clamped to −128 … 127.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE`.
 */
export function quantiseInput({ header }: Program, sample: Float32Array): Tensor {
  checkSample(sample, header.inputLength);
  const { min, max } = BOUNDS.int8;
  const level = (value: number) => Math.max(min, Math.min(max, Math.round(value / header.inputScale)));
  return { dtype: "int8", values: Int8Array.from(sample, level) };
}

function reportsOf({ nodes }: FloatGraph, { builder, layers }: Lowered): readonly LayerReport[] {
  return [...layers].map(([index, { record, terms, inputScale, weightScale, value }]) => ({
    node: nodes[index]?.node ?? "",
    record,
    terms,
    inputScale,
    weightScale,
    outputScale: value.scale,
    accumulatorBound: builder.record(record).accumulatorBound,
  }));
}
