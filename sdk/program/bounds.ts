import { Kernel, Source, termsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { ReduceVariant } from "./variants.ts";
import type { Constants } from "./weights.ts";

/** The largest magnitude of a record's elements, by the bounds that it clamps to or those of its type. */
export function magnitudeOf({ lo, hi }: OperatorRecord): number {
  return Math.max(Math.abs(lo), Math.abs(hi));
}

/** Whether the kernel adds up: only then a record declares a bound. */
export function accumulates({ kernel, variant }: OperatorRecord): boolean {
  if (kernel === Kernel.DOT) return true;
  return kernel === Kernel.REDUCE && (variant === ReduceVariant.SUM || variant === ReduceVariant.SQUARES);
}

/**
 * The largest magnitude that a record's accumulator can reach, whatever the input; 0 if it has none. In doubles: exact up
 * to 2^53, and never rounded below a bound that it exceeds.
 *
 * - DOT with weights: over all rows, Σ|w| · max|a| + |bias|; with two tensors: terms · max|a| · max|b|.
 * - REDUCE: terms · max|a| for sums, terms · max|a|² for sums of squares.
 *
 * @param a the record that made operand A, and `b` the one that made operand B where that is a tensor.
 */
export function accumulatorBound(
  record: OperatorRecord,
  constants: Constants,
  a: OperatorRecord | undefined,
  b: OperatorRecord | undefined,
): number {
  if (!accumulates(record)) return 0;
  if (a === undefined) return Infinity;
  const most = magnitudeOf(a);
  if (record.kernel === Kernel.REDUCE) {
    return termsOf(record) * (record.variant === ReduceVariant.SQUARES ? most * most : most);
  }
  if (record.b.source === Source.WEIGHTS) return rowsBound(record, constants, most);
  return b === undefined ? Infinity : termsOf(record) * most * magnitudeOf(b);
}

function rowsBound(record: OperatorRecord, { elements, bias }: Constants, most: number): number {
  const row = record.b.strides[3];
  let bound = 0;
  for (let start = 0; start < elements.length; start += row) {
    let sum = 0;
    for (let term = start; term < start + row; term++) sum += Math.abs(elements[term] ?? 0);
    bound = Math.max(bound, sum * most + Math.abs(bias[start / row] ?? 0));
  }
  return bound;
}
