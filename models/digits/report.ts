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

/** How far one node's integers are from its float32 values, over the held-out digits; in the network's own units. */
export type NodeReport = {
  readonly node: string;
  readonly maxError: number;
  /** Largest magnitude of the float32 values, to compare with. */
  readonly maxValue: number;
};

/** The integer program of a model, and what the integers cost. */
export type ProgramReport = {
  /** SHA-256 of the program's file, hexadecimal. */
  readonly sha256: string;
  readonly programRoot: string;
  readonly weightsRoot: string;
  /** Length of the program's file. */
  readonly bytes: number;
  readonly records: number;
  /** Words of 32 bytes: constants, the trace of one run, and the most that recomputing one element opens. */
  readonly weightWords: number;
  readonly traceWords: number;
  readonly worstStepWords: number;
  /** Share of held-out digits that the program recognises. */
  readonly accuracy: number;
  /** Share of held-out digits for which it gives the float32 network's answer. */
  readonly sameAnswer: number;
  readonly nodes: readonly NodeReport[];
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
  readonly program: ProgramReport;
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
    program: programOf(objectOf(report["program"], "program")),
  };
}

function partOf(fields: Fields, part: PartName): PartReport {
  return {
    digits: numberOf(fields, "digits", part),
    accuracy: numberOf(fields, "accuracy", part),
    logisticRegression: numberOf(fields, "logisticRegression", part),
  };
}

function programOf(fields: Fields): ProgramReport {
  const number = (key: string): number => numberOf(fields, key, "program");
  const string = (key: string): string => stringOf(fields, key, "program");
  return {
    sha256: string("sha256"),
    programRoot: string("programRoot"),
    weightsRoot: string("weightsRoot"),
    bytes: number("bytes"),
    records: number("records"),
    weightWords: number("weightWords"),
    traceWords: number("traceWords"),
    worstStepWords: number("worstStepWords"),
    accuracy: number("accuracy"),
    sameAnswer: number("sameAnswer"),
    nodes: listOf(fields, "nodes").map((value, index) => nodeOf(objectOf(value, `nodes.${index}`), `nodes.${index}`)),
  };
}

function nodeOf(fields: Fields, name: string): NodeReport {
  return {
    node: stringOf(fields, "node", name),
    maxError: numberOf(fields, "maxError", name),
    maxValue: numberOf(fields, "maxValue", name),
  };
}
