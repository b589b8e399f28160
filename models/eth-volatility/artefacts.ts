import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { type Artefacts as Model, readModel, sha256, writeModel } from "../artefacts.ts";
import { ModelError } from "../errors.ts";
import { type Candle, loadCandles } from "./candles.ts";
import { type Report, parseReport } from "./report.ts";

/** The two files that are committed. */
export type Artefacts = Model<Report>;

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
 * @throws ModelError CANDLES_DIFFER, or as `readModel`.
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

/** Reads the committed model with its report. @throws ModelError as `readModel`. */
export function readArtefacts(directory = DIRECTORY): Promise<Artefacts> {
  return readModel(directory, parseReport);
}

/** Writes both files, see `writeModel`. */
export function writeArtefacts(artefacts: Artefacts, directory = DIRECTORY): Promise<void> {
  return writeModel(artefacts, directory);
}
