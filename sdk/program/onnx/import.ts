import { ProgramError } from "../errors.ts";
import type { FloatGraph } from "../graph.ts";
import { nodeLabel } from "./attributes.ts";
import { GraphBuilder } from "./builder.ts";
import { DataType, decodeModel } from "./messages.ts";
import type { OnnxModel, OnnxNode } from "./messages.ts";
import { OPERATORS } from "./operators.ts";
import type { Operator } from "./operators.ts";
import { checkedOutput } from "./output.ts";
import { Scope } from "./scope.ts";
import { Site } from "./site.ts";
import { initializersOf, inputOf, outputOf } from "./values.ts";
import type { GraphInput } from "./values.ts";

/** Operator sets whose operators mean what this importer computes. */
const OPSETS = { from: 7, to: 25 } as const;

/**
 * Reads an ONNX file with a float32 network; see {@link importModel}.
 * @throws ProgramError `ONNX_TRUNCATED` or `ONNX_INVALID` for bytes that are no model, and all of {@link importModel}'s.
 */
export function importOnnx(file: Uint8Array): FloatGraph {
  return importModel(decodeModel(file));
}

/**
 * Reads a graph of the operators in {@link OPERATORS}, branches included, with one input of shape [n] or [1, …] (a batch
 * dimension without a number counts as 1) and one output.
 * @throws ProgramError whose code names the reason and whose `node` names the place; `docs/programs.md` has the table.
 */
export function importModel(model: OnnxModel): FloatGraph {
  const { graph } = model;
  if (graph === undefined) {
    throw refusal("ONNX_INVALID", undefined, "the model has no graph", "export the model again");
  }
  const opset = opsetOf(model);
  const initializers = initializersOf(graph);
  const input = inputOf(graph, initializers);
  const output = outputOf(graph);
  const scope = new Scope(graph, initializers);
  const builder = new GraphBuilder();
  addInput(input, scope, builder);
  graph.node.forEach((node, index) => {
    const label = nodeLabel(node, index);
    const operator = operatorOf(node, label, opset);
    const meaning = operator.apply(new Site(node, label, opset, scope, builder));
    checkOutputs(node, label, operator, scope, "computed" in meaning);
    scope.define(node.output[0] ?? "", meaning);
  });
  const { value } = checkedOutput(output, scope);
  if (value === 0) {
    const next = "export a network with at least one layer";
    throw refusal("ONNX_UNSUPPORTED_GRAPH", undefined, "the graph computes nothing of its input", next);
  }
  return { inputName: input.name, outputName: output.name ?? "", nodes: builder.nodes };
}

function addInput({ name, elemType, shape: dims }: GraphInput, scope: Scope, builder: GraphBuilder): void {
  const node = `input "${name}"`;
  if (elemType !== DataType.FLOAT) {
    const what = `its element type is ${elemType}, not float32 (1)`;
    throw refusal("ONNX_UNSUPPORTED_TYPE", node, what, "export the model with a float32 input");
  }
  const shape = dims.length > 1 ? dims.slice(1) : dims;
  const value = builder.add({ node, op: "input", shape });
  scope.define(name, { computed: { value, dims, isIndex: false, isShared: scope.usesOf(name) !== 1 } });
}

function operatorOf(node: OnnxNode, label: string, opset: number): Operator {
  const { domain = "", opType = "?" } = node;
  const operator = Object.hasOwn(OPERATORS, opType) ? OPERATORS[opType] : undefined;
  if (operator === undefined || (domain !== "" && domain !== "ai.onnx")) {
    const what = `operator ${domain === "" ? "" : `${domain}.`}${opType} is not supported`;
    const next = `use only ${Object.keys(OPERATORS).join(", ")}; fixed input sizes let exporters fold Shape and its like`;
    throw refusal("ONNX_UNKNOWN_OPERATOR", label, what, next);
  }
  const most = operator.inputs(opset);
  if (node.input.length <= most) return operator;
  const what = `it has ${node.input.length} inputs, the operator takes ${most} in operator set ${opset}`;
  throw refusal("ONNX_INVALID", label, what, "export the model again");
}

/** One result, which is used; a constant that nobody reads does no harm. */
function checkOutputs(
  { output }: OnnxNode,
  label: string,
  { spareOutputs = 0 }: Operator,
  scope: Scope,
  isComputed: boolean,
): void {
  const [first = "", ...others] = output;
  const spare = others.filter((name) => name !== "");
  const read = spare.find((name) => scope.usesOf(name) > 0);
  if (first === "" || read !== undefined || spare.length > spareOutputs) {
    const what = `it has the outputs ${output.map((name) => `"${name}"`).join(", ")}`;
    throw refusal("ONNX_UNSUPPORTED_GRAPH", label, what, "use operators with exactly one output");
  }
  if (!isComputed || scope.usesOf(first) > 0) return;
  const next = "remove the nodes after the output, or branches beside it";
  throw refusal("ONNX_UNSUPPORTED_GRAPH", label, `nothing reads its result "${first}"`, next);
}

function opsetOf({ opsetImport }: OnnxModel): number {
  const versions = opsetImport.filter(({ domain = "" }) => domain === "" || domain === "ai.onnx");
  const version = Number(versions[0]?.version ?? 0n);
  if (versions.length === 1 && version >= OPSETS.from && version <= OPSETS.to) return version;
  const what = `the model uses ${versions.length} versions of ONNX's operators, the first being ${version}`;
  throw refusal("ONNX_INVALID", undefined, what, `export it for one operator set from ${OPSETS.from} to ${OPSETS.to}`);
}

function refusal(code: ProgramError["code"], node: string | undefined, what: string, next: string): ProgramError {
  return new ProgramError({ code, node, what, next });
}
