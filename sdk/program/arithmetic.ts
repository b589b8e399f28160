import { DTypeCode, Flag } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { clamp, MAX_SHIFT } from "./rescale.ts";
import { Map2Variant } from "./variants.ts";

// The arithmetic of kernels in whole numbers of any size: their definition. The executor has faster forms of the same.

/** M, M of operand B, and S of a record; without a rescale 1, 1 and 0. */
export type Factors = { readonly m: bigint; readonly mB: bigint; readonly shift: bigint };

/** The factors of a record. A shift above 62 counts as 62. */
export function factorsOf({ flags, multiplier, multiplierB, shift }: OperatorRecord): Factors {
  if ((flags & Flag.RESCALE) === 0) return { m: 1n, mB: 1n, shift: 0n };
  return { m: BigInt(multiplier), mB: BigInt(multiplierB), shift: BigInt(Math.min(shift, MAX_SHIFT)) };
}

/** `value / 2^shift` to the nearest whole number, ties towards +∞. */
export function shifted(value: bigint, shift: bigint): bigint {
  return shift === 0n ? value : (value + (1n << (shift - 1n))) >> shift;
}

/**
 * MAP2 before the clamp: (a·M + b·M_B) / 2^S, (a·M − b·M_B) / 2^S, a·b·M / 2^S or a·M / (b·2^S), always to the nearest
 * whole number with ties towards +∞, and 0 for a division by 0.
 */
export function combined(variant: number, a: bigint, b: bigint, { m, mB, shift }: Factors): bigint {
  switch (variant) {
    case Map2Variant.ADD:
      return shifted(a * m + b * mB, shift);
    case Map2Variant.SUB:
      return shifted(a * m - b * mB, shift);
    case Map2Variant.MUL:
      return shifted(a * b * m, shift);
    default:
      return quotient(a * m, b << shift);
  }
}

/** 2^31 / √value, rounded down and at most 2^31 − 1; 0 for values that are not positive. */
export function reciprocalRoot(value: bigint): bigint {
  if (value <= 0n) return 0n;
  const root = squareRoot((1n << 62n) / value);
  return root < MOST ? root : MOST;
}

/** A result before the clamp as an element: clamped if it was rescaled, then mod 2^8 or 2^32 into its type. */
export function settled({ flags, lo, hi, dtype }: OperatorRecord, value: bigint): number {
  const wanted = (flags & Flag.RESCALE) === 0 ? value : BigInt(clamp(value, lo, hi));
  return Number(BigInt.asIntN(dtype === DTypeCode.int8 ? 8 : 32, wanted));
}

const MOST = (1n << 31n) - 1n;

/** n / d to the nearest whole number, ties towards +∞; 0 for d = 0. */
function quotient(n: bigint, d: bigint): bigint {
  if (d === 0n) return 0n;
  const [top, bottom] = d < 0n ? [-2n * n - d, -2n * d] : [2n * n + d, 2n * d];
  // BigInt division rounds towards zero.
  return top < 0n && top % bottom !== 0n ? top / bottom - 1n : top / bottom;
}

/** ⌊√value⌋ of a value up to 2^62. The double is at most one off, whichever way its square root was rounded. */
function squareRoot(value: bigint): bigint {
  const near = BigInt(Math.floor(Math.sqrt(Number(value))));
  if (near * near > value) return near - 1n;
  return (near + 1n) * (near + 1n) <= value ? near + 1n : near;
}
