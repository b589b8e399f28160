import { ProgramError } from "../errors.ts";
import type { ProgramErrorCode } from "../errors.ts";
import { viewOf } from "../fields.ts";
import { sizeOf } from "../graph.ts";
import type { Shape } from "../graph.ts";
import { DataLocation, DataType } from "./messages.ts";
import type { OnnxTensor } from "./messages.ts";

/** A constant of the graph in float32, row-major. */
export type Constant = { readonly shape: Shape; readonly values: Float32Array };

/**
 * Reads a float32 constant whose values are inside the file, an initializer's or a `Constant` node's.
 * @throws ProgramError `ONNX_EXTERNAL_DATA`, `ONNX_UNSUPPORTED_TYPE`, `SHAPE_MISMATCH` (values and dimensions disagree) or
 * `ONNX_NOT_FINITE`, each naming the constant.
 */
export function readConstant(tensor: OnnxTensor): Constant {
  const constant = readBounds(tensor);
  checkValues(tensor, constant.values, Number.isFinite);
  return constant;
}

/**
 * Reads a float32 constant that may hold infinities, as the bounds of a Clip do.
 * @throws ProgramError as {@link readConstant}, `ONNX_NOT_FINITE` for NaN only.
 */
export function readBounds(tensor: OnnxTensor): Constant {
  checkTensor(tensor, DataType.FLOAT, "float32");
  const shape = tensor.dims.map((dim) => checkedDimension(dim, labelOf(tensor)));
  const { rawData: raw } = tensor;
  const at = (index: number, view: DataView) => view.getFloat32(4 * index, true);
  const values = Float32Array.from(raw === undefined ? tensor.floatData : fromRaw(tensor, raw, 4, at));
  checkLength(tensor, shape, values.length);
  checkValues(tensor, values, (value) => !Number.isNaN(value));
  return { shape, values };
}

/**
 * Reads a list of 64-bit integers, possibly empty: the axes or sizes that some operators take as an input.
 * @throws ProgramError as {@link readConstant}; `SHAPE_MISMATCH` too when it has more than one dimension or leaves ±2^53.
 */
export function readIntegers(tensor: OnnxTensor): readonly number[] {
  checkTensor(tensor, DataType.INT64, "int64");
  const { rawData: raw } = tensor;
  const at = (index: number, view: DataView) => view.getBigInt64(8 * index, true);
  const values = (raw === undefined ? tensor.int64Data : fromRaw(tensor, raw, 8, at)).map(Number);
  checkLength(tensor, tensor.dims.map(Number), values.length);
  if (tensor.dims.length <= 1 && values.every(Number.isSafeInteger)) return values;
  const what = `it has ${tensor.dims.length} dimensions and the values ${values.slice(0, 8).join(", ")}`;
  throw refusal("SHAPE_MISMATCH", tensor, what, "give one list of sizes or axes");
}

/**
 * Reads one truth value.
 * @throws ProgramError as {@link readConstant}; `SHAPE_MISMATCH` too when it is not exactly one value.
 */
export function readFlag(tensor: OnnxTensor): boolean {
  checkTensor(tensor, DataType.BOOL, "bool");
  const values = tensor.rawData === undefined ? tensor.int32Data : [...tensor.rawData];
  checkLength(tensor, tensor.dims.map(Number), values.length);
  if (values.length === 1) return values[0] !== 0;
  throw refusal("SHAPE_MISMATCH", tensor, `it has ${values.length} values`, "give one truth value");
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

function checkTensor(tensor: OnnxTensor, type: number, typeName: string): void {
  if (tensor.dataLocation === DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    const location = tensor.externalData.find(({ key }) => key === "location")?.value ?? "another file";
    const what = `its values are kept outside the model, in ${location}`;
    throw refusal("ONNX_EXTERNAL_DATA", tensor, what, "save the model with its weights inside the file");
  }
  if (tensor.dataType === type && tensor.segment === undefined) return;
  const found = tensor.segment === undefined ? `its element type is ${tensor.dataType ?? 0}` : "it is a segment";
  const what = `${found}, not a whole tensor of ${typeName} (${type})`;
  throw refusal("ONNX_UNSUPPORTED_TYPE", tensor, what, "export the model with float32 weights and int64 sizes");
}

function checkLength(tensor: OnnxTensor, shape: Shape, length: number): void {
  const expected = sizeOf(shape);
  if (length === expected) return;
  const what = `its shape [${shape.join(", ")}] needs ${expected} values and the file has ${length}`;
  throw refusal("SHAPE_MISMATCH", tensor, what, "export the model again: the initializer is damaged");
}

function checkValues(tensor: OnnxTensor, values: Float32Array, isGood: (value: number) => boolean): void {
  const bad = values.findIndex((value) => !isGood(value));
  if (bad === -1) return;
  const next = "train the model again or remove the value: integers have no NaN and no infinity";
  throw refusal("ONNX_NOT_FINITE", tensor, `value ${bad} is ${values[bad] ?? NaN}`, next);
}

/** ONNX stores raw values little-endian, whatever the machine. */
function fromRaw<T>(
  tensor: OnnxTensor,
  raw: Uint8Array,
  bytes: number,
  at: (index: number, view: DataView) => T,
): readonly T[] {
  if (raw.length % bytes !== 0) {
    const what = `its ${raw.length} raw bytes are not whole values of ${bytes}`;
    throw refusal("SHAPE_MISMATCH", tensor, what, "export the model again: the initializer is damaged");
  }
  const view = viewOf(raw);
  return Array.from({ length: raw.length / bytes }, (_, index) => at(index, view));
}

function labelOf({ name = "" }: OnnxTensor): string {
  return `initializer "${name}"`;
}

function refusal(code: ProgramErrorCode, tensor: OnnxTensor, what: string, next: string): ProgramError {
  return new ProgramError({ code, node: labelOf(tensor), what, next });
}
