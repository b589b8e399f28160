/** Element types of a program's tensors. */
export type DType = "int8" | "int32";

/** A tensor's elements in row-major order. Shapes live in the operator records. */
export type Tensor =
  { readonly dtype: "int8"; readonly values: Int8Array } | { readonly dtype: "int32"; readonly values: Int32Array };

/** Bytes in one leaf word. */
export const WORD_BYTES = 32;

/** Elements in one leaf word. */
export const LANES: Readonly<Record<DType, number>> = { int8: 32, int32: 8 };

/** Inclusive bounds of each element type. */
export const BOUNDS: Readonly<Record<DType, { readonly min: number; readonly max: number }>> = {
  int8: { min: -128, max: 127 },
  int32: { min: -2_147_483_648, max: 2_147_483_647 },
};

/** Leaf words that `length` elements fill, the last one possibly in part. */
export function leavesOf(dtype: DType, length: number): number {
  return Math.ceil(length / LANES[dtype]);
}
