import { argMax, clip, relu, sigmoid, softmax, tanh } from "./activations.ts";
import { add, div, mul, sub } from "./arithmetic.ts";
import { constant } from "./constant.ts";
import { concat, transpose } from "./layout.ts";
import { gemm, matMul } from "./linear.ts";
import { batchNormalization } from "./normalise.ts";
import type { Computed, Meaning } from "./scope.ts";
import { dropout, flatten, identity, reshape, squeeze, unsqueeze } from "./shapes.ts";
import type { Site } from "./site.ts";
import { averagePool, conv, globalAveragePool, globalMaxPool, maxPool } from "./windows.ts";

/** One supported operator. */
export type Operator = {
  /** The most inputs that it takes in an operator set. */
  readonly inputs: (opset: number) => number;
  /** Further outputs that a node may name as long as nothing reads them. */
  readonly spareOutputs?: number;
  readonly apply: (site: Site) => Meaning;
};

/** Supported operators by their ONNX name. */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  Add: value(2, add),
  ArgMax: value(1, argMax),
  AveragePool: value(1, averagePool),
  BatchNormalization: value(5, batchNormalization),
  Clip: value((opset) => (opset < 11 ? 1 : 3), clip),
  Concat: value(Infinity, concat),
  Constant: { inputs: () => 0, apply: constant },
  Conv: value(3, conv),
  Div: value(2, div),
  Dropout: { ...value((opset) => (opset < 12 ? 1 : 3), dropout), spareOutputs: 1 },
  Flatten: value(1, flatten),
  Gemm: value(3, gemm),
  GlobalAveragePool: value(1, globalAveragePool),
  GlobalMaxPool: value(1, globalMaxPool),
  Identity: { inputs: () => 1, apply: identity },
  MatMul: value(2, matMul),
  MaxPool: { ...value(1, maxPool), spareOutputs: 1 },
  Mul: value(2, mul),
  Relu: value(1, relu),
  Reshape: value(2, reshape),
  Sigmoid: value(1, sigmoid),
  Softmax: value(1, softmax),
  Squeeze: value((opset) => (opset < 13 ? 1 : 2), squeeze),
  Sub: value(2, sub),
  Tanh: value(1, tanh),
  Transpose: value(1, transpose),
  Unsqueeze: value((opset) => (opset < 13 ? 1 : 2), unsqueeze),
};

/** An operator whose result is always computed. */
function value(inputs: number | ((opset: number) => number), apply: (site: Site) => Computed): Operator {
  const most = typeof inputs === "number" ? () => inputs : inputs;
  return { inputs: most, apply: (site) => ({ computed: apply(site) }) };
}
