import { coordinatesOf } from "./index-map.ts";
import { ProgramError } from "./errors.ts";
import { DTypeCode, Flag, Kernel } from "./records.ts";
import type { Four, Operand, OperatorRecord } from "./records.ts";
import { clamp, rescale } from "./rescale.ts";

// The definition of every kernel, one element at a time. It is total: any record and any operands give a value. The
// executor computes whole tensors faster and is tested to agree.

/** Access to the operands' elements. An index given to these is always inside the operand. */
export type Operands = {
  readonly a: (index: number) => number;
  readonly b: (index: number) => number;
  /** The int32 bias at a coordinate of the last output dimension. */
  readonly bias: (coordinate: number) => number;
};

/**
 * The element at row-major `position` of a record's tensor.
 * @throws ProgramError `KERNEL_NOT_SUPPORTED` for kernels other than DOT and ARGMAX. (INPUT has no operands: its elements
 * are the input's.)
 */
export function evaluate(record: OperatorRecord, position: number, operands: Operands): number {
  switch (record.kernel) {
    case Kernel.DOT:
      return dot(record, position, operands);
    case Kernel.ARGMAX:
      return argMax(record, position, operands);
    default:
      throw new ProgramError({
        code: "KERNEL_NOT_SUPPORTED",
        what: `kernel ${record.kernel} has no operands to compute from, or is not implemented`,
        next: "use a program of INPUT, DOT and ARGMAX records",
      });
  }
}

/** Σ a·b + bias mod 2^32, then rescaled and clamped if the record says so. */
function dot(record: OperatorRecord, position: number, { a, b, bias }: Operands): number {
  const at = coordinatesOf(position, record.shape);
  let acc = (record.flags & Flag.BIAS) === 0 ? 0 : bias(at[3]) | 0;
  for (const term of terms(record, at)) {
    acc = (acc + Math.imul(read(record.a, a, term.a), read(record.b, b, term.b))) | 0;
  }
  return finish(record, acc);
}

/** Number of the term with the largest value, the lowest one if there are several. */
function argMax(record: OperatorRecord, position: number, { a }: Operands): number {
  let best = 0;
  let largest: number | undefined;
  let number = 0;
  for (const term of terms(record, coordinatesOf(position, record.shape))) {
    const value = read(record.a, a, term.a);
    if (largest === undefined || value > largest) {
      largest = value;
      best = number;
    }
    number += 1;
  }
  return finish(record, best | 0);
}

/** An int32 accumulator as an element: rescaled and clamped if the record says so, then mod 2^8 or 2^32. */
export function finish({ flags, multiplier, shift, lo, hi, dtype }: OperatorRecord, acc: number): number {
  const value = (flags & Flag.RESCALE) === 0 ? acc : clamp(rescale(acc, multiplier, shift), lo, hi);
  return dtype === DTypeCode.int8 ? (value << 24) >> 24 : value;
}

/** Element numbers of both operands, term by term in row-major order of the reduction coordinates, not yet clamped. */
function* terms({ reduce, a, b }: OperatorRecord, at: Four): Generator<{ readonly a: bigint; readonly b: bigint }> {
  const startA = startExact(a, at);
  const startB = startExact(b, at);
  for (let r0 = 0; r0 < reduce[0]; r0++) {
    for (let r1 = 0; r1 < reduce[1]; r1++) {
      for (let r2 = 0; r2 < reduce[2]; r2++) {
        yield { a: startA + offsetExact(a, r0, r1, r2), b: startB + offsetExact(b, r0, r1, r2) };
      }
    }
  }
}

/** The operand's element, the index clamped to 0 … length − 1; an operand without elements reads as zeros. */
function read({ length }: Operand, element: (index: number) => number, index: bigint): number {
  if (length === 0) return 0;
  if (index < 0n) return element(0);
  return element(index >= BigInt(length) ? length - 1 : Number(index));
}

// Index arithmetic is exact: a stride times a coordinate may pass 2^53 in a record that no compiler wrote.

function startExact({ base, strides }: Operand, at: Four): bigint {
  return strides.reduce((sum, stride, d) => sum + BigInt(stride) * BigInt(at[d] ?? 0), BigInt(base));
}

function offsetExact({ reduceStrides: [s0, s1, s2] }: Operand, r0: number, r1: number, r2: number): bigint {
  return BigInt(s0) * BigInt(r0) + BigInt(s1) * BigInt(r1) + BigInt(s2) * BigInt(r2);
}
