import { CLASSES, SIDE } from "../digits/data.ts";
import type { Definition } from "../digits/definition.ts";
import { shiftAtRandom } from "../digits/shift.ts";

/** Two convolutions, with pooling between them, and a dense layer: 28 × 28 → 12 × 12 → 6 × 6 → 4 × 4 places. */
export const MNIST_CNN: Definition = {
  name: "mnist-cnn",
  options: {
    plan: {
      input: [1, SIDE, SIDE],
      layers: [
        { kind: "conv", channels: 12, kernel: 5, stride: 2 },
        { kind: "maxPool", size: 2 },
        { kind: "conv", channels: 24, kernel: 3, stride: 1 },
        { kind: "dense", outputs: CLASSES },
      ],
    },
    seed: 1,
    epochs: 20,
    batch: 32,
    learningRate: 3e-3,
    learningRateDecay: 0.86,
    weightDecay: 0.02,
    patience: 6,
    vary: shiftAtRandom,
  },
};
