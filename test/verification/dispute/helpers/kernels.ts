import { toHex } from "../../../../sdk/program/merkle.ts";
import { evaluate } from "../../../../sdk/program/kernels.ts";
import { decodeRecord } from "../../../../sdk/program/records.ts";
import { WORD_BYTES } from "../../../../sdk/program/tensor.ts";
import { wordAt } from "../../../../sdk/program/words.ts";
import type { TreeName, Words } from "../../../../sdk/program/words.ts";
import type { IStepVerifier } from "../../../../sdk/generated/index.ts";
import { ethers } from "../../../helpers/network.ts";
import type { Random } from "../../../program/helpers/random.ts";

/** All words of the trees that elements are read from. */
export type Sources = Readonly<Record<TreeName, Uint8Array>>;

/** A record's bytes and elements of it. */
export type Query = { readonly record: Uint8Array; readonly positions: readonly number[] };

const TREES: readonly TreeName[] = ["trace", "input", "weights"];

/** Elements that the contract makes of queries, openings and the number of leaves of each tree. */
export type Kernels = (
  queries: readonly { readonly record: string; readonly positions: readonly number[] }[],
  openings: readonly IStepVerifier.OpeningStruct[],
  leaves: readonly [bigint, bigint, bigint],
) => Promise<readonly (readonly bigint[])[]>;

export async function givenKernels(): Promise<Kernels> {
  const harness = await ethers.deployContract("TensorKernels__Harness");
  return async (...args) => harness.getFunction("evaluate")(...args) as Promise<readonly (readonly bigint[])[]>;
}

/** What the definition makes of the queries. */
export function expectedValues(queries: readonly Query[], sources: Sources): readonly (readonly bigint[])[] {
  const words: Words = (tree, leaf) => wordAt(sources[tree], leaf);
  return queries.map(({ record, positions }) => {
    const decoded = decodeRecord(record);
    return positions.map((position) => BigInt(evaluate(decoded, position, words)));
  });
}

/** What the contract makes of them. Trees are opened in pieces of random length, so that runs may fall apart. */
export async function chainValues(
  kernels: Kernels,
  queries: readonly Query[],
  sources: Sources,
  random: Random,
): Promise<readonly (readonly bigint[])[]> {
  const leavesOf = (tree: TreeName) => BigInt(sources[tree].length / WORD_BYTES);
  return kernels(
    queries.map(({ record, positions }) => ({ record: toHex(record), positions })),
    TREES.flatMap((tree, number) => piecesOf(random, sources[tree], number)),
    [leavesOf("trace"), leavesOf("input"), leavesOf("weights")],
  );
}

function piecesOf(random: Random, words: Uint8Array, tree: number): readonly IStepVerifier.OpeningStruct[] {
  const count = words.length / WORD_BYTES;
  const isWhole = random.int(0, 1) === 0;
  const pieces: IStepVerifier.OpeningStruct[] = [];
  for (let firstLeaf = 0; firstLeaf < count;) {
    const length = isWhole ? count : random.int(1, count - firstLeaf);
    const piece = words.subarray(WORD_BYTES * firstLeaf, WORD_BYTES * (firstLeaf + length));
    pieces.push({ tree, firstLeaf, words: toHex(piece), siblings: [] });
    firstLeaf += length;
  }
  return pieces;
}
