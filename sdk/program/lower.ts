import { ProgramError } from "./errors.ts";
import type { Dense } from "./graph.ts";
import { DTypeCode, elementsOf, Flag, Kernel, NO_OPERAND, Source } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import { LEVELS, maxAbsOf, multiplierFor, quantised, scaleFor } from "./scales.ts";
import { fitsStep, MAX_TERMS, stepOf } from "./step.ts";
import { encodeTensor } from "./tensor-hash.ts";
import { BOUNDS, leavesOf } from "./tensor.ts";
import { encodeWeightRows, wordsPerRow } from "./weight-words.ts";
import { magnitudeOf } from "./weights.ts";

/** What quantisation decided for one layer, and what it proved. */
export type LayerReport = {
  readonly node: string;
  /** Index of the layer's record. */
  readonly record: number;
  readonly terms: number;
  /** Real value of one unit of the layer's input, weights and result. */
  readonly inputScale: number;
  readonly weightScale: number;
  readonly outputScale: number;
  /** Σ|w| · max|x| + |b| of the worst row: no accumulator exceeds it, whatever the input. At most 2^31 − 1. */
  readonly accumulatorBound: number;
};

/** The record of an int8 input of `length` elements. */
export function inputRecord(length: number): OperatorRecord {
  const { min: lo, max: hi } = BOUNDS.int8;
  const leaves = leavesOf("int8", length);
  return { ...BLANK, kernel: Kernel.INPUT, dtype: DTypeCode.int8, lo, hi, leaves, shape: [1, 1, 1, length] };
}

/** A record with the leaf words it owns, in order. */
export type Built = {
  readonly record: OperatorRecord;
  readonly weights: readonly Uint8Array[];
  readonly report: Omit<LayerReport, "record">;
};

/** One layer as a DOT record; `range` is the largest result that calibration saw, or `undefined` for the last layer. */
export function denseRecord(
  layer: Dense,
  previous: OperatorRecord,
  id: number,
  inputScale: number,
  range: number | undefined,
): Built {
  const { node, inputs, outputs, relu } = layer;
  const weightScale = scaleFor(maxAbsOf(layer.weights), node);
  // Both are float32, so their product is exact.
  const accScale = inputScale * weightScale;
  const weights = Int8Array.from(layer.weights, (weight) => quantised(weight, weightScale));
  const bias = Array.from(layer.bias, (value) => Math.round(value / accScale));
  const accumulatorBound = proveBound(layer, weights, bias, magnitudeOf(previous));
  const rowLeaves = wordsPerRow(inputs);
  const firstWeightLeaf = previous.firstWeightLeaf + previous.weightLeaves;
  const outputScale = range === undefined ? accScale : scaleFor(range, node);
  const record: OperatorRecord = {
    ...BLANK,
    ...(range === undefined ? accumulatorResult(relu) : int8Result(relu, accScale / outputScale, node)),
    kernel: Kernel.DOT,
    firstLeaf: previous.firstLeaf + previous.leaves,
    leaves: leavesOf(range === undefined ? "int32" : "int8", outputs),
    firstWeightLeaf,
    weightLeaves: rowLeaves * outputs + leavesOf("int32", outputs),
    biasLeaf: firstWeightLeaf + rowLeaves * outputs,
    accumulatorBound,
    shape: [1, 1, 1, outputs],
    reduce: [1, 1, inputs],
    a: tensorOperand(previous, id),
    b: {
      ...NO_OPERAND,
      firstLeaf: firstWeightLeaf,
      length: 32 * rowLeaves * outputs,
      source: Source.WEIGHTS,
      dtype: DTypeCode.int8,
      strides: [0, 0, 0, 32 * rowLeaves],
      reduceStrides: [inputs, inputs, 1],
    },
  };
  refuseLongReduction(record, node, inputs);
  const words = [encodeWeightRows(weights, inputs), encodeTensor({ dtype: "int32", values: Int32Array.from(bias) })];
  const report = { node, terms: inputs, inputScale, weightScale, outputScale, accumulatorBound };
  return { record, weights: words, report };
}

type Result = Pick<OperatorRecord, "dtype" | "flags" | "multiplier" | "shift" | "lo" | "hi">;

