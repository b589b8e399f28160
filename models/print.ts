import type { Epoch } from "./trainer/fit.ts";

/** One line of progress. */
export function epochLine({ number, trainingLoss, validationLoss, validationAccuracy, isBest }: Epoch): string {
  const losses = `training loss ${trainingLoss.toFixed(4)}, validation loss ${validationLoss.toFixed(4)}`;
  const epoch = String(number).padStart(2);
  return `Epoch ${epoch}: ${losses}, validation accuracy ${percent(validationAccuracy)}${isBest ? "  best so far" : ""}`;
}

/** A share in [0, 1] as "97.40 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/**
 * Aligned lines, the heading first.
 *
 * @param texts how many columns from the left are words; the others are numbers and end at the right.
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  texts: number,
): readonly string[] {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const pad = (cell: string, column: number): string =>
    column < texts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return [heading, ...rows].map((row) => row.map(pad).join("  ").trimEnd());
}
