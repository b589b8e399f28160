import { percent, table } from "../print.ts";
import type { Report } from "./report.ts";
import { PARTS } from "./split.ts";

/** Accuracies by part, next to a logistic regression. */
export function reportTable({ parts, sha256, bytes, sizes, parameters, multiplyAdds, bestEpoch }: Report): string {
  const rows = PARTS.map((name) => {
    const { digits, accuracy, logisticRegression } = parts[name];
    return [name, String(digits), percent(accuracy), percent(logisticRegression)];
  });
  return [
    "",
    "Share of digits that were recognised:",
    ...table(["part", "digits", "model", "linear"], rows, 1),
    "",
    `Network ${sizes.join(" → ")} after epoch ${bestEpoch}: ${parameters} parameters, ${multiplyAdds} multiply-adds.`,
    `model.onnx: ${bytes} bytes, SHA-256 ${sha256}`,
  ].join("\n");
}
