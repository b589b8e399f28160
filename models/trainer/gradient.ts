import { exp, log } from "../../sdk/program/elementary.ts";
import { createActivations, forward, gather, largestUnder } from "./forward.ts";
import { createNetwork, type Network, type Pooling, type Weighted } from "./network.ts";
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
  const sums = createNetwork(network.plan);

  /** Takes the derivative by a layer's results to its parameters and to the results of the layer before. */
  function propagate(index: number, input: Vector): void {
    const layer = network.layers[index];
    const sum = sums.layers[index];
    const derivative = derivatives[index];
    if (layer === undefined || derivative === undefined) return;

    const previous = activations[index - 1];
    const previousDerivative = derivatives[index - 1];
    previousDerivative?.fill(0);
    if (layer.kind === "pooling") {
      if (previous && previousDerivative) backPooling(layer, previous, derivative, previousDerivative);
    } else if (sum?.kind === "weighted") {
      backWeighted(layer, sum, previous ?? input, derivative, previousDerivative);
    }
    // Every hidden value is the result of a ReLU, or the largest of such, and a ReLU passes nothing back where it gave 0.
    if (previous === undefined || previousDerivative === undefined) return;
    for (let i = 0; i < previous.length; i++) if (previous[i] === 0) previousDerivative[i] = 0;
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

/** Adds to `sum`, the layer's gradient, and to `inputDerivative` unless nobody asks for it. */
function backWeighted(
  { rows, terms, elements, weights }: Weighted,
  sum: Weighted,
  input: Vector,
  derivative: Float64Array,
  inputDerivative: Float64Array | undefined,
): void {
  const patch = new Float64Array(terms);
  const patchDerivative = new Float64Array(terms);
  const places = elements.length / terms;
  for (let place = 0; place < places; place++) {
    gather(input, elements, place, patch);
    patchDerivative.fill(0);
    for (let row = 0; row < rows; row++) {
      const d = derivative[row * places + place] ?? 0;
      if (d === 0) continue;
      sum.biases[row] = (sum.biases[row] ?? 0) + d;
      addScaled(sum.weights, row * terms, d, patch);
      if (inputDerivative !== undefined) addScaledRange(patchDerivative, d, weights, row * terms);
    }
    if (inputDerivative !== undefined) scatter(patchDerivative, elements, place, inputDerivative);
  }
}

/** The derivative of a maximum goes to the element that was the largest. */
function backPooling(layer: Pooling, input: Vector, derivative: Float64Array, inputDerivative: Float64Array): void {
  for (const [place, d] of derivative.entries()) {
    const element = largestUnder(layer, input, place);
    inputDerivative[element] = (inputDerivative[element] ?? 0) + d;
  }
}

/** Adds `patch` to the elements under place number `place`. */
function scatter(patch: Float64Array, elements: Uint32Array, place: number, target: Float64Array): void {
  const from = place * patch.length;
  for (let i = 0; i < patch.length; i++) {
    const element = elements[from + i] ?? 0;
    target[element] = (target[element] ?? 0) + (patch[i] ?? 0);
  }
}
