import { DirectoryError } from "./directory-errors.ts";
import { FORMAT } from "./manifest.ts";
import type { FileFacts, Manifest, NamedValue } from "./manifest.ts";
import type { Hex } from "./merkle.ts";

/** No manifest is longer; a reader stops there. Bytes. */
export const MAX_MANIFEST_BYTES = 16_777_216;

/** No header with its records is longer, so that they can be read into memory unseen: 262,143 records. Bytes. */
export const MAX_PROGRAM_BYTES = 67_108_864;

/** No name in a manifest is longer. */
export const MAX_NAME = 256;

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
