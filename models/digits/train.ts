import { type Artefacts, sha256 } from "../artefacts.ts";
import { argMax, createActivations, forward } from "../trainer/forward.ts";
import { type Epoch, type Samples, evaluate, fit, inputOf } from "../trainer/fit.ts";
import { type Network, multiplyAdds } from "../trainer/network.ts";
import { encodeClassifier, roundToFloat32 } from "../trainer/onnx.ts";
import type { Plan } from "../trainer/plan.ts";
import { CLASSES, type Digits } from "./data.ts";
import type { Definition } from "./definition.ts";
import { compileModel, measureProgram } from "./program.ts";
import type { PartReport, Report } from "./report.ts";
import { splitByIndex } from "./split.ts";

/**
 * Trains a model of the digits and measures it. The same digits give the same bytes on every machine.
 *
 * @param onEpoch called after each pass over the training part.
 * @throws ModelError TRAINING_DIVERGED, ProgramError when the network cannot be compiled.
 */
export function trainModel(
  { name, options }: Definition,
  { samples, sha256: digitsSha256 }: Digits,
  onEpoch: (epoch: Epoch) => void,
): Artefacts<Report> {
  const split = splitByIndex(samples);
  let bestEpoch = 0;
  const trained = fit(split.training, split.validation, options, (epoch) => {
    if (epoch.isBest) bestEpoch = epoch.number;
    onEpoch(epoch);
  });
  // Measured as it is published: with the parameters that fit into the file.
  const network = roundToFloat32(trained);
  const linearPlan: Plan = { input: options.plan.input, layers: [{ kind: "dense", outputs: CLASSES }] };
  const linear = fit(split.training, split.validation, { ...options, plan: linearPlan });
  const model = encodeClassifier(network, name);

  const part = (samples: Samples): PartReport => ({
    digits: samples.labels.length,
    accuracy: evaluate(network, samples).accuracy,
    logisticRegression: evaluate(linear, samples).accuracy,
  });
  return {
    model,
    report: {
      sha256: sha256(model),
      digitsSha256,
      bytes: model.length,
      sizes: network.sizes,
      parameters: network.parameters.length,
      multiplyAdds: multiplyAdds(network),
      bestEpoch,
      parts: { training: part(split.training), validation: part(split.validation), heldOut: part(split.heldOut) },
      confusion: confusionOf(network, split.heldOut),
      program: measureProgram(compileModel(model, split), split.heldOut),
    },
  };
}

/** How often each digit (row) was given each answer (column). */
export function confusionOf(network: Network, samples: Samples): readonly (readonly number[])[] {
  const activations = createActivations(network);
  const counts = Array.from({ length: CLASSES }, () => new Uint32Array(CLASSES));
  for (const [row, label] of samples.labels.entries()) {
    const answer = argMax(forward(network, inputOf(samples, row), activations));
    const counted = counts[label];
    if (counted) counted[answer] = (counted[answer] ?? 0) + 1;
  }
  return counts.map((row) => [...row]);
}
