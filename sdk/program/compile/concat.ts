import { sizeOf } from "../graph.ts";
import type { ConcatNode, Shape } from "../graph.ts";
import { DTypeCode, Kernel } from "../records.ts";
import { GatherVariant } from "../variants.ts";
import { arranged, four } from "./arrange.ts";
import type { Builder } from "./builder.ts";
import { inOrder, ordered, stridesOf } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { rescaled } from "./pointwise.ts";
import { targetOf } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/** Where parts of a common rank lie: extents of the whole in memory order, and each part's strides in that order. */
type Plan = {
  readonly extents: readonly number[];
  readonly axis: number;
  readonly layout: Layout;
  readonly parts: readonly { readonly value: Value; readonly strides: readonly number[]; readonly size: number }[];
};

/**
 * The parts one after the other, each brought to the common scale first: every record lays one more part over the one
 * before it. The result lies as the first part does.
 */
export function lowerConcat(
  builder: Builder,
  { node, axis, shape }: ConcatNode,
  parts: readonly Value[],
  wish: Wish,
): Value {
  const narrow = { ...wish, isWide: false };
  const { scale } = targetOf(narrow);
  const common = parts.map((part) => (part.scale === scale ? part : rescaled(builder, node, part, narrow)));
  const plan = planned(shape, axis, common) ?? flat(builder, node, shape, axis, common);
  const first = { record: 0, scale, shape, layout: plan.layout };
  const extents = four(plan.extents, 1);
  const whole = four(
    plan.extents.map((_, dimension) => sizeOf(plan.extents.slice(dimension + 1))),
    0,
  );
  const dimension = 4 - plan.extents.length + plan.axis;
  let start = 0;
  return plan.parts.reduce((under: Value, { value, strides, size }, index) => {
    const own = four(strides, 0);
    const record = builder.add(node, {
      kernel: Kernel.GATHER,
      variant: GatherVariant.WINDOW,
      dtype: DTypeCode.int8,
      shape: extents,
      windowStart: [at(0, start), at(1, start), at(2, start), at(3, start)],
      windowExtent: [upTo(0, size), upTo(1, size), upTo(2, size), upTo(3, size)],
      a: builder.read(value, own, [0, 0, 0], 0 - start * (own[dimension] ?? 0)),
      ...(index === 0 ? {} : { b: builder.read(under, whole) }),
    });
    start += size;
    return { ...under, record };
  }, first);

  function at(d: number, place: number): number {
    return d === dimension ? place : 0;
  }
  function upTo(d: number, size: number): number {
    return d === dimension ? size : (extents[d] ?? 1);
  }
}

/** In the memory order of the first part, if no part has more than one stride in a dimension and there are at most four. */
function planned(shape: Shape, axis: number, parts: readonly Value[]): Plan | undefined {
  const strides = parts.map((part) => stridesOf(part.layout, part.shape));
  const [first] = strides;
  if (shape.length > 4 || first === undefined) return undefined;
  const order = shape.map((_, d) => d).sort((x, y) => (first[y] ?? 0) - (first[x] ?? 0));
  const inOrderOf = (numbers: readonly number[]) => order.map((d) => numbers[d] ?? 0);
  const read = parts.flatMap((value, index) => {
    const own = strides[index];
    return own === undefined ? [] : [{ value, strides: inOrderOf(own), size: value.shape[axis] ?? 1 }];
  });
  if (read.length < parts.length) return undefined;
  return { extents: inOrderOf(shape), axis: order.indexOf(axis), layout: ordered(shape, order), parts: read };
}

/** Every part in the order of its shape, seen as three dimensions: those before the axis, the axis, those after it. */
function flat(builder: Builder, node: string, shape: Shape, axis: number, parts: readonly Value[]): Plan {
  const [before, along, after] = [sizeOf(shape.slice(0, axis)), shape[axis] ?? 1, sizeOf(shape.slice(axis + 1))];
  return {
    extents: [before, along, after],
    axis: 1,
    layout: inOrder(sizeOf(shape)),
    parts: parts.map((part) => {
      const size = part.shape[axis] ?? 1;
      return { value: arranged(builder, node, part), strides: [size * after, after, 1], size };
    }),
  };
}
