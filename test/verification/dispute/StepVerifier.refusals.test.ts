import { expect } from "chai";

import { programWords } from "../../../sdk/program/commitments.ts";
import type { Header } from "../../../sdk/program/header.ts";
import { merkleProof, rootOf } from "../../../sdk/program/merkle.ts";
import type { Hex } from "../../../sdk/program/merkle.ts";
import { rangeProof, rootFromRange } from "../../../sdk/program/openings.ts";
import { openHeader, openRecord } from "../../../sdk/program/prove-step.ts";
import { commit } from "../../../sdk/program/trace.ts";
import type { IStepVerifier } from "../../../sdk/generated/index.ts";
import { load } from "../../helpers/network.ts";
import { Random } from "../../program/helpers/random.ts";
import { INPUT_LENGTH, randomProgram } from "../../program/helpers/records.ts";
import { Kernel, Source } from "../../../sdk/program/records.ts";
import { elementAt, givenVerifier, runOf } from "./helpers/steps.ts";
import type { Element, Run } from "./helpers/steps.ts";

type Opening = IStepVerifier.OpeningStruct;

const OTHER: Hex = `0x${"11".repeat(32)}`;
const [TRACE, WEIGHTS] = [0n, 2n];

/** A DOT of a row of weights with a bias: it opens runs of the trace and of the weights. Its tensor is the output. */
async function givenStep() {
  const random = new Random(5);
  for (;;) {
    const program = randomProgram(random, Kernel.DOT, 0);
    const record = program.records[3];
    if (record === undefined || record.b.source !== Source.WEIGHTS || (record.flags & 2) === 0) continue;
    const values = Int8Array.from({ length: INPUT_LENGTH }, () => random.int(-128, 127));
    const run = runOf(program, values);
    const element = elementAt(run, { tree: "output", leaf: 0 }, 0);
    const [first, ...rest] = element.step.openings as Opening[];
    if (first === undefined || rest.length < 2) continue;
    return { verifier: await givenVerifier(), run, element, openings: [first, ...rest] as const };
  }
}

/** The same step with some parts changed. */
function changed({ step }: Element, change: Partial<IStepVerifier.StepStruct>): IStepVerifier.StepStruct {
  return { ...step, ...change };
}

/** A program with another header, and the run's header and record opened in it. */
function withHeader({ program, roots }: Run, change: Partial<Header>) {
  const records = commit(programWords({ ...program, header: { ...program.header, ...change } }));
  const opened = { header: openHeader(records), record: openRecord(records, 3) };
  return { roots: { ...roots, program: rootOf(records.tree) }, opened };
}

