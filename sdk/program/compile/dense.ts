import { ProgramError } from "../errors.ts";
import { sizeOf } from "../graph.ts";
import type { DenseNode } from "../graph.ts";
import { DTypeCode, Flag, Kernel, NO_OPERAND, Source } from "../records.ts";
import type { Operand, OperatorRecord } from "../records.ts";
import { maxAbsOf, multiplierFor, quantised, scaleFor } from "../scales.ts";
import { MAX_TERMS } from "../step.ts";
import { BOUNDS } from "../tensor.ts";
import { encodeWeightRows, wordsPerRow } from "../weight-words.ts";
import type { Builder } from "./builder.ts";
import { inOrder } from "./layout.ts";
import { lowerParts } from "./parts.ts";
import { rowsOf } from "./rows.ts";
import type { Rows } from "./rows.ts";
import { accumulatorTarget, targetOf } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/** Weights and biases as integers. */
export type Integers = {
  readonly weights: Int8Array;
  readonly biases: Int32Array;
  readonly weightScale: number;
  /** Real value of one unit of the accumulator. */
  readonly accScale: number;
};

/** A layer's value, and the record that multiplies its weights. */
export type Layer = Integers & { readonly value: Value; readonly record: number; readonly terms: number };

/** W·x + b over the last dimension; in partial sums if it is too long for one step. */
export function lowerDense(builder: Builder, layer: DenseNode, a: Value, wish: Wish): Layer {
  const rows = rowsOf(builder, layer.node, a);
  const weights = inMemoryOrder(layer.weights, rows);
  return lowerRows(builder, rows, layer.shape, integersOf(layer.node, weights, layer.bias, a.scale), wish);
}

/** Symmetric int8 weights with one scale, and biases in units of the accumulator. */
export function integersOf(node: string, values: Float32Array, bias: Float32Array, inputScale: number): Integers {
  const weightScale = scaleFor(maxAbsOf(values), node);
  // Both are float32 (or a power of two finer), so their product is exact.
  const accScale = inputScale * weightScale;
  const weights = Int8Array.from(values, (weight) => quantised(weight, weightScale));
  const levels = Array.from(bias, (value) => Math.round(value / accScale));
  const worst = levels.findIndex((level) => !(Math.abs(level) <= BOUNDS.int32.max));
  if (worst !== -1) {
    throw new ProgramError({
      code: "ACCUMULATOR_OVERFLOW",
      node,
      what: `bias ${worst} is ${levels[worst] ?? NaN} at the scale of its accumulator, more than 2^31 − 1`,
      next: "bring the bias and the weights of this layer to a common order of magnitude",
    });
  }
  return { weights, biases: Int32Array.from(levels), weightScale, accScale };
}

/** What becomes of an accumulator: kept if the wish is wide, else rescaled to int8. */
export function resultOf(wish: Wish, accScale: number): Partial<OperatorRecord> & { dtype: number; scale: number } {
  if (wish.isWide) {
    const { flags, ...target } = accumulatorTarget(wish, accScale);
    return { ...target, flags: Flag.BIAS | flags, multiplier: flags === 0 ? 0 : 1 };
  }
  const target = targetOf(wish);
  return { ...target, ...multiplierFor(accScale / target.scale, wish.node), flags: Flag.BIAS | Flag.RESCALE };
}

/** Rows of weights as an operand: one for every coordinate of the last dimension, and `groups` times as many if given. */
export function weightRows(terms: number, rows: number, reduce: OperatorRecord["reduce"], perGroup = 0): Operand {
  const row = 32 * wordsPerRow(terms);
  return {
    ...NO_OPERAND,
    length: row * rows,
    source: Source.WEIGHTS,
    dtype: DTypeCode.int8,
    strides: [0, 0, perGroup * row, row],
    reduceStrides: [reduce[1] * reduce[2], reduce[2], 1],
    indexStride: perGroup,
  };
}

/** A matrix times every row, the terms in memory order. */
export function lowerRows(builder: Builder, rows: Rows, shape: Value["shape"], integers: Integers, wish: Wish): Layer {
  const outputs = integers.biases.length;
  const layout = inOrder(sizeOf(shape));
  if (rows.length > MAX_TERMS) return lowerParts(builder, rows, shape, integers, wish);
  const { scale, ...result } = resultOf(wish, integers.accScale);
  const terms = rows.length;
  const reduce = [1, 1, terms] as const;
  const record = builder.add(wish.node, {
    ...result,
    kernel: Kernel.DOT,
    shape: [...rows.extents, outputs],
    reduce,
    a: builder.read(rows.value, [...rows.strides, 0], [terms, terms, 1]),
    b: weightRows(terms, outputs, reduce),
    words: encodeWeightRows(integers.weights, terms),
    biases: integers.biases,
  });
  return { ...integers, value: { record, scale, shape, layout }, record, terms };
}

/** Weights given in the order of the shape, brought into the order in which a row's elements lie in memory. */
function inMemoryOrder(weights: Float32Array, { length, places }: Rows): Float32Array {
  const result = new Float32Array(weights.length);
  for (let start = 0; start < weights.length; start += length) {
    places.forEach((place, index) => (result[start + place] = weights[start + index] ?? 0));
  }
  return result;
}
