import { sizeOf } from "./graph.ts";
import type { AveragePoolNode, ConvNode, MaxPoolNode, Shape, Window } from "./graph.ts";

/** A stretch of one row of a result for which one element of the window lies inside the input. */
type Run = {
  /** The window's element, row-major. */
  readonly element: number;
  /** First position in the result's plane, and how many follow one after the other. */
  readonly write: number;
  readonly length: number;
  /** What the first reads in the input's plane; each next one reads `stride` further. */
  readonly read: number;
  readonly stride: number;
};

/**
 * Convolution. The terms of an output are added in the order of its weights, padding left out, the bias last: weights are
 * visited outside and positions inside, which for each position is that order.
 */
export function convolve(node: ConvNode, a: Float32Array, from: Shape): Float32Array {
  const { window, groups, weights, bias, shape } = node;
  const [inputPlane, plane] = [planeOf(from), planeOf(shape)];
  const channels = bias.length;
  const elements = window.kernel[0] * window.kernel[1];
  const terms = weights.length / channels / elements;
  const runs = runsOf(window, from, shape);
  const result = new Float32Array(channels * plane);
  for (let channel = 0; channel < channels; channel++) {
    const sums = result.subarray(channel * plane, (channel + 1) * plane);
    const first = Math.floor((channel * groups) / channels) * terms;
    for (let term = 0; term < terms; term++) {
      const source = a.subarray((first + term) * inputPlane, (first + term + 1) * inputPlane);
      const row = (channel * terms + term) * elements;
      for (const run of runs) addScaled(sums, source, run, weights[row + run.element] ?? 0);
    }
    const shift = bias[channel] ?? 0;
    for (let at = 0; at < plane; at++) sums[at] = (sums[at] ?? 0) + shift;
  }
  return result;
}

/** Largest element of each window; padding does not count. */
export function maxPool({ window, shape }: MaxPoolNode, a: Float32Array, from: Shape): Float32Array {
  const runs = runsOf(window, from, shape);
  return perPlane(a, from, shape, (source, result) => {
    result.fill(-Infinity);
    for (const { write, length, read, stride } of runs) {
      for (let at = 0; at < length; at++) {
        result[write + at] = Math.max(result[write + at] ?? 0, source[read + at * stride] ?? 0);
      }
    }
  });
}

/** Mean of each window: the sum of its elements, row after row, divided by how many they are. */
export function averagePool(node: AveragePoolNode, a: Float32Array, from: Shape): Float32Array {
  const { window, shape, countsPadding } = node;
  const runs = runsOf(window, from, shape);
  const counts = new Float32Array(planeOf(shape)).fill(countsPadding ? window.kernel[0] * window.kernel[1] : 0);
  if (!countsPadding) {
    for (const { write, length } of runs)
      for (let at = write; at < write + length; at++) counts[at] = (counts[at] ?? 0) + 1;
  }
  return perPlane(a, from, shape, (source, result) => {
    for (const run of runs) addScaled(result, source, run, 1);
    for (let at = 0; at < result.length; at++) result[at] = (result[at] ?? 0) / (counts[at] ?? 1);
  });
}

/** Products and sums are rounded one by one: writing to a Float32Array rounds. */
function addScaled(sums: Float32Array, source: Float32Array, run: Run, weight: number): void {
  const { write, length, stride } = run;
  let read = run.read;
  for (let at = write; at < write + length; at++) {
    sums[at] = (sums[at] ?? 0) + Math.fround((source[read] ?? 0) * weight);
    read += stride;
  }
}

/** In the order of the window's elements, row-major. */
function runsOf({ kernel, strides, dilations, pads }: Window, from: Shape, to: Shape): readonly Run[] {
  const [, height = 1, width = 1] = from;
  const [, rows = 1, columns = 1] = to;
  const [top, left] = pads;
  const [down, stride] = strides;
  const runs: Run[] = [];
  for (let element = 0; element < kernel[0] * kernel[1]; element++) {
    const column = element % kernel[1];
    const shiftY = ((element - column) / kernel[1]) * dilations[0] - top;
    const shiftX = column * dilations[1] - left;
    const start = Math.max(0, Math.ceil(-shiftX / stride));
    const length = Math.min(columns, Math.floor((width - 1 - shiftX) / stride) + 1) - start;
    for (let y = 0; y < rows && length > 0; y++) {
      const line = y * down + shiftY;
      if (line < 0 || line >= height) continue;
      runs.push({ element, write: y * columns + start, length, read: line * width + start * stride + shiftX, stride });
    }
  }
  return runs;
}

function perPlane(
  a: Float32Array,
  from: Shape,
  to: Shape,
  fill: (source: Float32Array, result: Float32Array) => void,
): Float32Array {
  const [inputPlane, plane] = [planeOf(from), planeOf(to)];
  const [channels = 1] = from;
  const result = new Float32Array(channels * plane);
  for (let channel = 0; channel < channels; channel++) {
    const source = a.subarray(channel * inputPlane, (channel + 1) * inputPlane);
    fill(source, result.subarray(channel * plane, (channel + 1) * plane));
  }
  return result;
}

function planeOf(shape: Shape): number {
  return sizeOf(shape.slice(1));
}
