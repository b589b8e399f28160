import { startOf } from "./index-map.ts";
import { DTypeCode, Flag, Kernel, termsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import type { Program } from "./program.ts";
import { readLanes } from "./tensor-hash.ts";
import { leavesOf, WORD_BYTES } from "./tensor.ts";
import { decodeWeightLanes } from "./weight-words.ts";

/** A DOT record's constants in memory. */
export type DotWeights = {
  /** Element i of operand B, padding included, permutation undone. */
  readonly b: Int8Array;
  /** One per coordinate of the last output dimension; lanes past the end included. */
  readonly bias: Int32Array;
};

/** The constants of a well-formed DOT record. */
export function dotWeights(record: OperatorRecord, weights: Uint8Array): DotWeights {
  const b = decodeWeightLanes(wordsAt(weights, record.b.firstLeaf, leavesOf("int8", record.b.length)));
  const hasBias = (record.flags & Flag.BIAS) !== 0;
  const biasWords = hasBias ? wordsAt(weights, record.biasLeaf, leavesOf("int32", record.shape[3])) : new Uint8Array(0);
  return { b, bias: Int32Array.from(readLanes("int32", biasWords).values) };
}

/**
 * The largest magnitude an accumulator of a DOT record can reach: over all output rows, Σ|w| · max|x| + |bias|, with
 * max|x| the bound of operand A's elements. Exact: it stays below 2^53.
 */
export function accumulatorBound(record: OperatorRecord, { b, bias }: DotWeights, maxOperand: number): number {
  const { shape, reduce } = record;
  const { strides, reduceStrides } = record.b;
  // Output coordinates along which operand B does not move share their row.
  const extent = (d: 0 | 1 | 2) => (strides[d] === 0 ? 1 : shape[d]);
  let bound = 0;
  for (let c0 = 0; c0 < extent(0); c0++) {
    for (let c1 = 0; c1 < extent(1); c1++) {
      for (let c2 = 0; c2 < extent(2); c2++) {
        for (let c3 = 0; c3 < shape[3]; c3++) {
          const row = startOf(record.b, [c0, c1, c2, c3]);
          let sum = 0;
          for (let r0 = 0; r0 < reduce[0]; r0++) {
            for (let r1 = 0; r1 < reduce[1]; r1++) {
              const start = row + r0 * reduceStrides[0] + r1 * reduceStrides[1];
              for (let r2 = 0; r2 < reduce[2]; r2++) sum += Math.abs(b[start + r2 * reduceStrides[2]] ?? 0);
            }
          }
          bound = Math.max(bound, sum * maxOperand + Math.abs(bias[c3] ?? 0));
        }
      }
    }
  }
  return bound;
}

/** The largest magnitude of a record's int8 elements: 128 for an input, which may hold any byte, else its clamp's. */
export function magnitudeOf({ kernel, dtype, lo, hi }: OperatorRecord): number {
  if (kernel === Kernel.INPUT && dtype === DTypeCode.int8) return 128;
  return Math.max(Math.abs(lo), Math.abs(hi));
}

/** Multiply-adds of one run of the program. */
export function multiplyAddsOf({ records }: Program): number {
  return records
    .filter(({ kernel }) => kernel === Kernel.DOT)
    .reduce((sum, record) => sum + termsOf(record) * record.shape.reduce((product, dim) => product * dim, 1), 0);
}

function wordsAt(weights: Uint8Array, leaf: number, leaves: number): Uint8Array {
  return weights.subarray(leaf * WORD_BYTES, (leaf + leaves) * WORD_BYTES);
}
