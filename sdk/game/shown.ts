import { getBytes } from "ethers";

import { buildTree, hashLeaf, hashPair, placeOf } from "../program/merkle.ts";
import type { MerkleTree } from "../program/merkle.ts";
import { WORD_BYTES } from "../program/tensor.ts";
import type { Committed } from "../program/trace.ts";
import { GameError } from "./errors.ts";
import type { Shown } from "./state.ts";

/** Levels of one round. */
export const LEVELS = 4;
const NODES = 16;

/** A proposer's tree as far as it has been shown; where it has not, it has one's own nodes. */
export type Sight = {
  readonly tree: MerkleTree;
  /** The word of a leaf that was shown. */
  wordAt(leaf: number): Uint8Array | undefined;
  /** Whether the nodes four levels below a node were shown. */
  knows(level: number, index: number): boolean;
};

/** The sight of a tree whose words are known. */
export function wholeSight(words: Uint8Array): Sight {
  const tree = buildTree(words);
  return {
    tree,
    wordAt: (leaf) => (leaf * WORD_BYTES < words.length ? wordOf(words, leaf) : new Uint8Array(WORD_BYTES)),
    knows: () => true,
  };
}

/**
 * What `shown` reveals of the tree that stands in the place of `own`.
 * @throws GameError `CONTENT_INVALID` for what no contract would have taken.
 */
export function sightOf(own: Committed, isOutput: boolean, shown: readonly Shown[]): Sight {
  const mine = shown.filter((part) => part.isOutput === isOutput);
  const whole = mine.find((part) => isWhole(part, own.tree.depth));
  if (whole !== undefined) return wholeSight(getBytes(whole.content));
  const patches = new Map<string, Uint8Array>();
  const words = new Map<number, Uint8Array>();
  for (const part of mine) addPart(patches, words, part);
  return {
    tree: { ...own.tree, patches },
    wordAt: (leaf) => words.get(leaf),
    knows: (level, index) => patches.has(placeOf(level - LEVELS, NODES * index)),
  };
}

/** Whether all words of a tree were posted at once: sixteen are nodes but at depth 4. */
function isWhole({ level, content }: Shown, depth: number): boolean {
  return Number(level) === depth && (depth === LEVELS || content.length !== 2 + 2 * NODES * WORD_BYTES);
}

function addPart(patches: Map<string, Uint8Array>, words: Map<number, Uint8Array>, part: Shown): void {
  const content = getBytes(part.content);
  if (content.length !== NODES * WORD_BYTES) {
    const what = `${content.length} bytes are not sixteen nodes`;
    throw new GameError({ code: "CONTENT_INVALID", what, next: "give the contents as the game's logs tell them" });
  }
  let level = Number(part.level) - LEVELS;
  let first = NODES * Number(part.index);
  let nodes = Array.from({ length: NODES }, (_, at) => wordOf(content, at));
  if (level === 0) {
    nodes.forEach((word, at) => words.set(first + at, word));
    nodes = nodes.map(hashLeaf);
  }
  for (; nodes.length > 0; level++, first /= 2) {
    nodes.forEach((node, at) => patches.set(placeOf(level, first + at), node));
    nodes = nodes.flatMap((node, at) => {
      const right = nodes[at + 1];
      return at % 2 === 0 && right !== undefined ? [hashPair(node, right)] : [];
    });
  }
}

function wordOf(words: Uint8Array, index: number): Uint8Array {
  return words.subarray(index * WORD_BYTES, (index + 1) * WORD_BYTES);
}
