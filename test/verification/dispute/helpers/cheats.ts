import type { Run } from "../../../../sdk/game/challenger.ts";
import { evaluate } from "../../../../sdk/program/kernels.ts";
import { lanesAt, recordAt, type Leaf } from "../../../../sdk/program/open-step.ts";
import { DTypeCode } from "../../../../sdk/program/records.ts";
import { INT8_OFFSET } from "../../../../sdk/program/tensor-hash.ts";
import { WORD_BYTES } from "../../../../sdk/program/tensor.ts";
import type { Trace } from "../../../../sdk/program/trace.ts";
import { lanesOf, wordAt, type Words } from "../../../../sdk/program/words.ts";
import type { Random } from "../../../program/helpers/random.ts";
import { flip, lying, type Lie } from "./runs.ts";

/** One way to lie about a run. */
export type Cheat = { readonly name: string; readonly make: (run: Run, random: Random) => Trace };

/** A leaf of either tree, also of those that no record covers. */
function anyLeaf({ trace }: Run, random: Random): Leaf {
  const tree = random.int(0, 1) === 0 ? "trace" : "output";
  return { tree, leaf: random.int(0, 2 ** trace[tree].tree.depth - 1) };
}

function flipOf({ trace }: Run, { tree, leaf }: Leaf, random: Random): Lie {
  return flip(trace, tree, leaf, random.int(0, 255));
}

/** Random words from a leaf on to the trees' ends. */
function garbageFrom({ trace }: Run, random: Random): Trace {
  const start = random.int(0, trace.trace.tree.leaves - 1);
  const noise = (tree: Lie["tree"], from: number): Lie[] =>
    Array.from({ length: trace[tree].tree.leaves - from }, (_, at) => ({
      tree,
      leaf: from + at,
      word: Uint8Array.from({ length: WORD_BYTES }, () => random.int(0, 255)),
    }));
  return lying(trace, [...noise("trace", start), ...noise("output", 0)]);
}

/** One wrong leaf, and everything after it computed rightly from it. */
function consistent(run: Run, random: Random): Trace {
  const { header } = run.program;
  const start = random.int(0, header.traceLeaves - 1);
  const lie = flipOf(run, { tree: "trace", leaf: start }, random);
  const words = new Uint8Array(WORD_BYTES * header.leaves);
  words.set(run.trace.trace.words);
  words.set(lie.word, start * WORD_BYTES);
  const sources = { trace: words, input: run.trace.input.words, weights: run.trace.weights.words };
  const read: Words = (tree, leaf) => wordAt(sources[tree], leaf);
  for (let leaf = start + 1; leaf < header.leaves; leaf++) words.set(wordOf(run, read, leaf), leaf * WORD_BYTES);
  const lies = Array.from({ length: header.leaves - start }, (_, after): Lie => {
    const leaf = start + after;
    const word = words.slice(leaf * WORD_BYTES, (leaf + 1) * WORD_BYTES);
    const isOutput = leaf >= header.traceLeaves;
    return { tree: isOutput ? "output" : "trace", leaf: isOutput ? leaf - header.traceLeaves : leaf, word };
  });
  return lying(run.trace, lies);
}

/** What a leaf must be, from the words before it. */
function wordOf({ program }: Run, read: Words, leaf: number): Uint8Array {
  const isOutput = leaf >= program.header.traceLeaves;
  const at: Leaf = { tree: isOutput ? "output" : "trace", leaf: isOutput ? leaf - program.header.traceLeaves : leaf };
  const record = recordAt(program, at);
  const word = new Uint8Array(WORD_BYTES);
  if (record === undefined) return word;
  const view = new DataView(word.buffer);
  const first = (leaf - record.firstLeaf) * lanesOf(record.dtype);
  for (let lane = 0; lane < lanesAt(program, at); lane++) {
    const element = evaluate(record, first + lane, read);
    if (record.dtype === DTypeCode.int8) view.setUint8(lane, element + INT8_OFFSET);
    else view.setInt32(4 * lane, element);
  }
  return word;
}

/** Every kind of lie that the laws are played against. */
export const CHEATS: readonly Cheat[] = [
  { name: "a flipped bit", make: (run, random) => lying(run.trace, [flipOf(run, anyLeaf(run, random), random)]) },
  {
    name: "several wrong leaves",
    make: (run, random) =>
      lying(
        run.trace,
        Array.from({ length: random.int(2, 9) }, () => flipOf(run, anyLeaf(run, random), random)),
      ),
  },
  {
    name: "wrong output leaves",
    make: (run, random) => {
      const leaves = Array.from({ length: random.int(1, 3) }, () => random.int(0, run.trace.output.tree.leaves - 1));
      const flipped = [...new Set(leaves)].map((leaf) => flipOf(run, { tree: "output", leaf }, random));
      return lying(run.trace, flipped);
    },
  },
  { name: "garbage from a point on", make: garbageFrom },
  { name: "a wrong leaf and what follows from it", make: consistent },
];
