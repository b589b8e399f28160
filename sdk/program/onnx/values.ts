import { ProgramError } from "../errors.ts";
import { checkedDimension } from "./initializers.ts";
import type { OnnxGraph, OnnxTensor, OnnxValueInfo } from "./messages.ts";

/** The one input of a graph; the leading dimension of its shape is the batch of 1 unless it has one dimension only. */
export type GraphInput = { readonly name: string; readonly elemType: number; readonly shape: readonly number[] };

/**
 * The graph's initializers by name.
 * @throws ProgramError `ONNX_DUPLICATE_NAME` when a value of the graph is defined twice.
 */
export function initializersOf(graph: OnnxGraph): ReadonlyMap<string, OnnxTensor> {
  const initializers = new Map<string, OnnxTensor>();
  for (const tensor of graph.initializer) {
    const name = tensor.name ?? "";
    if (initializers.has(name)) throw duplicate(name, "two initializers");
    initializers.set(name, tensor);
  }
  const defined = new Set<string>();
  for (const { name = "" } of graph.input) {
    if (defined.has(name)) throw duplicate(name, "two inputs");
    defined.add(name);
  }
  for (const name of graph.node.flatMap(({ output }) => output)) {
    // An output without a name is one that is left out.
    if (name === "") continue;
    if (defined.has(name) || initializers.has(name)) throw duplicate(name, "a node's output and something before it");
    defined.add(name);
  }
  return initializers;
}

/**
 * The graph's only input, initializers listed among the inputs (old exporters do that) left aside.
 * @throws ProgramError `ONNX_UNSUPPORTED_GRAPH` when there is not exactly one, `ONNX_DYNAMIC_BATCH` when its batch is a
 * number other than 1 or another dimension is only known at run time, `SHAPE_MISMATCH` when it has no shape.
 */
export function inputOf(graph: OnnxGraph, initializers: ReadonlyMap<string, OnnxTensor>): GraphInput {
  const inputs = graph.input.filter(({ name = "" }) => !initializers.has(name));
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1) {
    throw new ProgramError({
      code: "ONNX_UNSUPPORTED_GRAPH",
      what: `the graph has ${inputs.length} inputs: ${inputs.map(({ name }) => name).join(", ")}`,
      next: "export a model with exactly one input tensor",
    });
  }
  const node = `input "${input.name ?? ""}"`;
  const dims = input.type?.tensorType?.shape?.dim ?? [];
  const shape = dims.map(({ dimValue }, index) => {
    if (dimValue !== undefined) return checkedDimension(dimValue, node);
    // A batch named but not numbered takes any size: the program runs it with 1.
    if (index === 0 && dims.length > 1) return 1;
    throw dynamic(node, `dimension ${index} has no size`);
  });
  if (shape.length === 0) {
    throw new ProgramError({
      code: "SHAPE_MISMATCH",
      node,
      what: "it declares no shape",
      next: "export the model with the input's shape, for example [1, 784]",
    });
  }
  if (shape.length > 1 && shape[0] !== 1) throw dynamic(node, `its batch is ${shape[0] ?? 0}`);
  return { name: input.name ?? "", elemType: input.type?.tensorType?.elemType ?? 0, shape };
}

/**
 * The graph's only output.
 * @throws ProgramError `ONNX_SEVERAL_OUTPUTS` when there is not exactly one.
 */
export function outputOf(graph: OnnxGraph): OnnxValueInfo {
  const [output] = graph.output;
  if (output !== undefined && graph.output.length === 1) return output;
  throw new ProgramError({
    code: "ONNX_SEVERAL_OUTPUTS",
    what: `the graph has ${graph.output.length} outputs: ${graph.output.map(({ name }) => name).join(", ")}`,
    next: "export a model with exactly one output tensor",
  });
}

function duplicate(name: string, where: string): ProgramError {
  return new ProgramError({
    code: "ONNX_DUPLICATE_NAME",
    what: `the value "${name}" is the name of ${where}`,
    next: "give every value of the graph one name of its own",
  });
}

function dynamic(node: string, what: string): ProgramError {
  return new ProgramError({
    code: "ONNX_DYNAMIC_BATCH",
    node,
    what,
    next: "export the model for a batch of 1 with every other dimension fixed",
  });
}
