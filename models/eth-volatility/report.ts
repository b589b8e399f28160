import type { Named } from "../artefacts.ts";
import { type Fields, listOf, numberOf, numbersOf, objectOf, parseFields, stringOf } from "../report-text.ts";
import type { Baselines } from "./baselines.ts";

/** The four stretches of time, oldest first. */
export const PARTS = ["training", "validation", "test", "later"] as const;
export type PartName = (typeof PARTS)[number];

/** How good the model is on one stretch of time. Accuracies and shares are in [0, 1]. */
export type PartReport = Baselines & {
  /** First and last hour that was forecast, "2024-12-31 23:00" in UTC. */
  readonly from: string;
  readonly to: string;
  /** Number of forecasts. */
  readonly hours: number;
  /** Share of hours that were volatile. */
  readonly volatile: number;
  /** Of the committed model. */
  readonly accuracy: number;
  /** Of a logistic regression trained on the same features in the same way: what the hidden layers are worth. */
  readonly logisticRegression: number;
};

/** What is committed beside the model file. */
export type Report = Named & {
  /** SHA-256 of the candles' file that it was trained on, hexadecimal. */
  readonly candlesSha256: string;
  /** Length of model.onnx. */
  readonly bytes: number;
  readonly features: number;
  /** Widths of the layers from the features to the classes. */
  readonly sizes: readonly number[];
  /** The one constant that inputs are scaled with and classes are cut at: median of high / low − 1 in the training part. */
  readonly medianRange: number;
  /** The epoch whose weights were kept. */
  readonly bestEpoch: number;
  readonly parts: Readonly<Record<PartName, PartReport>>;
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
    candlesSha256: stringOf(report, "candlesSha256"),
    bytes: numberOf(report, "bytes"),
    features: numberOf(report, "features"),
    sizes: numbersOf(listOf(report, "sizes"), "sizes"),
    medianRange: numberOf(report, "medianRange"),
    bestEpoch: numberOf(report, "bestEpoch"),
    parts: { training: part("training"), validation: part("validation"), test: part("test"), later: part("later") },
  };
}

function partOf(fields: Fields, part: PartName): PartReport {
  const number = (key: string): number => numberOf(fields, key, part);
  return {
    from: stringOf(fields, "from", part),
    to: stringOf(fields, "to", part),
    hours: number("hours"),
    volatile: number("volatile"),
    accuracy: number("accuracy"),
    logisticRegression: number("logisticRegression"),
    majority: number("majority"),
    lastHour: number("lastHour"),
    sixHourMean: number("sixHourMean"),
  };
}
