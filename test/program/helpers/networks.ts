import { AttributeType, DataType, encodeModel } from "../../../sdk/program/onnx/messages.ts";
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValueInfo,
} from "../../../sdk/program/onnx/messages.ts";
import type { Random } from "./random.ts";

/** A float32 initializer. */
export function tensor(name: string, dims: readonly number[], values: Iterable<number>): OnnxTensor {
  return {
    name,
    dims: dims.map(BigInt),
    dataType: DataType.FLOAT,
    floatData: [...values],
    int32Data: [],
    int64Data: [],
    externalData: [],
  };
}

/** The same initializer with its values as raw little-endian bytes. */
export function rawTensor(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  const rawData = new Uint8Array(4 * values.length);
  values.forEach((value, index) => {
    new DataView(rawData.buffer).setFloat32(4 * index, value, true);
  });
  return { ...tensor(name, dims, []), rawData };
}

/** A constant of 64-bit integers: sizes or axes. */
export function sizes(name: string, values: readonly number[]): OnnxTensor {
  const dims = [BigInt(values.length)];
  return { ...tensor(name, [], []), dims, dataType: DataType.INT64, int64Data: values.map(BigInt) };
}

export function node(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly OnnxAttribute[] = [],
): OnnxNode {
  return { opType, name: `${opType}_${output}`, input, output: [output], attribute };
}

export function int(name: string, value: number): OnnxAttribute {
  return { name, type: AttributeType.INT, i: BigInt(value), floats: [], ints: [], strings: [] };
}

export function ints(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: AttributeType.INTS, floats: [], ints: values.map(BigInt), strings: [] };
}

export function text(name: string, value: string): OnnxAttribute {
  return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value), floats: [], ints: [], strings: [] };
}

export function real(name: string, value: number): OnnxAttribute {
  return { name, type: AttributeType.FLOAT, f: value, floats: [], ints: [], strings: [] };
}

/** A graph output that declares its type and leaves its shape to the reader. */
export function result(name: string, elemType: number = DataType.FLOAT): OnnxValueInfo {
  return { name, type: { tensorType: { elemType } } };
}

/** A graph input or output; a string is a dimension that has a name and no size. */
export function value(
  name: string,
  dims: readonly (number | string)[],
  elemType: number = DataType.FLOAT,
): OnnxValueInfo {
  const dim = dims.map((d) => (typeof d === "string" ? { dimParam: d } : { dimValue: BigInt(d) }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export function model(graph: Partial<OnnxGraph>, opset = 13n): OnnxModel {
  const whole = { node: [], initializer: [], input: [], output: [], valueInfo: [], ...graph };
  return { irVersion: 8n, graph: whole, opsetImport: [{ version: opset }], metadataProps: [] };
}

/** x[1,2] → Gemm(transB) → relu → MatMul + Add → ArgMax: the smallest network with every operator. */
export function tinyModel(): OnnxModel {
  return model({
    input: [value("x", [1, 2])],
    output: [value("class", [1], DataType.INT64)],
    initializer: [
      tensor("w1", [3, 2], [0.5, -0.25, 1, 0.75, -0.5, 1]),
      tensor("b1", [3], [0.125, -0.5, 0]),
      tensor("w2", [3, 2], [1, -1, 0.5, 0.25, -0.75, 1]),
      tensor("b2", [2], [0.0625, -0.0625]),
    ],
    node: [
      node("Gemm", ["x", "w1", "b1"], "h", [int("transB", 1)]),
      node("Relu", ["h"], "r"),
      node("MatMul", ["r", "w2"], "m"),
      node("Add", ["m", "b2"], "y"),
      node("ArgMax", ["y"], "class", [int("axis", 1), int("keepdims", 0)]),
    ],
  });
}

/** The calibration samples that belong to {@link tinyModel}. */
export const TINY_SAMPLES: readonly Float32Array[] = [
  [1, 0.5],
  [-0.75, 1],
  [0.25, -1],
].map((sample) => Float32Array.from(sample));

/** A random network of dense layers with relu between them. */
export function randomModel(random: Random, sizes: readonly number[], withArgMax: boolean): Uint8Array {
  const initializer: OnnxTensor[] = [];
  const nodes: OnnxNode[] = [];
  let current = "x";
  sizes.slice(1).forEach((outputs, layer) => {
    const inputs = sizes[layer] ?? 0;
    initializer.push(tensor(`w${layer}`, [inputs, outputs], random.reals(inputs * outputs)));
    initializer.push(tensor(`b${layer}`, [outputs], random.reals(outputs)));
    nodes.push(node("Gemm", [current, `w${layer}`, `b${layer}`], `y${layer}`));
    current = `y${layer}`;
    if (layer < sizes.length - 2) {
      nodes.push(node("Relu", [current], `r${layer}`));
      current = `r${layer}`;
    }
  });
  const outputs = sizes.at(-1) ?? 0;
  if (withArgMax) nodes.push(node("ArgMax", [current], "class", [int("axis", -1)]));
  const output = withArgMax ? value("class", [1, 1], DataType.INT64) : value(current, [1, outputs]);
  return encodeModel(model({ input: [value("x", [1, sizes[0] ?? 0])], output: [output], initializer, node: nodes }));
}
