import { getBytes } from "ethers";

import { DirectoryError } from "./directory-errors.ts";
import { buildTree, hashLeaf, hashPair, nodeOf, toHex, treeDepth } from "./merkle.ts";
import type { Hex } from "./merkle.ts";
import { WORD_BYTES } from "./tensor.ts";

/** Level of a chunk's node: 32 leaves, 1 KiB. */
const CHUNK_LEVEL = 5;
/** Bytes of a chunk, the unit of hosting proofs. */
export const CHUNK_BYTES = WORD_BYTES << CHUNK_LEVEL;

/** One chunk of a tree's words with what proves it: `siblings` from its own level 5 up to just below the root. */
export type ChunkOpening = {
  /** The chunk's number; its first leaf is 32 times that. */
  readonly index: number;
  /** Its 1,024 bytes; leaves past the end are zero words. A tree of depth 4 is one chunk of 512 bytes without siblings. */
  readonly words: Uint8Array;
  readonly siblings: readonly Hex[];
};

/** What one pass over a tree's words gives. */
export type TreeScan = {
  readonly root: Hex;
  readonly leaves: number;
  readonly depth: number;
  readonly openings: readonly ChunkOpening[];
};

/** The root of the tree that an opened chunk belongs to: compare it with `weightsRoot`. */
export function rootOfChunk({ index, words, siblings }: ChunkOpening): Hex {
  const tree = buildTree(words);
  let node = nodeOf(tree, siblings.length === 0 ? tree.depth : CHUNK_LEVEL, 0);
  let at = index;
  for (const sibling of siblings) {
    node = at % 2 === 0 ? hashPair(node, getBytes(sibling)) : hashPair(getBytes(sibling), node);
    at = Math.floor(at / 2);
  }
  return toHex(node);
}

/**
 * Computes the root of the tree over words that pass by once, and opens some of its chunks on the way. Memory is one node
 * a level and what is opened, whatever the number of words. The result is that of `buildTree`.
 */
export class TreeScanner {
  /** `#left[l]`: the node at level l that waits for its right sibling. */
  readonly #left: (Uint8Array | undefined)[] = [];
  readonly #word = new Uint8Array(WORD_BYTES);
  readonly #chunks: readonly { readonly index: number; readonly words: Uint8Array; readonly siblings: Hex[] }[];
  #bytes = 0;

  /** @param chunks numbers of the chunks to open. */
  constructor(chunks: readonly number[] = []) {
    this.#chunks = chunks.map((index) => ({ index, words: new Uint8Array(CHUNK_BYTES), siblings: [] }));
  }

  /** Takes the next bytes, any number of them. */
  update(piece: Uint8Array): void {
    this.#keep(piece);
    for (let from = 0; from < piece.length;) {
      const filled = this.#bytes % WORD_BYTES;
      const taken = piece.subarray(from, from + WORD_BYTES - filled);
      this.#word.set(taken, filled);
      this.#bytes += taken.length;
      from += taken.length;
      if (this.#bytes % WORD_BYTES === 0) this.#rise(hashLeaf(this.#word), this.#bytes / WORD_BYTES - 1);
    }
  }

  /**
   * Call once, after the last bytes.
   * @throws ProgramError `TREE_INVALID` when the bytes are not whole words; DirectoryError `NO_SUCH_CHUNK` when there are
   * fewer chunks.
   */
  finish(): TreeScan {
    // The last, incomplete word: `buildTree` has the refusal.
    if (this.#bytes % WORD_BYTES !== 0) buildTree(new Uint8Array(this.#bytes % WORD_BYTES));
    const leaves = this.#bytes / WORD_BYTES;
    for (const { index } of this.#chunks) {
      if (Number.isInteger(index) && index >= 0 && index * CHUNK_BYTES < this.#bytes) continue;
      const what = `there is no chunk ${index}: ${leaves} leaves are ${Math.ceil(this.#bytes / CHUNK_BYTES)} chunks`;
      throw new DirectoryError({ code: "NO_SUCH_CHUNK", what, next: "count chunks from 0" });
    }
    const depth = treeDepth(leaves);
    let absent = hashLeaf(new Uint8Array(WORD_BYTES));
    // The node at this level above the last leaves, as far as they do not make a whole one.
    let partial: Uint8Array | undefined;
    for (let level = 0; level < depth; level++) {
      const left = this.#left[level];
      const index = Math.floor(Math.max(leaves - 1, 0) / 2 ** level);
      if (partial !== undefined) this.#note(partial, level, index);
      this.#noteAbsent(absent, level, index);
      if (left !== undefined) partial = hashPair(left, partial ?? absent);
      else if (partial !== undefined) partial = hashPair(partial, absent);
      absent = hashPair(absent, absent);
    }
    const root = toHex(partial ?? this.#left[depth] ?? absent);
    const length = Math.min(CHUNK_BYTES, WORD_BYTES << depth);
    const openings = this.#chunks.map((chunk) => ({ ...chunk, words: chunk.words.subarray(0, length) }));
    return { root, leaves, depth, openings };
  }

  /** Joins a finished node with its left siblings, level by level. */
  #rise(leaf: Uint8Array, leafIndex: number): void {
    let node = leaf;
    let index = leafIndex;
    let level = 0;
    this.#note(node, level, index);
    for (let left = this.#left[level]; left !== undefined; left = this.#left[level]) {
      node = hashPair(left, node);
      this.#left[level] = undefined;
      index = Math.floor(index / 2);
      level += 1;
      this.#note(node, level, index);
    }
    this.#left[level] = node;
  }

  /** Keeps a finished node for the openings that it is a sibling in. */
  #note(node: Uint8Array, level: number, index: number): void {
    for (const { index: chunk, siblings } of this.#chunks) {
      if (siblingOf(chunk, level) === index) siblings[level - CHUNK_LEVEL] = toHex(node);
    }
  }

  #noteAbsent(absent: Uint8Array, level: number, last: number): void {
    for (const { index: chunk, siblings } of this.#chunks) {
      const sibling = siblingOf(chunk, level);
      if (sibling !== undefined && sibling > last) siblings[level - CHUNK_LEVEL] = toHex(absent);
    }
  }

  /** Copies what a piece holds of the chunks to open. */
  #keep(piece: Uint8Array): void {
    for (const { index, words } of this.#chunks) {
      const start = index * CHUNK_BYTES - this.#bytes;
      const part = piece.subarray(Math.max(start, 0), Math.max(start + CHUNK_BYTES, 0));
      if (part.length > 0) words.set(part, Math.max(-start, 0));
    }
  }
}

/** Number of the node at `level` beside the one above chunk `chunk`; below the chunk's level there is none. */
function siblingOf(chunk: number, level: number): number | undefined {
  if (level < CHUNK_LEVEL) return undefined;
  const node = Math.floor(chunk / 2 ** (level - CHUNK_LEVEL));
  return node % 2 === 0 ? node + 1 : node - 1;
}
