import { ProgramError } from "../errors.ts";
import type { Dense, FloatGraph } from "../graph.ts";
import { nodeLabel } from "./attributes.ts";
import { readConstant } from "./initializers.ts";
import { DataType, decodeModel } from "./messages.ts";
import type { OnnxModel, OnnxNode, OnnxTensor, OnnxValueInfo } from "./messages.ts";
import { MAX_INPUTS, OPERATORS, sizeOf } from "./operators.ts";
import type { Flow } from "./operators.ts";
import { initializersOf, inputOf, outputOf } from "./values.ts";

/** Operator sets whose Gemm, MatMul, Add, Relu, ArgMax, Identity and Flatten mean what `operators.ts` computes. */
const OPSETS = { from: 7n, to: 25n } as const;

/**
 * Reads an ONNX file with a feed-forward float32 network; see {@link importModel}.
 * @throws ProgramError `ONNX_TRUNCATED` or `ONNX_INVALID` for bytes that are no model, and all of {@link importModel}'s.
 */
export function importOnnx(file: Uint8Array): FloatGraph {
  return importModel(decodeModel(file));
}

/**
 * Reads a chain of Gemm or MatMul (+ Add), Relu, Identity and Flatten, optionally closed by ArgMax, into a
 * {@link FloatGraph}. One input of shape [n] or [1, …] (a batch dimension without a number counts as 1), one output.
 * @throws ProgramError whose code names the reason and whose `node` names the place; `docs/programs.md` has the table.
 */
export function importModel(model: OnnxModel): FloatGraph {
  const { graph } = model;
  if (graph === undefined) {
    throw refusal("ONNX_INVALID", undefined, "the model has no graph", "export the model again");
  }
  checkOpset(model);
  const initializers = initializersOf(graph);
  const input = inputOf(graph, initializers);
  const output = outputOf(graph);
  if (input.elemType !== DataType.FLOAT) {
    const what = `its element type is ${input.elemType}, not float32 (1)`;
    throw refusal("ONNX_UNSUPPORTED_TYPE", `input "${input.name}"`, what, "export the model with a float32 input");
  }
  let flow: Flow = { ...input, layers: [], awaitsBias: false, argMax: undefined };
  let current = input.name;
  const all = new Set([input.name, ...graph.node.flatMap((node) => node.output)]);
  graph.node.forEach((node, index) => {
    const label = nodeLabel(node, index);
    const apply = operatorOf(node, label);
    if (flow.argMax !== undefined) {
      throw refusal("ONNX_UNSUPPORTED_GRAPH", label, "it follows the ArgMax", "end the graph with the ArgMax");
    }
    checkFlowsInto(node, label, current, initializers, all);
    const constant = (at: number) => constantAt(node, label, at, current, initializers);
    flow = apply(flow, { node, label, constant });
    current = node.output[0] ?? "";
  });
  checkOutput(output, current, flow);
  const [first, ...rest] = flow.layers;
  if (first === undefined) {
    const what = "the graph has no Gemm and no MatMul";
    throw refusal("ONNX_UNSUPPORTED_GRAPH", undefined, what, "export a network with at least one layer");
  }
  const layers: readonly [Dense, ...Dense[]] = [first, ...rest];
  return { inputName: input.name, inputLength: sizeOf(input.shape), layers, argMax: flow.argMax, outputName: current };
}

function operatorOf(node: OnnxNode, label: string): (typeof OPERATORS)[string] {
  const domain = node.domain ?? "";
  const operator = Object.hasOwn(OPERATORS, node.opType ?? "") ? OPERATORS[node.opType ?? ""] : undefined;
  if (operator === undefined || (domain !== "" && domain !== "ai.onnx")) {
    const what = `operator ${domain === "" ? "" : `${domain}.`}${node.opType ?? "?"} is not supported`;
    throw refusal("ONNX_UNKNOWN_OPERATOR", label, what, `use only ${Object.keys(OPERATORS).join(", ")}`);
  }
  if (node.output.length !== 1 || node.output[0] === "") {
    const what = `it has ${node.output.length} outputs`;
    throw refusal("ONNX_UNSUPPORTED_GRAPH", label, what, "use operators with exactly one output");
  }
  const most = MAX_INPUTS[node.opType ?? ""] ?? 1;
  if (node.input.length > most) {
    const what = `it has ${node.input.length} inputs, the operator takes ${most}`;
    throw refusal("ONNX_INVALID", label, what, "export the model again");
  }
  return operator;
}

