import type { Session } from "./session.ts";

/** Prints a title and what belongs to it, one label and value a line. */
export function printFields(
  { print }: Pick<Session, "print">,
  title: string,
  fields: readonly (readonly [label: string, value: string])[],
): void {
  const width = Math.max(...fields.map(([label]) => label.length));
  print(title);
  for (const [label, value] of fields) print(`  ${label.padEnd(width)}  ${value}`);
}
