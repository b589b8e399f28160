import type { Program } from "./program.ts";
import { DTypeCode, elementsOf, Flag, Kernel, Source, termsOf } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import { readLanes } from "./tensor-hash.ts";
import { leavesOf, WORD_BYTES } from "./tensor.ts";
import type { DType, Tensor } from "./tensor.ts";
import { Map1Variant, TABLE_ENTRIES } from "./variants.ts";
import { decodeWeightLanes } from "./weight-words.ts";

/** A well-formed record's constants in memory, lanes past their ends included. What a record does not have is empty. */
export type Constants = {
  /** The elements of the operand that lies in the weights (of a CONST its own), the permutation of DOT's rows undone. */
  readonly elements: Tensor["values"];
  readonly bias: Int32Array;
  readonly table: Int32Array;
};

/** Reads a well-formed record's constants. */
export function constantsOf(record: OperatorRecord, weights: Uint8Array): Constants {
  return {
    elements: elementsIn(record, weights),
    bias: int32At(weights, record.biasLeaf, biasesOf(record)),
    table: int32At(weights, record.tableLeaf, tableLength(record)),
  };
}

/** How many leaves each part of a record's constants takes: elements, biases, table. They follow each other in this order. */
export function constantLeaves(record: OperatorRecord): {
  readonly elements: number;
  readonly bias: number;
  readonly table: number;
} {
  const operand = weightOperand(record);
  const own = operand === undefined ? 0 : leavesOf(dtypeOf(operand.dtype), operand.length);
  return {
    elements: record.kernel === Kernel.CONST ? leavesOf(dtypeOf(record.dtype), elementsOf(record)) : own,
    bias: leavesOf("int32", biasesOf(record)),
    table: leavesOf("int32", tableLength(record)),
  };
}

/** The operand that lies in the weights; the first if both do. */
export function weightOperand({ a, b }: OperatorRecord): Operand | undefined {
  return [a, b].find(({ source }) => source === Source.WEIGHTS);
}

/** Biases of a DOT record: one for every value of o[2]·indexStride + o[3]. */
export function biasesOf({ flags, shape, b }: OperatorRecord): number {
  return (flags & Flag.BIAS) === 0 ? 0 : (shape[2] - 1) * b.indexStride + shape[3];
}

/** The element type a number stands for: 1 is int8, any other int32. */
export function dtypeOf(code: number): DType {
  return code === DTypeCode.int8 ? "int8" : "int32";
}

/** Multiply-adds of one run of the program. */
export function multiplyAddsOf({ records }: Program): number {
  return records
    .filter(({ kernel }) => kernel === Kernel.DOT)
    .reduce((sum, record) => sum + termsOf(record) * record.shape.reduce((product, dim) => product * dim, 1), 0);
}

/** Whether the record looks its results up in a table. */
export function hasTable({ kernel, variant }: OperatorRecord): boolean {
  return kernel === Kernel.MAP1 && variant === Map1Variant.TABLE;
}

function tableLength(record: OperatorRecord): number {
  return hasTable(record) ? TABLE_ENTRIES : 0;
}

function elementsIn(record: OperatorRecord, weights: Uint8Array): Tensor["values"] {
  if (record.kernel === Kernel.CONST) {
    return readLanes(dtypeOf(record.dtype), wordsAt(weights, record.firstWeightLeaf, record.weightLeaves)).values;
  }
  const operand = weightOperand(record);
  if (operand === undefined) return new Int8Array(0);
  const dtype = dtypeOf(operand.dtype);
  const words = wordsAt(weights, operand.firstLeaf, leavesOf(dtype, operand.length));
  return record.kernel === Kernel.DOT ? decodeWeightLanes(words) : readLanes(dtype, words).values;
}

function int32At(weights: Uint8Array, leaf: number, length: number): Int32Array {
  return Int32Array.from(readLanes("int32", wordsAt(weights, leaf, leavesOf("int32", length))).values);
}

function wordsAt(weights: Uint8Array, leaf: number, leaves: number): Uint8Array {
  return weights.subarray(leaf * WORD_BYTES, (leaf + leaves) * WORD_BYTES);
}
