import { expect } from "chai";

import { createAdam } from "../../models/trainer/adam.ts";
import { argMax, createActivations, createNetwork, forward, initialise } from "../../models/trainer/network.ts";
import { decodeClassifier, encodeClassifier, roundToFloat32 } from "../../models/trainer/onnx.ts";
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
  it("refuse widths and parameters that do not fit", function () {
    expect(() => createNetwork([4]))
      .to.throw("[4]")
      .with.property("code", "NETWORK_SHAPE");
    expect(() => createNetwork([4, 0])).to.throw("NETWORK_SHAPE");
    expect(() => createNetwork([4, 2], new Float64Array(9))).to.throw("need 10 parameters, got 9");
  });

  it("compute W × x + b with ReLU between layers only", function () {
    const network = createNetwork([2, 2, 1], Float64Array.of(1, 2, 3, -4, 0.5, 0.25, -1, 1, -7));
    expect([...forward(network, Float64Array.of(1, 1), createActivations(network))]).to.deep.equal([-10.5]);
  });

  it("come back from ONNX rounded to float32, and other graphs are refused", function () {
    const network = initialise([3, 4, 2], seededRandom(2));
    expect(decodeClassifier(encodeClassifier(network, "x"))).to.deep.equal(roundToFloat32(network));

    const model = decodeModel(encodeClassifier(network, "x"));
    const backwards = { ...model.graph, node: model.graph?.node.toReversed() ?? [] };
    const graph = { initializer: [], input: [], output: [], valueInfo: [], ...backwards };
    expect(() => decodeClassifier(encodeModel({ ...model, graph })))
      .to.throw("ArgMax Gemm Relu Gemm")
      .with.property("code", "MODEL_INVALID");
    expect(() => decodeClassifier(Uint8Array.of(1, 2, 3)))
      .to.throw()
      .with.property("code", "ONNX_TRUNCATED");
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
