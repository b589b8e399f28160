import { TableFault } from "./table.ts";
import type { Table } from "./table.ts";

/**
 * Reads CSV: one row a line, numbers between commas, semicolons, tabs or spaces. A first line without any number is a header.
 * @throws TableFault naming the line.
 */
export function parseCsv(text: string): Table {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const filled = lines.filter(({ line }) => line !== "");
  const [first] = filled;
  const hasHeader = first !== undefined && cells(first.line).every((cell) => !isNumber(cell));
  return {
    rows: filled.slice(hasHeader ? 1 : 0).map(({ line, number }) => cells(line).map((cell) => numberIn(cell, number))),
  };
}

/**
 * Reads JSON: a list of samples, each a list of numbers, nested as deep as the writer liked; or one such sample of
 * `length` numbers alone.
 * @throws TableFault naming the place.
 */
export function parseJson(text: string, length: number): Table {
  const value = parsed(text);
  if (!Array.isArray(value)) throw new TableFault("it is no list");
  const items: readonly unknown[] = value;
  if (items.every((item) => typeof item === "number")) {
    return { rows: length === 1 ? items.map((item) => [item]) : [items] };
  }
  return { rows: items.map((item, index) => flat(item, `[${index}]`)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TableFault(`it is no JSON (${cause instanceof Error ? cause.message : ""})`, { cause });
  }
}

function flat(value: unknown, place: string): readonly number[] {
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => flat(item, `${place}[${index}]`));
  throw new TableFault(`${place} is ${JSON.stringify(value).slice(0, 40)}, not a number`);
}

function cells(line: string): readonly string[] {
  return line.split(/\s*[,;\t]\s*|\s+/).filter((cell) => cell !== "");
}

function isNumber(cell: string): boolean {
  return Number.isFinite(Number(cell));
}

function numberIn(cell: string, line: number): number {
  if (isNumber(cell)) return Number(cell);
  throw new TableFault(`line ${line} has "${cell}", not a number`);
}
