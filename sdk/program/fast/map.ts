import { combined, factorsOf, reciprocalRoot } from "../arithmetic.ts";
import type { Factors } from "../arithmetic.ts";
import { Flag, Source } from "../records.ts";
import type { OperatorRecord } from "../records.ts";
import { clamp, powerOfTwo } from "../rescale.ts";
import type { Tensor } from "../tensor.ts";
import { GatherVariant, Map1Variant, Map2Variant, TABLE_ENTRIES } from "../variants.ts";
import { overElements } from "./elements.ts";
import { finish } from "./result.ts";
import type { Values } from "./result.ts";

/** Every element of a well-formed MAP1 record. `table` are its 256 entries, if it has any. */
export function runMap1(record: OperatorRecord, a: Values, table: Int32Array): Tensor {
  switch (record.variant) {
    case Map1Variant.TABLE:
      return overElements(record, (at) => {
        const entry = Math.max(0, Math.min(TABLE_ENTRIES - 1, (a[at] ?? 0) - record.fill));
        return finish(record, table[entry] ?? 0);
      });
    case Map1Variant.RSQRT:
      return overElements(record, (at) => finish(record, Number(reciprocalRoot(BigInt(a[at] ?? 0)))));
    default:
      return overElements(record, (at) => finish(record, a[at] ?? 0));
  }
}

/** Every element of a well-formed MAP2 record. */
export function runMap2(record: OperatorRecord, a: Values, b: Values): Tensor {
  const factors = factorsOf(record);
  const isClamped = (record.flags & Flag.RESCALE) !== 0;
  return overElements(record, (atA, atB) => {
    const result = pair(record.variant, a[atA] ?? 0, b[atB] ?? 0, factors);
    return isClamped ? clamp(result, record.lo, record.hi) : Number(BigInt.asIntN(32, BigInt(result)));
  });
}

/** Every element of a well-formed GATHER record. */
export function runGather(record: OperatorRecord, a: Values, b: Values): Tensor {
  switch (record.variant) {
    case GatherVariant.WINDOW:
      return runWindow(record, a, b);
    case GatherVariant.LOOKUP:
      return overElements(record, (atA, atB) => {
        const index = atA + (b[atB] ?? 0) * record.a.indexStride;
        return a[Math.max(0, Math.min(a.length - 1, index))] ?? 0;
      });
    default:
      return overElements(record, (at) => a[at] ?? 0);
  }
}

/** Every element of a well-formed SELECT record. */
export function runSelect(record: OperatorRecord, a: Values, b: Values): Tensor {
  return overElements(record, (atA, atB) => ((b[atB] ?? 0) === 0 ? record.fill : (a[atA] ?? 0)));
}

function runWindow(record: OperatorRecord, a: Values, b: Values): Tensor {
  const [s0, s1, s2, s3] = record.windowStart;
  const [e0, e1, e2, e3] = record.windowExtent;
  const hasOther = record.b.source !== Source.NONE;
  return overElements(record, (atA, atB, c0, c1, c2, c3) => {
    const isInside =
      c0 >= s0 && c0 < s0 + e0 && c1 >= s1 && c1 < s1 + e1 && c2 >= s2 && c2 < s2 + e2 && c3 >= s3 && c3 < s3 + e3;
    if (isInside) return a[atA] ?? 0;
    return hasOther ? (b[atB] ?? 0) : record.fill;
  });
}

/** Below this, sums of two products and their rounding term are exact as doubles. */
const EXACT = 2_251_799_813_685_248;

/** {@link combined} in doubles where they are exact. */
function pair(variant: number, a: number, b: number, factors: Factors): number | bigint {
  const [m, mB, shift] = [Number(factors.m), Number(factors.mB), Number(factors.shift)];
  if (variant === Map2Variant.ADD || variant === Map2Variant.SUB) {
    const [left, right] = [a * m, variant === Map2Variant.ADD ? b * mB : -b * mB];
    if (Math.abs(left) < EXACT && Math.abs(right) < EXACT && shift < 50) return shifted(left + right, shift);
  } else if (variant === Map2Variant.MUL) {
    const product = a * b * m;
    if (Math.abs(a * b) < EXACT && Math.abs(product) < EXACT && shift < 50) return shifted(product, shift);
  }
  return combined(variant, BigInt(a), BigInt(b), factors);
}

function shifted(value: number, shift: number): number {
  return shift === 0 ? value : Math.floor((value + powerOfTwo(shift - 1)) / powerOfTwo(shift));
}
