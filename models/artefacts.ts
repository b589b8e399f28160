import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ModelError } from "./errors.ts";
import { formatReport } from "./report-text.ts";

const MODEL = "model.onnx";
const REPORT = "report.json";
const UPDATE = "write it again: npm run train -- --update";

/** What every report says of its model. */
export type Named = {
  /** SHA-256 of model.onnx, hexadecimal. */
  readonly sha256: string;
};

/** The two files of a model that are committed. */
export type Artefacts<Report extends Named> = { readonly model: Uint8Array; readonly report: Report };

/**
 * Reads a committed model with its report.
 *
 * @param parse reads the report's text.
 * @throws ModelError MODEL_MISSING, REPORT_INVALID, or MODEL_DIFFERS when the file is not the one the report is about.
 */
export async function readModel<Report extends Named>(
  directory: string,
  parse: (text: string) => Report,
): Promise<Artefacts<Report>> {
  const model = new Uint8Array(await readOrRefuse(join(directory, MODEL)));
  const report = parse((await readOrRefuse(join(directory, REPORT))).toString("utf8"));
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
 * leaves the old pair. Should a crash part the two renames, `readModel` refuses the pair by its hash.
 */
export async function writeModel({ model, report }: Artefacts<Named>, directory: string): Promise<void> {
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
export function checkSame(built: Artefacts<Named>, committed: Artefacts<Named>): void {
  if (built.report.sha256 !== committed.report.sha256) {
    throw differs(`the training gives SHA-256 ${built.report.sha256}, committed is ${committed.report.sha256}`);
  }
  const [now, then] = [built.report, committed.report].map((report) => formatReport(report).split("\n"));
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
