import { ProgramError } from "./errors.ts";

/** A big-endian number at a fixed place of a record or header. */
export type Field = { readonly at: number; readonly type: "u8" | "u32" | "i32" | "f64" };

const RANGES = {
  u8: { bytes: 1, min: 0, max: 255 },
  u32: { bytes: 4, min: 0, max: 4_294_967_295 },
  i32: { bytes: 4, min: -2_147_483_648, max: 2_147_483_647 },
} as const;

/**
 * Writes `value` into `view` at the field's place.
 * @throws ProgramError `FIELD_OUT_OF_RANGE` when the field cannot hold it: a field never wraps silently.
 */
export function writeField(view: DataView, name: string, { at, type }: Field, value: number): void {
  if (type === "f64") {
    view.setFloat64(at, value);
    return;
  }
  const { bytes, min, max } = RANGES[type];
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new ProgramError({
      code: "FIELD_OUT_OF_RANGE",
      what: `${name} = ${value} is outside ${min} … ${max}`,
      next: "split the model: the program format has no room for this number",
    });
  }
  // Two's complement of the field's width: one setter for both signs.
  if (bytes === 1) view.setUint8(at, value);
  else view.setInt32(at, value);
}

/** Reads the field. */
export function readField(view: DataView, { at, type }: Field): number {
  switch (type) {
    case "u8":
      return view.getUint8(at);
    case "u32":
      return view.getUint32(at);
    case "i32":
      return view.getInt32(at);
    case "f64":
      return view.getFloat64(at);
  }
}

/** A view over exactly the bytes of `data`, which may itself be a part of a larger buffer. */
export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
