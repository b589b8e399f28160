/** One thing on the chain, or in the book, that is not as it should be. */
export type Finding = {
  /** A contract, or a role of the access manager. */
  readonly subject: string;
  readonly what:
    "book" | "place" | "code" | "wiring" | "member" | "delay" | "admin" | "guardian" | "label" | "function" | "closed";
  readonly expected: string;
  readonly found: string;
};

const HEAD: Readonly<Record<keyof Finding, string>> = {
  subject: "where",
  what: "what",
  expected: "expected",
  found: "found",
};

/** A table with one line for each finding. */
export function findingsTable(findings: readonly Finding[]): string {
  const lines = [HEAD, ...findings];
  const width = (column: keyof Finding) => Math.max(...lines.map((line) => line[column].length));
  const [subject, what, expected] = [width("subject"), width("what"), width("expected")];
  return lines
    .map((line) => [line.subject.padEnd(subject), line.what.padEnd(what), line.expected.padEnd(expected), line.found])
    .map((cells) => cells.join("  ").trimEnd())
    .join("\n");
}
