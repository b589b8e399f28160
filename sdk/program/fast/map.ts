import { combined, factorsOf, reciprocalRoot } from "../arithmetic.ts";
import type { Factors } from "../arithmetic.ts";
import { coordinatesOf, startOf } from "../index-map.ts";
import { Flag, Source } from "../records.ts";
import type { Four, OperatorRecord } from "../records.ts";
import { clamp, powerOfTwo } from "../rescale.ts";
import type { Tensor } from "../tensor.ts";
import { GatherVariant, Map1Variant, Map2Variant, TABLE_ENTRIES } from "../variants.ts";
import { blankTensor, finish } from "./result.ts";
import type { Values } from "./result.ts";

/** Every element of a well-formed MAP1 record. `table` are its 256 entries, if it has any. */
export function runMap1(record: OperatorRecord, a: Values, table: Int32Array): Tensor {
  const value = (at: Four) => a[startOf(record.a, at)] ?? 0;
  switch (record.variant) {
    case Map1Variant.TABLE:
      return overElements(record, (at) => {
        const entry = Math.max(0, Math.min(TABLE_ENTRIES - 1, value(at) - record.fill));
        return finish(record, table[entry] ?? 0);
      });
    case Map1Variant.RSQRT:
      return overElements(record, (at) => finish(record, Number(reciprocalRoot(BigInt(value(at))))));
    default:
      return overElements(record, (at) => finish(record, value(at)));
  }
}

/** Every element of a well-formed MAP2 record. */
export function runMap2(record: OperatorRecord, a: Values, b: Values): Tensor {
  const factors = factorsOf(record);
  const isClamped = (record.flags & Flag.RESCALE) !== 0;
  return overElements(record, (at) => {
    const result = pair(record.variant, a[startOf(record.a, at)] ?? 0, b[startOf(record.b, at)] ?? 0, factors);
    return isClamped ? clamp(result, record.lo, record.hi) : Number(BigInt.asIntN(32, BigInt(result)));
  });
}

/** Every element of a well-formed GATHER record. */
export function runGather(record: OperatorRecord, a: Values, b: Values): Tensor {
  const move = (at: Four) => a[startOf(record.a, at)] ?? 0;
  switch (record.variant) {
    case GatherVariant.WINDOW: {
      const other = (at: Four) => (record.b.source === Source.NONE ? record.fill : (b[startOf(record.b, at)] ?? 0));
      return overElements(record, (at) => (isInside(record, at) ? move(at) : other(at)));
    }
    case GatherVariant.LOOKUP:
      return overElements(record, (at) => {
        const row = b[startOf(record.b, at)] ?? 0;
        const index = startOf(record.a, at) + row * record.a.indexStride;
        return a[Math.max(0, Math.min(a.length - 1, index))] ?? 0;
      });
    default:
      return overElements(record, move);
  }
}

/** Every element of a well-formed SELECT record. */
export function runSelect(record: OperatorRecord, a: Values, b: Values): Tensor {
  return overElements(record, (at) =>
    (b[startOf(record.b, at)] ?? 0) === 0 ? record.fill : (a[startOf(record.a, at)] ?? 0),
  );
}

function overElements(record: OperatorRecord, element: (at: Four) => number): Tensor {
  const tensor = blankTensor(record);
  for (let position = 0; position < tensor.values.length; position++) {
    tensor.values[position] = element(coordinatesOf(position, record.shape));
  }
  return tensor;
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

function isInside({ windowStart: s, windowExtent: e }: OperatorRecord, [c0, c1, c2, c3]: Four): boolean {
  const [d0, d1, d2, d3] = [c0 - s[0], c1 - s[1], c2 - s[2], c3 - s[3]];
  return d0 >= 0 && d0 < e[0] && d1 >= 0 && d1 < e[1] && d2 >= 0 && d2 < e[2] && d3 >= 0 && d3 < e[3];
}
