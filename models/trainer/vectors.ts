/**
 * The three loops in which training spends its time. Additions happen in index order, since floating-point sums depend on it.
 * `?? 0` only satisfies the compiler: callers take both ranges from one network's shapes, so no index is out of bounds.
 */

/** A numeric array that can be read and written by index. */
export type Vector = Float64Array | Float32Array;

/** Σ a[fromA + i] × b[i], added to `start` in index order, over all of `b`. */
export function dot(start: number, a: Vector, fromA: number, b: Vector): number {
  let sum = start;
  for (let i = 0; i < b.length; i++) sum += (a[fromA + i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** target[from + i] += factor × source[i], over all of `source`. */
export function addScaled(target: Float64Array, from: number, factor: number, source: Vector): void {
  for (let i = 0; i < source.length; i++) target[from + i] = (target[from + i] ?? 0) + factor * (source[i] ?? 0);
}

/** target[i] += factor × source[from + i], over all of `target`. */
export function addScaledRange(target: Float64Array, factor: number, source: Vector, from: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (source[from + i] ?? 0);
}
