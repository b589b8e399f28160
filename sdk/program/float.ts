import { ProgramError } from "./errors.ts";
import { addUp, clip, concat, curve, multiply, transpose } from "./float-elements.ts";
import { argMaxRows, dense, softmax } from "./float-rows.ts";
import { averagePool, convolve, maxPool } from "./float-windows.ts";
import { sizeOf } from "./graph.ts";
import type { FloatGraph, FloatNode, InputNode, Shape } from "./graph.ts";

/** What a float32 run produced. */
export type FloatRun = {
  /** One per node of the graph, row-major; an ArgMax gives indices. */
  readonly values: readonly Float32Array[];
  /** The last node's. */
  readonly output: Float32Array;
};

/**
 * Runs the graph in float32. Products, quotients and sums are rounded to float32 one by one in a fixed order (a layer's terms
 * in the order of its weights, the bias last); sigmoid, tanh and softmax are computed in double precision and rounded once.
 * So the bits are the same on every machine, and within rounding of what an ONNX runtime computes in an order of its own.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` for a bad sample, `SAMPLE_NOT_FINITE` naming the node too
 * when a result leaves float32's range.
 */
export function runFloat({ nodes }: FloatGraph, sample: Float32Array): FloatRun {
  const shapes = nodes.map(({ shape }) => shape);
  const values: Float32Array[] = [];
  let output = sample;
  for (const node of nodes) {
    output = evaluate(node, values, shapes, sample);
    checkResult(output, node);
    values.push(output);
  }
  return { values, output };
}

/** The graph's input. */
export function inputNodeOf({ nodes, inputName }: FloatGraph): InputNode {
  const [first] = nodes;
  if (first?.op === "input") return first;
  throw new ProgramError({
    code: "ONNX_UNSUPPORTED_GRAPH",
    node: `input "${inputName}"`,
    what: `node 0 is ${first?.op ?? "missing"}, not the input`,
    next: "make graphs with importOnnx",
  });
}

/**
 * @throws ProgramError `SHAPE_MISMATCH` when the sample's length is not `length`, `SAMPLE_NOT_FINITE` when it holds NaN or
 * an infinity.
 */
export function checkSample(sample: Float32Array, length: number, node?: string): void {
  if (sample.length !== length) {
    throw new ProgramError({
      code: "SHAPE_MISMATCH",
      node,
      what: `the sample has ${sample.length} values and the input ${length}`,
      next: "give one value per input element",
    });
  }
  const bad = sample.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  throw new ProgramError({
    code: "SAMPLE_NOT_FINITE",
    node,
    what: `value ${bad} is ${sample[bad] ?? NaN}`,
    next: "leave the sample out or repair it",
  });
}

/** Index of the largest value, the lowest one if there are several. */
export function argMaxOf(values: Float32Array | Int32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

function evaluate(
  node: FloatNode,
  values: readonly Float32Array[],
  shapes: readonly Shape[],
  sample: Float32Array,
): Float32Array {
  const value = (index: number) => values[index] ?? NOTHING;
  const shape = (index: number) => shapes[index] ?? [];
  switch (node.op) {
    case "input":
      checkSample(sample, sizeOf(node.shape));
      return sample;
    case "constant":
      return node.values;
    case "dense":
      return dense(node, value(node.a));
    case "conv":
      return convolve(node, value(node.a), shape(node.a));
    case "maxPool":
      return maxPool(node, value(node.a), shape(node.a));
    case "averagePool":
      return averagePool(node, value(node.a), shape(node.a));
    case "add":
      return addUp(value(node.a), value(node.b));
    case "mul":
      return multiply(value(node.a), value(node.b));
    case "reshape":
      return value(node.a);
    case "transpose":
      return transpose(node, value(node.a), shape(node.a));
    case "concat":
      return concat(node, node.parts.map(value));
    case "clip":
      return clip(node, value(node.a));
    case "sigmoid":
    case "tanh":
      return curve(node, value(node.a));
    case "softmax":
      return softmax(node, value(node.a));
    case "argMax":
      return argMaxRows(value(node.a), shape(node.a));
  }
}

const NOTHING = new Float32Array(0);

function checkResult(values: Float32Array, { op, node }: FloatNode): void {
  // The input has been checked as a sample, and constants when they were read.
  if (op === "input" || op === "constant") return;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  throw new ProgramError({
    code: "SAMPLE_NOT_FINITE",
    node,
    what: `output ${bad} is ${values[bad] ?? NaN}`,
    next: "scale the samples or the weights down: the layer leaves float32's range",
  });
}
