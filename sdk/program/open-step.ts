import { ProgramError } from "./errors.ts";
import { evaluate } from "./kernels.ts";
import { rangeProof } from "./openings.ts";
import type { Hex } from "./merkle.ts";
import type { Program } from "./program.ts";
import { DTypeCode } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { WORD_BYTES } from "./tensor.ts";
import type { Trace } from "./trace.ts";
import { ABSENT_WORD, lanesOf, wordAt } from "./words.ts";
import type { TreeName, Words } from "./words.ts";

/** A leaf of a run: of the trace, or of the output's tree. */
export type Leaf = { readonly tree: "trace" | "output"; readonly leaf: number };

/** Consecutive leaves of a tree and the siblings that prove them. */
export type Opening = {
  readonly tree: TreeName;
  readonly firstLeaf: number;
  readonly words: Uint8Array;
  readonly siblings: readonly Hex[];
};

/** All that one element's recomputation needs. */
export type OpenedStep = {
  /** The record whose tensor the leaf belongs to; `undefined` for a leaf that no record covers. */
  readonly record: OperatorRecord | undefined;
  /** The element's number in that tensor; past its end in a lane that only fills up the last word. */
  readonly position: number;
  readonly openings: readonly Opening[];
};

/**
 * The words that the element in lane `lane` of a leaf depends on, with their proofs: what a challenger brings to prove that
 * element wrong. Elements that fill up a word, and leaves that no record covers, open nothing.
 * @throws ProgramError `TREE_INVALID` when the tree has no such leaf, or the leaf no such lane.
 */
export function openStep(program: Program, trace: Trace, at: Leaf, lane: number): OpenedStep {
  checkPlace(program, trace, at, lane);
  const record = recordAt(program, at);
  if (record === undefined) return { record, position: lane, openings: [] };
  const leaf = at.tree === "output" ? at.leaf : at.leaf - record.firstLeaf;
  const position = leaf * lanesOf(record.dtype) + lane;
  const seen: Record<TreeName, Set<number>> = { trace: new Set(), input: new Set(), weights: new Set() };
  evaluate(record, position, (tree, leaf) => {
    if (leaf < trace[tree].tree.leaves) seen[tree].add(leaf);
    return wordAt(trace[tree].words, leaf);
  });
  const names: readonly TreeName[] = ["trace", "input", "weights"];
  return { record, position, openings: names.flatMap((tree) => openingsOf(trace, tree, seen[tree])) };
}

/** The element that a step's words make, from nothing but these: what a contract computes. */
export function recompute({ record, position, openings }: OpenedStep): number {
  if (record === undefined) return 0;
  const words: Words = (tree, leaf) => {
    const opening = openings.find(
      ({ tree: name, firstLeaf, words: opened }) =>
        name === tree && leaf >= firstLeaf && leaf < firstLeaf + opened.length / WORD_BYTES,
    );
    return opening === undefined ? ABSENT_WORD : wordAt(opening.words, leaf - opening.firstLeaf);
  };
  return evaluate(record, position, words);
}

/** The record whose tensor covers the leaf, or `undefined`: leaves after the last one belong to none. */
export function recordAt({ header, records }: Program, { tree, leaf }: Leaf): OperatorRecord | undefined {
  const global = tree === "output" ? header.traceLeaves + leaf : leaf;
  const end = tree === "output" ? header.leaves : header.traceLeaves;
  if (global >= end) return undefined;
  let [low, high] = [0, records.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((records[middle]?.firstLeaf ?? Infinity) <= global) low = middle;
    else high = middle - 1;
  }
  return records[low];
}

/** Leaves that lie next to each other share an opening. */
function openingsOf(trace: Trace, tree: TreeName, leaves: ReadonlySet<number>): readonly Opening[] {
  const sorted = [...leaves].sort((a, b) => a - b);
  const starts = sorted.filter((leaf) => !leaves.has(leaf - 1));
  return starts.map((firstLeaf) => {
    let end = firstLeaf + 1;
    while (leaves.has(end)) end += 1;
    const words = trace[tree].words.slice(firstLeaf * WORD_BYTES, end * WORD_BYTES);
    return { tree, firstLeaf, words, siblings: rangeProof(trace[tree].tree, firstLeaf, end - firstLeaf) };
  });
}

/** Elements in a leaf: of the record that covers it, or as int32 where there is none. */
export function lanesAt(program: Program, at: Leaf): number {
  return lanesOf(recordAt(program, at)?.dtype ?? DTypeCode.int32);
}

function checkPlace(program: Program, trace: Trace, at: Leaf, lane: number): void {
  const { depth } = trace[at.tree].tree;
  const isLeaf = Number.isInteger(at.leaf) && at.leaf >= 0 && at.leaf < Number(1n << BigInt(depth));
  if (isLeaf && Number.isInteger(lane) && lane >= 0 && lane < lanesAt(program, at)) return;
  throw new ProgramError({
    code: "TREE_INVALID",
    what: `there is no lane ${lane} of leaf ${at.leaf} in a ${at.tree} of depth ${depth}`,
    next: "name a leaf of the tree and a lane below 32 (int8) or 8 (int32)",
  });
}
