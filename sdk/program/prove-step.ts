import type { IStepVerifier } from "../generated/index.ts";
import { programWords } from "./commitments.ts";
import { HEADER_BYTES } from "./header.ts";
import { rootOf, toHex } from "./merkle.ts";
import { openStep } from "./open-step.ts";
import type { Leaf } from "./open-step.ts";
import { rangeProof } from "./openings.ts";
import type { Program } from "./program.ts";
import { RECORD_BYTES } from "./records.ts";
import { WORD_BYTES } from "./tensor.ts";
import { commit } from "./trace.ts";
import type { Committed, Trace } from "./trace.ts";
import type { TreeName } from "./words.ts";

/** What `StepVerifier.recompute` takes besides the word in dispute. */
export type ProvenStep = {
  readonly place: IStepVerifier.PlaceStruct;
  readonly step: IStepVerifier.StepStruct;
};

/** The tree over a program's header and records: its root is `programRoot`. Build it once for all proofs about a program. */
export function commitProgram(program: Program): Committed {
  return commit(programWords(program));
}

/** The roots that a run is proven against. */
export function rootsOf(records: Committed, { weights, input, trace }: Trace): IStepVerifier.RootsStruct {
  return {
    program: rootOf(records.tree),
    weights: rootOf(weights.tree),
    input: rootOf(input.tree),
    trace: rootOf(trace.tree),
  };
}

/** The header and its path to `programRoot`. */
export function openHeader(records: Committed): IStepVerifier.OpenedHeaderStruct {
  return nodeAt(records, 0);
}

/** A record and its path to `programRoot`. */
export function openRecord(records: Committed, index: number): IStepVerifier.OpenedRecordStruct {
  return { index, ...nodeAt(records, 1 + index) };
}

/**
 * What lets a contract recompute the element in lane `lane` of a leaf: what it depends on, and where that stands.
 * @param records the program's own tree, see {@link commitProgram}.
 * @param trace a challenger's own run, with the nodes of the proposer's trees where these are another's.
 * @throws ProgramError `TREE_INVALID` when the tree has no such leaf, or the leaf no such lane.
 */
export function proveStep(program: Program, records: Committed, trace: Trace, at: Leaf, lane: number): ProvenStep {
  const { record, openings } = openStep(program, trace, at, lane);
  return {
    place: { isOutput: at.tree === "output", leaf: at.leaf, lane },
    step: {
      header: openHeader(records),
      record: record === undefined ? NO_RECORD : openRecord(records, program.records.indexOf(record)),
      openings: openings.map(({ tree, firstLeaf, words, siblings }) => ({
        tree: TREES[tree],
        firstLeaf,
        words: toHex(words),
        siblings: [...siblings],
      })),
    },
  };
}

/** `IStepVerifier.Tree`. */
const TREES: Readonly<Record<TreeName, number>> = { trace: 0, input: 1, weights: 2 };

/** For a leaf that no record covers. */
const NO_RECORD: IStepVerifier.OpenedRecordStruct = { index: 0, data: "0x", siblings: [] };

const NODE_WORDS = RECORD_BYTES / WORD_BYTES;

function nodeAt({ words, tree }: Committed, node: number): { readonly data: string; readonly siblings: string[] } {
  const start = node * HEADER_BYTES;
  return {
    data: toHex(words.subarray(start, start + HEADER_BYTES)),
    siblings: [...rangeProof(tree, NODE_WORDS * node, NODE_WORDS)],
  };
}
