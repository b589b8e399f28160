import { ProgramError } from "./errors.ts";
import { merkleRoot } from "./merkle.ts";
import type { Hex } from "./merkle.ts";
import { BOUNDS, leavesOf, WORD_BYTES } from "./tensor.ts";
import type { DType, Tensor } from "./tensor.ts";

/** Added to an int8 before it is stored: its zero is the byte 0x80, and a product of stored bytes is never negative. */
export const INT8_OFFSET = 128;

/**
 * A tensor's leaf words: 32 bytes each, lane 0 in the most significant (first) byte. int8 is stored as value + 128 in 32
 * lanes, int32 as big-endian two's complement in 8 lanes. Lanes past the end hold the type's zero (0x80, or 0).
 * @throws ProgramError `TENSOR_INVALID` when the tensor has no element: it would have no leaf to dispute.
 */
export function encodeTensor(tensor: Tensor): Uint8Array {
  const { dtype, values } = tensor;
  const words = new Uint8Array(leavesOf(dtype, checkedLength(values.length)) * WORD_BYTES);
  if (dtype === "int8") {
    words.fill(INT8_OFFSET);
    values.forEach((value, lane) => (words[lane] = value + INT8_OFFSET));
  } else {
    const view = new DataView(words.buffer);
    values.forEach((value, lane) => {
      view.setInt32(4 * lane, value);
    });
  }
  return words;
}

/**
 * Reads `length` elements back from leaf words.
 * @throws ProgramError `TENSOR_INVALID` when the number of words does not fit `length`, or a lane past the end is not
 * its type's zero: such words are no tensor's encoding.
 */
export function decodeTensor(dtype: DType, length: number, words: Uint8Array): Tensor {
  const expected = leavesOf(dtype, checkedLength(length)) * WORD_BYTES;
  if (words.length !== expected) {
    throw refusal(`${length} ${dtype} elements take ${expected} bytes of leaf words, not ${words.length}`);
  }
  const lanes = readLanes(dtype, words);
  const stray = lanes.values.subarray(length).findIndex((value) => value !== 0);
  if (stray !== -1) {
    throw refusal(`lane ${length + stray}, past the end of ${length} ${dtype} elements, is not zero`);
  }
  return lanes.dtype === "int8"
    ? { dtype: "int8", values: lanes.values.slice(0, length) }
    : { dtype: "int32", values: lanes.values.slice(0, length) };
}

/**
 * The hash of a tensor: root of the tree over its leaf words (see `encodeTensor` and `merkleRoot`). The length is not
 * part of it; the program that reads the tensor states it.
 */
export function tensorRoot(words: Uint8Array): Hex {
  return merkleRoot(words);
}

/** Every lane of the words, those past the end included. */
export function readLanes(dtype: DType, words: Uint8Array): Tensor {
  if (dtype === "int8") return { dtype, values: Int8Array.from(words, (byte) => byte - INT8_OFFSET) };
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  return { dtype, values: Int32Array.from({ length: words.length / 4 }, (_, lane) => view.getInt32(4 * lane)) };
}

function checkedLength(length: number): number {
  if (Number.isInteger(length) && length > 0 && length <= BOUNDS.int32.max) return length;
  throw refusal(`a tensor of ${length} elements has no leaf words`);
}

function refusal(what: string): ProgramError {
  return new ProgramError({
    code: "TENSOR_INVALID",
    what,
    next: "encode the tensor with encodeTensor and state the length its program declares",
  });
}
