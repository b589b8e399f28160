import { randomBytes } from "node:crypto";
import { copyFile, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "../program/merkle.ts";
import { CONTENT, contentPath, hashOf, isContent, nameOf, statIfThere } from "./cache.ts";
import type { Wanted } from "./cache.ts";
import { bytesOf, isMissing, writeWhole } from "./disk.ts";

// Drafts have names of their own, so processes that fetch the same content never write into the same file; each starts
// from a copy of the longest draft there is. Who is first to finish removes all of them: the others then find the content
// itself.

/** A download under way. */
export class Draft {
  readonly #folder: string;
  readonly #wanted: Wanted;
  readonly #path: string;
  readonly #file: FileHandle;
  #length: number;

  private constructor(folder: string, wanted: Wanted, path: string, file: FileHandle, length: number) {
    this.#folder = folder;
    this.#wanted = wanted;
    this.#path = path;
    this.#file = file;
    this.#length = length;
  }

  /** Begins with what an earlier or a parallel attempt has got, if anything. */
  static async open(folder: string, wanted: Wanted): Promise<Draft> {
    await mkdir(join(folder, CONTENT), { recursive: true });
    await mkdir(join(folder, DRAFTS), { recursive: true });
    const path = join(folder, DRAFTS, `${nameOf(wanted.sha256)}.${randomBytes(6).toString("hex")}`);
    const [longest] = await draftsOf(folder, wanted.sha256);
    if (longest !== undefined && longest.size <= wanted.size) await copyIfThere(longest.path, path);
    const file = await open(path, "a+");
    return new Draft(folder, wanted, path, file, (await file.stat()).size);
  }

  get length(): number {
    return this.#length;
  }

  async append(piece: Uint8Array): Promise<void> {
    await this.#file.writeFile(piece);
    this.#length += piece.length;
  }

  /** Starts again from nothing, and sees to it that nobody starts from the same bytes. */
  async restart(): Promise<void> {
    await removeDrafts(this.#folder, this.#wanted.sha256, this.#path);
    await this.#file.truncate(0);
    this.#length = 0;
  }

  /** Whether all bytes are there and are the right ones. */
  async isRight(): Promise<boolean> {
    await this.#file.sync();
    return this.#length === this.#wanted.size && (await hashOf(this.#read())) === this.#wanted.sha256;
  }

  /** Makes the draft the content, and removes all other drafts of it. Call it when {@link isRight}. */
  async finish(): Promise<string> {
    const path = contentPath(this.#folder, this.#wanted.sha256);
    try {
      await rename(this.#path, path);
    } catch (error) {
      if (!isMissing(error)) throw error;
      // Another process has removed our draft: because it was faster, or because its own bytes were wrong.
      if (!(await isContent(path, this.#wanted))) await writeWhole(path, this.#read());
    } finally {
      await this.#file.close();
    }
    await removeDrafts(this.#folder, this.#wanted.sha256);
    return path;
  }

  /** Ends without the content. Of several drafts the longest stays for the next attempt, and those in use. */
  async leave(): Promise<void> {
    await this.#file.close();
    const others = (await draftsOf(this.#folder, this.#wanted.sha256)).filter(({ path }) => path !== this.#path);
    const longest = Math.max(0, ...others.map(({ size }) => size));
    if (longest >= this.#length) {
      await rm(this.#path, { force: true });
      return;
    }
    for (const { path, modifiedAt } of others) {
      if (Date.now() - modifiedAt > ABANDONED_MS) await rm(path, { force: true });
    }
  }

  /** The draft's bytes, also when its name is gone. */
  #read(): AsyncIterable<Uint8Array> {
    return bytesOf(this.#file.createReadStream({ start: 0, autoClose: false }));
  }
}

const DRAFTS = "drafts";
/** A draft that was not written to for so long is nobody's: stalled servers are left much earlier. */
const ABANDONED_MS = 600_000;

type DraftFile = { readonly path: string; readonly size: number; readonly modifiedAt: number };

/** The drafts of one content, longest first. */
async function draftsOf(folder: string, sha256: Hex): Promise<readonly DraftFile[]> {
  const names = await readdir(join(folder, DRAFTS));
  const found: DraftFile[] = [];
  for (const name of names.filter((each) => each.startsWith(nameOf(sha256)))) {
    const path = join(folder, DRAFTS, name);
    const facts = await statIfThere(path);
    if (facts !== undefined) found.push({ path, size: facts.size, modifiedAt: facts.mtimeMs });
  }
  return found.sort((left, right) => right.size - left.size);
}

async function removeDrafts(folder: string, sha256: Hex, except?: string): Promise<void> {
  for (const { path } of await draftsOf(folder, sha256)) if (path !== except) await rm(path, { force: true });
}

async function copyIfThere(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
