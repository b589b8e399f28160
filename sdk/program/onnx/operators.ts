import { ProgramError } from "../errors.ts";
import type { Dense } from "../graph.ts";
import { Attributes } from "./attributes.ts";
import type { Constant } from "./initializers.ts";
import { DataType } from "./messages.ts";
import type { OnnxNode } from "./messages.ts";

/** The value that flows through the chain: its shape and element type, and the layers that made it. */
export type Flow = {
  readonly shape: readonly number[];
  readonly elemType: number;
  readonly layers: readonly Dense[];
  /** Whether the last layer is a MatMul that an Add may still complete. */
  readonly awaitsBias: boolean;
  readonly argMax: string | undefined;
};

/** Everything an operator may look at besides the flow. */
export type Site = {
  readonly node: OnnxNode;
  readonly label: string;
  /** The constant at an input, or `undefined` where the node leaves that input out. */
  readonly constant: (input: number) => Constant | undefined;
};

/** The most inputs each operator takes. */
export const MAX_INPUTS: Readonly<Record<string, number>> = { Gemm: 3, MatMul: 2, Add: 2 };

/** What each supported operator makes of the flow. */
export const OPERATORS: Readonly<Record<string, (flow: Flow, site: Site) => Flow>> = {
  Gemm: gemm,
  MatMul: matMul,
  Add: add,
  Relu: relu,
  ArgMax: argMax,
  Identity: (flow, { node, label }) => {
    noAttributes(node, label);
    return flow;
  },
  Flatten: flatten,
};

/** Y = alpha·A·B' + beta·C with A the flow, B the weights (transposed if transB) and C the bias, if any. */
function gemm(flow: Flow, { node, label, constant }: Site): Flow {
  const attributes = new Attributes(node, label, ["alpha", "beta", "transA", "transB"]);
  if (attributes.int("transA", 0) !== 0) throw attributes.refusal("transA is set: the input would be a column");
  const alpha = attributes.float("alpha", 1);
  const beta = attributes.float("beta", 1);
  const transposed = attributes.int("transB", 0) !== 0;
  if (flow.shape.length !== 2) throw mismatch(label, `its input has ${flow.shape.length} dimensions, not 2`);
  const [rows, columns] = matrixShape(required(constant(1), label, "weights"), label);
  const [inputs, outputs] = transposed ? [columns, rows] : [rows, columns];
  const values = required(constant(1), label, "weights").values.map((weight) => alpha * weight);
  const dense = denseOf(flow, label, inputs, outputs, transposed ? values : transpose(values, inputs, outputs));
  const c = constant(2);
  const bias = c === undefined ? dense.bias : broadcast(c, outputs, label).map((value) => beta * value);
  return {
    ...flow,
    shape: [1, outputs],
    layers: [...flow.layers, checkedDense({ ...dense, bias })],
    awaitsBias: false,
  };
}

/** Y = A·B with A the flow: a Dense without bias. */
function matMul(flow: Flow, { node, label, constant }: Site): Flow {
  noAttributes(node, label);
  const weights = required(constant(1), label, "weights");
  const [inputs, outputs] = matrixShape(weights, label);
  const dense = denseOf(flow, label, inputs, outputs, transpose(weights.values, inputs, outputs));
  const shape = flow.shape.length === 1 ? [outputs] : [1, outputs];
  return { ...flow, shape, layers: [...flow.layers, dense], awaitsBias: true };
}

/** The bias of the MatMul before it. */
function add(flow: Flow, { node, label, constant }: Site): Flow {
  noAttributes(node, label);
  const last = flow.layers.at(-1);
  if (last === undefined || !flow.awaitsBias) {
    throw unsupported(label, "it does not directly follow a MatMul", "fold the addition into a layer's bias");
  }
  // Either operand of an addition may be the constant one.
  const c = required(constant(1) ?? constant(0), label, "bias");
  if (c.shape.length > flow.shape.length) throw mismatch(label, `its bias has ${c.shape.length} dimensions`);
  const layers = [...flow.layers.slice(0, -1), { ...last, bias: broadcast(c, last.outputs, label) }];
  return { ...flow, layers, awaitsBias: false };
}

