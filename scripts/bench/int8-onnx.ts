import { SuiteError } from "../../sdk/errors.ts";
import type { ConvNode, DenseNode, FloatGraph, FloatNode, Window } from "../../sdk/program/graph.ts";
import { bytes, floats, int32s, integer, integers, valueInfo } from "../../models/trainer/onnx-parts.ts";
import { DataType, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import type { Quantisation } from "../../sdk/program/quantise.ts";
import { quantised } from "../../sdk/program/scales.ts";

/** Names of the input, uint8 with the program's input scale and its zero at 0, and of the output, int64 [1]. */
export const INPUT = "input";
export const OUTPUT = "class";

/** Where QGemm is defined: ONNX Runtime's own operators. */
const RUNTIME = "com.microsoft";

/** One operator: its first input is the value before it, the others are constants. */
type Step = Pick<OnnxNode, "opType" | "domain" | "attribute"> & { readonly constants: readonly OnnxTensor[] };

/**
 * Writes a program's network as int8 ONNX, for comparison: the same int8 weights, scales and biases, in the operators that ONNX
 * Runtime's own quantiser uses. Values between layers are uint8 with their zero at 0, so that ReLU is their lower bound and costs
 * nothing, as it does in the program.
 *
 * @param graph dense layers and convolutions, all but the last followed by ReLU, with pooling and reshapes between them and an
 * argMax at the end. Its input must not be negative.
 * @throws SuiteError BENCH_NETWORK for any other node.
 */
export function encodeInt8(graph: FloatGraph, quantisation: Quantisation): Uint8Array {
  const initializer: OnnxTensor[] = [];
  const node: OnnxNode[] = [];
  let current = INPUT;
  for (const [index, { op }] of graph.nodes.entries()) {
    // The input is given, and a ReLU is part of the layer before it.
    if (op === "input" || (op === "clip" && isHidden(graph, index - 1))) continue;
    const { constants, ...step } = stepOf(graph, quantisation, index);
    const named = constants.map((tensor, at) => ({ ...tensor, name: `constant${index}.${at}` }));
    const output = op === "argMax" ? OUTPUT : `value${index}`;
    initializer.push(...named);
    node.push({ ...step, name: `${op}${index}`, input: [current, ...named.map(({ name }) => name)], output: [output] });
    current = output;
  }
  return encodeModel({
    irVersion: 8n,
    opsetImport: [
      { domain: "", version: 17n },
      { domain: RUNTIME, version: 1n },
    ],
    metadataProps: [],
    graph: {
      name: "int8",
      node,
      initializer,
      input: [valueInfo(INPUT, DataType.UINT8, [1, ...(graph.nodes[0]?.shape ?? [])])],
      output: [valueInfo(OUTPUT, DataType.INT64, [1])],
      valueInfo: [],
    },
  });
}

function stepOf(graph: FloatGraph, quantisation: Quantisation, index: number): Step {
  const node = graph.nodes[index];
  if (node?.op === "dense") {
    const { input, weights, bias, result } = constantsOf(quantisation, index, node, [node.bias.length]);
    // Without scale and zero of a result it is float32: what the argMax looks at.
    const scaled = isHidden(graph, index) ? result : [];
    const constants = [...input, ...weights, bias, ...scaled];
    return { opType: "QGemm", domain: RUNTIME, attribute: [integer("transB", 1)], constants };
  }
  if (node?.op === "conv" && isHidden(graph, index) && node.groups === 1) {
    const [height, width] = node.window.kernel;
    const { input, weights, bias, result } = constantsOf(quantisation, index, node, [node.bias.length, height, width]);
    const constants = [...input, ...weights, ...result, bias];
    return { opType: "QLinearConv", attribute: windowAttributes(node.window), constants };
  }
  if (node?.op === "maxPool") return { opType: "MaxPool", attribute: windowAttributes(node.window), constants: [] };
  if (node?.op === "reshape") return { opType: "Flatten", attribute: [integer("axis", 1)], constants: [] };
  if (node?.op === "argMax") {
    return { opType: "ArgMax", attribute: [integer("axis", 1), integer("keepdims", 0)], constants: [] };
  }
  throw refusal(node);
}

/** Scale, zero and, for weights, values of what a layer reads and makes; `dims` lacks the second dimension of the weights. */
function constantsOf(
  { layers, values }: Quantisation,
  index: number,
  { node, a, weights, bias }: DenseNode | ConvNode,
  [rows = 1, ...kernel]: readonly number[],
) {
  const layer = layers.find((report) => report.node === node);
  const inputScale = values[a]?.scale ?? NaN;
  const weightScale = layer?.weightScale ?? NaN;
  const depth = weights.length / kernel.reduce((product, size) => product * size, rows);
  const scaled = Int8Array.from(weights, (weight) => quantised(weight, weightScale));
  const biases = Int32Array.from(bias, (value) => Math.round(value / (inputScale * weightScale)));
  const scale = (value: number): OnnxTensor => floats("", [], Float32Array.of(value));
  const zero = bytes("", [], Uint8Array.of(0));
  return {
    input: [scale(inputScale), zero],
    weights: [bytes("", [rows, depth, ...kernel], scaled), scale(weightScale), bytes("", [], Int8Array.of(0))],
    bias: int32s("", [rows], biases),
    result: [scale(values[index]?.scale ?? NaN), zero],
  };
}

/** True for a layer with a ReLU behind it. */
function isHidden({ nodes }: FloatGraph, index: number): boolean {
  const [layer, next] = [nodes[index], nodes[index + 1]];
  return (
    (layer?.op === "dense" || layer?.op === "conv") && next?.op === "clip" && next.min === 0 && next.max === Infinity
  );
}

function windowAttributes({ kernel, strides, pads, dilations }: Window): OnnxAttribute[] {
  return [
    integers("kernel_shape", kernel),
    integers("strides", strides),
    integers("pads", pads),
    integers("dilations", dilations),
  ];
}

function refusal(node: FloatNode | undefined): SuiteError {
  return new SuiteError({
    code: "BENCH_NETWORK",
    what: `${node?.node ?? "nothing"} (${node?.op ?? "no node"}) has no int8 counterpart here`,
    next: "compare networks of dense layers, convolutions, pooling and ReLU that end in an argMax",
  });
}
