import { ModelError } from "../errors.ts";
import { AttributeType, DataType, decodeModel, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValueInfo } from "../../sdk/program/onnx/messages.ts";
import { type Network, createNetwork } from "./network.ts";

const IR_VERSION = 8n;
const OPSET = 17n;

/** Names of the graph's only input, float32 [1, features], and only output, int64 [1]: the class index. */
export const INPUT = "features";
export const OUTPUT = "class";

/**
 * Writes a classifier as ONNX: Gemm, Relu, …, Gemm, ArgMax. Parameters are rounded to float32. Equal networks give equal bytes.
 *
 * @param name name of the graph.
 */
export function encodeClassifier(network: Network, name: string): Uint8Array {
  const [inputs = 0] = network.sizes;
  const initializer: OnnxTensor[] = [];
  const node: OnnxNode[] = [];
  let current = INPUT;
  for (const [index, layer] of network.layers.entries()) {
    const [weights, biases, sums] = [`weights${index}`, `biases${index}`, `sums${index}`];
    initializer.push(floats(weights, [layer.outputs, layer.inputs], layer.weights));
    initializer.push(floats(biases, [layer.outputs], layer.biases));
    node.push(operator(`dense${index}`, "Gemm", [current, weights, biases], sums, [integer("transB", 1n)]));
    current = sums;
    if (index === network.layers.length - 1) break;
    current = `hidden${index}`;
    node.push(operator(`relu${index}`, "Relu", [sums], current, []));
  }
  node.push(operator("choose", "ArgMax", [current], OUTPUT, [integer("axis", 1n), integer("keepdims", 0n)]));

  return encodeModel({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: [],
    graph: {
      name,
      node,
      initializer,
      input: [valueInfo(INPUT, DataType.FLOAT, [1, inputs])],
      output: [valueInfo(OUTPUT, DataType.INT64, [1])],
      valueInfo: [],
    },
  });
}

/**
 * Reads a network back from what `encodeClassifier` wrote.
 *
 * @throws ModelError MODEL_INVALID for any other graph, ProgramError when the bytes are no ONNX model.
 */
export function decodeClassifier(bytes: Uint8Array): Network {
  const { graph } = decodeModel(bytes);
  const tensors = graph?.initializer ?? [];
  const matrices = tensors.filter(({ dims }) => dims.length === 2).map(({ dims }) => dims.map(Number));
  const sizes = [...matrices.slice(0, 1).map(([, inputs = 0]) => inputs), ...matrices.map(([outputs = 0]) => outputs)];
  const parameters = tensors.flatMap(({ rawData }) => [...readFloats(rawData ?? new Uint8Array())]);
  const operators = graph?.node.map(({ opType }) => opType).join(" ");
  const expected = [...matrices.slice(1).map(() => "Gemm Relu"), "Gemm ArgMax"].join(" ");
  if (operators !== expected || tensors.length !== 2 * matrices.length) {
    throw new ModelError({
      code: "MODEL_INVALID",
      what: `the graph is ${operators ?? "missing"} with ${tensors.length} tensors, not ${expected}`,
      next: "pass a file that encodeClassifier wrote",
    });
  }
  return createNetwork(sizes, Float64Array.from(parameters));
}

/** The same network with each parameter rounded to float32: what a runtime computes with after reading the file. */
export function roundToFloat32({ sizes, parameters }: Network): Network {
  return createNetwork(sizes, parameters.map(Math.fround));
}

function floats(name: string, dims: readonly number[], values: Float64Array): OnnxTensor {
  // ONNX raw data is little-endian; a typed array would follow the machine.
  const view = new DataView(new ArrayBuffer(4 * values.length));
  for (const [i, value] of values.entries()) view.setFloat32(4 * i, value, true);
  return {
    name,
    dims: dims.map(BigInt),
    dataType: DataType.FLOAT,
    rawData: new Uint8Array(view.buffer),
    floatData: [],
    int32Data: [],
    int64Data: [],
    externalData: [],
  };
}

function readFloats(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}

function operator(name: string, opType: string, input: string[], output: string, attribute: OnnxAttribute[]): OnnxNode {
  return { name, opType, input, output: [output], attribute };
}

function integer(name: string, i: bigint): OnnxAttribute {
  return { name, type: AttributeType.INT, i, floats: [], ints: [], strings: [] };
}

function valueInfo(name: string, elemType: number, dims: readonly number[]): OnnxValueInfo {
  return { name, type: { tensorType: { elemType, shape: { dim: dims.map((dim) => ({ dimValue: BigInt(dim) })) } } } };
}
