import { TableFault } from "./table.ts";

/** A NumPy array: its dimensions and its values in row-major order. */
export type NumpyArray = { readonly shape: readonly number[]; readonly values: readonly number[] | Float32Array };

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

type Read = (view: DataView, at: number) => number;

/** Element types by NumPy's own names; a byte has no order. */
const TYPES: Readonly<Record<string, { readonly bytes: number; readonly read: Read }>> = {
  "<f4": { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  "<f8": { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  "|i1": { bytes: 1, read: (view, at) => view.getInt8(at) },
  "|u1": { bytes: 1, read: (view, at) => view.getUint8(at) },
  "<i4": { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  "<i8": { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
};

/**
 * Reads a `.npy` file of version 1 to 3.
 * @throws TableFault when it is none, is in Fortran order, or holds another element type.
 */
export function parseNpy(file: Uint8Array): NumpyArray {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 12 || MAGIC.some((byte, at) => file[at] !== byte)) throw new TableFault("it is no .npy file");
  const isShort = file[6] === 1;
  const start = isShort ? 10 : 12;
  const end = start + (isShort ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder("latin1").decode(file.subarray(start, end));
  const { descr, order, dims } = HEADER.exec(header)?.groups ?? {};
  const type = Object.hasOwn(TYPES, descr ?? "") ? TYPES[descr ?? ""] : undefined;
  if (type === undefined) {
    throw new TableFault(`its elements are "${descr ?? "unknown"}", not ${Object.keys(TYPES).join(", ")}`);
  }
  if (order !== "False") throw new TableFault("it is in Fortran order: save it with numpy.ascontiguousarray");
  const shape = (dims ?? "")
    .split(",")
    .filter((dim) => dim.trim() !== "")
    .map(Number);
  const length = shape.reduce((product, dim) => product * dim, 1);
  if (file.length !== end + length * type.bytes) {
    throw new TableFault(`its shape (${shape.join(", ")}) does not take the ${file.length - end} bytes that it has`);
  }
  return { shape, values: Array.from({ length }, (_, index) => type.read(view, end + index * type.bytes)) };
}

const HEADER =
  /^\{\s*'descr':\s*'(?<descr>[^']+)',\s*'fortran_order':\s*(?<order>True|False),\s*'shape':\s*\((?<dims>[\d, ]*)\),?\s*\}/;
