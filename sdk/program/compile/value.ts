import type { FloatNode, Shape } from "../graph.ts";
import type { Range } from "../calibrate.ts";
import { LEVELS, scaleFor } from "../scales.ts";
import { DTypeCode, Flag } from "../records.ts";
import type { OperatorRecord } from "../records.ts";
import { BOUNDS } from "../tensor.ts";
import type { Layout } from "./layout.ts";

/** A value of the network as integers: which record holds it, and how. */
export type Value = {
  /** Number of the record whose tensor it is. */
  readonly record: number;
  /** Real value of one unit. */
  readonly scale: number;
  readonly shape: Shape;
  readonly layout: Layout;
};

/** Numbers that a result is clamped to, and what they stand for. */
export type Target = Pick<OperatorRecord, "dtype" | "lo" | "hi"> & { readonly scale: number };

/** How much finer than int8 the results are that only an argMax, a softmax or the network's user looks at. */
const FINER = 65_536;

/** What a node's result is to be. */
export type Wish = {
  readonly node: string;
  /** What calibration saw of the value, after a clip that is made part of it. */
  readonly range: Range;
  /** The clip that is made part of it; infinite where there is none. */
  readonly min: number;
  readonly max: number;
  /** Whether the value is the output or decides it: then it is kept in int32. */
  readonly isWide: boolean;
};

/** The integers for a wish: int8 with 127 the largest magnitude that calibration saw, or int32 65,536 times finer. */
export function targetOf(wish: Wish): Target {
  const largest = Math.max(Math.abs(wish.range.min), Math.abs(wish.range.max));
  const scale = scaleFor(largest, wish.node);
  return wish.isWide
    ? { ...clipped(wish, scale / FINER, BOUNDS.int32.max), dtype: DTypeCode.int32 }
    : { ...clipped(wish, scale, LEVELS), dtype: DTypeCode.int8 };
}

/** The integers of an int32 accumulator that is kept as it is, but for a clip. */
export function accumulatorTarget(
  wish: Wish,
  scale: number,
): Pick<OperatorRecord, "dtype" | "lo" | "hi" | "flags"> & {
  readonly scale: number;
} {
  const isOpen = wish.min === -Infinity && wish.max === Infinity;
  const { min, max } = BOUNDS.int32;
  if (isOpen) return { dtype: DTypeCode.int32, lo: min, hi: max, scale, flags: 0 };
  return { ...clipped(wish, scale, max), dtype: DTypeCode.int32, flags: Flag.RESCALE };
}

/** The dimensions of an image or a signal as channels, height (1 for a signal) and width. */
export function imageShape({ shape }: { readonly shape: FloatNode["shape"] }): readonly [number, number, number] {
  const [channels = 1, first = 1, second] = shape;
  return second === undefined ? [channels, 1, first] : [channels, first, second];
}

function clipped({ min, max }: Wish, scale: number, limit: number): { lo: number; hi: number; scale: number } {
  const level = (value: number) => Math.max(-limit, Math.min(limit, Math.round(value / scale)));
  return { lo: level(min), hi: level(max), scale };
}
