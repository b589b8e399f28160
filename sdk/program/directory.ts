import { DirectoryError } from "./directory-errors.ts";
import { FILES } from "./directory-files.ts";
import type { DirectoryReader, FileName, Progress } from "./directory-files.ts";
import { parseProgram } from "./file.ts";
import { decodeHeader, HEADER_BYTES, MAGIC } from "./header.ts";
import type { Header } from "./header.ts";
import type { FileFacts, Manifest } from "./manifest.ts";
import { merkleRoot, toHex } from "./merkle.ts";
import type { Hex } from "./merkle.ts";
import { MAX_MANIFEST_BYTES, parseManifest } from "./parse-manifest.ts";
import type { Program } from "./program.ts";
import { RECORD_BYTES } from "./records.ts";
import { ByteCounter, concatenated, drain, joined, limited, observed } from "./streams.ts";
import { TreeScanner } from "./stream-tree.ts";
import type { ChunkOpening } from "./stream-tree.ts";
import { WORD_BYTES } from "./tensor.ts";

/**
 * Reads the manifest alone; nothing is checked against it yet.
 * @throws DirectoryError `FILE_MISSING`, `MANIFEST_TOO_LARGE` or `MANIFEST_INVALID`.
 */
export async function readManifest(reader: DirectoryReader): Promise<Manifest> {
  const tooLarge = () =>
    new DirectoryError({
      code: "MANIFEST_TOO_LARGE",
      what: `${FILES.manifest} has more than ${MAX_MANIFEST_BYTES} bytes`,
      next: "check that the address is that of a program directory",
    });
  const bytes = await concatenated(limited(reader.read(FILES.manifest), MAX_MANIFEST_BYTES, tooLarge));
  return parseManifest(new TextDecoder().decode(bytes));
}

/** A directory whose every byte was checked. */
export type VerifiedDirectory = { readonly manifest: Manifest; readonly header: Header };

/**
 * Checks all files against the manifest: lengths, hashes, both roots, and the header against the files. Weights pass by
 * once and are never in memory. That the program is well-formed is checked by {@link readProgram}, which needs them there.
 * @throws DirectoryError `FILE_MISSING`, `FILE_DIFFERS`, `ROOT_DIFFERS`, `HEADER_DIFFERS`, and those of {@link readManifest}.
 */
export async function verifyDirectory(
  reader: DirectoryReader,
  onProgress: Progress = () => undefined,
): Promise<VerifiedDirectory> {
  const manifest = await readManifest(reader);
  const { files, calibration } = manifest;
  await drain(readChecked(reader, FILES.model, files.model, onProgress));
  const header = await checkedHeader(reader, manifest, onProgress);
  const tree = new TreeScanner();
  await drain(observed(readChecked(reader, FILES.weights, files.weights, onProgress), [tree]));
  requireRoot("weightsRoot", tree.finish().root, manifest.weightsRoot);
  if (calibration.shared) await drain(readChecked(reader, FILES.calibration, calibration, onProgress));
  return { manifest, header };
}

/**
 * Reads the program into memory and checks it whole, against the manifest's hashes and roots and for being well-formed:
 * what is returned can be executed and accepted.
 * @throws DirectoryError as {@link verifyDirectory}, ProgramError as `parseProgram`.
 */
export async function readProgram(
  reader: DirectoryReader,
  onProgress: Progress = () => undefined,
): Promise<{ readonly manifest: Manifest; readonly program: Program }> {
  const manifest = await readManifest(reader);
  const { program, weights } = manifest.files;
  const trees = { program: new TreeScanner(), weights: new TreeScanner() };
  const file = await concatenated(
    joined([
      observed(readChecked(reader, FILES.program, program, onProgress), [trees.program]),
      observed(readChecked(reader, FILES.weights, weights, onProgress), [trees.weights]),
    ]),
  );
  requireRoot("programRoot", trees.program.finish().root, manifest.programRoot);
  requireRoot("weightsRoot", trees.weights.finish().root, manifest.weightsRoot);
  const parsed = parseProgram(file);
  requireRecords(manifest, parsed.header);
  return { manifest, program: parsed };
}

/**
 * {@link verifyDirectory} and {@link readProgram} in one pass over each file.
 * @throws DirectoryError and ProgramError, as they do.
 */
