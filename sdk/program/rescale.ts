/** Largest shift of a rescale: with it the product, the rounding term and the result fit 64 bits. */
export const MAX_SHIFT = 62;

/**
 * `(acc × multiplier + 2^(shift − 1)) >> shift` for int32 `acc` and `multiplier`, exactly: rounds to the nearest integer,
 * ties towards +∞; with shift 0 nothing is added. A shift above 62 counts as 62. The result is not clamped and may
 * exceed int32, but not 2^62.
 *
 * Worked: 1000 × 1,518,500,250 (≈ √½ · 2^31) with shift 31 gives 707; 5 × 1 with shift 1 gives 3; −5 × 1 gives −2.
 */
export function rescale(acc: number, multiplier: number, shift: number): number | bigint {
  if (shift < 16) return rescaleExact(acc, multiplier, shift);
  // Doubles are exact up to 2^53, and the product may reach 2^62, so the multiplier is split at bit 15:
  //   acc·M + 2^(S−1) = (acc·high + 2^(S−16))·2^15 + acc·low,   |acc·high| ≤ 2^47,  0 ≤ low < 2^15.
  // ⌊⌊x / 2^15⌋ / 2^(S−15)⌋ = ⌊x / 2^S⌋, and dividing a double by a power of two is exact.
  const bounded = Math.min(shift, MAX_SHIFT);
  const high = multiplier >> 15;
  const low = multiplier & 0x7fff;
  const carried = acc * high + powerOfTwo(bounded - 16) + Math.floor((acc * low) / 32_768);
  return Math.floor(carried / powerOfTwo(bounded - 15));
}

/** The definition in whole numbers, which {@link rescale} has to equal for every input. */
export function rescaleExact(acc: number, multiplier: number, shift: number): bigint {
  const bounded = BigInt(Math.min(shift, MAX_SHIFT));
  const rounding = bounded === 0n ? 0n : 1n << (bounded - 1n);
  return (BigInt(acc) * BigInt(multiplier) + rounding) >> bounded;
}

/** `value` no larger than `hi`, then no smaller than `lo`: `lo` wins when a record has them crossed. */
export function clamp(value: number | bigint, lo: number, hi: number): number {
  if (value > hi) return Math.max(hi, lo);
  return value < lo ? lo : Number(value);
}

const POWERS_OF_TWO: readonly number[] = Array.from({ length: MAX_SHIFT + 1 }, (_, exponent) =>
  Number(1n << BigInt(exponent)),
);

/** 2^exponent for an exponent of 0 … 62. */
export function powerOfTwo(exponent: number): number {
  return POWERS_OF_TWO[exponent] ?? 1;
}