/** The flow must enter at the first input (an addition's second will do), and every input must be known by now. */
function checkFlowsInto(
  node: OnnxNode,
  label: string,
  current: string,
  initializers: ReadonlyMap<string, OnnxTensor>,
  all: ReadonlySet<string>,
): void {
  for (const name of node.input) {
    if (name === "" || name === current || initializers.has(name) || !all.has(name)) continue;
    const what = `it reads "${name}", which is not the value before it ("${current}")`;
    throw refusal("ONNX_UNDEFINED_INPUT", label, what, "export a chain without branches, cycles or unsorted nodes");
  }
  const entries = node.input.filter((name) => name === current).length;
  const first = node.input[0] ?? "";
  const addsFromTheRight = node.opType === "Add" && node.input[1] === current && initializers.has(first);
  if (entries === 1 && (first === current || addsFromTheRight)) return;
  if (!initializers.has(first) && first !== current) {
    const what = `its input "${first}" is not defined anywhere`;
    throw refusal("ONNX_UNDEFINED_INPUT", label, what, "export the model again: a node or initializer is missing");
  }
  const what = `the value "${current}" enters it ${entries} times or in the wrong place`;
  throw refusal("ONNX_UNSUPPORTED_GRAPH", label, what, "let the value enter once, at the first input");
}

function constantAt(
  node: OnnxNode,
  label: string,
  at: number,
  current: string,
  initializers: ReadonlyMap<string, OnnxTensor>,
): ReturnType<typeof readConstant> | undefined {
  const name = node.input[at] ?? "";
  if (name === "" || name === current) return undefined;
  const tensor = initializers.get(name);
  if (tensor !== undefined) return readConstant(tensor);
  const what = `its input "${name}" is not an initializer`;
  throw refusal("ONNX_MISSING_INITIALIZER", label, what, "export the model with constant weights inside the graph");
}

function checkOutput(output: OnnxValueInfo, current: string, flow: Flow): void {
  const node = `output "${output.name ?? ""}"`;
  if (output.name !== current) {
    const what = `the last node produces "${current}"`;
    throw refusal("ONNX_UNSUPPORTED_GRAPH", node, what, "remove the nodes after the output, or branches beside it");
  }
  const { elemType, shape } = output.type?.tensorType ?? {};
  if (elemType !== undefined && elemType !== flow.elemType) {
    const what = `it is declared as element type ${elemType} and computed as ${flow.elemType}`;
    throw refusal("ONNX_UNSUPPORTED_TYPE", node, what, "export the model again");
  }
  const dims = shape?.dim ?? [];
  const fits = dims.every(({ dimValue }, index) => dimValue === undefined || Number(dimValue) === flow.shape[index]);
  if (shape !== undefined && (dims.length !== flow.shape.length || !fits)) {
    const declared = dims.map(({ dimValue, dimParam }) => dimValue?.toString() ?? dimParam ?? "?").join(", ");
    const what = `it is declared as [${declared}] and computed as [${flow.shape.join(", ")}]`;
    throw refusal("SHAPE_MISMATCH", node, what, "export the model again");
  }
}

function checkOpset({ opsetImport }: OnnxModel): void {
  const versions = opsetImport.filter(({ domain = "" }) => domain === "" || domain === "ai.onnx");
  const version = versions[0]?.version ?? 0n;
  if (versions.length === 1 && version >= OPSETS.from && version <= OPSETS.to) return;
  const what = `the model uses ${versions.length} versions of ONNX's operators, the first being ${version.toString()}`;
  const next = `export it for one operator set from ${OPSETS.from.toString()} to ${OPSETS.to.toString()}`;
  throw refusal("ONNX_INVALID", undefined, what, next);
}

function refusal(code: ProgramError["code"], node: string | undefined, what: string, next: string): ProgramError {
  return new ProgramError({ code, node, what, next });
}
