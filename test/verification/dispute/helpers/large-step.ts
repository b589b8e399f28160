import { encodeHeader, MAGIC } from "../../../../sdk/program/header.ts";
import { rootOf, toHex } from "../../../../sdk/program/merkle.ts";
import type { Hex } from "../../../../sdk/program/merkle.ts";
import { rangeProof, rootFromRange } from "../../../../sdk/program/openings.ts";
import { DTypeCode, encodeRecord, Kernel, NO_OPERAND, Source } from "../../../../sdk/program/records.ts";
import type { Operand, OperatorRecord } from "../../../../sdk/program/records.ts";
import { commit } from "../../../../sdk/program/trace.ts";
import { encodeWeightRows } from "../../../../sdk/program/weight-words.ts";
import type { IStepVerifier } from "../../../../sdk/generated/index.ts";
import type { Random } from "../../../program/helpers/random.ts";

/** Proofs of one element, as `recompute` takes them, and what belongs in its lane. */
export type LargeStep = {
  readonly roots: IStepVerifier.RootsStruct;
  readonly place: IStepVerifier.PlaceStruct;
  readonly step: IStepVerifier.StepStruct;
  readonly right: bigint;
};

const LEAVES = 2 ** 27;
const RECORDS = 500;
const NODE_BYTES = 256;

/**
 * One dot product of `terms` uniformly random activations and weights, a multiple of 32, inside trees of any depth: a range proof needs
 * siblings only, so no such tree is ever built. The program has 500 records.
 * @param firstLeaf of the activations; their proof is shortest where they start at a multiple of a power of two.
 */
export function largeStep(random: Random, terms: number, depth: number, firstLeaf: number): LargeStep {
  const [x, w] = [0, 1].map(() => Int8Array.from({ length: terms }, () => random.int(-128, 127)));
  if (x === undefined || w === undefined) throw new Error("there are two operands");
  const weightLeaf = 2 ** 20;
  const operand = { ...NO_OPERAND, length: terms, dtype: DTypeCode.int8, reduceStrides: [0, 0, 1] as const };
  const a = { ...operand, source: Source.TRACE, firstLeaf };
  const b = { ...operand, source: Source.WEIGHTS, firstLeaf: weightLeaf };
  const record = dotRecord(a, b, terms, LEAVES - 2);
  const words = programWords(random, record, depth);
  const { tree } = commit(words);

  const activations = Uint8Array.from(x, (value) => value + 128);
  const openings = [
    opening(random, 0, depth, firstLeaf, activations),
    opening(random, 2, depth, weightLeaf, encodeWeightRows(w, terms)),
  ] as const;
  const sum = x.reduce((total, value, term) => total + value * (w[term] ?? 0), 0);
  return {
    roots: { program: rootOf(tree), weights: openings[1].root, input: rootOf(tree), trace: openings[0].root },
    place: { isOutput: false, leaf: record.firstLeaf, lane: 0 },
    step: {
      header: { data: toHex(words.subarray(0, NODE_BYTES)), siblings: [...rangeProof(tree, 0, 8)] },
      record: {
        index: RECORDS - 2,
        data: toHex(words.subarray(NODE_BYTES * (RECORDS - 1), NODE_BYTES * RECORDS)),
        siblings: [...rangeProof(tree, 8 * (RECORDS - 1), 8)],
      },
      openings: openings.map(({ opening }) => opening),
    },
    right: BigInt.asUintN(32, BigInt(sum)),
  };
}

function dotRecord(a: Operand, b: Operand, terms: number, firstLeaf: number): OperatorRecord {
  return {
    kernel: Kernel.DOT,
    variant: 0,
    dtype: DTypeCode.int32,
    shift: 0,
    flags: 0,
    multiplier: 0,
    multiplierB: 0,
    lo: -2_147_483_648,
    hi: 2_147_483_647,
    firstLeaf,
    leaves: 1,
    firstWeightLeaf: b.firstLeaf,
    weightLeaves: terms / 32,
    biasLeaf: 0,
    tableLeaf: 0,
    accumulatorBound: terms * 16_384,
    shape: [1, 1, 1, 1],
    reduce: [1, 1, terms],
    fill: 0,
    a,
    b,
    windowStart: [0, 0, 0, 0],
    windowExtent: [0, 0, 0, 0],
  };
}

/** A header, noise for the other records, and the record as the last but one. */
function programWords(random: Random, record: OperatorRecord, depth: number): Uint8Array {
  const words = Uint8Array.from({ length: NODE_BYTES * (1 + RECORDS) }, () => random.int(0, 255));
  const tree = { traceLeaves: LEAVES, traceDepth: depth, weightLeaves: LEAVES, weightDepth: depth };
  const ends = { inputLeaves: 1, inputDepth: 4, inputLength: 1, inputDType: 1 };
  const header = encodeHeader({
    magic: MAGIC,
    records: RECORDS,
    leaves: LEAVES + 1,
    worstStep: 300,
    ...tree,
    ...ends,
    outputLeaves: 1,
    outputDepth: 4,
    outputLength: 1,
    outputDType: 1,
    inputScale: 1,
    outputScale: 1,
  });
  words.set(header);
  words.set(encodeRecord(record), NODE_BYTES * (RECORDS - 1));
  return words;
}

/** Words at a place of a tree of which nothing else is known but the siblings, here at random. */
function opening(random: Random, tree: number, depth: number, firstLeaf: number, words: Uint8Array) {
  const siblings: Hex[] = [];
  let [left, right] = [firstLeaf, firstLeaf + words.length / 32 - 1];
  for (let level = 0; level < depth; level++) {
    for (const isMissing of [left % 2 === 1, right % 2 === 0]) {
      if (isMissing) siblings.push(toHex(Uint8Array.from({ length: 32 }, () => random.int(0, 255))));
    }
    [left, right] = [Math.floor(left / 2), Math.floor(right / 2)];
  }
  const root = rootFromRange(depth, firstLeaf, words, siblings);
  return { root, opening: { tree, firstLeaf, words: toHex(words), siblings } };
}
