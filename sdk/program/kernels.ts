import { combined, factorsOf, reciprocalRoot, settled, shifted } from "./arithmetic.ts";
import { coordinatesOf } from "./index-map.ts";
import { DTypeCode, elementsOf, Flag, Kernel, Source } from "./records.ts";
import type { Four, Operand, OperatorRecord } from "./records.ts";
import { GatherVariant, Map1Variant, ReduceVariant, TABLE_ENTRIES, VARIANTS } from "./variants.ts";
import { elementIn } from "./words.ts";
import type { TreeName, Words } from "./words.ts";

// The definition of every kernel, one element at a time, from nothing but the record and leaf words. It is total: any 256
// bytes as record and any words give a value. The executor computes whole tensors faster and is tested to agree.

/**
 * The element at row-major `position` of a record's tensor; 0 in a lane past the tensor's end and for a kernel or variant
 * that does not exist.
 * @param words the leaf words it reads: asked for only what this element depends on.
 */
export function evaluate(record: OperatorRecord, position: number, words: Words): number {
  const { kernel, variant, dtype, firstWeightLeaf } = record;
  if (position >= elementsOf(record) || variant >= (VARIANTS[kernel] ?? 0)) return 0;
  if (kernel === Kernel.INPUT) {
    return elementIn(words, { tree: "input", firstLeaf: 0, dtype, isPermuted: false }, position);
  }
  if (kernel === Kernel.CONST) {
    return elementIn(words, { tree: "weights", firstLeaf: firstWeightLeaf, dtype, isPermuted: false }, position);
  }
  return settled(record, valueOf(record, coordinatesOf(position, record.shape), words));
}

/** The result before it is clamped. */
function valueOf(record: OperatorRecord, at: Four, words: Words): bigint {
  const factors = factorsOf(record);
  if (record.kernel === Kernel.MAP2) {
    const [a, b] = [elementOf(record, "a", at, words), elementOf(record, "b", at, words)];
    return combined(record.variant, a, b, factors);
  }
  return shifted(unscaled(record, at, words) * factors.m, factors.shift);
}

function unscaled(record: OperatorRecord, at: Four, words: Words): bigint {
  switch (record.kernel) {
    case Kernel.DOT:
      return dot(record, at, words);
    case Kernel.REDUCE:
      return reduced(record, at, words);
    case Kernel.MAP1:
      return mapped(record, elementOf(record, "a", at, words), words);
    case Kernel.GATHER:
      return gathered(record, at, words);
    case Kernel.ARGMAX:
      return argMax(record, at, words);
    default:
      return elementOf(record, "b", at, words) === 0n ? BigInt(record.fill) : elementOf(record, "a", at, words);
  }
}

/** Σ a·b + bias, mod 2^32. */
function dot(record: OperatorRecord, at: Four, words: Words): bigint {
  let sum = (record.flags & Flag.BIAS) === 0 ? 0n : biasOf(record, at, words);
  const b = terms(record, "b", at, words);
  for (const element of terms(record, "a", at, words)) sum += element * (b.next().value ?? 0n);
  return BigInt.asIntN(32, sum);
}

/** Bias number o[2]·indexStride of b + o[3], not below 0. */
function biasOf({ biasLeaf, b }: OperatorRecord, at: Four, words: Words): bigint {
  // Less than 2^63 + 2^32 in whole numbers; past 2^53 it is rounded, and far behind the last leaf of any tree.
  const number = Math.max(at[2] * b.indexStride + at[3], 0);
  return BigInt(
    elementIn(words, { tree: "weights", firstLeaf: biasLeaf, dtype: DTypeCode.int32, isPermuted: false }, number),
  );
}

/** Sum or sum of squares, mod 2^32, or the largest or smallest term; 0 of no terms. */
function reduced(record: OperatorRecord, at: Four, words: Words): bigint {
  let result: bigint | undefined;
  for (const element of terms(record, "a", at, words)) result = folded(record.variant, result, element);
  return BigInt.asIntN(32, result ?? 0n);
}

