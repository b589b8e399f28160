import type { OperatorRecord } from "../records.ts";
import type { Tensor } from "../tensor.ts";
import { ReduceVariant } from "../variants.ts";
import { overElements } from "./elements.ts";
import { finish } from "./result.ts";
import type { Values } from "./result.ts";

/** Every element of a well-formed REDUCE record. */
export function runReduce(record: OperatorRecord, a: Values): Tensor {
  switch (record.variant) {
    case ReduceVariant.SUM:
      return overTerms(record, (first, offsets) => {
        let sum = 0;
        for (const offset of offsets) sum = (sum + (a[first + offset] ?? 0)) | 0;
        return sum;
      });
    case ReduceVariant.SQUARES:
      return overTerms(record, (first, offsets) => {
        let sum = 0;
        for (const offset of offsets) sum = (sum + Math.imul(a[first + offset] ?? 0, a[first + offset] ?? 0)) | 0;
        return sum;
      });
    case ReduceVariant.MAX:
      return overTerms(record, (first, offsets) => {
        let most = -Infinity;
        for (const offset of offsets) most = Math.max(most, a[first + offset] ?? 0);
        return most;
      });
    default:
      return overTerms(record, (first, offsets) => {
        let least = Infinity;
        for (const offset of offsets) least = Math.min(least, a[first + offset] ?? 0);
        return least;
      });
  }
}

/** Every element of a well-formed ARGMAX record. */
export function runArgMax(record: OperatorRecord, a: Values): Tensor {
  return overTerms(record, (first, offsets) => {
    let best = 0;
    for (let term = 1; term < offsets.length; term++) {
      if ((a[first + (offsets[term] ?? 0)] ?? 0) > (a[first + (offsets[best] ?? 0)] ?? 0)) best = term;
    }
    return best;
  });
}

/** One call per element, with the place of its first term and every term's distance from it. */
function overTerms(record: OperatorRecord, reduce: (first: number, offsets: Int32Array) => number): Tensor {
  const offsets = offsetsOf(record);
  return overElements(record, (first) => finish(record, reduce(first, offsets)));
}

/** Where the terms are, in row-major order of the reduction coordinates. */
function offsetsOf({ reduce: [e0, e1, e2], a }: OperatorRecord): Int32Array {
  const [s0, s1, s2] = a.reduceStrides;
  return Int32Array.from({ length: e0 * e1 * e2 }, (_, term) => {
    const r2 = term % e2;
    const r1 = Math.floor(term / e2) % e1;
    const r0 = Math.floor(term / (e1 * e2));
    return r0 * s0 + r1 * s1 + r2 * s2;
  });
}
