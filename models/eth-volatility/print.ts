import { percent, table } from "../print.ts";
import { PARTS, type Report } from "./report.ts";

/** Accuracies by stretch of time, next to what needs no learning. */
export function reportTable({ parts, sha256, bytes, sizes, bestEpoch, medianRange }: Report): string {
  const heading = ["part", "first hour", "last hour", "hours", "model", "linear", "6 h mean", "last hour", "majority"];
  const rows = PARTS.map((name) => {
    const { from, to, hours, accuracy, logisticRegression, sixHourMean, lastHour, majority } = parts[name];
    const accuracies = [accuracy, logisticRegression, sixHourMean, lastHour, majority].map(percent);
    return [name, from, to, String(hours), ...accuracies];
  });
  return [
    "",
    "Share of hours whose class (calm or volatile) was forecast rightly:",
    ...table(heading, rows, 3),
    "",
    `Network ${sizes.join(" → ")} after epoch ${bestEpoch}; volatile means high / low − 1 above ${medianRange}.`,
    `model.onnx: ${bytes} bytes, SHA-256 ${sha256}`,
  ].join("\n");
}
