import type { Stats } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Hex } from "../program/merkle.ts";
import { toHex } from "../program/merkle.ts";
import { drain, observed } from "../program/streams.ts";
import { hashing, isMissing, readPath } from "./disk.ts";

/** What is asked for: the bytes with this hash, and how many they are. */
export type Wanted = { readonly sha256: Hex; readonly size: number };

// A content's file is named by its hash.

/** The content's path if the cache holds it. It is hashed again: a damaged file is removed and counts as absent. */
export async function findContent(folder: string, wanted: Wanted): Promise<string | undefined> {
  const path = contentPath(folder, wanted.sha256);
  if ((await sizeOf(path)) === undefined) return undefined;
  if (await isContent(path, wanted)) return path;
  await rm(path, { force: true });
  return undefined;
}

/** The folder of whole contents, inside the cache. */
export const CONTENT = "sha256";

/** Whether the file is there and has exactly the bytes wanted. */
export async function isContent(path: string, { sha256, size }: Wanted): Promise<boolean> {
  if ((await sizeOf(path)) !== size) return false;
  return (await hashOf(readPath(path))) === sha256;
}

/** SHA-256 of all bytes. */
export async function hashOf(bytes: AsyncIterable<Uint8Array>): Promise<Hex> {
  const hash = hashing.createSha256();
  await drain(observed(bytes, [hash]));
  return toHex(hash.digest());
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await statIfThere(path))?.size;
}

/** `undefined` when there is no such file. */
export async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Where the cache keeps a content. */
export function contentPath(folder: string, sha256: Hex): string {
  return join(folder, CONTENT, nameOf(sha256));
}

/** A content's name in the cache. */
export function nameOf(sha256: Hex): string {
  return sha256.slice(2);
}
