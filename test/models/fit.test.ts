import { expect } from "chai";

import { sha256 } from "../../models/artefacts.ts";
import { type FitOptions, type Samples, evaluate, fit } from "../../models/trainer/fit.ts";
import { encodeClassifier } from "../../models/trainer/onnx.ts";
import { type Plan, densePlan } from "../../models/trainer/plan.ts";
import { seededRandom } from "../../models/trainer/random.ts";

const XOR = { width: 2, inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), labels: Uint8Array.of(0, 1, 1, 0) };
const OPTIONS: FitOptions = {
  plan: densePlan([2, 8, 2]),
  seed: 3,
  epochs: 400,
  batch: 4,
  learningRate: 0.03,
  learningRateDecay: 1,
  weightDecay: 0,
  patience: 400,
};

describe("fit", function () {
  it("learns xor, which no linear model can", function () {
    expect(evaluate(fit(XOR, XOR, OPTIONS), XOR).accuracy).to.equal(1);
    expect(evaluate(fit(XOR, XOR, { ...OPTIONS, plan: densePlan([2, 2]) }), XOR).accuracy).to.be.below(1);
  });

  it("learns with a convolution whether a bar lies or stands, wherever in the picture, which no linear model can", function () {
    const bar = (start: number, step: number): number[] =>
      Array.from({ length: 36 }, (_, pixel) => Number([0, 1, 2].some((part) => pixel === start + part * step)));
    const places = Array.from({ length: 24 }, (_, place) => place);
    const bars: Samples = {
      width: 36,
      inputs: Float32Array.from([
        ...places.flatMap((place) => bar(6 * Math.floor(place / 4) + (place % 4), 1)),
        ...places.flatMap((place) => bar(place, 6)),
      ]),
      labels: Uint8Array.from({ length: 48 }, (_, row) => Math.floor(row / 24)),
    };
    const plan: Plan = {
      input: [1, 6, 6],
      layers: [
        { kind: "conv", channels: 4, kernel: 3, stride: 1 },
        { kind: "maxPool", size: 2 },
        { kind: "dense", outputs: 2 },
      ],
    };
    expect(evaluate(fit(bars, bars, { ...OPTIONS, plan, epochs: 200 }), bars).accuracy).to.equal(1);
    const linear: Plan = { input: [1, 6, 6], layers: [{ kind: "dense", outputs: 2 }] };
    expect(evaluate(fit(bars, bars, { ...OPTIONS, plan: linear, epochs: 200 }), bars).accuracy).to.be.below(1);
  });

  it("gives these very bytes for a small convolution on every machine", function () {
    const random = seededRandom(6);
    const noise: Samples = {
      width: 49,
      inputs: Float32Array.from({ length: 60 * 49 }, () => random()),
      labels: Uint8Array.from({ length: 60 }, (_, row) => row % 3),
    };
    const plan: Plan = {
      input: [1, 7, 7],
      layers: [
        { kind: "conv", channels: 4, kernel: 2, stride: 1 },
        { kind: "maxPool", size: 2 },
        { kind: "conv", channels: 3, kernel: 2, stride: 1 },
        { kind: "dense", outputs: 3 },
      ],
    };
    const trained = fit(noise, noise, { ...OPTIONS, plan, epochs: 20, learningRateDecay: 0.9, weightDecay: 0.1 });
    expect(sha256(encodeClassifier(trained, "noise"))).to.equal(
      "f41019c2d9bef9ecf96eed878b641bb22c6360aad470187bb777b2844266ca6b",
    );
  });

  it("trains on varied samples, anew in each epoch, and validates on the samples as they are", function () {
    const seen: number[][] = [];
    const options = { ...OPTIONS, epochs: 3 };
    const plain = fit(XOR, XOR, options);
    const same = fit(XOR, XOR, { ...options, vary: (input) => (seen.push([...input]), input) });
    expect(same).to.deep.equal(plain);
    expect(seen).to.have.length(3 * XOR.labels.length);
    const noisy = fit(XOR, XOR, { ...options, vary: (input, random) => input.map((value) => value + random()) });
    expect(noisy.parameters).to.not.deep.equal(plain.parameters);
  });

  it("gives the same bytes for the same seed and others for another", function () {
    const bytes = (seed: number): Uint8Array =>
      encodeClassifier(fit(XOR, XOR, { ...OPTIONS, seed, epochs: 20 }), "xor");
    expect(bytes(5)).to.deep.equal(bytes(5));
    expect(bytes(5)).to.not.deep.equal(bytes(6));
  });

  it("returns the epoch with the lowest validation loss and stops when patience ends", function () {
    const flipped = { ...XOR, labels: XOR.labels.map((label) => 1 - label) };
    const seen: number[] = [];
    let best = Infinity;
    const network = fit(XOR, flipped, { ...OPTIONS, patience: 5 }, (epoch) => {
      seen.push(epoch.validationLoss);
      if (epoch.isBest) best = epoch.validationLoss;
    });
    expect(evaluate(network, flipped).loss).to.equal(best);
    expect(best).to.equal(Math.min(...seen));
    expect(seen.length).to.equal(seen.indexOf(best) + 1 + 5);
  });

  it("refuses rows that do not fit and a loss that is not finite", function () {
    const wide = { ...XOR, width: 3 };
    expect(() => fit(wide, XOR, OPTIONS))
      .to.throw("8 values, width 3")
      .with.property("code", "SAMPLES_SHAPE");
    expect(() => fit(XOR, XOR, { ...OPTIONS, plan: densePlan([2, 1]) })).to.throw("SAMPLES_SHAPE");
    const endless = { ...OPTIONS, learningRate: Infinity };
    expect(() => fit(XOR, XOR, endless))
      .to.throw("epoch 1")
      .with.property("code", "TRAINING_DIVERGED");
  });
});
