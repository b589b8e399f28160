import { ModelError } from "../errors.ts";
import { DataType, decodeModel, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxNode, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import { type Layer, type Network, createNetwork } from "./network.ts";
import { floats, integer, integers, readFloats, valueInfo } from "./onnx-parts.ts";
import { type LayerPlan, type Plan, windowOf } from "./plan.ts";

const IR_VERSION = 8n;
const OPSET = 17n;

/** Name of the graph's only output, int64 [1]: the class index. */
export const OUTPUT = "class";

/** Name of the graph's only input, float32 [1, features] or [1, channels, height, width]. */
export function inputNameOf({ input }: Plan): string {
  return input.length === 1 ? "features" : "image";
}

/**
 * Writes a classifier as ONNX: Gemm, Conv and MaxPool as the plan has them, Relu after all layers with weights but the last,
 * Flatten between an image and a dense layer, and ArgMax. Parameters are rounded to float32. Equal networks give equal bytes.
 *
 * @param name name of the graph.
 */
export function encodeClassifier({ plan, layers }: Network, name: string): Uint8Array {
  const initializer: OnnxTensor[] = [];
  const node: OnnxNode[] = [];
  let current = inputNameOf(plan);
  let isImage = plan.input.length > 1;
  const append = (
    step: Pick<OnnxNode, "name" | "opType" | "attribute">,
    result: string,
    ...constants: string[]
  ): void => {
    node.push({ ...step, input: [current, ...constants], output: [result] });
    current = result;
  };

  for (const [index, layer] of layers.entries()) {
    const planned = plan.layers[index];
    if (planned === undefined) continue;
    if (isImage && planned.kind === "dense") {
      append({ name: `flatten${index}`, opType: "Flatten", attribute: [integer("axis", 1)] }, `flat${index}`);
      isImage = false;
    }
    const constants = constantsOf(layer, planned, index);
    initializer.push(...constants);
    append(operatorOf(planned, index), resultOf(planned, index), ...constants.map((tensor) => tensor.name ?? ""));
    if (layer.kind === "weighted" && layer.relu) {
      append({ name: `relu${index}`, opType: "Relu", attribute: [] }, `hidden${index}`);
    }
  }
  append({ name: "choose", opType: "ArgMax", attribute: [integer("axis", 1), integer("keepdims", 0)] }, OUTPUT);

  return encodeModel({
    irVersion: IR_VERSION,
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: [],
    graph: {
      name,
      node,
      initializer,
      input: [valueInfo(inputNameOf(plan), DataType.FLOAT, [1, ...plan.input])],
      output: [valueInfo(OUTPUT, DataType.INT64, [1])],
      valueInfo: [],
    },
  });
}

/**
 * Reads a network of this plan back from what `encodeClassifier` wrote.
 *
 * @throws ModelError MODEL_INVALID for any other file, ProgramError when the bytes are no ONNX model.
 */
export function decodeClassifier(bytes: Uint8Array, plan: Plan): Network {
  const { graph } = decodeModel(bytes);
  const parameters = (graph?.initializer ?? []).flatMap((tensor) => [...readFloats(tensor)]);
  const { length } = createNetwork(plan).parameters;
  if (parameters.length === length) {
    const network = createNetwork(plan, Float64Array.from(parameters));
    // Whatever else may be in the file is compared by writing it again.
    const again = encodeClassifier(network, graph?.name ?? "");
    if (Buffer.compare(again, bytes) === 0) return network;
  }
  throw new ModelError({
    code: "MODEL_INVALID",
    what: `the file has ${parameters.length} parameters, its plan ${length}, or its graph is another one`,
    next: "pass a file that encodeClassifier wrote, with the plan of its network",
  });
}

/** The same network with each parameter rounded to float32: what a runtime computes with after reading the file. */
export function roundToFloat32({ plan, parameters }: Network): Network {
  return createNetwork(plan, parameters.map(Math.fround));
}

function operatorOf(layer: LayerPlan, index: number): Pick<OnnxNode, "name" | "opType" | "attribute"> {
  if (layer.kind === "dense") return { name: `dense${index}`, opType: "Gemm", attribute: [integer("transB", 1)] };
  const { extent, stride } = windowOf(layer);
  const attribute = [integers("kernel_shape", [extent, extent]), integers("strides", [stride, stride])];
  return layer.kind === "conv"
    ? { name: `conv${index}`, opType: "Conv", attribute }
    : { name: `pool${index}`, opType: "MaxPool", attribute };
}

function resultOf({ kind }: LayerPlan, index: number): string {
  return `${kind === "maxPool" ? "largest" : "sums"}${index}`;
}

function constantsOf(layer: Layer, planned: LayerPlan, index: number): readonly OnnxTensor[] {
  if (layer.kind === "pooling") return [];
  const { rows, terms, weights, biases } = layer;
  const extent = planned.kind === "conv" ? planned.kernel : 0;
  const dims = extent > 0 ? [rows, terms / (extent * extent), extent, extent] : [rows, terms];
  return [floats(`weights${index}`, dims, weights), floats(`biases${index}`, [rows], biases)];
}
