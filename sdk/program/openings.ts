import { ProgramError } from "./errors.ts";
import { hashLeaf, hashPair, nodeOf, toHex } from "./merkle.ts";
import type { Hex, MerkleTree } from "./merkle.ts";
import { WORD_BYTES } from "./tensor.ts";

/** Nodes that one move of a game reveals: those four levels below the one in dispute. */
const DESCENDANTS = 16;
const LEVELS = 4;

/**
 * The 16 nodes four levels below the node at (`level`, `index`), from left to right; at level 4 the leaves' hashes.
 * @throws ProgramError `TREE_INVALID` when the tree has no such node or no four levels below it.
 */
export function descendantsOf(tree: MerkleTree, level: number, index: number): readonly Hex[] {
  nodeOf(tree, level, index);
  return Array.from({ length: DESCENDANTS }, (_, offset) =>
    toHex(nodeOf(tree, level - LEVELS, DESCENDANTS * index + offset)),
  );
}

/**
 * The siblings that prove leaves `first` … `first + count − 1` at once: level by level from the leaves up, on each level
 * the one to the left, if the leftmost proven node is a right child, then the one to the right, if the rightmost is a left
 * child. For one leaf these are the siblings of its path.
 * @throws ProgramError `TREE_INVALID` when the tree does not have these leaves.
 */
export function rangeProof(tree: MerkleTree, first: number, count: number): readonly Hex[] {
  const siblings: Hex[] = [];
  let [left, right] = [first, first + count - 1];
  if (count < 1) throw refusal(`a range of ${count} leaves has no proof`);
  nodeOf(tree, 0, right);
  for (let level = 0; level < tree.depth; level++) {
    if (left % 2 === 1) siblings.push(toHex(nodeOf(tree, level, left - 1)));
    if (right % 2 === 0) siblings.push(toHex(nodeOf(tree, level, right + 1)));
    [left, right] = [Math.floor(left / 2), Math.floor(right / 2)];
  }
  return siblings;
}

/**
 * The root that follows from whole leaf words, the place of the first one, and their {@link rangeProof}.
 * @throws ProgramError `TREE_INVALID` when there are too few or too many siblings for this place and depth.
 */
export function rootFromRange(depth: number, first: number, words: Uint8Array, siblings: readonly Hex[]): Hex {
  if (words.length === 0 || words.length % WORD_BYTES !== 0) throw refusal(`${words.length} bytes are no whole leaves`);
  let nodes = Array.from({ length: words.length / WORD_BYTES }, (_, index) =>
    hashLeaf(words.subarray(index * WORD_BYTES, (index + 1) * WORD_BYTES)),
  );
  let left = first;
  let used = 0;
  const next = () => {
    const sibling = siblings[used++];
    if (sibling === undefined) throw refusal(`${siblings.length} siblings are too few`);
    return bytesOf(sibling);
  };
  for (let level = 0; level < depth; level++) {
    if (left % 2 === 1) nodes.unshift(next());
    if (nodes.length % 2 === 1) nodes.push(next());
    nodes = nodes.flatMap((node, index) => (index % 2 === 0 ? [hashPair(node, nodes[index + 1] ?? node)] : []));
    left = Math.floor(left / 2);
  }
  const [root] = nodes;
  if (root === undefined || nodes.length > 1 || used !== siblings.length) {
    throw refusal(`${nodes.length} nodes are left after ${used} of ${siblings.length} siblings`);
  }
  return toHex(root);
}

function bytesOf(hex: Hex): Uint8Array {
  return Uint8Array.from({ length: WORD_BYTES }, (_, at) => Number.parseInt(hex.slice(2 + 2 * at, 4 + 2 * at), 16));
}

function refusal(what: string): ProgramError {
  return new ProgramError({
    code: "TREE_INVALID",
    what,
    next: "prove whole leaves that the tree has, with the siblings of exactly these",
  });
}
