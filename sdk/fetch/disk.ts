import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { DirectoryError } from "../program/directory-errors.ts";
import type { ByteSource, DirectoryReader, DirectoryWriter, FileName, Hashing } from "../program/directory-files.ts";

/** Node's SHA-256. */
export const hashing: Hashing = { createSha256: () => createHash("sha256") };

/** A program directory in a folder. */
export function directoryAt(folder: string): DirectoryReader {
  return filesAt((name) => join(folder, name));
}

/** A program directory whose files lie wherever `pathOf` says. */
export function filesAt(pathOf: (name: FileName) => string): DirectoryReader {
  return { ...hashing, read: (name) => readPath(pathOf(name)) };
}

/** Writes a program directory into a folder, which is created if need be. Each file appears whole or not at all. */
export function directoryInto(folder: string): DirectoryWriter {
  return {
    ...hashing,
    async remove(name) {
      await rm(join(folder, name), { force: true });
    },
    async write(name, content) {
      await mkdir(folder, { recursive: true });
      await removeDrafts(folder, name);
      await writeWhole(join(folder, name), content);
    },
  };
}

/** What a process that was killed while writing has left behind. */
async function removeDrafts(folder: string, name: FileName): Promise<void> {
  const names = await readdir(folder);
  for (const each of names) {
    if (each.startsWith(`${name}.`) && each.endsWith(DRAFT)) await rm(join(folder, each), { force: true });
  }
}

const DRAFT = ".draft";

/** Writes beside the file's place, waits until the bytes are on the disk, and renames. */
export async function writeWhole(path: string, content: ByteSource): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}${DRAFT}`;
  try {
    const file = await open(draft, "wx");
    try {
      for await (const piece of content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** A file's bytes from `start` on. @throws DirectoryError `FILE_MISSING`. */
export async function* readPath(path: string, start = 0): AsyncGenerator<Uint8Array> {
  try {
    yield* bytesOf(createReadStream(path, { start, highWaterMark: PIECE }));
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    const next = "check the path; a directory without manifest.json was not written to its end";
    throw new DirectoryError({ code: "FILE_MISSING", what: `there is no file ${path}`, next, cause });
  }
}

/** Whether the file system says that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

const PIECE = 262_144;

/** The pieces of a stream that was opened without an encoding. */
export async function* bytesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    if (!(piece instanceof Uint8Array)) throw new TypeError("a stream without encoding gives bytes");
    yield piece;
  }
}
