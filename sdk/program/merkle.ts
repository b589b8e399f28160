import { getBytes, keccak256 } from "ethers";

import { ProgramError } from "./errors.ts";
import { WORD_BYTES } from "./tensor.ts";

/** A byte string as `0x` and lower-case hexadecimal digits. */
export type Hex = `0x${string}`;

/** Every tree's depth is a multiple of this, because a game descends this many levels a round. */
const LEVELS_PER_ROUND = 4;

/**
 * A binary Merkle tree over 32-byte words: leaf = keccak256(0x00 ‖ word), node = keccak256(left ‖ right). Leaves that
 * are not given are the word 0x00…00. `levels[0]` are the given leaves' hashes, one after the other; a level holds only
 * the nodes above a given leaf, the others are equal to each other and known in advance.
 */
export type MerkleTree = {
  readonly depth: number;
  readonly leaves: number;
  readonly levels: readonly Uint8Array[];
  /** Nodes that differ from those of `levels`, by {@link placeOf}: of somebody else's tree of which only a part is known. */
  readonly patches?: ReadonlyMap<string, Uint8Array>;
};

/** The key of a node in `patches`. */
export function placeOf(level: number, index: number): string {
  return `${level}:${index}`;
}

/** The smallest multiple of 4, at least 4, with 2^depth ≥ `leaves`. 16 leaves give 4, 17 give 8. */
export function treeDepth(leaves: number): number {
  let depth = LEVELS_PER_ROUND;
  for (let capacity = 16; capacity < leaves; capacity *= 16) depth += LEVELS_PER_ROUND;
  return depth;
}

/**
 * Builds the tree over `words`, a multiple of 32 bytes (no bytes at all give a tree of absent leaves).
 * @throws ProgramError `TREE_INVALID` when the bytes are not whole words.
 */
export function buildTree(words: Uint8Array): MerkleTree {
  const leaves = wordCount(words);
  const depth = treeDepth(leaves);
  const levels = [hashLeaves(words)];
  for (let level = 0; level < depth; level++) levels.push(hashPairs(levels[level] ?? EMPTY, absentNode(level)));
  return { depth, leaves, levels };
}

/** Root of the tree over `words`; see {@link buildTree}. */
export function merkleRoot(words: Uint8Array): Hex {
  return rootOf(buildTree(words));
}

/** The tree's root. */
export function rootOf(tree: MerkleTree): Hex {
  return toHex(nodeOf(tree, tree.depth, 0));
}

/**
 * The node `level` levels above the leaves at `index` (level 0: the leaf's hash).
 * @throws ProgramError `TREE_INVALID` when the tree has no such node.
 */
export function nodeOf(tree: MerkleTree, level: number, index: number): Uint8Array {
  const hashes = tree.levels[level];
  if (hashes === undefined || !Number.isInteger(index) || index < 0 || index >= widthAt(tree, level)) {
    throw new ProgramError({
      code: "TREE_INVALID",
      what: `a tree of depth ${tree.depth} has no node ${index} at level ${level}`,
      next: "ask for a whole level in 0 … depth and an index below 2^(depth − level)",
    });
  }
  const patch = tree.patches?.get(placeOf(level, index));
  if (patch !== undefined) return patch;
  const start = index * WORD_BYTES;
  return start < hashes.length ? hashes.subarray(start, start + WORD_BYTES) : absentNode(level);
}

/** The siblings from the node at (`level`, `index`) up to just below the root, lowest first. */
export function merkleProof(tree: MerkleTree, index: number, level = 0): readonly Hex[] {
  const siblings: Hex[] = [];
  let node = index;
  for (let at = level; at < tree.depth; at++) {
    siblings.push(toHex(nodeOf(tree, at, node % 2 === 0 ? node + 1 : node - 1)));
    node = Math.floor(node / 2);
  }
  return siblings;
}

/** Hash of one leaf word. */
export function hashLeaf(word: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(1 + WORD_BYTES);
  preimage.set(word, 1);
  return getBytes(keccak256(preimage));
}

/** Lower-case hexadecimal with `0x`. */
export function toHex(data: Uint8Array): Hex {
  let digits = "";
  for (const byte of data) digits += byte.toString(16).padStart(2, "0");
  return `0x${digits}`;
}

const EMPTY = new Uint8Array(0);

/** `absentNodes[l]`: the node at level l above absent leaves only; filled as far as trees have needed it. */
const absentNodes: Uint8Array[] = [hashLeaf(new Uint8Array(WORD_BYTES))];

function absentNode(level: number): Uint8Array {
  for (let last = absentNodes.at(-1); last !== undefined && absentNodes.length <= level; last = absentNodes.at(-1)) {
    absentNodes.push(hashPair(last, last));
  }
  return absentNodes[level] ?? EMPTY;
}

function hashLeaves(words: Uint8Array): Uint8Array {
  const hashes = new Uint8Array(words.length);
  for (let at = 0; at < words.length; at += WORD_BYTES) {
    hashes.set(hashLeaf(words.subarray(at, at + WORD_BYTES)), at);
  }
  return hashes;
}

function hashPairs(hashes: Uint8Array, absent: Uint8Array): Uint8Array {
  const pairs = Math.ceil(hashes.length / (2 * WORD_BYTES));
  const parents = new Uint8Array(pairs * WORD_BYTES);
  for (let pair = 0; pair < pairs; pair++) {
    const at = pair * 2 * WORD_BYTES;
    const right = at + WORD_BYTES;
    const left = hashes.subarray(at, right);
    const parent = hashPair(left, right < hashes.length ? hashes.subarray(right, right + WORD_BYTES) : absent);
    parents.set(parent, pair * WORD_BYTES);
  }
  return parents;
}

/** Hash of an inner node. */
export function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const preimage = new Uint8Array(2 * WORD_BYTES);
  preimage.set(left);
  preimage.set(right, WORD_BYTES);
  return getBytes(keccak256(preimage));
}

function widthAt(tree: MerkleTree, level: number): number {
  return Number(1n << BigInt(tree.depth - level));
}

function wordCount(words: Uint8Array): number {
  if (words.length % WORD_BYTES === 0) return words.length / WORD_BYTES;
  throw new ProgramError({
    code: "TREE_INVALID",
    what: `${words.length} bytes are not whole words of ${WORD_BYTES}`,
    next: "encode the tensor or the record first: a tree stands over whole leaf words",
  });
}
