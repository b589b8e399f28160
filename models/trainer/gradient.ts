import { exp, log } from "../../sdk/program/elementary.ts";
import { createActivations, createNetwork, forward, type Network } from "./network.ts";
import { addScaled, addScaledRange, type Vector } from "./vectors.ts";

/** Softmax cross entropy of `logits` against class `label`, in nats; writes its derivative by the logits to `derivative`. */
export function softmaxCrossEntropy(logits: Float64Array, label: number, derivative: Float64Array): number {
  // The largest logit is subtracted from all of them: the same softmax, and exp cannot overflow.
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let total = 0;
  for (const [i, logit] of logits.entries()) {
    const weight = exp(logit - largest);
    derivative[i] = weight;
    total += weight;
  }
  for (let i = 0; i < derivative.length; i++) derivative[i] = (derivative[i] ?? 0) / total - (i === label ? 1 : 0);
  return log(total) - ((logits[label] ?? NaN) - largest);
}

/** Losses and their gradients over one network, with the scratch memory for it. */
export type Differentiator = {
  /** The gradient summed since the last `reset`, in the layout of the network's parameters. */
  readonly gradient: Float64Array;
  reset(): void;
  /** Adds one sample's gradient. Returns its loss in nats. */
  add(input: Vector, label: number): number;
};

/** Back-propagation for `network`, whose parameters may change between calls. */
export function createDifferentiator(network: Network): Differentiator {
  const activations = createActivations(network);
  const derivatives = createActivations(network);
  const sums = createNetwork(network.sizes);

  function propagate(index: number, input: Vector): void {
    const layer = network.layers[index];
    const sum = sums.layers[index];
    const derivative = derivatives[index];
    if (layer === undefined || sum === undefined || derivative === undefined) return;

    const previous = activations[index - 1];
    const previousDerivative = derivatives[index - 1];
    previousDerivative?.fill(0);
    for (let j = 0; j < derivative.length; j++) {
      const d = derivative[j] ?? 0;
      if (d === 0) continue;
      sum.biases[j] = (sum.biases[j] ?? 0) + d;
      addScaled(sum.weights, j * layer.inputs, d, previous ?? input);
      if (previousDerivative !== undefined) addScaledRange(previousDerivative, d, layer.weights, j * layer.inputs);
    }
    // ReLU passes nothing back where it gave 0.
    for (const [i, value] of previous?.entries() ?? [])
      if (value === 0 && previousDerivative) previousDerivative[i] = 0;
  }

  return {
    gradient: sums.parameters,
    reset: () => void sums.parameters.fill(0),
    add(input, label) {
      const logits = forward(network, input, activations);
      const loss = softmaxCrossEntropy(logits, label, derivatives.at(-1) ?? new Float64Array(logits.length));
      for (let index = network.layers.length - 1; index >= 0; index--) propagate(index, input);
      return loss;
    },
  };
}
