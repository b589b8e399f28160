import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { directoryInto } from "../../sdk/fetch/disk.ts";
import type { Agreement } from "../../sdk/program/agreement.ts";
import { programWords } from "../../sdk/program/commitments.ts";
import { writeDirectory } from "../../sdk/program/write-directory.ts";
import type { Manifest } from "../../sdk/program/manifest.ts";
import { Kernel } from "../../sdk/program/records.ts";
import { CliError } from "../cli/errors.ts";
import { compile, inputLengthOf, readGraph } from "./compile.ts";
import type { Compiled } from "./compile.ts";
import { ModelTaskError } from "./errors.ts";
import { importReport } from "./import-report.ts";
import { measure } from "./measure.ts";
import { createProgress } from "./print.ts";
import { encodeSamples, readLabels, readSamples } from "./samples.ts";

/** What `hardhat model import` is asked for. */
export type ImportOrder = {
  /** Path of the ONNX file. */
  readonly onnx: string;
  /** Path of the calibration samples. */
  readonly calibration: string;
  /** Folder to write; the model's name with `-program` without. */
  readonly out?: string | undefined;
  /** Path of samples to measure with; the calibration samples without. */
  readonly evaluation?: string | undefined;
  /** Path of the right classes of the samples that are measured with. */
  readonly labels?: string | undefined;
  /** Names of the classes, between commas, in the order of their numbers. */
  readonly classNames?: string | undefined;
  readonly shareCalibration: boolean;
};

/** What came of an import. */
export type Imported = {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly compiled: Compiled;
  readonly agreement: Agreement;
};

/**
 * Compiles an ONNX file into a program directory and measures what the integers cost in accuracy.
 * @param say is told what is being done.
 * @throws ProgramError for a network that cannot be compiled, ModelTaskError for samples that do not fit.
 */
export async function importModel(order: ImportOrder, say: (line: string) => void): Promise<Imported> {
  const model = await readOrRefuse(order.onnx);
  const graph = readGraph(model);
  const length = inputLengthOf(graph);
  const samples = await readSamples(order.calibration, length);
  const evaluation = order.evaluation === undefined ? samples : await readSamples(order.evaluation, length);
  const labels = order.labels === undefined ? undefined : await readLabels(order.labels, evaluation.length);

  say(`compiling, calibrated on ${samples.length} samples`);
  const compiled = compile(graph, samples);
  const { program } = compiled.quantisation;
  const classNames = namesOf(order.classNames, program.records.at(-1)?.kernel === Kernel.ARGMAX);
  say(`measuring on ${evaluation.length} samples`);
  const progress = createProgress(process.stderr);
  const agreement = measure(compiled, evaluation, labels, (done) => {
    progress("measured", done, evaluation.length);
  });

  const folder = order.out ?? join(".", `${basename(order.onnx, ".onnx")}-program`);
  say(`writing ${folder}`);
  const manifest = await writeDirectory(directoryInto(folder), {
    model: [model],
    program: programWords(program),
    weights: shownPieces(program.weights, (done, total) => {
      progress("hashing weights", done, total);
    }),
    calibration: { samples: [encodeSamples(samples)], shared: order.shareCalibration },
    values: compiled.values,
    classNames,
  });
  return { folder, manifest, compiled, agreement };
}

/** `hardhat model import`. */
export async function runImport(order: ImportOrder, print: (line: string) => void): Promise<void> {
  const imported = await importModel(order, (line) => {
    print(`… ${line}`);
  });
  print(`\n${importReport(imported, order.evaluation === undefined)}`);
}

function namesOf(text: string | undefined, isClass: boolean): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (isClass && names.every((name) => name !== "")) return names;
  throw new ModelTaskError({
    code: "CLASS_NAMES_INVALID",
    what: isClass ? `--class-names "${text}" has an empty name` : "the output is no class number",
    next: isClass ? "write the names between commas" : "leave --class-names out, or end the network with an ArgMax",
  });
}

/** The bytes in pieces that a terminal can follow: every word of them is hashed. */
function* shownPieces(bytes: Uint8Array, show: (done: number, total: number) => void): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield bytes.subarray(at, at + PIECE);
    show(Math.min(at + PIECE, bytes.length), bytes.length);
  }
}

/** Bytes; less than a second's work. */
const PIECE = 65_536;

async function readOrRefuse(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new CliError("FILE_UNREADABLE", `${path} cannot be read`, "check the path and its permissions", cause);
  }
}
