import { sigmoid, tanh } from "./elementary.ts";
import { sizeOf } from "./graph.ts";
import type { ClipNode, ConcatNode, CurveNode, Shape, TransposeNode } from "./graph.ts";

// Writing to a Float32Array rounds to float32, and a sum or product of two float32 numbers rounded from its double is the
// one that float32 arithmetic gives.

/** a + b, element by element. */
export function addUp(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, at) => value + (b[at] ?? 0));
}

/** a · b, element by element. */
export function multiply(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, at) => value * (b[at] ?? 0));
}

/** min(max(x, min), max), bounds rounded to float32. */
export function clip({ min, max }: ClipNode, a: Float32Array): Float32Array {
  return a.map((value) => Math.min(Math.max(value, min), max));
}

/** Sigmoid or tanh of each element. */
export function curve({ op }: CurveNode, a: Float32Array): Float32Array {
  return a.map(op === "sigmoid" ? sigmoid : tanh);
}

/** Dimension d of the result is dimension `axes[d]` of a tensor of shape `from`. */
export function transpose({ axes, shape }: TransposeNode, a: Float32Array, from: Shape): Float32Array {
  const strides = axes.map((axis) => sizeOf(from.slice(axis + 1)));
  const result = new Float32Array(a.length);
  const coordinates = shape.map(() => 0);
  let source = 0;
  for (let at = 0; at < result.length; at++) {
    result[at] = a[source] ?? 0;
    for (let d = shape.length - 1; d >= 0; d--) {
      const next = (coordinates[d] ?? 0) + 1;
      const stride = strides[d] ?? 0;
      if (next < (shape[d] ?? 0)) {
        coordinates[d] = next;
        source += stride;
        break;
      }
      coordinates[d] = 0;
      source -= (next - 1) * stride;
    }
  }
  return result;
}

/** The parts one after the other along `axis` of the result. */
export function concat({ axis, shape }: ConcatNode, parts: readonly Float32Array[]): Float32Array {
  const outer = sizeOf(shape.slice(0, axis));
  const result = new Float32Array(sizeOf(shape));
  let at = 0;
  for (let block = 0; block < outer; block++) {
    for (const part of parts) {
      const length = part.length / outer;
      result.set(part.subarray(block * length, (block + 1) * length), at);
      at += length;
    }
  }
  return result;
}
