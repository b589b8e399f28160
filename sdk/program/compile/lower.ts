import type { Range } from "../calibrate.ts";
import { sizeOf } from "../graph.ts";
import type { FloatGraph, FloatNode } from "../graph.ts";
import { DTypeCode, Kernel } from "../records.ts";
import { scaleFor } from "../scales.ts";
import { arranged, copied } from "./arrange.ts";
import { Builder } from "./builder.ts";
import { lowerConcat } from "./concat.ts";
import { lowerConv } from "./conv.ts";
import { lowerDense } from "./dense.ts";
import type { Layer } from "./dense.ts";
import { byDimension, inOrder } from "./layout.ts";
import { planOf } from "./plan.ts";
import type { Plan } from "./plan.ts";
import { lowerConstant, lowerCurve, lowerPair, rescaled } from "./pointwise.ts";
import { lowerAveragePool, lowerMaxPool } from "./pool.ts";
import { lowerArgMax, lowerSoftmax } from "./softmax.ts";
import type { Value, Wish } from "./value.ts";

/** A network as records: the builder that holds them, what became of every node, and the layers with weights. */
export type Lowered = {
  readonly builder: Builder;
  /** By node; a node that a clip was made part of has the clip's value. */
  readonly values: readonly Value[];
  /** By node: what became of a dense layer's or convolution's weights. */
  readonly layers: ReadonlyMap<number, Layer & { readonly inputScale: number }>;
  /** The last record's tensor, in the order of the output's shape. */
  readonly output: Value;
};

/** Turns every node into records, in order. `ranges` are what calibration saw of each. */
export function lower(graph: FloatGraph, ranges: readonly Range[]): Lowered {
  const builder = new Builder();
  const plan = planOf(graph, ranges);
  const values: Value[] = [];
  const layers = new Map<number, Layer & { readonly inputScale: number }>();
  graph.nodes.forEach((node, index) => {
    const wish = wishOf(plan, index);
    if (node.op === "dense" || node.op === "conv") {
      const a = valueAt(values, node.a);
      const layer = node.op === "dense" ? lowerDense(builder, node, a, wish) : lowerConv(builder, node, a, wish);
      layers.set(index, { ...layer, inputScale: a.scale });
      values.push(layer.value);
    } else {
      values.push(lowerNode(builder, node, values, wish, { ranges, isFused: plan.fused.has(index) }));
    }
  });
  const last = valueAt(values, graph.nodes.length - 1);
  const inShape = arranged(builder, graph.outputName, last);
  // The output is a tensor of its own, outside the trace: the input itself, or an earlier record's, is copied.
  const isLast = inShape.record > 0 && inShape.record === builder.records.length - 1;
  return { builder, values, layers, output: isLast ? inShape : copied(builder, graph.outputName, inShape) };
}

function lowerNode(
  builder: Builder,
  node: Exclude<FloatNode, { readonly op: "dense" | "conv" }>,
  values: readonly Value[],
  wish: Wish,
  { ranges, isFused }: { readonly ranges: readonly Range[]; readonly isFused: boolean },
): Value {
  switch (node.op) {
    case "input":
      return lowerInput(builder, node, wish);
    case "constant":
      return lowerConstant(builder, node);
    case "maxPool":
      return lowerMaxPool(builder, node, valueAt(values, node.a), wish);
    case "averagePool":
      return lowerAveragePool(builder, node, valueAt(values, node.a), wish);
    case "add":
    case "mul":
      return lowerPair(builder, node, valueAt(values, node.a), valueAt(values, node.b), wish);
    case "reshape":
      return { ...valueAt(values, node.a), shape: node.shape };
    case "transpose":
      return transposed(builder, node.node, valueAt(values, node.a), node.axes, node.shape);
    case "concat":
      return lowerConcat(
        builder,
        node,
        node.parts.map((part) => valueAt(values, part)),
        wish,
      );
    case "clip":
      return isFused ? valueAt(values, node.a) : rescaled(builder, node.node, valueAt(values, node.a), wish);
    case "sigmoid":
    case "tanh":
      return lowerCurve(builder, node, valueAt(values, node.a), wish);
    case "softmax":
      return lowerSoftmax(builder, node, valueAt(values, node.a), ranges[node.a] ?? wish.range, wish);
    case "argMax":
      return lowerArgMax(builder, node, valueAt(values, node.a));
  }
}

/** An int8 tensor in the order of its shape. */
function lowerInput(builder: Builder, { node, shape }: FloatNode, { range }: Wish): Value {
  const length = sizeOf(shape);
  const scale = scaleFor(Math.max(Math.abs(range.min), Math.abs(range.max)), node);
  const record = builder.add(node, { kernel: Kernel.INPUT, dtype: DTypeCode.int8, shape: [1, 1, 1, length] });
  return { record, scale, shape, layout: inOrder(length) };
}

/** The same elements where they are, counted in another order. */
function transposed(
  builder: Builder,
  node: string,
  value: Value,
  axes: readonly number[],
  shape: Value["shape"],
): Value {
  const dimensions = byDimension(value.layout, value.shape);
  if (dimensions === undefined) return transposed(builder, node, arranged(builder, node, value), axes, shape);
  return { ...value, shape, layout: axes.flatMap((axis) => dimensions[axis] ?? []) };
}

function wishOf({ wishes }: Plan, index: number): Wish {
  const wish = wishes[index];
  if (wish !== undefined) return wish;
  throw new RangeError(`node ${index} has no plan`);
}

function valueAt(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (value !== undefined) return value;
  throw new RangeError(`node ${index} is read before it is made`);
}
