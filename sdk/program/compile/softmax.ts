import type { Range } from "../calibrate.ts";
import { exp } from "../elementary.ts";
import type { ArgMaxNode, SoftmaxNode } from "../graph.ts";
import { sizeOf } from "../graph.ts";
import { DTypeCode, Flag, Kernel } from "../records.ts";
import type { Four } from "../records.ts";
import { multiplierFor } from "../scales.ts";
import { BOUNDS } from "../tensor.ts";
import { Map1Variant, Map2Variant, ReduceVariant, TABLE_ENTRIES } from "../variants.ts";
import type { Builder } from "./builder.ts";
import { inOrder } from "./layout.ts";
import { orderedRowsOf } from "./rows.ts";
import { targetOf } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/** exp(−11) is 2^−16: what is further below the largest term counts for nothing. */
const FURTHEST = 11;

/** What e^0 is at most: 2^20. */
const LARGEST_ONE = 1_048_576;

/** Number of the largest element of every row. */
export function lowerArgMax(builder: Builder, { node, shape }: ArgMaxNode, a: Value): Value {
  const { value, length, extents, strides } = orderedRowsOf(builder, node, a);
  const record = builder.add(node, {
    kernel: Kernel.ARGMAX,
    dtype: DTypeCode.int32,
    shape: [1, ...extents],
    reduce: [1, 1, length],
    a: builder.read(value, [0, ...strides], [length, length, 1]),
  });
  return { record, scale: 1, shape, layout: inOrder(sizeOf(shape)) };
}

/**
 * e^(x − max) / Σ e^(x − max) over every row: largest term, distance from it in 255 steps, a table of exponentials, their
 * sum, and a division.
 * @param seen what calibration saw of the terms: a narrow range gets fine steps.
 */
export function lowerSoftmax(builder: Builder, { node, shape }: SoftmaxNode, a: Value, seen: Range, wish: Wish): Value {
  const { value, length, extents, strides } = orderedRowsOf(builder, node, a);
  const each: Four = [...extents, length];
  const outer: Four = [...extents, 1];
  const terms: Four = [...strides, 1];
  const perRow: Four = [extents[1] * extents[2], extents[2], 1, 0];
  const rowStarts = [extents[1] * extents[2] * length, extents[2] * length, length] as const;
  const inRows: Four = [...rowStarts, 1];
  const of = (record: number): Value => ({ ...value, record });
  const { dtype } = builder.record(value.record);
  const bounds = BOUNDS[dtype === DTypeCode.int8 ? "int8" : "int32"];
  const largest = builder.add(node, {
    kernel: Kernel.REDUCE,
    variant: ReduceVariant.MAX,
    dtype,
    flags: Flag.RESCALE,
    multiplier: 1,
    lo: bounds.min,
    hi: bounds.max,
    shape: outer,
    reduce: [1, 1, length],
    a: builder.read(value, [...strides, 0], [length, length, 1]),
  });
  const last = TABLE_ENTRIES - 1;
  const step = Math.min(FURTHEST, seen.max > seen.min ? seen.max - seen.min : FURTHEST) / last;
  const { multiplier, shift } = multiplierFor(value.scale / step, node);
  const distances = builder.add(node, {
    kernel: Kernel.MAP2,
    variant: Map2Variant.SUB,
    dtype: DTypeCode.int32,
    flags: Flag.RESCALE,
    multiplier,
    multiplierB: multiplier,
    shift,
    lo: -last,
    hi: 0,
    shape: each,
    a: builder.read(value, terms),
    b: builder.read(of(largest), perRow),
  });
  // As large as the sum of a whole row allows.
  let one = LARGEST_ONE;
  while (one * length > BOUNDS.int32.max) one /= 2;
  const exponentials = builder.add(node, {
    kernel: Kernel.MAP1,
    variant: Map1Variant.TABLE,
    dtype: DTypeCode.int32,
    flags: Flag.RESCALE,
    multiplier: 1,
    lo: 0,
    hi: one,
    fill: -last,
    shape: each,
    a: builder.read(of(distances), inRows),
    table: Int32Array.from({ length: TABLE_ENTRIES }, (_, entry) => Math.round(exp((entry - last) * step) * one)),
  });
  const sums = builder.add(node, {
    kernel: Kernel.REDUCE,
    variant: ReduceVariant.SUM,
    dtype: DTypeCode.int32,
    shape: outer,
    reduce: [1, 1, length],
    a: builder.read(of(exponentials), [...rowStarts, 0], [length, length, 1]),
  });
  const { scale, ...target } = targetOf(wish);
  const record = builder.add(node, {
    ...target,
    ...multiplierFor(1 / scale, node),
    kernel: Kernel.MAP2,
    variant: Map2Variant.DIV,
    flags: Flag.RESCALE,
    shape: each,
    a: builder.read(of(exponentials), inRows),
    b: builder.read(of(sums), perRow),
  });
  return { record, scale, shape, layout: inOrder(sizeOf(shape)) };
}
