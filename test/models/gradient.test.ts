import { expect } from "chai";

import { createDifferentiator, softmaxCrossEntropy } from "../../models/trainer/gradient.ts";
import { initialise, weightedLayers } from "../../models/trainer/network.ts";
import { type Plan, densePlan } from "../../models/trainer/plan.ts";
import { seededRandom } from "../../models/trainer/random.ts";
import { exp, log } from "../../sdk/program/elementary.ts";

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
