import { percent, table } from "../print.ts";
import type { Report } from "./report.ts";
import { PARTS } from "./split.ts";

/** Accuracies by part, next to a logistic regression. */
export function reportTable({
  parts,
  program,
  sha256,
  bytes,
  sizes,
  parameters,
  multiplyAdds,
  bestEpoch,
}: Report): string {
  const rows = PARTS.map((name) => {
    const { digits, accuracy, logisticRegression } = parts[name];
    const integers = name === "heldOut" ? percent(program.accuracy) : "";
    return [name, String(digits), percent(accuracy), integers, percent(logisticRegression)];
  });
  const nodes = program.nodes.map(({ node, maxError, maxValue }) => [node, maxError.toFixed(4), maxValue.toFixed(2)]);
  return [
    "",
    "Share of digits that were recognised:",
    ...table(["part", "digits", "model", "program", "linear"], rows, 1),
    "",
    ...table(["node", "largest error", "largest value"], nodes, 1),
    "",
    `Network ${sizes.join(" → ")} after epoch ${bestEpoch}: ${parameters} parameters, ${multiplyAdds} multiply-adds.`,
    `Program: ${program.bytes} bytes; a trace has ${program.traceWords} words, a step opens at most ${program.worstStepWords}.`,
    `model.onnx: ${bytes} bytes, SHA-256 ${sha256}`,
  ].join("\n");
}
