import { ModelError } from "./errors.ts";

/** Named values of unknown type, as they come out of a JSON file. */
export type Fields = Readonly<Record<string, unknown>>;

/** The bytes that are committed; equal reports give equal text. Lists of numbers share a line, as the formatter wants. */
export function formatReport(report: object): string {
  const text = JSON.stringify(report, null, 2);
  return `${text.replace(/\[[\s\d,]+\]/g, (list) => JSON.stringify(JSON.parse(list)).replaceAll(",", ", "))}\n`;
}

/** @throws ModelError REPORT_INVALID when the text is not JSON or no object. */
export function parseFields(text: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new ModelError({ code: "REPORT_INVALID", what: "the report is not JSON", next: NEXT, cause });
  }
  return objectOf(parsed, "report");
}

/** @throws ModelError REPORT_INVALID naming the field. */
export function objectOf(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null) throw invalid(name, value);
  return Object.fromEntries(Object.entries(value));
}

/** @throws ModelError REPORT_INVALID naming the field. */
export function numberOf(fields: Fields, key: string, part = "report"): number {
  const value = fields[key];
  if (typeof value !== "number") throw invalid(`${part}.${key}`, value);
  return value;
}

/** @throws ModelError REPORT_INVALID naming the field. */
export function stringOf(fields: Fields, key: string, part = "report"): string {
  const value = fields[key];
  if (typeof value !== "string") throw invalid(`${part}.${key}`, value);
  return value;
}

/** @throws ModelError REPORT_INVALID naming the field. */
export function listOf(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw invalid(key, value);
  return value;
}

/** @throws ModelError REPORT_INVALID naming the element. */
export function numbersOf(list: readonly unknown[], name: string): readonly number[] {
  return list.map((value, index) => numberOf({ [index]: value }, String(index), name));
}

const NEXT = "write the report again: npm run train -- --update";

function invalid(field: string, value: unknown): ModelError {
  return new ModelError({
    code: "REPORT_INVALID",
    what: value === undefined ? `${field} is missing` : `${field} is ${JSON.stringify(value)}`,
    next: NEXT,
  });
}