function folded(variant: number, result: bigint | undefined, element: bigint): bigint {
  switch (variant) {
    case ReduceVariant.SUM:
      return (result ?? 0n) + element;
    case ReduceVariant.SQUARES:
      return (result ?? 0n) + element * element;
    case ReduceVariant.MAX:
      return result === undefined || element > result ? element : result;
    default:
      return result === undefined || element < result ? element : result;
  }
}

/** The element, its entry in the table (entry 0 stands for `fill`), or its reciprocal root. */
function mapped(record: OperatorRecord, element: bigint, words: Words): bigint {
  switch (record.variant) {
    case Map1Variant.SAME:
      return element;
    case Map1Variant.TABLE: {
      const entry = clampedIndex(element - BigInt(record.fill), TABLE_ENTRIES);
      const table = {
        tree: "weights",
        firstLeaf: record.tableLeaf,
        dtype: DTypeCode.int32,
        isPermuted: false,
      } as const;
      return BigInt(elementIn(words, table, entry));
    }
    default:
      return reciprocalRoot(element);
  }
}

/** An element of a; outside the window one of b, or `fill` if there is no b; or of the row of a that b names. */
function gathered(record: OperatorRecord, at: Four, words: Words): bigint {
  switch (record.variant) {
    case GatherVariant.MOVE:
      return elementOf(record, "a", at, words);
    case GatherVariant.WINDOW:
      if (isInside(record, at)) return elementOf(record, "a", at, words);
      return record.b.source === Source.NONE ? BigInt(record.fill) : elementOf(record, "b", at, words);
    default: {
      const row = elementOf(record, "b", at, words);
      return elementOf(record, "a", at, words, row * BigInt(record.a.indexStride));
    }
  }
}

function isInside({ windowStart, windowExtent }: OperatorRecord, at: Four): boolean {
  return at.every((coordinate, d) => {
    const offset = coordinate - (windowStart[d] ?? 0);
    return offset >= 0 && offset < (windowExtent[d] ?? 0);
  });
}

/** Number of the term with the largest value, the lowest one if there are several. */
function argMax(record: OperatorRecord, at: Four, words: Words): bigint {
  let best = 0n;
  let largest: bigint | undefined;
  let number = 0n;
  for (const element of terms(record, "a", at, words)) {
    if (largest === undefined || element > largest) {
      largest = element;
      best = number;
    }
    number += 1n;
  }
  return best;
}

/** An operand's elements, term by term in row-major order of the reduction coordinates. */
function* terms(record: OperatorRecord, which: "a" | "b", at: Four, words: Words): Generator<bigint, undefined> {
  const [s0, s1, s2] = record[which].reduceStrides;
  const [e0, e1, e2] = record.reduce;
  for (let r0 = 0; r0 < e0; r0++) {
    for (let r1 = 0; r1 < e1; r1++) {
      const row = BigInt(s0) * BigInt(r0) + BigInt(s1) * BigInt(r1);
      for (let r2 = 0; r2 < e2; r2++) {
        yield elementOf(record, which, at, words, row + BigInt(s2) * BigInt(r2));
      }
    }
  }
}

/** The operand's element at the index of its map plus `offset`; 0 if the operand has no elements. */
function elementOf(record: OperatorRecord, which: "a" | "b", at: Four, words: Words, offset = 0n): bigint {
  const operand = record[which];
  const tree = treeOf(operand);
  if (tree === undefined || operand.length === 0) return 0n;
  const { firstLeaf, dtype, length } = operand;
  const isPermuted = record.kernel === Kernel.DOT && which === "b" && tree === "weights";
  const index = clampedIndex(startExact(operand, at) + offset, length);
  return BigInt(elementIn(words, { tree, firstLeaf, dtype, isPermuted }, index));
}

function treeOf({ source }: Operand): TreeName | undefined {
  if (source === Source.TRACE) return "trace";
  return source === Source.WEIGHTS ? "weights" : undefined;
}

/** Exact: a stride times a coordinate may pass 2^53 in a record that no compiler wrote. */
function startExact({ base, strides }: Operand, at: Four): bigint {
  return strides.reduce((sum, stride, d) => sum + BigInt(stride) * BigInt(at[d] ?? 0), BigInt(base));
}

function clampedIndex(index: bigint, length: number): number {
  if (index < 0n) return 0;
  return index >= BigInt(length) ? length - 1 : Number(index);
}
