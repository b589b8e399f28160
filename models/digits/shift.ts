import type { Random } from "../trainer/random.ts";
import { SIDE } from "./data.ts";

/** Furthest shift along each axis, in pixels. */
const REACH = 1;

/** The digit moved by up to one pixel along each axis; paper comes in from outside. */
export function shiftAtRandom(digit: Float32Array, random: Random): Float32Array {
  const step = (): number => Math.floor(random() * (2 * REACH + 1)) - REACH;
  return shift(digit, step(), step());
}

/** The digit moved down and to the right; negative numbers move it up and to the left. */
export function shift(digit: Float32Array, down: number, right: number): Float32Array {
  const moved = new Float32Array(digit.length);
  for (let y = Math.max(0, down); y < SIDE + Math.min(0, down); y++) {
    for (let x = Math.max(0, right); x < SIDE + Math.min(0, right); x++) {
      moved[y * SIDE + x] = digit[(y - down) * SIDE + (x - right)] ?? 0;
    }
  }
  return moved;
}
