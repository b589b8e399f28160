import type { Named } from "../artefacts.ts";
import { type Fields, listOf, numberOf, numbersOf, objectOf, parseFields, stringOf } from "../report-text.ts";
import type { PartName } from "./split.ts";

/** How good the model is on one part. Accuracies are in [0, 1]. */
export type PartReport = {
  readonly digits: number;
  /** Of the committed model. */
  readonly accuracy: number;
  /** Of a logistic regression on the same pixels, trained in the same way: what the hidden layers are worth. */
  readonly logisticRegression: number;
};

/** What is committed beside the model file. */
export type Report = Named & {
  /** SHA-256, hexadecimal, of the grey values and labels that it was trained on. */
  readonly digitsSha256: string;
  /** Length of model.onnx. */
  readonly bytes: number;
  /** Numbers of elements from the pixels to the classes, layer by layer. */
  readonly sizes: readonly number[];
  readonly parameters: number;
  /** Products of a weight and an element in one run. */
  readonly multiplyAdds: number;
  /** The epoch whose weights were kept. */
  readonly bestEpoch: number;
  readonly parts: Readonly<Record<PartName, PartReport>>;
  /** Of the held-out digits: row by digit, column by answer. */
  readonly confusion: readonly (readonly number[])[];
};

/**
 * Reads a report.
 *
 * @throws ModelError REPORT_INVALID with the name of the field that is missing or has another type.
 */
export function parseReport(text: string): Report {
  const report = parseFields(text);
  const parts = objectOf(report["parts"], "parts");
  const part = (name: PartName): PartReport => partOf(objectOf(parts[name], name), name);
  return {
    sha256: stringOf(report, "sha256"),
    digitsSha256: stringOf(report, "digitsSha256"),
    bytes: numberOf(report, "bytes"),
    sizes: numbersOf(listOf(report, "sizes"), "sizes"),
    parameters: numberOf(report, "parameters"),
    multiplyAdds: numberOf(report, "multiplyAdds"),
    bestEpoch: numberOf(report, "bestEpoch"),
    parts: { training: part("training"), validation: part("validation"), heldOut: part("heldOut") },
    confusion: listOf(report, "confusion").map((row, digit) => numbersOf([row].flat(), `confusion.${digit}`)),
  };
}

function partOf(fields: Fields, part: PartName): PartReport {
  return {
    digits: numberOf(fields, "digits", part),
    accuracy: numberOf(fields, "accuracy", part),
    logisticRegression: numberOf(fields, "logisticRegression", part),
  };
}
