import { ModelError } from "../errors.ts";
import { createAdam } from "./adam.ts";
import { softmaxCrossEntropy, createDifferentiator } from "./gradient.ts";
import { argMax, createActivations, forward } from "./forward.ts";
import { createNetwork, initialise, type Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import { type Random, seededRandom, shuffle } from "./random.ts";

/** Labelled rows of equal width. */
export type Samples = {
  readonly width: number;
  /** [labels.length, width], row by row. */
  readonly inputs: Float32Array;
  /** Class indices. */
  readonly labels: Uint8Array;
};

export type FitOptions = {
  /** The layers; one dense layer alone makes a logistic regression. Its outputs are the classes. */
  readonly plan: Plan;
  /** Decides the first weights and the order of the samples. */
  readonly seed: number;
  readonly epochs: number;
  /** Samples whose mean gradient makes one step. */
  readonly batch: number;
  readonly learningRate: number;
  /** The learning rate is multiplied by this after each epoch. */
  readonly learningRateDecay: number;
  readonly weightDecay: number;
  /** Training stops after this many epochs without a lower validation loss. */
  readonly patience: number;
  /** Makes another sample of the same class from one, anew in each epoch, so that a small training set goes further. */
  readonly vary?: (input: Float32Array, random: Random) => Float32Array;
};

/** What one pass over the training samples gave. Losses are in nats a sample. */
export type Epoch = {
  readonly number: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly isBest: boolean;
};

/** Mean loss in nats and share of right classes. */
export function evaluate(network: Network, samples: Samples): { loss: number; accuracy: number } {
  const activations = createActivations(network);
  const derivative = new Float64Array(network.sizes.at(-1) ?? 0);
  let loss = 0;
  let right = 0;
  for (const [row, label] of samples.labels.entries()) {
    const logits = forward(network, inputOf(samples, row), activations);
    loss += softmaxCrossEntropy(logits, label, derivative);
    if (argMax(logits) === label) right++;
  }
  return { loss: loss / samples.labels.length, accuracy: right / samples.labels.length };
}

/**
 * Trains a network and returns it as it was after the epoch with the lowest validation loss. One thread, double precision and
 * a fixed order of additions: the same samples and options give the same bits on every machine.
 *
 * @throws ModelError SAMPLES_SHAPE when rows and labels do not fit together, TRAINING_DIVERGED when a loss is not finite.
 */
export function fit(
  training: Samples,
  validation: Samples,
  options: FitOptions,
  onEpoch: (epoch: Epoch) => void = () => undefined,
): Network {
  const random = seededRandom(options.seed);
  const network = initialise(options.plan, random);
  checkShape(training, network);
  checkShape(validation, network);
  const differentiator = createDifferentiator(network);
  const step = createAdam(network.parameters);
  const order = Uint32Array.from(training.labels.keys());

  let best = network.parameters.slice();
  let bestLoss = Infinity;
  let bestNumber = 0;
  let { learningRate } = options;
  for (let number = 1; number <= options.epochs && number - bestNumber <= options.patience; number++) {
    shuffle(order, random);
    let total = 0;
    for (let from = 0; from < order.length; from += options.batch) {
      const rows = order.subarray(from, from + options.batch);
      differentiator.reset();
      for (const row of rows) {
        const input = inputOf(training, row);
        total += differentiator.add(options.vary?.(input, random) ?? input, training.labels[row] ?? 0);
      }
      const { gradient } = differentiator;
      for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i] ?? 0) / rows.length;
      step(gradient, { learningRate, weightDecay: options.weightDecay });
    }
    learningRate *= options.learningRateDecay;

    const { loss, accuracy } = evaluate(network, validation);
    if (!Number.isFinite(loss) || !Number.isFinite(total)) {
      throw new ModelError({
        code: "TRAINING_DIVERGED",
        what: `validation loss ${loss} in epoch ${number}`,
        next: "lower the learning rate",
      });
    }
    const isBest = loss < bestLoss;
    if (isBest) {
      best = network.parameters.slice();
      bestLoss = loss;
      bestNumber = number;
    }
    const trainingLoss = total / order.length;
    onEpoch({ number, trainingLoss, validationLoss: loss, validationAccuracy: accuracy, isBest });
  }
  return createNetwork(network.plan, best);
}

/** The features of one row: a view, not a copy. */
export function inputOf({ inputs, width }: Samples, row: number): Float32Array {
  return inputs.subarray(row * width, (row + 1) * width);
}

function checkShape({ width, inputs, labels }: Samples, { sizes }: Network): void {
  const [needed = 0] = sizes;
  const classes = sizes.at(-1) ?? 0;
  const widest = labels.reduce((largest, label) => Math.max(largest, label), 0);
  const isWhole = labels.length > 0 && inputs.length === labels.length * width;
  if (isWhole && width === needed && widest < classes) return;
  throw new ModelError({
    code: "SAMPLES_SHAPE",
    what: `${labels.length} labels up to ${widest}, ${inputs.length} values, width ${width}; the network takes ${needed} and has ${classes} classes`,
    next: "give one row of `width` values per label, and labels below the number of classes",
  });
}
