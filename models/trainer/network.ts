import { ModelError } from "../errors.ts";
import type { Random } from "./random.ts";
import { dot, type Vector } from "./vectors.ts";

/** outputs = weights × inputs + biases. Both arrays are views into the parameters of the network. */
export type Dense = {
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs, inputs], row by row. */
  readonly weights: Float64Array;
  /** [outputs]. */
  readonly biases: Float64Array;
};

/** Dense layers with ReLU between them and none after the last, whose outputs are the logits of the classes. */
export type Network = {
  /** Widths from the inputs to the classes, at least two. */
  readonly sizes: readonly number[];
  /** All weights and biases in layer order, so that an optimiser, a copy or a gradient needs one loop. */
  readonly parameters: Float64Array;
  readonly layers: readonly Dense[];
};

/** Number of weights and biases of a network with these widths. */
function parameterCount(sizes: readonly number[]): number {
  return sizes.slice(1).reduce((sum, outputs, layer) => sum + outputs * ((sizes[layer] ?? 0) + 1), 0);
}

/**
 * Lays a network over `parameters` (zeros when left out).
 *
 * @throws ModelError NETWORK_SHAPE when there are fewer than two widths, one is not a positive integer, or the number of
 * parameters does not fit.
 */
export function createNetwork(sizes: readonly number[], parameters?: Float64Array): Network {
  if (sizes.length < 2 || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new ModelError({
      code: "NETWORK_SHAPE",
      what: `widths [${sizes.join(", ")}]`,
      next: "give at least two positive integers",
    });
  }
  const count = parameterCount(sizes);
  const all = parameters ?? new Float64Array(count);
  if (all.length !== count) {
    throw new ModelError({
      code: "NETWORK_SHAPE",
      what: `widths [${sizes.join(", ")}] need ${count} parameters, got ${all.length}`,
      next: "pass the parameters of a network with these widths",
    });
  }
  const layers: Dense[] = [];
  let from = 0;
  for (const [layer, outputs] of sizes.slice(1).entries()) {
    const inputs = sizes[layer] ?? 0;
    const end = from + inputs * outputs;
    const weights = all.subarray(from, end);
    layers.push({ inputs, outputs, weights, biases: all.subarray(end, end + outputs) });
    from = end + outputs;
  }
  return { sizes, parameters: all, layers };
}

/** Random weights, uniform with variance 2 / inputs (He et al., 2015), which keeps the scale of ReLU layers; biases 0. */
export function initialise(sizes: readonly number[], random: Random): Network {
  const network = createNetwork(sizes);
  for (const { weights, inputs } of network.layers) {
    const bound = Math.sqrt(6 / inputs);
    for (let i = 0; i < weights.length; i++) weights[i] = bound * (2 * random() - 1);
  }
  return network;
}

/** One array per layer's outputs, reused from sample to sample. */
export function createActivations({ layers }: Network): readonly Float64Array[] {
  return layers.map(({ outputs }) => new Float64Array(outputs));
}

/** Fills `activations` for one input and returns the logits, which are the last of them. */
export function forward({ layers }: Network, input: Vector, activations: readonly Float64Array[]): Float64Array {
  let current: Vector = input;
  let logits: Float64Array = new Float64Array(0);
  for (const [index, layer] of layers.entries()) {
    logits = activations[index] ?? new Float64Array(layer.outputs);
    const isHidden = index < layers.length - 1;
    for (let j = 0; j < layer.outputs; j++) {
      const sum = dot(layer.biases[j] ?? 0, layer.weights, j * layer.inputs, current);
      logits[j] = isHidden && sum < 0 ? 0 : sum;
    }
    current = logits;
  }
  return logits;
}

/** Index of the largest value; the lowest index of equals. */
export function argMax(values: Vector): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
