import type { Epoch } from "../trainer/fit.ts";
import { PARTS, type Report } from "./report.ts";

/** One line of progress. */
export function epochLine({ number, trainingLoss, validationLoss, validationAccuracy, isBest }: Epoch): string {
  const losses = `training loss ${trainingLoss.toFixed(4)}, validation loss ${validationLoss.toFixed(4)}`;
  const epoch = String(number).padStart(2);
  return `Epoch ${epoch}: ${losses}, validation accuracy ${percent(validationAccuracy)}${isBest ? "  best so far" : ""}`;
}

/** Accuracies by stretch of time, next to what needs no learning. */
export function reportTable({ parts, sha256, bytes, sizes, bestEpoch, medianRange }: Report): string {
  const heading = ["part", "first hour", "last hour", "hours", "model", "linear", "6 h mean", "last hour", "majority"];
  const rows = PARTS.map((name) => {
    const { from, to, hours, accuracy, logisticRegression, sixHourMean, lastHour, majority } = parts[name];
    const accuracies = [accuracy, logisticRegression, sixHourMean, lastHour, majority].map(percent);
    return [name, from, to, String(hours), ...accuracies];
  });
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const lines = [heading, ...rows].map((row) =>
    row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  return [
    "",
    "Share of hours whose class (calm or volatile) was forecast rightly:",
    ...lines.map((cells) => cells.join("  ").trimEnd()),
    "",
    `Network ${sizes.join(" → ")} after epoch ${bestEpoch}; volatile means high / low − 1 above ${medianRange}.`,
    `model.onnx: ${bytes} bytes, SHA-256 ${sha256}`,
  ].join("\n");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
