import { ProgramError } from "./errors.ts";
import { MAX_SHIFT } from "./rescale.ts";

/** Largest magnitude that calibration maps to: symmetric int8, −128 is left unused. */
export const LEVELS = 127;

/**
 * The real value of one unit so that `maxAbs` becomes 127, rounded to float32. Values that are all zero get 1.
 * @throws ProgramError `SCALE_OUT_OF_RANGE` when float32 has no such number.
 */
export function scaleFor(maxAbs: number, node: string): number {
  const scale = maxAbs === 0 ? 1 : Math.fround(maxAbs / LEVELS);
  if (scale > 0) return scale;
  throw outOfRange(node, `values up to ${maxAbs} are too small to scale to int8`);
}

/** Largest magnitude among `values`, or `floor` if that is larger. */
export function maxAbsOf(values: Float32Array, floor = 0): number {
  return values.reduce((max, value) => Math.max(max, Math.abs(value)), floor);
}

/** `value / scale` to the nearest integer, ties towards +∞, within ±`limit`. */
export function quantised(value: number, scale: number, limit: number = LEVELS): number {
  return Math.max(-limit, Math.min(limit, Math.round(value / scale)));
}

/**
 * M and S with M / 2^S nearest to `ratio`: M of 31 bits where S = 62 allows it, else S = 62 and a smaller M.
 * @throws ProgramError `SCALE_OUT_OF_RANGE` when no such M in 1 … 2^31 − 1 exists.
 */
export function multiplierFor(ratio: number, node: string): { readonly multiplier: number; readonly shift: number } {
  const top = 2_147_483_648;
  let scaled = ratio;
  let shift = 0;
  // Doubling a double is exact, so the loop finds the same M on every machine.
  while (shift < MAX_SHIFT && Math.round(scaled * 2) < top) {
    scaled *= 2;
    shift += 1;
  }
  const multiplier = Math.round(scaled);
  if (multiplier >= 1 && multiplier < top) return { multiplier, shift };
  throw outOfRange(node, `a rescale by ${ratio} does not fit a 31-bit multiplier and a shift of 0 … ${MAX_SHIFT}`);
}

/**
 * M and M_B with one S for an addition: M / 2^S nearest to `ratio`, M_B / 2^S to `other`, the larger of 31 bits where S = 62
 * allows it.
 * @throws ProgramError `SCALE_OUT_OF_RANGE` when the smaller one would be 0.
 */
export function multipliersFor(
  ratio: number,
  other: number,
  node: string,
): { readonly multiplier: number; readonly multiplierB: number; readonly shift: number } {
  const { shift } = multiplierFor(Math.max(ratio, other), node);
  const [multiplier, multiplierB] = [ratio, other].map((factor) => Math.round(scaledUp(factor, shift)));
  if (multiplier && multiplierB) return { multiplier, multiplierB, shift };
  throw outOfRange(node, `terms rescaled by ${ratio} and ${other} share no shift of 0 … ${MAX_SHIFT}`);
}

/** Doubling a double is exact. */
function scaledUp(value: number, doublings: number): number {
  return doublings === 0 ? value : scaledUp(value * 2, doublings - 1);
}

function outOfRange(node: string, what: string): ProgramError {
  return new ProgramError({
    code: "SCALE_OUT_OF_RANGE",
    node,
    what,
    next: "bring the layer's weights and its calibration values to a common order of magnitude",
  });
}
