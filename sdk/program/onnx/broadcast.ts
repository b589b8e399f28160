import { sizeOf } from "../graph.ts";
import type { Shape } from "../graph.ts";
import type { Constant } from "./initializers.ts";

/** The dimensions that NumPy gives an operation on both, or `undefined` where they do not fit. */
export function broadcastDims(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const dims = Array.from({ length: rank }, (_, index) => {
    const [left, right] = [a[index - rank + a.length] ?? 1, b[index - rank + b.length] ?? 1];
    if (left === right || right === 1) return left;
    return left === 1 ? right : 0;
  });
  return dims.includes(0) ? undefined : dims;
}

/** The constant repeated to `dims`, which must be what broadcasting gives. */
export function expand({ shape, values }: Constant, dims: Shape): Float32Array {
  const missing = dims.length - shape.length;
  let repeated = values;
  // From the last dimension to the first: blocks behind a dimension of 1 are repeated as often as `dims` says.
  for (let d = dims.length - 1; d >= 0; d--) {
    const times = dims[d] ?? 1;
    if (times === 1 || (shape[d - missing] ?? 1) === times) continue;
    const block = sizeOf(dims.slice(d + 1));
    const before = repeated;
    repeated = Float32Array.from({ length: before.length * times }, (_, at) => {
      const inside = at % block;
      return before[Math.floor(at / (block * times)) * block + inside] ?? NaN;
    });
  }
  return repeated;
}