export async function readDirectory(
  reader: DirectoryReader,
  onProgress: Progress = () => undefined,
): Promise<{ readonly manifest: Manifest; readonly program: Program }> {
  const { manifest, program } = await readProgram(reader, onProgress);
  const { files, calibration } = manifest;
  await drain(readChecked(reader, FILES.model, files.model, onProgress));
  if (calibration.shared) await drain(readChecked(reader, FILES.calibration, calibration, onProgress));
  return { manifest, program };
}

/**
 * One file's bytes, checked while they pass.
 * @throws DirectoryError `FILE_DIFFERS` before a byte too many is handed on, or after the last one: use nothing before.
 */
export async function* readChecked(
  reader: DirectoryReader,
  name: FileName,
  { size, sha256 }: FileFacts,
  onProgress: Progress = () => undefined,
): AsyncGenerator<Uint8Array> {
  const hash = reader.createSha256();
  const count = new ByteCounter();
  const tooLong = () => fileDiffers(name, `it has more than ${size} bytes`);
  for await (const piece of observed(limited(reader.read(name), size, tooLong), [hash, count])) {
    onProgress(name, count.bytes, size);
    yield piece;
  }
  if (count.bytes !== size) throw fileDiffers(name, `it has ${count.bytes} bytes, not ${size}`);
  const actual = toHex(hash.digest());
  if (actual !== sha256) throw fileDiffers(name, `its SHA-256 is ${actual}, not ${sha256}`);
}

/**
 * Opens chunks of the weights in one pass over the file, as a hosting proof or a step needs them.
 * @throws DirectoryError `NO_SUCH_CHUNK`, `FILE_DIFFERS`, `ROOT_DIFFERS`, and those of {@link readManifest}.
 */
export async function openChunks(
  reader: DirectoryReader,
  chunks: readonly number[],
): Promise<{ readonly root: Hex; readonly openings: readonly ChunkOpening[] }> {
  const manifest = await readManifest(reader);
  const tree = new TreeScanner(chunks);
  await drain(observed(readChecked(reader, FILES.weights, manifest.files.weights), [tree]));
  const { root, openings } = tree.finish();
  requireRoot("weightsRoot", root, manifest.weightsRoot);
  return { root, openings };
}

async function checkedHeader(reader: DirectoryReader, manifest: Manifest, onProgress: Progress): Promise<Header> {
  const { program, weights } = manifest.files;
  const words = await concatenated(readChecked(reader, FILES.program, program, onProgress));
  requireRoot("programRoot", merkleRoot(words), manifest.programRoot);
  if (words.length < HEADER_BYTES) throw headerDiffers(`${words.length} bytes are no header`);
  const header = decodeHeader(words.subarray(0, HEADER_BYTES));
  if (header.magic !== MAGIC) throw headerDiffers(`it starts with 0x${header.magic.toString(16)}`);
  const bytes = HEADER_BYTES + RECORD_BYTES * header.records;
  if (words.length !== bytes) throw headerDiffers(`${header.records} records are ${bytes} bytes, not ${words.length}`);
  if (weights.size !== WORD_BYTES * header.weightLeaves) {
    throw headerDiffers(`${header.weightLeaves} weight leaves are not ${weights.size} bytes`);
  }
  requireRecords(manifest, header);
  return header;
}

function requireRecords({ values }: Manifest, { records }: Header): void {
  const stray = values.find(({ record }) => record >= records);
  if (stray !== undefined) throw headerDiffers(`${stray.node} is in record ${stray.record} of ${records}`);
}

function requireRoot(name: "programRoot" | "weightsRoot", actual: Hex, expected: Hex): void {
  if (actual === expected) return;
  throw new DirectoryError({
    code: "ROOT_DIFFERS",
    what: `the files have ${name} ${actual}, the manifest says ${expected}`,
    next: "do not use this directory: fetch it again, or ask its publisher",
  });
}

function fileDiffers(name: FileName, what: string): DirectoryError {
  const next = "fetch the directory again, or ask its publisher";
  return new DirectoryError({ code: "FILE_DIFFERS", what: `${name}: ${what}`, next });
}

function headerDiffers(what: string): DirectoryError {
  const next = "do not use this directory: ask its publisher to import the model again";
  return new DirectoryError({ code: "HEADER_DIFFERS", what, next });
}
