import type { FloatGraph } from "../../../../sdk/program/graph.ts";
import type { Run } from "../../../../sdk/game/challenger.ts";
import { createExecutor } from "../../../../sdk/program/execute.ts";
import { commitProgram } from "../../../../sdk/program/prove-step.ts";
import { quantise, quantiseInput } from "../../../../sdk/program/quantise.ts";
import { WORD_BYTES } from "../../../../sdk/program/tensor.ts";
import { commit, createTrace, type Trace } from "../../../../sdk/program/trace.ts";
import { GraphBuilder, window } from "../../../program/helpers/graphs.ts";
import { Random } from "../../../program/helpers/random.ts";

/** A network, compiled, and one honest run of it. */
export function runOf(graph: FloatGraph, random: Random): Run {
  const [input] = graph.nodes;
  const size = input?.shape.reduce((product, dimension) => product * dimension, 1) ?? 0;
  const samples = Array.from({ length: 6 }, () => random.reals(size));
  const { program } = quantise(graph, samples);
  const trace = createTrace(program, createExecutor(program)(quantiseInput(program, random.reals(size))));
  return { program, records: commitProgram(program), trace };
}

/** Five leaves of trace and one of output, each in a tree of depth 4. */
export function smallRun(): Run {
  const random = new Random(1);
  const graph = new GraphBuilder([64]);
  const hidden = graph.relu(graph.dense(0, 40, random));
  graph.dense(hidden, 5, random);
  return runOf(graph.graph(), random);
}

/** Some seventy leaves of trace in a tree of depth 8, an output of depth 4. */
export function mediumRun(): Run {
  const random = new Random(2);
  const graph = new GraphBuilder([2_112]);
  const hidden = graph.relu(graph.dense(0, 96, random));
  graph.dense(hidden, 10, random);
  return runOf(graph.graph(), random);
}

/** A trace of depth 12, an output of depth 8. */
export function deepRun(): Run {
  const random = new Random(3);
  const graph = new GraphBuilder([1, 96, 96]);
  const pooled = graph.pool("maxPool", 0, window([2, 2], [2, 2]), false);
  graph.relu(graph.conv(pooled, 2, window([3, 3], [2, 2], [1, 1, 1, 1]), 1, random));
  return runOf(graph.graph(), random);
}

/** Which tree, which leaf of it, and what its word is instead. */
export type Lie = { readonly tree: "trace" | "output"; readonly leaf: number; readonly word: Uint8Array };

/** A run as a liar commits to it. Leaves beyond the trees' own make the trees longer. */
export function lying(trace: Trace, lies: readonly Lie[]): Trace {
  const words = { trace: trace.trace.words.slice(), output: trace.output.words.slice() };
  for (const { tree, leaf, word } of lies) {
    if ((leaf + 1) * WORD_BYTES > words[tree].length) {
      const longer = new Uint8Array((leaf + 1) * WORD_BYTES);
      longer.set(words[tree]);
      words[tree] = longer;
    }
    words[tree].set(word, leaf * WORD_BYTES);
  }
  return { ...trace, trace: commit(words.trace), output: commit(words.output) };
}

/** A leaf's word with one bit flipped. */
export function flip(trace: Trace, tree: Lie["tree"], leaf: number, bit: number): Lie {
  const word = new Uint8Array(WORD_BYTES);
  word.set(trace[tree].words.subarray(leaf * WORD_BYTES, (leaf + 1) * WORD_BYTES));
  word[bit >> 3] = (word[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  return { tree, leaf, word };
}
