import { CLASSES, SIDE } from "../digits/data.ts";
import type { Definition } from "../digits/definition.ts";
import { shiftAtRandom } from "../digits/shift.ts";

/** Three dense layers. */
export const MNIST_MLP: Definition = {
  name: "mnist-mlp",
  options: {
    plan: {
      input: [1, SIDE, SIDE],
      layers: [
        { kind: "dense", outputs: 64 },
        { kind: "dense", outputs: 32 },
        { kind: "dense", outputs: CLASSES },
      ],
    },
    seed: 1,
    epochs: 24,
    batch: 32,
    learningRate: 2e-3,
    learningRateDecay: 0.88,
    weightDecay: 0.02,
    patience: 6,
    vary: shiftAtRandom,
  },
};
