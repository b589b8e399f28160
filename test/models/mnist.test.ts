import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { sha256 } from "../../models/artefacts.ts";
import { type Artefacts, checkDigits, readCommitted } from "../../models/digits/artefacts.ts";
import { reportTable } from "../../models/digits/print.ts";
import { compileModel, measureProgram } from "../../models/digits/program.ts";
import { parseReport } from "../../models/digits/report.ts";
import { PARTS, type Split, inputsOf, splitByIndex } from "../../models/digits/split.ts";
import { confusionOf } from "../../models/digits/train.ts";
import { MNIST_CNN } from "../../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../../models/mnist-mlp/definition.ts";
import { formatReport } from "../../models/report-text.ts";
import { argMax, createActivations, forward } from "../../models/trainer/forward.ts";
import { evaluate } from "../../models/trainer/fit.ts";
import { type Network, multiplyAdds } from "../../models/trainer/network.ts";
import { OUTPUT, decodeClassifier, inputNameOf } from "../../models/trainer/onnx.ts";
import { runFloat } from "../../sdk/program/float.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";

const MODELS = [
  { definition: MNIST_MLP, leastAccuracy: 0.95, mostMultiplyAdds: 60_000 },
  { definition: MNIST_CNN, leastAccuracy: 0.965, mostMultiplyAdds: 150_000 },
];

for (const { definition, leastAccuracy, mostMultiplyAdds } of MODELS) {
  describe(`the committed model ${definition.name}`, function () {
    const { plan } = definition.options;
    let artefacts: Artefacts;
    let network: Network;
    let split: Split;
    before(async function () {
      const { digits, ...committed } = await readCommitted(definition);
      artefacts = committed;
      network = decodeClassifier(committed.model, plan);
      split = splitByIndex(digits.samples);
    });

    it("is the file its report names", function () {
      const { model, report } = artefacts;
      expect(report.sha256).to.equal(sha256(model));
      expect(report.bytes).to.equal(model.length);
      expect(report.sizes).to.deep.equal(network.sizes);
      expect(report.parameters).to.equal(network.parameters.length);
      expect(report.multiplyAdds).to.equal(multiplyAdds(network)).and.to.be.at.most(mostMultiplyAdds);
      expect(report.bestEpoch).to.be.within(1, definition.options.epochs);
    });

    it("has the accuracies that its report states, on every part, and the mistakes", function () {
      const { parts, confusion } = artefacts.report;
      for (const name of PARTS) {
        expect(evaluate(network, split[name]).accuracy).to.equal(parts[name].accuracy, name);
        expect(split[name].labels.length).to.equal(parts[name].digits);
      }
      expect(confusionOf(network, split.heldOut)).to.deep.equal(confusion);
    });

    it(`recognises ${100 * leastAccuracy} % of the held-out digits, and more than a logistic regression`, function () {
      const { accuracy, logisticRegression } = artefacts.report.parts.heldOut;
      expect(accuracy).to.be.at.least(leastAccuracy).and.to.be.above(logisticRegression);
    });

    it("gives the same class under ONNX Runtime, the trainer and the library for every held-out digit", async function () {
      ort.env.wasm.numThreads = 1;
      const session = await ort.InferenceSession.create(artefacts.model, { executionProviders: ["wasm"] });
      const graph = importOnnx(artefacts.model);
      const activations = createActivations(network);
      let right = 0;
      for (const [index, input] of inputsOf(split.heldOut).entries()) {
        const image = new ort.Tensor("float32", input, [1, ...plan.input]);
        const output = await session.run({ [inputNameOf(plan)]: image });
        expect(output[OUTPUT]?.dims).to.deep.equal([1]);
        const answer = Number(output[OUTPUT]?.data[0]);
        expect(argMax(forward(network, input, activations))).to.equal(answer, `digit ${index} in the trainer`);
        expect(runFloat(graph, input).output[0]).to.equal(answer, `digit ${index} in the library`);
        if (answer === split.heldOut.labels[index]) right += 1;
      }
      expect(right / split.heldOut.labels.length).to.equal(artefacts.report.parts.heldOut.accuracy);
      await session.release();
    });

    it("compiles to the program that its report describes, which loses at most one point of accuracy", function () {
      const { report, model } = artefacts;
      const compiled = compileModel(model, split);
      expect(measureProgram(compiled, split.heldOut)).to.deep.equal(report.program);
      expect(report.program.accuracy).to.be.at.least(report.parts.heldOut.accuracy - 0.01);
      for (const { accumulatorBound } of compiled.layers) expect(accumulatorBound).to.be.within(1, 2 ** 31 - 1);
    });

    it("is calibrated on training digits alone", function () {
      const others = { ...split, validation: split.training, heldOut: split.training };
      expect(compileModel(artefacts.model, others)).to.deep.equal(compileModel(artefacts.model, split));
    });

    it("is refused beside other digits", function () {
      expect(() => {
        checkDigits(artefacts, { sha256: "00" });
      })
        .to.throw("SHA-256 00")
        .with.property("code", "DIGITS_DIFFER");
    });

    it("has a report that is read as it was written, or refused by the name of the field", function () {
      const text = formatReport(artefacts.report);
      expect(parseReport(text)).to.deep.equal(artefacts.report);
      const refused = (from: RegExp, to: string, what: string): void => {
        expect(() => parseReport(text.replace(from, to)))
          .to.throw(what)
          .with.property("code", "REPORT_INVALID");
      };
      refused(/"digitsSha256"/, '"other"', "report.digitsSha256 is missing");
      refused(/"heldOut"/, '"test"', "heldOut is missing");
      refused(/"digits": 1000/, '"digits": "many"', 'validation.digits is "many"');
      refused(/"confusion": \[\s*\[\d+/, '"confusion": [["x"', 'confusion.0.0 is "x"');
      refused(/"nodes": \[/, '"nodes": [7,', "nodes.0 is 7");
      refused(/"traceWords": \d+/, '"traceWords": null', "program.traceWords is null");
    });

    it("is described by a table that names each part and each node", function () {
      const lines = reportTable(artefacts.report).split("\n");
      const { nodes } = artefacts.report.program;
      for (const name of [...PARTS, ...nodes.map(({ node }) => node)]) {
        expect(lines.some((line) => line.startsWith(name))).to.equal(true, name);
      }
    });
  });
}
