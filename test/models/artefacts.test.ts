import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { checkSame, sha256 } from "../../models/artefacts.ts";
import {
  type Artefacts,
  checkCandles,
  readArtefacts,
  readCommitted,
  writeArtefacts,
} from "../../models/eth-volatility/artefacts.ts";
import { reportTable } from "../../models/eth-volatility/print.ts";
import { epochLine } from "../../models/print.ts";
import { PARTS, parseReport } from "../../models/eth-volatility/report.ts";
import { formatReport } from "../../models/report-text.ts";

describe("model files", function () {
  let directory: string;
  let artefacts: Artefacts;
  beforeEach(async function () {
    directory = await mkdtemp(join(tmpdir(), "eth-volatility-"));
    artefacts = await readArtefacts();
  });
  afterEach(async function () {
    await rm(directory, { recursive: true });
  });

  it("come back as they were written, with nothing left beside them", async function () {
    await writeArtefacts(artefacts, directory);
    expect(await readArtefacts(directory)).to.deep.equal(artefacts);
    expect((await readdir(directory)).sort()).to.deep.equal(["model.onnx", "report.json"]);
  });

  it("stay as they are when writing fails", async function () {
    await writeArtefacts(artefacts, directory);
    // The second draft cannot be written: its place leads nowhere.
    await symlink(join(directory, "missing", "report.json"), join(directory, ".report.json.draft"));
    const other = { ...artefacts, model: Uint8Array.of(1) };
    expect(await writeArtefacts(other, directory).then(() => "written", String)).to.include("ENOENT");
    expect(await readArtefacts(directory)).to.deep.equal(artefacts);
    expect(await readdir(directory)).to.have.length(2);
  });

  it("are refused when missing, altered or malformed", async function () {
    const refusal = async (): Promise<unknown> =>
      readArtefacts(directory).then(
        () => "accepted",
        (error: unknown) => error,
      );
    expect(await refusal()).to.have.property("code", "MODEL_MISSING");

    await writeArtefacts(artefacts, directory);
    await writeFile(join(directory, "model.onnx"), artefacts.model.with(100, 0xff));
    expect(await refusal()).to.have.property("code", "MODEL_DIFFERS");

    await writeFile(join(directory, "report.json"), "{");
    expect(await refusal()).to.have.property("code", "REPORT_INVALID");
  });

  it("are refused beside candles they were not trained on, by a single byte", async function () {
    const { file, ...committed } = await readCommitted();
    expect(sha256(file.bytes)).to.equal(committed.report.candlesSha256);
    const edited = { sha256: sha256(file.bytes.with(500_000, 0x39)) };
    expect(() => {
      checkCandles(committed, edited);
    })
      .to.throw(edited.sha256)
      .with.property("code", "CANDLES_DIFFER");
  });

  it("name the field of a report that is missing or has another type", async function () {
    const text = await readFile(new URL("../../models/eth-volatility/report.json", import.meta.url), "utf8");
    expect(formatReport(parseReport(text))).to.equal(text);
    expect(() => parseReport(text.replace('"medianRange"', '"other"'))).to.throw("report.medianRange is missing");
    expect(() => parseReport(text.replace(/"hours": \d+/, '"hours": "many"'))).to.throw('training.hours is "many"');
    expect(() => parseReport(text.replace(/"sizes": \[/, '"sizes": ["x",'))).to.throw("REPORT_INVALID");
    expect(() => parseReport("[]")).to.throw("parts is missing");
  });

  it("differ by model or by report, and the error says by which", function () {
    const { model, report } = artefacts;
    checkSame(artefacts, { model, report: { ...report } });
    const otherModel = { model, report: { ...report, sha256: "00" } };
    const otherReport = { model, report: { ...report, bestEpoch: 99 } };
    expect(() => {
      checkSame(otherModel, artefacts);
    })
      .to.throw("SHA-256 00")
      .with.property("code", "MODEL_DIFFERS");
    expect(() => {
      checkSame(otherReport, artefacts);
    }).to.throw('"bestEpoch": 99');
  });

  it("are described by a table that aligns and names each part", function () {
    const table = reportTable(artefacts.report).split("\n");
    for (const name of PARTS) expect(table.some((line) => line.startsWith(name))).to.equal(true);
    expect(new Set(table.slice(2, 7).map(({ length }) => length)).size).to.equal(1);
    const epoch = { number: 3, trainingLoss: 0.5, validationLoss: 0.4, validationAccuracy: 0.75, isBest: true };
    expect(epochLine(epoch)).to.include("75.00 %  best so far");
  });
});
