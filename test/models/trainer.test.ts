import { expect } from "chai";

import { sha256 } from "../../models/artefacts.ts";
import { exp, log } from "../../sdk/program/elementary.ts";
import { type FitOptions, type Samples, evaluate, fit } from "../../models/trainer/fit.ts";
import { createDifferentiator, softmaxCrossEntropy } from "../../models/trainer/gradient.ts";
import { initialise, weightedLayers } from "../../models/trainer/network.ts";
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

describe("exp and log of our own", function () {
  it("agree with the engine's to 1e-15", function () {
    for (let x = -708; x <= 709; x += 0.137) expect(Math.abs(exp(x) / Math.exp(x) - 1)).to.be.below(1e-15, `exp(${x})`);
    for (let x = 1e-300; x < 1e300; x *= 1.7) {
      const error = Math.abs(log(x) - Math.log(x)) / Math.max(1, Math.abs(Math.log(x)));
      expect(error).to.be.below(1e-15, `log(${x})`);
    }
  });

  it("meet their limits", function () {
    expect([exp(0), exp(-Infinity), exp(-800), exp(800), exp(Infinity)]).to.deep.equal([1, 0, 0, Infinity, Infinity]);
    expect([log(1), log(0), log(Infinity)]).to.deep.equal([0, -Infinity, Infinity]);
    expect([exp(NaN), log(NaN), log(-1)].every(Number.isNaN)).to.equal(true);
  });
});

describe("gradients", function () {
  const plans: readonly (readonly [string, Plan])[] = [
    ["four dense layers", densePlan([5, 7, 6, 4, 3])],
    [
      "convolutions with pooling between them",
      {
        input: [2, 11, 10],
        layers: [
          { kind: "conv", channels: 4, kernel: 3, stride: 1 },
          { kind: "maxPool", size: 2 },
          { kind: "conv", channels: 3, kernel: 2, stride: 2 },
          { kind: "dense", outputs: 3 },
        ],
      },
    ],
    [
      "pooling before and behind a convolution whose windows leave gaps",
      {
        input: [2, 9, 8],
        layers: [
          { kind: "maxPool", size: 2 },
          { kind: "conv", channels: 5, kernel: 1, stride: 3 },
          { kind: "maxPool", size: 1 },
          { kind: "dense", outputs: 4 },
          { kind: "dense", outputs: 3 },
        ],
      },
    ],
  ];
  for (const [title, plan] of plans) {
    it(`agree with finite differences in every parameter of ${title}`, function () {
      const random = seededRandom(11);
      const network = initialise(plan, random);
      // Biases start at 0, where a wrong sign would not show.
      for (const { biases } of weightedLayers(network)) {
        for (let i = 0; i < biases.length; i++) biases[i] = random() - 0.5;
      }
      const input = Float64Array.from({ length: network.sizes[0] ?? 0 }, () => 2 * random() - 1);
      const differentiator = createDifferentiator(network);
      const scratch = createDifferentiator(network);
      differentiator.add(input, 2);

      const step = 1e-5;
      const { parameters } = network;
      let nonZero = 0;
      for (const [i, value] of parameters.entries()) {
        parameters[i] = value + step;
        const above = scratch.add(input, 2);
        parameters[i] = value - step;
        const below = scratch.add(input, 2);
        parameters[i] = value;
        const measured = (above - below) / (2 * step);
        const computed = differentiator.gradient[i] ?? NaN;
        expect(Math.abs(computed - measured)).to.be.at.most(1e-7 * Math.max(1e-2, Math.abs(measured)), `number ${i}`);
        if (computed !== 0) nonZero++;
      }
      expect(nonZero).to.be.greaterThan(parameters.length / 4);
    });
  }

  it("sum over samples until reset", function () {
    const network = initialise(densePlan([2, 3, 2]), seededRandom(1));
    const differentiator = createDifferentiator(network);
    const input = Float64Array.of(1, -1);
    differentiator.add(input, 0);
    const once = differentiator.gradient.slice();
    differentiator.add(input, 0);
    expect(differentiator.gradient).to.deep.equal(once.map((value) => 2 * value));
    differentiator.reset();
    expect(differentiator.gradient).to.deep.equal(new Float64Array(once.length));
  });

  it("of the loss keep apart from overflow", function () {
    const derivative = new Float64Array(2);
    expect(softmaxCrossEntropy(Float64Array.of(1e6, 0), 1, derivative)).to.equal(1e6);
    expect([...derivative]).to.deep.equal([1, -1]);
  });
});

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
