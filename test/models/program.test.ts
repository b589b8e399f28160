import { readFile } from "node:fs/promises";

import { expect } from "chai";

import { sha256 } from "../../models/artefacts.ts";
import { readCommitted } from "../../models/eth-volatility/artefacts.ts";
import { classOf, splitByTime, unseenInputs } from "../../models/eth-volatility/dataset.ts";
import { compileModel } from "../../models/eth-volatility/program.ts";
import { gapFreeExamples } from "../../models/eth-volatility/windows.ts";
import { measureAgreement } from "../../sdk/program/agreement.ts";
import { programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { serialiseProgram } from "../../sdk/program/file.ts";

const VECTOR = new URL("../vectors/eth-program.json", import.meta.url);

async function givenCompiledModel() {
  const artefacts = await readCommitted();
  const { candles } = artefacts.file;
  return { candles, artefacts, compiled: compileModel(artefacts, candles) };
}

describe("the ETH model as an integer program", function () {
  it("is the same bytes on every machine", async function () {
    const { compiled } = await givenCompiledModel();
    const { program } = compiled;
    expect({
      sha256: sha256(serialiseProgram(program)),
      programRoot: programRoot(program),
      weightsRoot: weightsRoot(program),
    }).to.deep.equal(JSON.parse(await readFile(VECTOR, "utf8")));
  });

  it("picks the float network's class in 98 % of at least 1,000 unseen hours, and is about as often right", async function () {
    const { candles, artefacts, compiled } = await givenCompiledModel();
    const { medianRange } = artefacts.report;
    const split = splitByTime(gapFreeExamples(candles));
    const labels = split.test.map((example) => classOf(example, medianRange));
    const agreement = measureAgreement(compiled.graph, compiled, unseenInputs(split, medianRange), labels);
    expect(agreement.samples).to.be.at.least(1_000);
    expect(agreement.sameClass).to.be.at.least(0.98 * agreement.samples);
    expect(agreement.floatCorrect).to.equal(Math.round(artefacts.report.parts.test.accuracy * agreement.samples));
    expect(agreement.integerCorrect).to.be.at.least((agreement.floatCorrect ?? 0) - 0.01 * agreement.samples);
  });

  it("proves that no accumulator can overflow", async function () {
    const { compiled } = await givenCompiledModel();
    expect(compiled.layers.map(({ terms }) => terms)).to.deep.equal([50, 32, 16]);
    for (const { accumulatorBound } of compiled.layers) expect(accumulatorBound).to.be.within(1, 2 ** 31 - 1);
  });
});
