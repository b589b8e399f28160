import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { createAdam } from "../../models/trainer/adam.ts";
import { argMax, createActivations, forward } from "../../models/trainer/forward.ts";
import { createNetwork, initialise, multiplyAdds } from "../../models/trainer/network.ts";
import { OUTPUT, decodeClassifier, encodeClassifier, inputNameOf, roundToFloat32 } from "../../models/trainer/onnx.ts";
import { type Plan, densePlan } from "../../models/trainer/plan.ts";
import { decodeModel, encodeModel } from "../../sdk/program/onnx/messages.ts";
import { seededRandom, shuffle } from "../../models/trainer/random.ts";
import { expectClose } from "../helpers/close.ts";

describe("Adam", function () {
  it("moves by the learning rate against the gradient's sign at first, and decays apart from it", function () {
    const parameters = Float64Array.of(10, 10, 10);
    createAdam(parameters)(Float64Array.of(0.001, -50, 0), { learningRate: 0.1, weightDecay: 0.2 });
    const expected = [10 - 0.1 - 0.2, 10 + 0.1 - 0.2, 10 - 0.2];
    for (const [i, value] of expected.entries()) expectClose(parameters[i], value, 1e-5);
  });

  it("finds the bottom of a bowl", function () {
    const parameters = Float64Array.of(3, -4);
    const step = createAdam(parameters);
    for (let i = 0; i < 2000; i++) step(parameters.slice(), { learningRate: 0.01, weightDecay: 0 });
    for (const value of parameters) expectClose(value, 0, 1e-3);
  });
});

describe("networks", function () {
  const image: Plan = {
    input: [2, 5, 6],
    layers: [
      { kind: "conv", channels: 3, kernel: 2, stride: 1 },
      { kind: "maxPool", size: 2 },
      { kind: "dense", outputs: 4 },
    ],
  };

  it("refuse sizes, windows and parameters that do not fit", function () {
    const refused = (plan: Plan, what: string): void => {
      expect(() => createNetwork(plan))
        .to.throw(what)
        .with.property("code", "NETWORK_SHAPE");
    };
    refused(densePlan([4]), "0 layers on [4]");
    refused(densePlan([4, 0]), '"outputs":0} on [4]');
    refused({ ...image, layers: image.layers.slice(0, 2) }, "do not end in logits");
    refused({ ...image, input: [60] }, '"kernel":2,"stride":1} on [60]');
    refused({ ...image, input: [2, 2, 9] }, '"size":2} on [3, 1, 8]');
    refused({ ...image, layers: [{ kind: "conv", channels: 1, kernel: 2, stride: 0.5 }, ...image.layers] }, "0.5");
    expect(() => createNetwork(densePlan([4, 2]), new Float64Array(9))).to.throw("need 10 parameters, got 9");
  });

  it("compute W × x + b with ReLU between layers only", function () {
    const network = createNetwork(densePlan([2, 2, 1]), Float64Array.of(1, 2, 3, -4, 0.5, 0.25, -1, 1, -7));
    expect([...forward(network, Float64Array.of(1, 1), createActivations(network))]).to.deep.equal([-10.5]);
  });

  it("convolve by stride over all channels and take the largest of each window", function () {
    const network = createNetwork(
      {
        input: [2, 3, 5],
        layers: [
          { kind: "conv", channels: 1, kernel: 1, stride: 2 },
          { kind: "maxPool", size: 2 },
          { kind: "dense", outputs: 1 },
        ],
      },
      Float64Array.of(1, 10, -3, 1, 0),
    );
    const input = Float64Array.from({ length: 30 }, (_, i) => i);
    const activations = createActivations(network);
    forward(network, input, activations);
    // Rows 0 and 2, columns 0, 2 and 4 of x + 10 (x + 15) − 3; the third column has no partner to be pooled with.
    expect(activations.map((values) => [...values])).to.deep.equal([[147, 169, 191, 257, 279, 301], [279], [279]]);
    expect(multiplyAdds(network)).to.equal(6 * 2 + 1);
  });

  it("come back from ONNX rounded to float32, and other graphs are refused", function () {
    for (const plan of [densePlan([3, 4, 2]), image]) {
      const network = initialise(plan, seededRandom(2));
      const bytes = encodeClassifier(network, "x");
      expect(decodeClassifier(bytes, plan)).to.deep.equal(roundToFloat32(network));

      const model = decodeModel(bytes);
      const backwards = { ...model.graph, node: model.graph?.node.toReversed() ?? [] };
      const graph = { initializer: [], input: [], output: [], valueInfo: [], ...backwards };
      expect(() => decodeClassifier(encodeModel({ ...model, graph }), plan))
        .to.throw("its graph is another one")
        .with.property("code", "MODEL_INVALID");
      expect(() => decodeClassifier(bytes, densePlan([3, 5, 2]))).to.throw("its plan 32");
    }
    expect(() => decodeClassifier(Uint8Array.of(1, 2, 3), image))
      .to.throw()
      .with.property("code", "ONNX_TRUNCATED");
  });

  it("give ONNX Runtime's class, images and lists alike", async function () {
    ort.env.wasm.numThreads = 1;
    const random = seededRandom(9);
    for (const plan of [
      densePlan([3, 4, 2]),
      image,
      { input: [1, 2, 2], layers: [{ kind: "dense", outputs: 5 }] },
    ] satisfies Plan[]) {
      const network = roundToFloat32(initialise(plan, random));
      const session = await ort.InferenceSession.create(encodeClassifier(network, "x"), {
        executionProviders: ["wasm"],
      });
      for (let run = 0; run < 20; run++) {
        const input = Float32Array.from({ length: network.sizes[0] ?? 0 }, () => 2 * random() - 1);
        const output = await session.run({ [inputNameOf(plan)]: new ort.Tensor("float32", input, [1, ...plan.input]) });
        const ours = argMax(forward(network, input, createActivations(network)));
        expect(output[OUTPUT]?.data[0]).to.equal(BigInt(ours), `input ${run} of [${plan.input.join(", ")}]`);
      }
      await session.release();
    }
  });

  it("choose the lowest index of equals", function () {
    expect([
      argMax(Float64Array.of(1, 3, 3)),
      argMax(Float64Array.of(2, 2)),
      argMax(Float64Array.of(-5)),
    ]).to.deep.equal([1, 0, 0]);
  });
});

describe("seeded random numbers", function () {
  it("are those of Mulberry32 for seed 1", function () {
    const random = seededRandom(1);
    const first = [random(), random(), random()].map((value) => value * 4294967296);
    expect(first).to.deep.equal([2693262067, 11749833, 2265367787]);
  });

  it("shuffle to a permutation", function () {
    const order = Uint32Array.from({ length: 100 }, (_, i) => i);
    shuffle(order, seededRandom(4));
    expect(order).to.not.deep.equal(order.toSorted());
    expect(order.toSorted()).to.deep.equal(Uint32Array.from({ length: 100 }, (_, i) => i));
  });
});
