import { expect } from "chai";

import { weightsRoot } from "../../sdk/program/commitments.ts";
import { createExecutor } from "../../sdk/program/execute.ts";
import { buildTree, hashLeaf, merkleProof, nodeOf, rootOf, toHex } from "../../sdk/program/merkle.ts";
import { lanesAt, openStep, recompute } from "../../sdk/program/open-step.ts";
import type { Leaf, OpenedStep } from "../../sdk/program/open-step.ts";
import { descendantsOf, rangeProof, rootFromRange } from "../../sdk/program/openings.ts";
import { quantise, quantiseInput } from "../../sdk/program/quantise.ts";
import { encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { commit, createTrace } from "../../sdk/program/trace.ts";
import type { Trace } from "../../sdk/program/trace.ts";
import { elementIn, wordAt } from "../../sdk/program/words.ts";
import { GraphBuilder, window } from "./helpers/graphs.ts";
import { Random } from "./helpers/random.ts";
import { refusal } from "./helpers/refusal.ts";
import { rootTwin, toWords } from "./helpers/twin.ts";

/** A network with every way of moving elements, whose tensors leave lanes and leaves over. */
function givenRun() {
  const random = new Random(12);
  const graph = new GraphBuilder([2, 4, 5]);
  const image = graph.relu(graph.conv(0, 3, window([3, 3], [1, 1], [1, 1, 1, 1]), 1, random));
  const both = graph.concat(
    [
      graph.pool("maxPool", image, window([2, 2], [2, 2]), false),
      graph.conv(image, 2, window([1, 1], [2, 3]), 1, random),
    ],
    0,
  );
  const row = graph.add({ op: "reshape", a: both, shape: [20] });
  graph.add({ op: "softmax", a: graph.dense(row, 6, random), shape: [6] });
  const samples = Array.from({ length: 40 }, () => random.reals(40));
  const { program } = quantise(graph.graph(), samples);
  const run = createExecutor(program)(quantiseInput(program, samples[0] ?? new Float32Array(0)));
  return { program, run, trace: createTrace(program, run) };
}

/** Every leaf of both trees: also those that no record covers. */
function allLeaves({ trace, output }: Trace): readonly Leaf[] {
  return [
    ...Array.from({ length: 2 ** trace.tree.depth }, (_, leaf) => ({ tree: "trace" as const, leaf })),
    ...Array.from({ length: 2 ** output.tree.depth }, (_, leaf) => ({ tree: "output" as const, leaf })),
  ];
}

/** The element that a word claims to hold in a lane. */
function claimed(step: OpenedStep, word: Uint8Array, lane: number): number {
  const place = { tree: "trace", firstLeaf: 0, dtype: step.record?.dtype ?? 2, isPermuted: false } as const;
  return elementIn(() => word, place, lane);
}

describe("a trace", function () {
  it("has the roots of its parts, each as the twin builds it", function () {
    const { program, run, trace } = givenRun();
    const [input = run.output] = run.tensors;
    const words = run.tensors.slice(0, -1).map(encodeTensor);

    expect(toHex(trace.trace.words)).to.equal(toHex(Uint8Array.from(words.flatMap((part) => [...part]))));
    expect(rootOf(trace.trace.tree)).to.equal(rootTwin(toWords(trace.trace.words)));
    expect(rootOf(trace.output.tree)).to.equal(tensorRoot(encodeTensor(run.output)));
    expect(rootOf(trace.input.tree)).to.equal(tensorRoot(encodeTensor(input)));
    expect(rootOf(trace.weights.tree)).to.equal(weightsRoot(program));
    expect(trace.trace.tree.depth).to.equal(program.header.traceDepth);
  });

  it("keeps each level of its tree as one array", function () {
    const { trace } = givenRun();
    const bytes = trace.trace.tree.levels.reduce((sum, level) => sum + level.length, 0);

    expect(bytes).to.be.at.most(2 * trace.trace.words.length + 32 * (trace.trace.tree.depth + 1));
    for (const level of trace.trace.tree.levels) expect(level).to.be.instanceOf(Uint8Array);
  });

  it("is refused for a run of another program", function () {
    const { program, run } = givenRun();
    const tensors = run.tensors.slice(1);
    expect(refusal("TENSOR_INVALID", () => createTrace(program, { ...run, tensors })).node).to.equal("record 0");
  });

  it("opens, for every lane of every leaf, words that are proven and recompute the element", function () {
    const { program, trace } = givenRun();
    for (const at of allLeaves(trace)) {
      const word = wordAt(trace[at.tree].words, at.leaf);
      for (let lane = 0; lane < lanesAt(program, at); lane++) {
        const step = openStep(program, trace, at, lane);

        expect(recompute(step)).to.equal(claimed(step, word, lane));
        for (const { tree, firstLeaf, words, siblings } of step.openings) {
          expect(rootFromRange(trace[tree].tree.depth, firstLeaf, words, siblings)).to.equal(rootOf(trace[tree].tree));
        }
      }
    }
  });

  it("contradicts itself wherever a single bit is flipped, also in lanes and leaves that nothing fills", function () {
    const { program, trace } = givenRun();
    for (const at of allLeaves(trace)) {
      for (let byte = 0; byte < 32; byte++) {
        const width = 2 ** trace[at.tree].tree.depth * 32;
        const lie = new Uint8Array(width);
        lie.set(trace[at.tree].words);
        const place = 32 * at.leaf + byte;
        lie[place] = (lie[place] ?? 0) ^ (1 << (byte % 8));
        // Operands lie in earlier leaves, which are as they were, so words are enough and no tree has to be built.
        const liar: Trace = { ...trace, [at.tree]: { ...trace[at.tree], words: lie } };
        const lane = Math.floor((byte * lanesAt(program, at)) / 32);
        const step = openStep(program, liar, at, lane);

        expect(recompute(step), `${at.tree} leaf ${at.leaf} byte ${byte}`).to.not.equal(
          claimed(step, wordAt(lie, at.leaf), lane),
        );
      }
    }
  });

  it("has no lane and no leaf beyond its ends", function () {
    const { program, trace } = givenRun();
    const depth = trace.trace.tree.depth;
    for (const [leaf, lane] of [
      [-1, 0],
      [2 ** depth, 0],
      [0, 32],
      [0.5, 0],
      [2 ** depth - 1, 8],
    ] as const) {
      refusal("TREE_INVALID", () => openStep(program, trace, { tree: "trace", leaf }, lane));
    }
  });
});

describe("openings", function () {
  const random = new Random(99);
  const words = Uint8Array.from({ length: 32 * 37 }, () => random.int(0, 255));
  const { tree } = commit(words);

  it("prove any range of leaves at once", function () {
    for (let first = 0; first < 40; first++) {
      for (let count = 1; first + count <= 45; count += 1 + (first % 4)) {
        const range = new Uint8Array(32 * count);
        range.set(words.subarray(32 * first, 32 * (first + count)));
        expect(rootFromRange(tree.depth, first, range, rangeProof(tree, first, count))).to.equal(rootOf(tree));
      }
    }
  });

  it("prove one leaf by the siblings of its path", function () {
    for (const leaf of [0, 1, 36, 37, 255]) expect(rangeProof(tree, leaf, 1)).to.deep.equal(merkleProof(tree, leaf));
  });

  it("prove nothing with a sibling too few, too many, or for leaves that are not there", function () {
    const siblings = rangeProof(tree, 3, 2);
    const range = words.subarray(96, 160);
    refusal("TREE_INVALID", () => rootFromRange(tree.depth, 3, range, siblings.slice(1)));
    refusal("TREE_INVALID", () => rootFromRange(tree.depth, 3, range, [...siblings, ...siblings.slice(0, 1)]));
    refusal("TREE_INVALID", () => rootFromRange(tree.depth, 3, new Uint8Array(0), siblings));
    refusal("TREE_INVALID", () => rangeProof(tree, 255, 2));
    refusal("TREE_INVALID", () => rangeProof(tree, 0, 0));
    expect(rootFromRange(tree.depth, 5, range, rangeProof(tree, 5, 2))).to.not.equal(rootOf(tree));
  });

  it("descend four levels a round, down to the leaves' hashes", function () {
    const children = descendantsOf(tree, 8, 0);
    expect(children).to.have.length(16);
    children.forEach((child, index) => {
      expect(child).to.equal(toHex(nodeOf(tree, 4, index)));
    });
    descendantsOf(tree, 4, 2).forEach((child, index) => {
      expect(child).to.equal(toHex(hashLeaf(wordAt(words, 32 + index))));
    });
    expect(rootOf(buildTree(words))).to.equal(rootOf(tree));
    refusal("TREE_INVALID", () => descendantsOf(tree, 3, 0));
    refusal("TREE_INVALID", () => descendantsOf(tree, 4, 16));
  });
});
