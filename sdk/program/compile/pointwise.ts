import { sigmoid, tanh } from "../elementary.ts";
import { sizeOf } from "../graph.ts";
import type { ConstantNode, CurveNode, PairNode } from "../graph.ts";
import { DTypeCode, Flag, Kernel } from "../records.ts";
import { maxAbsOf, multiplierFor, multipliersFor, quantised, scaleFor } from "../scales.ts";
import { encodeTensor } from "../tensor-hash.ts";
import { BOUNDS } from "../tensor.ts";
import { Map1Variant, Map2Variant, TABLE_ENTRIES } from "../variants.ts";
import { arranged, four } from "./arrange.ts";
import type { Builder } from "./builder.ts";
import { inOrder, refined } from "./layout.ts";
import type { Factor } from "./layout.ts";
import { targetOf } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/** Known values, in int8. */
export function lowerConstant(builder: Builder, { node, shape, values }: ConstantNode): Value {
  const scale = scaleFor(maxAbsOf(values), node);
  const words = encodeTensor({ dtype: "int8", values: Int8Array.from(values, (value) => quantised(value, scale)) });
  const record = builder.add(node, {
    kernel: Kernel.CONST,
    dtype: DTypeCode.int8,
    shape: [1, 1, 1, values.length],
    words,
  });
  return { record, scale, shape, layout: inOrder(values.length) };
}

/** The same real values as other integers: of the wish's scale, within its bounds. Also a clip that is part of nothing. */
export function rescaled(builder: Builder, node: string, a: Value, wish: Wish): Value {
  const { scale, ...target } = targetOf(wish);
  const length = sizeOf(a.shape);
  const record = builder.add(node, {
    ...target,
    ...multiplierFor(a.scale / scale, node),
    kernel: Kernel.MAP1,
    variant: Map1Variant.SAME,
    flags: Flag.RESCALE,
    shape: [1, 1, 1, length],
    a: builder.read(a, [0, 0, 0, 1]),
  });
  return { ...a, record, scale };
}

/** Sigmoid or tanh: one entry of a table for each of the 256 values of a byte. */
export function lowerCurve(builder: Builder, { node, op }: CurveNode, a: Value, wish: Wish): Value {
  const { scale, ...target } = targetOf(wish);
  const first = BOUNDS.int8.min;
  const curve = op === "sigmoid" ? sigmoid : tanh;
  const table = Int32Array.from({ length: TABLE_ENTRIES }, (_, entry) =>
    Math.round(curve((first + entry) * a.scale) / scale),
  );
  const record = builder.add(node, {
    ...target,
    kernel: Kernel.MAP1,
    variant: Map1Variant.TABLE,
    flags: Flag.RESCALE,
    multiplier: 1,
    fill: first,
    shape: [1, 1, 1, sizeOf(a.shape)],
    a: builder.read(a, [0, 0, 0, 1]),
    table,
  });
  return { ...a, record, scale };
}

/** a + b or a · b, whatever the order in which the two lie in memory; the result lies as a does. */
export function lowerPair(builder: Builder, { node, op, shape }: PairNode, a: Value, b: Value, wish: Wish): Value {
  const walk = together(a, b);
  if (walk === undefined) {
    const [left, right] = [arranged(builder, node, a), arranged(builder, node, b)];
    return lowerPair(builder, { node, op, shape, a: 0, b: 0 }, left, right, wish);
  }
  const { scale, ...target } = targetOf(wish);
  const factors =
    op === "add"
      ? multipliersFor(a.scale / scale, b.scale / scale, node)
      : multiplierFor((a.scale * b.scale) / scale, node);
  const record = builder.add(node, {
    ...target,
    ...factors,
    kernel: Kernel.MAP2,
    variant: op === "add" ? Map2Variant.ADD : Map2Variant.MUL,
    flags: Flag.RESCALE,
    shape: four(walk.extents, 1),
    a: builder.read(a, four(walk.a, 0)),
    b: builder.read(b, four(walk.b, 0)),
  });
  return { ...a, shape, record, scale };
}

type Walk = { readonly extents: readonly number[]; readonly a: readonly number[]; readonly b: readonly number[] };

/** The elements of both in a's memory order, in at most four dimensions; `undefined` if that takes more. */
function together(a: Value, b: Value): Walk | undefined {
  const pairs = refined(a.layout, b.layout);
  if (pairs === undefined) return undefined;
  const dimensions: (readonly [Factor, Factor])[] = [];
  for (const pair of [...pairs].sort(([x], [y]) => y.stride - x.stride)) {
    const last = dimensions.at(-1);
    const joins = last?.every(({ stride }, which) => {
      const next: Factor | undefined = pair[which];
      return next !== undefined && stride === next.extent * next.stride;
    });
    if (last === undefined || joins !== true) dimensions.push(pair);
    else dimensions[dimensions.length - 1] = [widened(last[0], pair[0]), widened(last[1], pair[1])];
  }
  if (dimensions.length > 4) return undefined;
  const strides = (which: 0 | 1) => dimensions.map((pair) => pair[which].stride);
  return { extents: dimensions.map(([{ extent }]) => extent), a: strides(0), b: strides(1) };
}

function widened(outer: Factor, inner: Factor): Factor {
  return { extent: outer.extent * inner.extent, stride: inner.stride };
}
