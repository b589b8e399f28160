import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { checkSame, sha256 } from "../../models/artefacts.ts";
import { type Artefacts, readArtefacts, readCandleFile } from "../../models/eth-volatility/artefacts.ts";
import { baselinesOf } from "../../models/eth-volatility/baselines.ts";
import {
  type Split,
  medianRangeOf,
  splitByTime,
  toSamples,
  unseenInputs,
} from "../../models/eth-volatility/dataset.ts";
import { FEATURES } from "../../models/eth-volatility/features.ts";
import { PARTS } from "../../models/eth-volatility/report.ts";
import { OPTIONS, trainModel } from "../../models/eth-volatility/train.ts";
import { gapFreeExamples } from "../../models/eth-volatility/windows.ts";
import { evaluate } from "../../models/trainer/fit.ts";
import { argMax, createActivations, forward } from "../../models/trainer/forward.ts";
import { OUTPUT, decodeClassifier, inputNameOf } from "../../models/trainer/onnx.ts";

describe("the committed ETH volatility model", function () {
  let artefacts: Artefacts;
  let split: Split;
  before(async function () {
    artefacts = await readArtefacts();
    split = splitByTime(gapFreeExamples((await readCandleFile()).candles));
  });

  it("is the file its report names", function () {
    const { model, report } = artefacts;
    const network = decodeClassifier(model, OPTIONS.plan);
    expect(report.sha256).to.equal(sha256(model));
    expect(report.bytes).to.equal(model.length);
    expect(report.sizes).to.deep.equal(network.sizes);
    expect(report.features).to.equal(FEATURES).and.to.equal(network.sizes[0]);
    expect(report.medianRange).to.equal(medianRangeOf(split.training));
  });

  it("is what its training gives, byte for byte", async function () {
    let epochs = 0;
    const built = trainModel(await readCandleFile(), ({ number }) => (epochs = number));
    checkSame(built, artefacts);
    expect(built.model).to.deep.equal(artefacts.model);
    expect(epochs).to.be.greaterThan(artefacts.report.bestEpoch);
  });

  it("has the accuracies that its report states, on every part", function () {
    const { model, report } = artefacts;
    const network = decodeClassifier(model, OPTIONS.plan);
    for (const name of PARTS) {
      const { accuracy, hours, majority, lastHour, sixHourMean } = report.parts[name];
      expect(evaluate(network, toSamples(split[name], report.medianRange)).accuracy).to.equal(accuracy, name);
      expect(baselinesOf(split[name], report.medianRange)).to.deep.equal({ majority, lastHour, sixHourMean }, name);
      expect(split[name].length).to.equal(hours);
    }
  });

  it("beats every baseline on the test hours", function () {
    const { accuracy, majority, lastHour, sixHourMean } = artefacts.report.parts.test;
    expect(accuracy).to.be.greaterThan(Math.max(majority, lastHour, sixHourMean));
  });

  it("gives the same class under ONNX Runtime on every test window", async function () {
    ort.env.wasm.numThreads = 1;
    const session = await ort.InferenceSession.create(artefacts.model, { executionProviders: ["wasm"] });
    const network = decodeClassifier(artefacts.model, OPTIONS.plan);
    const activations = createActivations(network);
    const inputs = unseenInputs(split, artefacts.report.medianRange);
    expect(inputs.length).to.be.at.least(1000);

    const counts = [0, 0];
    for (const [index, input] of inputs.entries()) {
      const output = await session.run({
        [inputNameOf(OPTIONS.plan)]: new ort.Tensor("float32", input, [1, FEATURES]),
      });
      const ours = argMax(forward(network, input, activations));
      expect(output[OUTPUT]?.dims).to.deep.equal([1]);
      expect(output[OUTPUT]?.data[0]).to.equal(BigInt(ours), `test window ${index}`);
      counts[ours] = (counts[ours] ?? 0) + 1;
    }
    // Agreement on one class only would prove little.
    expect(Math.min(...counts)).to.be.greaterThan(500);
    await session.release();
  });
});
