import { ProgramError } from "../errors.ts";
import { DataType } from "./messages.ts";
import type { OnnxValueInfo } from "./messages.ts";
import type { Computed, Scope } from "./scope.ts";

/**
 * The value that the graph's output names, which must be computed and of the type and shape that the graph declares.
 * @throws ProgramError `ONNX_UNDEFINED_INPUT`, `ONNX_UNSUPPORTED_GRAPH`, `ONNX_UNSUPPORTED_TYPE` or `SHAPE_MISMATCH`.
 */
export function checkedOutput(output: OnnxValueInfo, scope: Scope): Computed {
  const { name = "" } = output;
  const node = `output "${name}"`;
  const meaning = scope.meaningOf(name);
  if (meaning === undefined || "constant" in meaning) {
    throw new ProgramError({
      code: meaning === undefined ? "ONNX_UNDEFINED_INPUT" : "ONNX_UNSUPPORTED_GRAPH",
      node,
      what: meaning === undefined ? "no node computes it" : "it is a constant",
      next: "export the model with an output that depends on its input",
    });
  }
  const { isIndex, dims: computed } = meaning.computed;
  const { elemType, shape } = output.type?.tensorType ?? {};
  const type = isIndex ? DataType.INT64 : DataType.FLOAT;
  if (elemType !== undefined && elemType !== type) {
    const what = `it is declared as element type ${elemType} and computed as ${type}`;
    throw new ProgramError({ code: "ONNX_UNSUPPORTED_TYPE", node, what, next: "export the model again" });
  }
  const dims = shape?.dim ?? [];
  const fits = dims.every(({ dimValue }, index) => dimValue === undefined || Number(dimValue) === computed[index]);
  if (shape !== undefined && (dims.length !== computed.length || !fits)) {
    const declared = dims.map(({ dimValue, dimParam }) => dimValue?.toString() ?? dimParam ?? "?").join(", ");
    const what = `it is declared as [${declared}] and computed as [${computed.join(", ")}]`;
    throw new ProgramError({ code: "SHAPE_MISMATCH", node, what, next: "export the model again" });
  }
  return meaning.computed;
}