/** The last layer keeps its accumulators; a relu is then a rescale by 1 with a clamp at 0. */
function accumulatorResult(relu: boolean): Result {
  const { min, max: hi } = BOUNDS.int32;
  const dtype = DTypeCode.int32;
  if (relu) return { dtype, flags: Flag.BIAS | Flag.RESCALE, multiplier: 1, shift: 0, lo: 0, hi };
  return { dtype, flags: Flag.BIAS, multiplier: 0, shift: 0, lo: min, hi };
}

function int8Result(relu: boolean, ratio: number, node: string): Result {
  const lo = relu ? 0 : -LEVELS;
  return { dtype: DTypeCode.int8, flags: Flag.BIAS | Flag.RESCALE, lo, hi: LEVELS, ...multiplierFor(ratio, node) };
}

/** The index of the largest element of the record before. */
export function argMaxRecord(node: string, previous: OperatorRecord, id: number): OperatorRecord {
  const { min: lo, max: hi } = BOUNDS.int32;
  const inputs = elementsOf(previous);
  const record: OperatorRecord = {
    ...BLANK,
    kernel: Kernel.ARGMAX,
    dtype: DTypeCode.int32,
    lo,
    hi,
    firstLeaf: previous.firstLeaf + previous.leaves,
    leaves: 1,
    firstWeightLeaf: previous.firstWeightLeaf + previous.weightLeaves,
    reduce: [1, 1, inputs],
    a: tensorOperand(previous, id),
  };
  refuseLongReduction(record, node, inputs);
  return record;
}

/** The whole tensor of an earlier record, read from its first element on. */
function tensorOperand(producer: OperatorRecord, id: number): Operand {
  const { firstLeaf, dtype } = producer;
  const length = elementsOf(producer);
  return { ...NO_OPERAND, id, firstLeaf, length, source: Source.TRACE, dtype, reduceStrides: [length, length, 1] };
}

const BLANK: OperatorRecord = {
  kernel: 0,
  variant: 0,
  dtype: 0,
  shift: 0,
  flags: 0,
  multiplier: 0,
  multiplierB: 0,
  lo: 0,
  hi: 0,
  firstLeaf: 0,
  leaves: 0,
  firstWeightLeaf: 0,
  weightLeaves: 0,
  biasLeaf: 0,
  tableLeaf: 0,
  accumulatorBound: 0,
  shape: [1, 1, 1, 1],
  reduce: [1, 1, 1],
  fill: 0,
  a: NO_OPERAND,
  b: NO_OPERAND,
  windowStart: [0, 0, 0, 0],
  windowExtent: [0, 0, 0, 0],
};

/** The overflow proof: for every output row, Σ|w| · max|x| + |b| ≤ 2^31 − 1. Returns the largest. */
function proveBound({ node, inputs }: Dense, weights: Int8Array, bias: readonly number[], maxOperand: number): number {
  let bound = 0;
  bias.forEach((value, row) => {
    const sum = weights
      .subarray(row * inputs, (row + 1) * inputs)
      .reduce((total, weight) => total + Math.abs(weight), 0);
    const reach = sum * maxOperand + Math.abs(value);
    if (!(reach <= BOUNDS.int32.max)) {
      throw new ProgramError({
        code: "ACCUMULATOR_OVERFLOW",
        node,
        what: `output ${row} may reach ${reach} (weights ${sum} × ${maxOperand}, bias ${value}), more than 2^31 − 1`,
        next: "bring the bias and the weights of this layer to a common order of magnitude",
      });
    }
    bound = Math.max(bound, reach);
  });
  return bound;
}

function refuseLongReduction(record: OperatorRecord, node: string, terms: number): void {
  if (terms <= MAX_TERMS && fitsStep(stepOf(record))) return;
  const { activationWords, weightWords } = stepOf(record);
  throw new ProgramError({
    code: "REDUCTION_TOO_LONG",
    node,
    what: `${terms} terms (${activationWords} + ${weightWords} words) are more than one step may open`,
    next: `keep reductions within ${MAX_TERMS} terms and 1,100 words: splitting longer ones is not implemented yet`,
  });
}
