import { expect } from "chai";

import { exp, log } from "../../sdk/program/elementary.ts";
import { type FitOptions, evaluate, fit } from "../../models/trainer/fit.ts";
import { createDifferentiator, softmaxCrossEntropy } from "../../models/trainer/gradient.ts";
import { initialise } from "../../models/trainer/network.ts";
import { encodeClassifier } from "../../models/trainer/onnx.ts";
import { seededRandom } from "../../models/trainer/random.ts";

const XOR = { width: 2, inputs: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), labels: Uint8Array.of(0, 1, 1, 0) };
const OPTIONS: FitOptions = {
  hidden: [8],
  classes: 2,
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
  it("agree with finite differences in every parameter of four layers", function () {
    const random = seededRandom(11);
    const network = initialise([5, 7, 6, 4, 3], random);
    // Biases start at 0, where a wrong sign would not show.
    for (const { biases } of network.layers) for (let i = 0; i < biases.length; i++) biases[i] = random() - 0.5;
    const input = Float64Array.from({ length: 5 }, () => 2 * random() - 1);
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
      expect(Math.abs(computed - measured)).to.be.at.most(1e-7 * Math.max(1e-2, Math.abs(measured)), `parameter ${i}`);
      if (computed !== 0) nonZero++;
    }
    expect(nonZero).to.be.greaterThan(parameters.length / 3);
  });

  it("sum over samples until reset", function () {
    const network = initialise([2, 3, 2], seededRandom(1));
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
    expect(evaluate(fit(XOR, XOR, { ...OPTIONS, hidden: [] }), XOR).accuracy).to.be.below(1);
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
    expect(() => fit(XOR, XOR, { ...OPTIONS, classes: 1 })).to.throw("SAMPLES_SHAPE");
    const endless = { ...OPTIONS, learningRate: Infinity };
    expect(() => fit(XOR, XOR, endless))
      .to.throw("epoch 1")
      .with.property("code", "TRAINING_DIVERGED");
  });
});
