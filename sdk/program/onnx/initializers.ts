import { ProgramError } from "../errors.ts";
import { viewOf } from "../fields.ts";
import { DataLocation, DataType } from "./messages.ts";
import type { OnnxTensor } from "./messages.ts";

/** A constant of the graph in float32, row-major. */
export type Constant = { readonly shape: readonly number[]; readonly values: Float32Array };

/**
 * Reads a float32 initializer whose values are inside the file.
 * @throws ProgramError `ONNX_EXTERNAL_DATA`, `ONNX_UNSUPPORTED_TYPE`, `SHAPE_MISMATCH` (values and dimensions disagree) or
 * `ONNX_NOT_FINITE`, each naming the initializer.
 */
export function readConstant(tensor: OnnxTensor): Constant {
  const node = `initializer "${tensor.name ?? ""}"`;
  if (tensor.dataLocation === DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    const location = tensor.externalData.find(({ key }) => key === "location")?.value ?? "another file";
    throw new ProgramError({
      code: "ONNX_EXTERNAL_DATA",
      node,
      what: `its values are kept outside the model, in ${location}`,
      next: "save the model with its weights inside the file",
    });
  }
  if (tensor.dataType !== DataType.FLOAT || tensor.segment !== undefined) {
    const what = tensor.segment === undefined ? `its element type is ${tensor.dataType ?? 0}` : "it is a segment";
    throw new ProgramError({
      code: "ONNX_UNSUPPORTED_TYPE",
      node,
      what: `${what}, not a whole tensor of float32 (1)`,
      next: "export the model with float32 weights",
    });
  }
  const shape = tensor.dims.map((dim) => checkedDimension(dim, node));
  const values = tensor.rawData === undefined ? Float32Array.from(tensor.floatData) : fromRaw(tensor.rawData);
  const expected = shape.reduce((product, dim) => product * dim, 1);
  if (values.length !== expected || (tensor.rawData !== undefined && tensor.rawData.length !== 4 * expected)) {
    throw new ProgramError({
      code: "SHAPE_MISMATCH",
      node,
      what: `its shape [${shape.join(", ")}] needs ${expected} values and the file has ${values.length}`,
      next: "export the model again: the initializer is damaged",
    });
  }
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) {
    throw new ProgramError({
      code: "ONNX_NOT_FINITE",
      node,
      what: `value ${bad} is ${values[bad] ?? NaN}`,
      next: "train the model again or remove the value: integers have no NaN and no infinity",
    });
  }
  return { shape, values };
}

/** A dimension as a number. @throws ProgramError `SHAPE_MISMATCH` when it is not a positive size. */
export function checkedDimension(dim: bigint, node: string): number {
  if (dim > 0n && dim <= 0x7fffffffn) return Number(dim);
  throw new ProgramError({
    code: "SHAPE_MISMATCH",
    node,
    what: `a dimension is ${dim.toString()}`,
    next: "export the model with sizes between 1 and 2^31 − 1",
  });
}

/** ONNX stores raw values little-endian, whatever the machine. */
function fromRaw(raw: Uint8Array): Float32Array {
  const view = viewOf(raw);
  return Float32Array.from({ length: Math.floor(raw.length / 4) }, (_, index) => view.getFloat32(4 * index, true));
}
