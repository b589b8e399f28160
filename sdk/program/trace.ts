import { ProgramError } from "./errors.ts";
import type { Execution } from "./execute.ts";
import { buildTree } from "./merkle.ts";
import type { MerkleTree } from "./merkle.ts";
import type { Program } from "./program.ts";
import { encodeTensor } from "./tensor-hash.ts";
import { WORD_BYTES } from "./tensor.ts";

/** Leaf words and the tree over them. */
export type Committed = { readonly words: Uint8Array; readonly tree: MerkleTree };

/**
 * One run of a program as a game sees it. Every level of a tree is one `Uint8Array`: a trace of n words takes about 96·n
 * bytes.
 */
export type Trace = {
  /** All activations but the last record's tensor, in order of execution. */
  readonly trace: Committed;
  /** The last record's tensor: its root is the output's hash. */
  readonly output: Committed;
  /** The input tensor, once more in a tree of its own: its root is the input's hash. */
  readonly input: Committed;
  /** The constants of all records: `weightsRoot`. */
  readonly weights: Committed;
};

/**
 * Assembles the trees over one run.
 * @throws ProgramError `TENSOR_INVALID` when the run is not one of this program.
 */
export function createTrace(
  program: Program,
  { tensors, output }: Execution,
  weights = commit(program.weights),
): Trace {
  const words = new Uint8Array(WORD_BYTES * program.header.leaves);
  program.records.forEach(({ firstLeaf, leaves }, index) => {
    const tensor = tensors[index];
    const encoded = tensor === undefined ? new Uint8Array(0) : encodeTensor(tensor);
    if (encoded.length !== leaves * WORD_BYTES) {
      throw new ProgramError({
        code: "TENSOR_INVALID",
        node: `record ${index}`,
        what: `its tensor takes ${encoded.length} bytes of leaf words, the program gives it ${leaves} leaves`,
        next: "trace a run of this very program",
      });
    }
    words.set(encoded, firstLeaf * WORD_BYTES);
  });
  const [input = output] = tensors;
  return {
    trace: commit(words.subarray(0, program.header.traceLeaves * WORD_BYTES)),
    output: commit(encodeTensor(output)),
    input: commit(encodeTensor(input)),
    weights,
  };
}

/** Words with their tree. Commit to a program's weights once, for all its traces. */
export function commit(words: Uint8Array): Committed {
  return { words, tree: buildTree(words) };
}
