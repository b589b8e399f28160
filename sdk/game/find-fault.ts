import { nodeOf, rootOf, toHex } from "../program/merkle.ts";
import type { MerkleTree } from "../program/merkle.ts";
import { LEVELS, type Sight } from "./shown.ts";

/** Where a proposer's tree first differs from one's own, as far as it has been shown. */
export type Fault =
  | { readonly kind: "none" }
  /** Below this node; what stands there is not known. */
  | { readonly kind: "hidden"; readonly level: number; readonly index: number }
  | { readonly kind: "leaf"; readonly leaf: number; readonly word: Uint8Array };

/**
 * The leftmost leaf in which the tree with root `theirs` differs from `own`, or the highest node above it that was not opened.
 * Everything to its left is equal, so what it depends on is, too.
 */
export function findFault(own: MerkleTree, theirs: string, sight: Sight): Fault {
  if (rootOf(own) === theirs) return { kind: "none" };
  let index = 0;
  for (let level = own.depth; level > 0; level -= LEVELS) {
    if (!sight.knows(level, index)) return { kind: "hidden", level, index };
    index = firstDifferent(own, sight.tree, level - LEVELS, 16 * index);
  }
  const word = sight.wordAt(index);
  return word === undefined
    ? { kind: "hidden", level: LEVELS, index: index >> LEVELS }
    : { kind: "leaf", leaf: index, word };
}

/** The first of sixteen nodes that differ; the last if the others are equal: their parent differs. */
function firstDifferent(own: MerkleTree, theirs: MerkleTree, level: number, first: number): number {
  for (let index = first; index < first + 15; index++) {
    if (toHex(nodeOf(own, level, index)) !== toHex(nodeOf(theirs, level, index))) return index;
  }
  return first + 15;
}
