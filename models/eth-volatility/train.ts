import { sha256 } from "../artefacts.ts";
import { type Epoch, type FitOptions, type Samples, evaluate, fit } from "../trainer/fit.ts";
import type { Network } from "../trainer/network.ts";
import { encodeClassifier, roundToFloat32 } from "../trainer/onnx.ts";
import { densePlan } from "../trainer/plan.ts";
import type { Artefacts, CandleFile } from "./artefacts.ts";
import { baselinesOf } from "./baselines.ts";
import { hourName } from "./candles.ts";
import { CLASS_NAMES, classOf, medianRangeOf, splitByTime, toSamples } from "./dataset.ts";
import { FEATURES } from "./features.ts";
import type { PartReport } from "./report.ts";
import { type Example, gapFreeExamples } from "./windows.ts";

/** Chosen by the validation loss; README.md says what else was tried. */
export const OPTIONS: FitOptions = {
  plan: densePlan([FEATURES, 32, 16, CLASS_NAMES.length]),
  seed: 1,
  epochs: 60,
  batch: 64,
  learningRate: 1e-3,
  learningRateDecay: 0.97,
  weightDecay: 1,
  patience: 8,
};

/**
 * Trains the model from candles and measures it. The same candles give the same bytes on every machine.
 *
 * @param onEpoch called after each pass over the training part.
 * @throws ModelError TOO_FEW_SAMPLES or TRAINING_DIVERGED.
 */
export function trainModel({ candles, sha256: candlesSha256 }: CandleFile, onEpoch: (epoch: Epoch) => void): Artefacts {
  const split = splitByTime(gapFreeExamples(candles));
  const medianRange = medianRangeOf(split.training);
  const training = toSamples(split.training, medianRange);
  const validation = toSamples(split.validation, medianRange);

  let bestEpoch = 0;
  const trained = fit(training, validation, OPTIONS, (epoch) => {
    if (epoch.isBest) bestEpoch = epoch.number;
    onEpoch(epoch);
  });
  // Measured as it is published: with the parameters that fit into the file.
  const network = roundToFloat32(trained);
  const linear = fit(training, validation, { ...OPTIONS, plan: densePlan([FEATURES, CLASS_NAMES.length]) });
  const model = encodeClassifier(network, "eth-volatility");

  const part = (examples: readonly Example[], samples = toSamples(examples, medianRange)): PartReport =>
    reportPart(examples, samples, medianRange, network, linear);
  return {
    model,
    report: {
      sha256: sha256(model),
      candlesSha256,
      bytes: model.length,
      features: FEATURES,
      sizes: network.sizes,
      medianRange,
      bestEpoch,
      parts: {
        training: part(split.training, training),
        validation: part(split.validation, validation),
        test: part(split.test),
        later: part(split.later),
      },
    },
  };
}

function reportPart(
  examples: readonly Example[],
  samples: Samples,
  medianRange: number,
  network: Network,
  linear: Network,
): PartReport {
  const volatile = examples.filter((example) => classOf(example, medianRange) === 1).length;
  return {
    from: hourName(examples[0]?.next.openTime ?? NaN),
    to: hourName(examples.at(-1)?.next.openTime ?? NaN),
    hours: examples.length,
    volatile: volatile / examples.length,
    accuracy: evaluate(network, samples).accuracy,
    logisticRegression: evaluate(linear, samples).accuracy,
    ...baselinesOf(examples, medianRange),
  };
}
