import { expect } from "chai";

import { sizeOf } from "../../../sdk/program/graph.ts";
import type { FloatGraph, FloatNode, Shape, Value, Window } from "../../../sdk/program/graph.ts";

/** Demands what `sdk/program/graph.ts` promises of a graph: order, use, and shapes that fit each operation. */
export function expectSound({ nodes }: FloatGraph): void {
  const used = new Set<Value>();
  nodes.forEach((node, index) => {
    expect(node.op === "input", `node ${index} is ${node.op}`).to.equal(index === 0);
    for (const operand of operandsOf(node)) {
      expect(operand, `operand of node ${index}`).to.be.within(0, index - 1);
      used.add(operand);
    }
    if (node.op === "argMax") expect(index).to.equal(nodes.length - 1);
    const shapes = operandsOf(node).map((operand) => nodes[operand]?.shape ?? []);
    expect(node.shape, `shape of ${node.op} ${node.node}`).to.deep.equal(shapeOf(node, shapes));
  });
  expect(used.size, "values that are used").to.equal(nodes.length - 1);
}

function operandsOf(node: FloatNode): readonly Value[] {
  if (node.op === "input" || node.op === "constant") return [];
  if (node.op === "concat") return node.parts;
  return node.op === "add" || node.op === "mul" ? [node.a, node.b] : [node.a];
}

/** The shape that a node must have, given those of its operands; `undefined` where they do not fit. */
function shapeOf(node: FloatNode, shapes: readonly Shape[]): Shape | undefined {
  const [a = [], b = []] = shapes;
  switch (node.op) {
    case "input":
      return node.shape;
    case "constant":
      return node.values.length === sizeOf(node.shape) ? node.shape : undefined;
    case "dense": {
      const inputs = node.weights.length / node.bias.length;
      return a.at(-1) === inputs && a.length <= 2 ? [...a.slice(0, -1), node.bias.length] : undefined;
    }
    case "conv": {
      const { window, groups, weights, bias } = node;
      const terms = ((a[0] ?? 0) / groups) * window.kernel[0] * window.kernel[1];
      const fits = weights.length === bias.length * terms && bias.length % groups === 0;
      return fits ? [bias.length, ...swept(a, window)] : undefined;
    }
    case "maxPool":
    case "averagePool":
      return [a[0] ?? 0, ...swept(a, node.window)];
    case "add":
    case "mul":
      return a.join() === b.join() ? a : undefined;
    case "reshape":
      return sizeOf(a) === sizeOf(node.shape) && a.join() !== node.shape.join() ? node.shape : undefined;
    case "transpose":
      return node.axes.map((axis) => a[axis] ?? 0);
    case "concat": {
      const without = (shape: Shape) => shape.map((dim, d) => (d === node.axis ? 0 : dim)).join();
      if (shapes.some((shape) => without(shape) !== without(a))) return undefined;
      return a.with(
        node.axis,
        shapes.reduce((sum, shape) => sum + (shape[node.axis] ?? 0), 0),
      );
    }
    case "clip":
    case "sigmoid":
    case "tanh":
      return a;
    case "softmax":
      return a.length <= 2 ? a : undefined;
    case "argMax":
      return a.length <= 2 ? a.slice(0, -1) : undefined;
  }
}

/** [H, W] of what a window makes of [C, H, W], pads that ceil_mode adds included. */
function swept([, ...sizes]: Shape, { kernel, strides, dilations, pads }: Window): Shape {
  return ([0, 1] as const).map((d) => {
    const reach = (kernel[d] - 1) * dilations[d] + 1;
    return Math.floor(((sizes[d] ?? 0) + pads[d] + pads[d === 0 ? 2 : 3] - reach) / strides[d]) + 1;
  });
}
