import { weightByte } from "./weight-words.ts";
import { DTypeCode } from "./records.ts";
import { INT8_OFFSET } from "./tensor-hash.ts";
import { LANES, WORD_BYTES } from "./tensor.ts";

/** The trees that a step reads from: activations, the input tensor, the constants. */
export type TreeName = "trace" | "input" | "weights";

/** The 32-byte leaf word at a place of a tree; the word of zeros where the tree has no such leaf. */
export type Words = (tree: TreeName, leaf: number) => Uint8Array;

/** Where the elements of a tensor are. */
export type Place = {
  readonly tree: TreeName;
  readonly firstLeaf: number;
  /** 1 is int8, any other number int32. */
  readonly dtype: number;
  /** Whether the bytes of a word stand in the order of weight words. */
  readonly isPermuted: boolean;
};

/** The word of a leaf that is not there. */
export const ABSENT_WORD: Uint8Array = new Uint8Array(WORD_BYTES);

/** The leaf that holds element `index`. */
export function leafOf({ firstLeaf, dtype }: Place, index: number): number {
  return firstLeaf + Math.floor(index / lanesOf(dtype));
}

/** Element number `index` of a tensor, read from its leaf word. */
export function elementIn(words: Words, place: Place, index: number): number {
  const word = words(place.tree, leafOf(place, index));
  const lane = index % lanesOf(place.dtype);
  if (place.dtype === DTypeCode.int8) return (word[place.isPermuted ? weightByte(lane) : lane] ?? 0) - INT8_OFFSET;
  const at = 4 * lane;
  return ((word[at] ?? 0) << 24) | ((word[at + 1] ?? 0) << 16) | ((word[at + 2] ?? 0) << 8) | (word[at + 3] ?? 0);
}

/** Elements in a word, by the number of their type. */
export function lanesOf(dtype: number): number {
  return dtype === DTypeCode.int8 ? LANES.int8 : LANES.int32;
}

/** Word number `leaf` of a tree's words. */
export function wordAt(words: Uint8Array, leaf: number): Uint8Array {
  const start = leaf * WORD_BYTES;
  return start < words.length ? words.subarray(start, start + WORD_BYTES) : ABSENT_WORD;
}
