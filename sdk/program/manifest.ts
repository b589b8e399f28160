import { DirectoryError } from "./directory-errors.ts";
import type { Hex } from "./merkle.ts";

/** The version of the directory's format, the first thing a reader looks at. */
export const FORMAT = "program-directory/1";

/** No manifest is longer; a reader stops there. Bytes. */
export const MAX_MANIFEST_BYTES = 16_777_216;

/** No header with its records is longer, so that they can be read into memory unseen: 262,143 records. Bytes. */
export const MAX_PROGRAM_BYTES = 67_108_864;

/** No name in a manifest is longer. */
export const MAX_NAME = 256;

/** Length and SHA-256 of one file. */
export type FileFacts = { readonly size: number; readonly sha256: Hex };

/** A value of the float network as integers. */
export type NamedValue = {
  /** The ONNX node that makes it; several share a record where one was made part of another. */
  readonly node: string;
  readonly record: number;
  /** Real value of one unit; 1 for class numbers. */
  readonly scale: number;
};

/** What a program directory says about itself. Hashes are lower-case hexadecimal with `0x`, sizes bytes. */
export type Manifest = {
  readonly format: typeof FORMAT;
  /** What a version publishes besides the file's hash. */
  readonly programRoot: Hex;
  readonly weightsRoot: Hex;
  /** The SHA-256 of `model` is the version's `contentHash`. */
  readonly files: { readonly model: FileFacts; readonly program: FileFacts; readonly weights: FileFacts };
  /** The samples that the program was calibrated on, float32 little-endian; `shared` when the directory holds them. */
  readonly calibration: FileFacts & { readonly shared: boolean };
  /** Where the network's values are in the program. */
  readonly values: readonly NamedValue[];
  /** Names of the classes, in the order of their numbers, where the output is one. */
  readonly classNames?: readonly string[];
};

/** The manifest's text: the same manifest gives the same bytes. */
export function formatManifest(manifest: Manifest): string {
  const { format, programRoot, weightsRoot, files, calibration, values, classNames } = manifest;
  const facts = ({ size, sha256 }: FileFacts): FileFacts => ({ size, sha256 });
  const ordered = {
    format,
    programRoot,
    weightsRoot,
    files: { model: facts(files.model), program: facts(files.program), weights: facts(files.weights) },
    calibration: { ...facts(calibration), shared: calibration.shared },
    values: values.map(({ node, record, scale }) => ({ node, record, scale })),
    ...(classNames === undefined ? {} : { classNames }),
  };
  return `${JSON.stringify(ordered, undefined, 2)}\n`;
}

/**
 * Reads a manifest and checks all of it: every field must be there, be of its type and be known.
 * @throws DirectoryError `MANIFEST_INVALID`, naming the place.
 */
export function parseManifest(text: string): Manifest {
  const root = objectAt(json(text), "manifest", FIELDS);
  if (root["format"] !== FORMAT) throw invalid(`format is ${shown(root["format"])}`, `this library reads "${FORMAT}"`);
  const files = objectAt(root["files"], "files", { model: true, program: true, weights: true });
  const calibration = objectAt(root["calibration"], "calibration", { size: true, sha256: true, shared: true });
  const { shared } = calibration;
  if (typeof shared !== "boolean") throw invalid(`calibration.shared is ${shown(shared)}`, "make it true or false");
  const { classNames } = root;
  const program = factsAt(files["program"], "files.program");
  if (program.size > MAX_PROGRAM_BYTES) {
    throw invalid(`files.program.size is ${program.size}`, `this library reads up to ${MAX_PROGRAM_BYTES} bytes`);
  }
  return {
    format: FORMAT,
    programRoot: hashAt(root["programRoot"], "programRoot"),
    weightsRoot: hashAt(root["weightsRoot"], "weightsRoot"),
    files: {
      model: factsAt(files["model"], "files.model"),
      program,
      weights: factsAt(files["weights"], "files.weights"),
    },
    calibration: {
      ...factsAt({ size: calibration["size"], sha256: calibration["sha256"] }, "calibration"),
      shared,
    },
    values: listAt(root["values"], "values", valueAt),
    ...(classNames === undefined ? {} : { classNames: listAt(classNames, "classNames", nameAt) }),
  };
}

/** Field names with whether they must be there. */
type Fields = Readonly<Record<string, boolean>>;

const FIELDS: Fields = {
  format: true,
  programRoot: true,
  weightsRoot: true,
  files: true,
  calibration: true,
  values: true,
  classNames: false,
};

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DirectoryError({
      code: "MANIFEST_INVALID",
      what: "the manifest is no JSON",
      next: "check that the address is that of a program directory",
      cause,
    });
  }
}

function objectAt(value: unknown, place: string, fields: Fields): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(`${place} is ${shown(value)}`, "make it an object");
  }
  const entries = new Map<string, unknown>(Object.entries(value));
  for (const name of entries.keys()) {
    if (Object.hasOwn(fields, name)) continue;
    throw invalid(`${place} has a field "${name}" that the format does not know`, "remove it");
  }
  for (const [name, isRequired] of Object.entries(fields)) {
    if (isRequired && !entries.has(name)) throw invalid(`${place} has no field "${name}"`, "add it");
  }
  return Object.fromEntries(entries);
}

function factsAt(value: unknown, place: string): FileFacts {
  const { size, sha256 } = objectAt(value, place, { size: true, sha256: true });
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`${place}.size is ${shown(size)}`, "make it a whole number of bytes");
  }
  return { size, sha256: hashAt(sha256, `${place}.sha256`) };
}

function hashAt(value: unknown, place: string): Hex {
  if (isHash(value)) return value;
  throw invalid(`${place} is ${shown(value)}`, "make it 0x and 64 lower-case hexadecimal digits");
}

function listAt<T>(value: unknown, place: string, itemAt: (item: unknown, place: string) => T): readonly T[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(`${place} is ${shown(value)}`, "make it a list");
  return value.map((item: unknown, index) => itemAt(item, `${place}[${index}]`));
}

function valueAt(value: unknown, place: string): NamedValue {
  const { node, record, scale } = objectAt(value, place, { node: true, record: true, scale: true });
  if (typeof record !== "number" || !Number.isSafeInteger(record) || record < 0) {
    throw invalid(`${place}.record is ${shown(record)}`, "make it the number of a record");
  }
  if (typeof scale !== "number" || !Number.isFinite(scale) || scale <= 0) {
    throw invalid(`${place}.scale is ${shown(scale)}`, "make it a positive number");
  }
  return { node: nameAt(node, `${place}.node`), record, scale };
}

function nameAt(value: unknown, place: string): string {
  if (typeof value === "string" && value.length > 0 && value.length <= MAX_NAME) return value;
  throw invalid(`${place} is ${shown(value)}`, `make it a name of at most ${MAX_NAME} characters`);
}

function isHash(value: unknown): value is Hex {
  return typeof value === "string" && /^0x[0-9a-f]{64}$/.test(value);
}

function shown(value: unknown): string {
  const text = value === undefined ? "missing" : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

function invalid(what: string, next: string): DirectoryError {
  return new DirectoryError({ code: "MANIFEST_INVALID", what, next });
}
