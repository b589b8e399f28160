import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ModelError } from "../errors.ts";
import { type Candle, loadCandles } from "./candles.ts";
import { type Report, formatReport, parseReport } from "./report.ts";

const MODEL = "model.onnx";
const REPORT = "report.json";
const UPDATE = "write it again: npm run train -- --update";

/** The two files that are committed. */
export type Artefacts = { readonly model: Uint8Array; readonly report: Report };

/** The folder of the committed model and report. */
const DIRECTORY = fileURLToPath(new URL(".", import.meta.url));

/** The candles' file: what is published as a dataset, and what it says. */
export type CandleFile = {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly sha256: string;
  readonly candles: readonly Candle[];
};

/** Reads the committed candles. */
export async function readCandleFile(): Promise<CandleFile> {
  const bytes = new Uint8Array(await readFile(new URL("../data/ETHUSDT-1h.csv", import.meta.url)));
  return { bytes, sha256: sha256(bytes), candles: loadCandles(Buffer.from(bytes).toString("utf8")) };
}

/**
 * Reads model, report and candles, and makes sure that they belong together: the program is calibrated on the candles.
 *
 * @throws ModelError CANDLES_DIFFER, or as {@link readArtefacts}.
 */
export async function readCommitted(): Promise<Artefacts & { readonly file: CandleFile }> {
  const artefacts = await readArtefacts();
  const file = await readCandleFile();
  checkCandles(artefacts, file);
  return { ...artefacts, file };
}

/** @throws ModelError CANDLES_DIFFER when the model was trained on another file. */
export function checkCandles({ report }: Artefacts, { sha256 }: Pick<CandleFile, "sha256">): void {
  if (sha256 === report.candlesSha256) return;
  throw new ModelError({
    code: "CANDLES_DIFFER",
    what: `the candles have SHA-256 ${sha256}, the model was trained on ${report.candlesSha256}`,
    next: "restore models/data, or, if the data are meant to be others, train on them: npm run train -- --update",
  });
}

/**
 * Reads the committed model with its report.
 *
 * @throws ModelError MODEL_MISSING, REPORT_INVALID, or MODEL_DIFFERS when the file is not the one the report is about.
 */
export async function readArtefacts(directory = DIRECTORY): Promise<Artefacts> {
  const model = new Uint8Array(await readOrRefuse(join(directory, MODEL)));
  const report = parseReport((await readOrRefuse(join(directory, REPORT))).toString("utf8"));
  if (sha256(model) !== report.sha256) {
    throw new ModelError({
      code: "MODEL_DIFFERS",
      what: `${MODEL} has SHA-256 ${sha256(model)}, ${REPORT} names ${report.sha256}`,
      next: `restore both files, or, if the change is meant, ${UPDATE}`,
    });
  }
  return { model, report };
}

/**
 * Writes both files beside their place first, then renames them, so that neither is ever half-written and a failure to write
 * leaves the old pair. Should a crash part the two renames, `readArtefacts` refuses the pair by its hash.
 */
export async function writeArtefacts({ model, report }: Artefacts, directory = DIRECTORY): Promise<void> {
  const files = [
    { name: MODEL, content: model },
    { name: REPORT, content: formatReport(report) },
  ].map(({ name, content }) => ({ content, path: join(directory, name), draft: join(directory, `.${name}.draft`) }));
  await mkdir(directory, { recursive: true });
  try {
    for (const { draft, content } of files) await writeFile(draft, content);
    for (const { draft, path } of files) await rename(draft, path);
  } finally {
    for (const { draft } of files) await rm(draft, { force: true });
  }
}

/**
 * Compares a new training with the committed files, byte for byte.
 *
 * @throws ModelError MODEL_DIFFERS with both hashes, or with the first line of the report that differs.
 */
export function checkSame(built: Artefacts, committed: Artefacts): void {
  if (built.report.sha256 !== committed.report.sha256) {
    throw differs(`the training gives SHA-256 ${built.report.sha256}, committed is ${committed.report.sha256}`);
  }
  const [now, then] = [built.report, committed.report].map((report: Report) => formatReport(report).split("\n"));
  const line = now
    ?.find((text, index) => text !== then?.[index])
    ?.trim()
    .replace(/,$/, "");
  if (line !== undefined) throw differs(`the model is the same but its report is not: now ${line}`);
}

/** SHA-256 in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function differs(what: string): ModelError {
  return new ModelError({ code: "MODEL_DIFFERS", what, next: "if the change is wanted: npm run train -- --update" });
}

async function readOrRefuse(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new ModelError({ code: "MODEL_MISSING", what: `cannot read ${path}`, next: UPDATE, cause });
  }
}
