import { exp } from "./elementary.ts";
import type { DenseNode, Shape, SoftmaxNode } from "./graph.ts";

/** W·x + b for every row x of `a`. */
export function dense({ weights, bias }: DenseNode, a: Float32Array): Float32Array {
  const outputs = bias.length;
  const inputs = weights.length / outputs;
  const result = new Float32Array((a.length / inputs) * outputs);
  for (let at = 0; at < result.length; at++) {
    const output = at % outputs;
    const from = ((at - output) / outputs) * inputs;
    const row = output * inputs;
    let sum = 0;
    for (let input = 0; input < inputs; input++) {
      sum = Math.fround(sum + Math.fround((a[from + input] ?? 0) * (weights[row + input] ?? 0)));
    }
    result[at] = sum + (bias[output] ?? 0);
  }
  return result;
}

/** exp(x) / Σ exp(x) over each row, the last dimension of its shape; in double precision, rounded once. */
export function softmax({ shape }: SoftmaxNode, a: Float32Array): Float32Array {
  const length = shape.at(-1) ?? 1;
  const result = new Float32Array(a.length);
  for (let row = 0; row < a.length; row += length) {
    const values = a.subarray(row, row + length);
    // The largest is subtracted from all of them: the same softmax, and exp cannot overflow.
    const largest = values.reduce((max, value) => Math.max(max, value), -Infinity);
    const powers = Float64Array.from(values, (value) => exp(value - largest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, at) => {
      result[row + at] = power / total;
    });
  }
  return result;
}

/** Index of the largest element of each row, the last dimension of `shape`; the lowest index if there are several. */
export function argMaxRows(a: Float32Array, shape: Shape): Float32Array {
  const length = shape.at(-1) ?? 1;
  return Float32Array.from({ length: a.length / length }, (_, row) => {
    let best = row * length;
    for (let at = best + 1; at < (row + 1) * length; at++) if ((a[at] ?? 0) > (a[best] ?? 0)) best = at;
    return best - row * length;
  });
}
