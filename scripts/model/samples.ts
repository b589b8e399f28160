import { readFile } from "node:fs/promises";
import { extname } from "node:path";

import { CliError } from "../cli/errors.ts";
import { ModelTaskError } from "./errors.ts";
import { parseNpy } from "./formats/npy.ts";
import { TableFault } from "./formats/table.ts";
import type { Table } from "./formats/table.ts";
import { parseCsv, parseJson } from "./formats/text.ts";

/** The endings of files that samples are read from, for messages. */
const ENDINGS = ".npy, .json, .csv, or .f32 (raw float32, little-endian)";

/**
 * Reads inputs of a model, one or many, by the file's ending: `.npy` (the first dimension counts samples), `.json`, `.csv`
 * (one a line), `.f32` (raw float32, little-endian, one sample after the other).
 * @param length values of one sample.
 * @throws ModelTaskError `SAMPLES_INVALID`, CliError `FILE_UNREADABLE`.
 */
export async function readSamples(path: string, length: number): Promise<readonly Float32Array[]> {
  const { rows } = await readTable(path, length, "SAMPLES_INVALID");
  if (rows.length === 0) throw invalid("SAMPLES_INVALID", path, "it holds no sample");
  rows.forEach((row, index) => {
    if (row.length === length) return;
    throw invalid("SAMPLES_INVALID", path, `sample ${index} has ${row.length} values, the model takes ${length}`);
  });
  return rows.map((row) => Float32Array.from(row));
}

/**
 * Reads the right class of each sample: one whole number each, `.npy`, `.json` or `.csv`.
 * @throws ModelTaskError `LABELS_INVALID`, CliError `FILE_UNREADABLE`.
 */
export async function readLabels(path: string, samples: number): Promise<readonly number[]> {
  const { rows } = await readTable(path, 1, "LABELS_INVALID");
  const labels = rows.map((row) => (row.length === 1 ? row[0] : undefined) ?? NaN);
  const bad = labels.findIndex((label) => !Number.isInteger(label) || label < 0);
  if (bad !== -1) throw invalid("LABELS_INVALID", path, `label ${bad} is no single whole number from 0 up`);
  if (labels.length === samples) return labels;
  throw invalid("LABELS_INVALID", path, `it has ${labels.length} labels for ${samples} samples`);
}

/** Samples as the directory keeps them: float32, little-endian, one after the other. */
export function encodeSamples(samples: readonly Float32Array[]): Uint8Array {
  const length = samples.reduce((sum, sample) => sum + sample.length, 0);
  const view = new DataView(new ArrayBuffer(4 * length));
  let at = 0;
  for (const sample of samples) {
    for (const value of sample) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return new Uint8Array(view.buffer);
}

/** Undoes {@link encodeSamples}. @throws TableFault when the bytes are not whole samples. */
export function decodeSamples(bytes: Uint8Array, length: number): readonly Float32Array[] {
  if (bytes.length % (4 * length) !== 0) {
    throw new TableFault(`its ${bytes.length} bytes are not whole samples of ${4 * length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / (4 * length) }, (_, sample) =>
    Float32Array.from({ length }, (_value, index) => view.getFloat32(4 * (sample * length + index), true)),
  );
}

type Code = "SAMPLES_INVALID" | "LABELS_INVALID";

async function readTable(path: string, length: number, code: Code): Promise<Table> {
  const file = await readBytes(path);
  try {
    return parseTable(extname(path).toLowerCase(), file, length);
  } catch (error) {
    throw error instanceof TableFault ? invalid(code, path, error.message) : error;
  }
}

function parseTable(ending: string, file: Uint8Array, length: number): Table {
  switch (ending) {
    case ".npy": {
      const { shape, values } = parseNpy(file);
      // An array that is one sample by its size is one, whatever its shape.
      const count = values.length === length ? 1 : (shape[0] ?? 1);
      const width = count === 0 ? 0 : values.length / count;
      return { rows: Array.from({ length: count }, (_, row) => values.slice(row * width, (row + 1) * width)) };
    }
    case ".json":
      return parseJson(new TextDecoder().decode(file), length);
    case ".csv":
    case ".txt":
      return parseCsv(new TextDecoder().decode(file));
    case ".f32":
    case ".bin":
    case ".raw":
      return { rows: decodeSamples(file, length) };
    default:
      throw new TableFault(`"${ending}" is no known ending`);
  }
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new CliError("FILE_UNREADABLE", `${path} cannot be read`, "check the path and its permissions", cause);
  }
}

function invalid(code: Code, path: string, what: string): ModelTaskError {
  return new ModelTaskError({ code, what: `${path}: ${what}`, next: `give ${ENDINGS}` });
}