/** max(y, 0), fused into the layer before it. */
function relu(flow: Flow, { node, label }: Site): Flow {
  noAttributes(node, label);
  const last = flow.layers.at(-1);
  if (last === undefined) {
    throw unsupported(label, "it stands before every layer", "apply it to the samples before they are given");
  }
  return { ...flow, layers: [...flow.layers.slice(0, -1), { ...last, relu: true }], awaitsBias: false };
}

/** The index of the largest element; the lowest such index if there are several. */
function argMax(flow: Flow, { node, label }: Site): Flow {
  const attributes = new Attributes(node, label, ["axis", "keepdims", "select_last_index"]);
  const axis = attributes.int("axis", 0);
  const rank = flow.shape.length;
  if (axis !== rank - 1 && axis !== -1) throw attributes.refusal(`axis ${axis} is not the last of ${rank} dimensions`);
  if (attributes.int("select_last_index", 0) !== 0) throw attributes.refusal("select_last_index is set");
  const keep = attributes.int("keepdims", 1) !== 0;
  const shape = [...flow.shape.slice(0, -1), ...(keep ? [1] : [])];
  return { ...flow, shape, elemType: DataType.INT64, awaitsBias: false, argMax: label };
}

/** [1, a, b …] becomes [1, a·b·…]: the elements keep their row-major order, so nothing is computed. */
function flatten(flow: Flow, { node, label }: Site): Flow {
  const attributes = new Attributes(node, label, ["axis"]);
  const axis = attributes.int("axis", 1);
  const split = axis < 0 ? axis + flow.shape.length : axis;
  if (split < 0 || split > flow.shape.length) throw attributes.refusal(`axis ${axis} is outside its input`);
  const outer = sizeOf(flow.shape.slice(0, split));
  if (outer !== 1) throw attributes.refusal(`axis ${axis} would leave ${outer} rows`);
  return { ...flow, shape: [1, sizeOf(flow.shape)] };
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

function denseOf(flow: Flow, label: string, inputs: number, outputs: number, weights: Float32Array): Dense {
  const length = flow.shape.at(-1) ?? 0;
  if (flow.shape.length > 2 || length !== inputs) {
    throw mismatch(label, `its weights take ${inputs} values and its input has shape [${flow.shape.join(", ")}]`);
  }
  return { node: label, inputs, outputs, weights, bias: new Float32Array(outputs), relu: false };
}

/** Finite constants times a finite alpha or beta may still overflow float32. */
function checkedDense(dense: Dense): Dense {
  if (dense.weights.every(Number.isFinite) && dense.bias.every(Number.isFinite)) return dense;
  throw new ProgramError({
    code: "ONNX_NOT_FINITE",
    node: dense.node,
    what: "alpha or beta takes a value out of float32's range",
    next: "export the operator with alpha = beta = 1",
  });
}

function matrixShape({ shape }: Constant, label: string): readonly [number, number] {
  const [rows, columns] = shape;
  if (rows !== undefined && columns !== undefined && shape.length === 2) return [rows, columns];
  throw mismatch(label, `its weights have shape [${shape.join(", ")}], not two dimensions`);
}

/** [rows][columns] → [columns][rows]. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? NaN);
}

/** A bias of `length` values, or one value for all of them. */
function broadcast({ shape, values }: Constant, length: number, label: string): Float32Array {
  const [only] = values;
  if (values.length === 1 && only !== undefined && shape.length <= 2) return new Float32Array(length).fill(only);
  if (values.length === length && shape.length <= 2 && shape.at(-1) === length) return values;
  throw mismatch(label, `its bias has shape [${shape.join(", ")}] and the layer ${length} outputs`);
}

function required(constant: Constant | undefined, label: string, role: string): Constant {
  if (constant !== undefined) return constant;
  throw new ProgramError({
    code: "ONNX_MISSING_INITIALIZER",
    node: label,
    what: `its ${role} are not an initializer`,
    next: "export the model with constant weights inside the graph",
  });
}

function noAttributes(node: OnnxNode, label: string): void {
  new Attributes(node, label, []);
}

function mismatch(label: string, what: string): ProgramError {
  const next = "check the shapes of the exported layer and of the layer before it";
  return new ProgramError({ code: "SHAPE_MISMATCH", node: label, what, next });
}

function unsupported(label: string, what: string, next: string): ProgramError {
  return new ProgramError({ code: "ONNX_UNSUPPORTED_GRAPH", node: label, what, next });
}
