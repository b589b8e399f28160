import type { FloatGraph, FloatNode, Shape, Window } from "../../../sdk/program/graph.ts";
import { sizeOf } from "../../../sdk/program/graph.ts";
import type { Random } from "./random.ts";

/** A node without its name and shape, which the builder adds. */
type Bare = FloatNode extends infer Node ? (Node extends FloatNode ? Omit<Node, "node"> : never) : never;

/** Builds float graphs node by node; every method returns the node's number. */
export class GraphBuilder {
  readonly nodes: FloatNode[] = [];

  constructor(shape: Shape) {
    this.nodes.push({ op: "input", node: "x", shape });
  }

  add(node: Bare): number {
    this.nodes.push({ ...node, node: `${node.op}_${this.nodes.length}` });
    return this.nodes.length - 1;
  }

  shape(value: number): Shape {
    return this.nodes[value]?.shape ?? [];
  }

  dense(a: number, outputs: number, random: Random, scale = 1): number {
    const inputs = this.shape(a).at(-1) ?? 1;
    const weights = random.reals(inputs * outputs).map((weight) => (weight * scale) / Math.sqrt(inputs));
    return this.add({
      op: "dense",
      a,
      shape: [...this.shape(a).slice(0, -1), outputs],
      weights,
      bias: random.reals(outputs),
    });
  }

  relu(a: number): number {
    return this.add({ op: "clip", a, min: 0, max: Infinity, shape: this.shape(a) });
  }

  conv(a: number, outputs: number, window: Window, groups: number, random: Random): number {
    const [channels = 1] = this.shape(a);
    const terms = (channels / groups) * window.kernel[0] * window.kernel[1];
    const weights = random.reals(outputs * terms).map((weight) => weight / Math.sqrt(terms));
    const shape = [outputs, ...this.#slid(a, window)];
    return this.add({ op: "conv", a, window, groups, weights, bias: random.reals(outputs), shape });
  }

  pool(op: "maxPool" | "averagePool", a: number, window: Window, countsPadding: boolean): number {
    const shape = [this.shape(a)[0] ?? 1, ...this.#slid(a, window)];
    return this.add(op === "maxPool" ? { op, a, window, shape } : { op, a, window, countsPadding, shape });
  }

  pair(op: "add" | "mul", a: number, b: number): number {
    return this.add({ op, a, b, shape: this.shape(a) });
  }

  constant(shape: Shape, random: Random): number {
    return this.add({ op: "constant", shape, values: random.reals(sizeOf(shape)) });
  }

  transpose(a: number, axes: readonly number[]): number {
    return this.add({ op: "transpose", a, axes, shape: axes.map((axis) => this.shape(a)[axis] ?? 1) });
  }

  concat(parts: readonly number[], axis: number): number {
    const [first = 0] = parts;
    const along = parts.reduce((sum, part) => sum + (this.shape(part)[axis] ?? 1), 0);
    return this.add({
      op: "concat",
      parts,
      axis,
      shape: this.shape(first).map((size, d) => (d === axis ? along : size)),
    });
  }

  argMax(a: number): number {
    return this.add({ op: "argMax", a, shape: this.shape(a).slice(0, -1) });
  }

  graph(): FloatGraph {
    return { inputName: "x", outputName: "y", nodes: this.nodes };
  }

  #slid(a: number, { kernel, strides, dilations, pads }: Window): readonly number[] {
    const [, ...sizes] = this.shape(a);
    const axes: readonly (0 | 1)[] = sizes.length === 1 ? [1] : [0, 1];
    return sizes.map((size, index) => {
      const axis = axes[index] ?? 0;
      const reach = dilationsReach(dilations[axis], kernel[axis]);
      return Math.floor((size + pads[axis] + pads[axis === 0 ? 2 : 3] - reach) / strides[axis]) + 1;
    });
  }
}

/** A window without dilation. */
export function window(
  kernel: readonly [number, number],
  strides: readonly [number, number] = [1, 1],
  pads: Window["pads"] = [0, 0, 0, 0],
  dilations: readonly [number, number] = [1, 1],
): Window {
  return { kernel, strides, dilations, pads };
}

function dilationsReach(dilation: number, kernel: number): number {
  return dilation * (kernel - 1) + 1;
}
