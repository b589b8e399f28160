import type { Site } from "./site.ts";

/** Axes counted from the front; a negative one counts from the back. */
export function distinctAxes(site: Site, axes: readonly number[], rank: number): readonly number[] {
  const counted = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (counted.every((axis, index) => axis >= 0 && axis < rank && counted.indexOf(axis) === index)) return counted;
  throw site.mismatch(`axes ${axes.join(", ")} are not distinct dimensions among ${rank}`);
}
