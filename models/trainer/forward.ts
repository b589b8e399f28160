import type { Network, Pooling, Weighted } from "./network.ts";
import { dot, type Vector } from "./vectors.ts";

/** One array per layer's results, reused from sample to sample. */
export function createActivations({ sizes }: Network): readonly Float64Array[] {
  return sizes.slice(1).map((size) => new Float64Array(size));
}

/** Fills `activations` for one input and returns the logits, which are the last of them. */
export function forward({ layers }: Network, input: Vector, activations: readonly Float64Array[]): Float64Array {
  let current: Vector = input;
  let results: Float64Array = new Float64Array(0);
  for (const [index, layer] of layers.entries()) {
    results = activations[index] ?? results;
    if (layer.kind === "weighted") runWeighted(layer, current, results);
    else runPooling(layer, current, results);
    current = results;
  }
  return results;
}

/** Copies the elements under place number `place` to `patch`. */
export function gather(input: Vector, elements: Uint32Array, place: number, patch: Float64Array): void {
  const from = place * patch.length;
  for (let i = 0; i < patch.length; i++) patch[i] = input[elements[from + i] ?? 0] ?? 0;
}

/** Number of the largest element under a place; the first of equals. */
export function largestUnder({ elements, terms }: Pooling, input: Vector, place: number): number {
  let best = elements[place * terms] ?? 0;
  for (let i = place * terms + 1; i < (place + 1) * terms; i++) {
    const element = elements[i] ?? 0;
    if ((input[element] ?? 0) > (input[best] ?? 0)) best = element;
  }
  return best;
}

/** Index of the largest value; the lowest index of equals. */
export function argMax(values: Vector): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}

function runWeighted(
  { rows, terms, elements, weights, biases, relu }: Weighted,
  input: Vector,
  results: Float64Array,
): void {
  const patch = new Float64Array(terms);
  const places = elements.length / terms;
  for (let place = 0; place < places; place++) {
    gather(input, elements, place, patch);
    for (let row = 0; row < rows; row++) {
      const sum = dot(biases[row] ?? 0, weights, row * terms, patch);
      results[row * places + place] = relu && sum < 0 ? 0 : sum;
    }
  }
}

function runPooling(layer: Pooling, input: Vector, results: Float64Array): void {
  for (let place = 0; place < results.length; place++) results[place] = input[largestUnder(layer, input, place)] ?? 0;
}