describe("StepVerifier's refusals", function () {
  it("takes the step that all these cases are made from", async function () {
    const { verifier, run, element } = await load(givenStep);
    const { place, word, step, stored } = element;
    expect(await verifier.recompute(run.roots, place, word, step)).to.deep.equal([stored, stored]);
  });

  it("refuses a header and a record of another length, or of another program", async function () {
    const { verifier, run, element } = await load(givenStep);
    const { place, word, step } = element;
    const { header, record } = step;
    const short = String(header.data).slice(0, -2);
    await expect(verifier.recompute(run.roots, place, word, changed(element, { header: { ...header, data: short } })))
      .to.be.revertedWithCustomError(verifier, "ProgramTreeLength")
      .withArgs(255);
    const long = `${String(record.data)}00`;
    await expect(verifier.recompute(run.roots, place, word, changed(element, { record: { ...record, data: long } })))
      .to.be.revertedWithCustomError(verifier, "ProgramTreeLength")
      .withArgs(257);
    await expect(verifier.recompute({ ...run.roots, program: OTHER }, place, word, step))
      .to.be.revertedWithCustomError(verifier, "ProgramTreeOtherProgram")
      .withArgs(OTHER, rootOf(run.records.tree));
    const stale = [OTHER, ...merkleProof(run.records.tree, 0, 4)] as const;
    const proven = rootFromRange(run.records.tree.depth, 0, run.records.words.subarray(0, 256), stale);
    await expect(
      verifier.recompute(run.roots, place, word, changed(element, { header: { ...header, siblings: [...stale] } })),
    )
      .to.be.revertedWithCustomError(verifier, "ProgramTreeOtherProgram")
      .withArgs(rootOf(run.records.tree), proven);
  });

  it("refuses a record that the program does not have, that stands elsewhere, or that covers other leaves", async function () {
    const { verifier, run, element } = await load(givenStep);
    const { place, word, step } = element;
    await expect(verifier.recompute(run.roots, place, word, changed(element, { record: { ...step.record, index: 4 } })))
      .to.be.revertedWithCustomError(verifier, "ProgramTreeNoRecord")
      .withArgs(4, 4);
    await expect(
      verifier.recompute(run.roots, place, word, changed(element, { record: { ...step.record, index: 2 } })),
    ).to.be.revertedWithCustomError(verifier, "ProgramTreeOtherProgram");
    const [, wide] = run.program.records;
    const other = openRecord(run.records, 1);
    await expect(verifier.recompute(run.roots, place, word, changed(element, { record: other })))
      .to.be.revertedWithCustomError(verifier, "StepVerifierOtherRecord")
      .withArgs(run.program.header.traceLeaves, wide?.firstLeaf, wide?.leaves);
  });

  it("refuses a lane that the word does not have, and a leaf that the tree does not have", async function () {
    const { verifier, run } = await load(givenStep);
    const byte = elementAt(run, { tree: "trace", leaf: 0 }, 0);
    await expect(verifier.recompute(run.roots, { ...byte.place, lane: 32 }, byte.word, byte.step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierNoLane")
      .withArgs(32, 32);
    const wide = elementAt(run, { tree: "trace", leaf: 5 }, 0);
    await expect(verifier.recompute(run.roots, { ...wide.place, lane: 8 }, wide.word, wide.step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierNoLane")
      .withArgs(8, 8);
    const { outputLeaves, outputDepth } = run.program.header;
    const none = elementAt(run, { tree: "output", leaf: outputLeaves }, 0);
    await expect(verifier.recompute(run.roots, { ...none.place, lane: 8 }, none.word, none.step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierNoLane")
      .withArgs(8, 8);
    const past = 2 ** outputDepth;
    await expect(verifier.recompute(run.roots, { ...none.place, leaf: past }, none.word, none.step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierNoLeaf")
      .withArgs(true, past, outputDepth);
  });

  it("threat 39: refuses words and siblings of another trace, and says which root they make", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word, step } = element;
    const [first, ...rest] = openings;
    await expect(verifier.recompute({ ...run.roots, trace: OTHER }, place, word, step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierOtherTree")
      .withArgs(TRACE, first.firstLeaf, OTHER, run.roots.trace);
    await expect(verifier.recompute({ ...run.roots, weights: OTHER }, place, word, step))
      .to.be.revertedWithCustomError(verifier, "StepVerifierOtherTree")
      .withArgs(WEIGHTS, firstOf(rest, WEIGHTS), OTHER, run.roots.weights);
    for (const change of [
      { siblings: [...first.siblings.slice(0, -1), OTHER] },
      { words: String(first.words).replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) },
    ]) {
      const openings = [{ ...first, ...change }, ...rest];
      await expect(
        verifier.recompute(run.roots, place, word, changed(element, { openings })),
      ).to.be.revertedWithCustomError(verifier, "StepVerifierOtherTree");
    }
  });

  it("refuses words that are not whole, and too few or too many siblings", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word } = element;
    const [first, ...rest] = openings;
    const given = first.siblings.length;
    const length = (String(first.words).length - 2) / 2;
    const cases = [
      { change: { words: `${String(first.words)}00` }, error: "MerkleRangePartialWord", args: [length + 1] },
      { change: { words: "0x" }, error: "MerkleRangePartialWord", args: [0] },
      { change: { siblings: first.siblings.slice(1) }, error: "MerkleRangeSiblings", args: [given - 1, given] },
      { change: { siblings: [...first.siblings, OTHER] }, error: "MerkleRangeSiblings", args: [given + 1, given] },
    ];
    for (const { change, error, args } of cases) {
      const openings = [{ ...first, ...change }, ...rest];
      await expect(verifier.recompute(run.roots, place, word, changed(element, { openings })))
        .to.be.revertedWithCustomError(verifier, error)
        .withArgs(...args);
    }
  });

  it("refuses openings in another order, twice, or past the tree's leaves", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word } = element;
    const [first, second, ...rest] = openings;
    if (second === undefined) throw new Error("it opens two runs");
    for (const [openings, late] of [
      [[second, first, ...rest], first],
      [[first, first, second, ...rest], first],
    ] as const) {
      await expect(verifier.recompute(run.roots, place, word, changed(element, { openings: [...openings] })))
        .to.be.revertedWithCustomError(verifier, "StepVerifierUnordered")
        .withArgs(1, late.tree, late.firstLeaf);
    }
    const { traceLeaves } = run.program.header;
    const past = { tree: TRACE, firstLeaf: traceLeaves - 1, words: `0x${"00".repeat(64)}`, siblings: [] };
    await expect(verifier.recompute(run.roots, place, word, changed(element, { openings: [past] })))
      .to.be.revertedWithCustomError(verifier, "StepVerifierOutside")
      .withArgs(TRACE, traceLeaves - 1, traceLeaves + 1, traceLeaves);
  });

  it("refuses to compute from what was not opened, and says which leaf of which tree it lacks", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word } = element;
    for (const [left, { tree, firstLeaf }] of openings.entries()) {
      const rest = openings.filter((_, index) => index !== left);
      await expect(verifier.recompute(run.roots, place, word, changed(element, { openings: rest })))
        .to.be.revertedWithCustomError(verifier, "OpenedWordsMissing")
        .withArgs(tree, firstLeaf);
    }
  });

  it("takes openings that the element does not read", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word, stored } = element;
    const input = { tree: 1n, firstLeaf: 0, words: run.trace.input.words, siblings: [] };
    const siblings = [...rangeProof(run.trace.input.tree, 0, input.words.length / 32)];
    const more = [...openings, { ...input, siblings }].sort((a, b) => Number(a.tree) - Number(b.tree));
    expect(await verifier.recompute(run.roots, place, word, changed(element, { openings: more }))).to.deep.equal([
      stored,
      stored,
    ]);
  });

  it("refuses depths that no tree has, and leaves that are more than the depth holds", async function () {
    const { verifier, run, element, openings } = await load(givenStep);
    const { place, word } = element;
    for (const depth of [0, 5, 36]) {
      for (const name of ["traceDepth", "weightDepth", "outputDepth"]) {
        const { roots, opened } = withHeader(run, { [name]: depth });
        await expect(verifier.recompute(roots, place, word, changed(element, opened)))
          .to.be.revertedWithCustomError(verifier, "StepVerifierNoDepth")
          .withArgs(depth);
      }
      for (const name of ["traceDepth", "outputDepth"]) {
        const { roots, opened } = withHeader(run, { [name]: depth });
        await expect(verifier.shapeOf(roots.program, opened.header))
          .to.be.revertedWithCustomError(verifier, "StepVerifierNoDepth")
          .withArgs(depth);
      }
    }
    const { roots, opened } = withHeader(run, { weightLeaves: 1_000, weightDepth: 4 });
    const outside = { tree: WEIGHTS, firstLeaf: 16, words: `0x${"00".repeat(32)}`, siblings: [] };
    const changes = { ...opened, openings: [...openings.filter(({ tree }) => Number(tree) === 0), outside] };
    await expect(verifier.recompute(roots, place, word, changed(element, changes)))
      .to.be.revertedWithCustomError(verifier, "MerkleRangeOutside")
      .withArgs(16, 1, 4);
  });
});

describe("StepVerifier.shapeOf", function () {
  it("says what the header states", async function () {
    const { verifier, run } = await load(givenStep);
    const { traceDepth, outputDepth, worstStep } = run.program.header;
    expect(await verifier.shapeOf(run.roots.program, openHeader(run.records))).to.deep.equal(
      [traceDepth, outputDepth, worstStep].map(BigInt),
    );
  });
});

function firstOf(openings: readonly Opening[], tree: bigint): Opening["firstLeaf"] | undefined {
  return openings.find((opening) => BigInt(opening.tree) === tree)?.firstLeaf;
}
