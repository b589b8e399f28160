import { createHash } from "node:crypto";

import { expect } from "chai";

import { measureAgreement } from "../../sdk/program/agreement.ts";
import { createExecutor } from "../../sdk/program/execute.ts";
import { parseProgram, serialiseProgram } from "../../sdk/program/file.ts";
import { runFloat } from "../../sdk/program/float.ts";
import type { FloatGraph, FloatNode } from "../../sdk/program/graph.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import { lanesAt, openStep, recompute } from "../../sdk/program/open-step.ts";
import type { Program } from "../../sdk/program/program.ts";
import { quantise, quantiseInput } from "../../sdk/program/quantise.ts";
import { Kernel } from "../../sdk/program/records.ts";
import { createTrace } from "../../sdk/program/trace.ts";
import vectors from "../vectors/program.json" with { type: "json" };
import { GraphBuilder, window } from "./helpers/graphs.ts";
import { Random } from "./helpers/random.ts";
import { drawGraph } from "./helpers/drawn-graphs.ts";
import { runTwin } from "./helpers/twin.ts";

/** Kernel numbers of a program's records. */
function kernelsOf({ records }: Program): readonly number[] {
  return records.map(({ kernel }) => kernel);
}

function compiled(graph: FloatGraph, random: Random, samples = 300) {
  const length = sizeOf(graph.nodes[0]?.shape ?? []);
  const draw = (count: number) => Array.from({ length: count }, () => random.reals(length));
  const quantisation = quantise(graph, draw(samples));
  return { quantisation, program: quantisation.program, fresh: draw(10) };
}

/** Every element: executor, twin, and the recomputation from nothing but the opened words. */
function expectSameEverywhere(program: Program, input: readonly number[]): void {
  const run = createExecutor(program)({ dtype: "int8", values: Int8Array.from(input) });
  expect(run.tensors.map(({ values }) => [...values].map(BigInt))).to.deep.equal(
    runTwin(serialiseProgram(program), input),
  );
  const trace = createTrace(program, run);
  program.records.forEach((record, index) => {
    const isOutput = index === program.records.length - 1;
    const values = run.tensors[index]?.values ?? [];
    for (let leaf = 0; leaf < record.leaves; leaf++) {
      const at = isOutput
        ? { tree: "output" as const, leaf }
        : { tree: "trace" as const, leaf: record.firstLeaf + leaf };
      for (let lane = 0; lane < lanesAt(program, at); lane++) {
        const step = openStep(program, trace, at, lane);
        expect(recompute(step)).to.equal(values[step.position] ?? 0);
      }
    }
  });
}

describe("the compiler", function () {
  describe("given random graphs over all kinds of nodes", function () {
    const random = new Random(31);
    const graphs = Array.from({ length: 40 }, () => drawGraph(random));

    it("meets every kind", function () {
      const kinds = new Set(graphs.flatMap(({ nodes }) => nodes.map(({ op }) => op)));
      const all: readonly FloatNode["op"][] = [
        ...(["input", "constant", "dense", "conv", "maxPool", "averagePool", "add", "mul", "reshape"] as const),
        ...(["transpose", "concat", "clip", "sigmoid", "tanh", "softmax", "argMax"] as const),
      ];
      expect([...kinds].sort()).to.deep.equal([...all].sort());
    });

    graphs.forEach((graph, index) => {
      const name = graph.nodes.map(({ op }) => op).join(" → ");
      it(`${index}: ${name} – stays close to float32, and is the same by executor, twin and single steps`, function () {
        const { quantisation, program, fresh } = compiled(graph, random);
        const { nodes } = measureAgreement(graph, quantisation, fresh);
        for (const { op, node, maxError, maxValue } of nodes) {
          // The tolerance of int8 with one scale per tensor, a few layers deep, beyond calibration: 12 % of the largest.
          if (op !== "argMax") expect(maxError, node).to.be.at.most(0.12 * Math.max(maxValue, 1e-6));
        }
        expect(parseProgram(serialiseProgram(program))).to.deep.equal(program);
        const [sample = new Float32Array(0)] = fresh;
        expectSameEverywhere(program, [...quantiseInput(program, sample).values]);
      });
    });

    it("gives the bytes of the golden hash, on every machine", function () {
      const seeded = new Random(vectors.compiled.seed);
      const hash = createHash("sha256");
      for (let index = 0; index < vectors.compiled.graphs; index++) {
        const { program, fresh } = compiled(drawGraph(seeded), seeded, 5);
        const run = createExecutor(program)(quantiseInput(program, fresh[0] ?? new Float32Array(0)));
        hash.update(serialiseProgram(program)).update(Int32Array.from(run.output.values));
      }
      expect(hash.digest("hex")).to.equal(vectors.compiled.sha256);
    });
  });

  describe("given reductions that no single step holds", function () {
    it("splits a row of 40,000 terms into parts, fills up what does not divide, and proves both bounds", function () {
      const random = new Random(3);
      const graph = new GraphBuilder([40_001]);
      graph.relu(graph.dense(0, 2, random));
      const { quantisation, program, fresh } = compiled(graph.graph(), random, 3);
      const [, , parts, sum] = program.records;

      expect(kernelsOf(program)).to.deep.equal([Kernel.INPUT, Kernel.GATHER, Kernel.DOT, Kernel.REDUCE]);
      expect(parts).to.include({ lo: -(parts?.accumulatorBound ?? 0), hi: parts?.accumulatorBound });
      expect(parts?.reduce).to.deep.equal([1, 1, 13_334]);
      expect(sum?.accumulatorBound).to.equal(3 * (parts?.accumulatorBound ?? 0));
      const { maxError, nodes } = measureAgreement(graph.graph(), quantisation, fresh);
      expect(maxError).to.be.at.most(0.05 * (nodes.at(-1)?.maxValue ?? 0));
    });

    it("splits rows of equal parts without a copy, for several rows at once", function () {
      const random = new Random(4);
      const graph = new GraphBuilder([2, 32_768]);
      graph.dense(0, 3, random);
      const { quantisation, program, fresh } = compiled(graph.graph(), random, 3);

      expect(kernelsOf(program)).to.deep.equal([Kernel.INPUT, Kernel.DOT, Kernel.REDUCE]);
      expect(program.header.outputLength).to.equal(6);
      const { maxError, nodes } = measureAgreement(graph.graph(), quantisation, fresh);
      expect(maxError).to.be.at.most(0.05 * (nodes.at(-1)?.maxValue ?? 0));
    });

    it("copies out windows of more than 14 rows, and channels that lie too far apart for one average", function () {
      const random = new Random(5);
      const patches = new GraphBuilder([2, 20, 20]);
      patches.conv(0, 3, window([16, 16], [2, 2]), 1, random);
      const whole = new GraphBuilder([2, 3, 40]);
      const image = whole.conv(0, 4, window([1, 1]), 1, random);
      whole.pool("averagePool", image, window([3, 40]), true);
      for (const graph of [patches.graph(), whole.graph()]) {
        const { program, fresh } = compiled(graph, random, 5);
        expect(kernelsOf(program).filter((kernel) => kernel === Kernel.GATHER).length).to.be.at.least(1);
        expectSameEverywhere(program, [...quantiseInput(program, fresh[0] ?? new Float32Array(0)).values]);
      }
    });
  });

  describe("given what needs no record", function () {
    it("makes a clip the clamp of the layer before it, and a flatten other weights", function () {
      const random = new Random(6);
      const graph = new GraphBuilder([1, 6, 6]);
      const image = graph.relu(graph.conv(0, 4, window([3, 3]), 1, random));
      graph.dense(graph.add({ op: "reshape", a: image, shape: [64] }), 3, random);
      const { program } = compiled(graph.graph(), random);

      expect(kernelsOf(program)).to.deep.equal([Kernel.INPUT, Kernel.DOT, Kernel.DOT]);
      expect(program.records[1]).to.include({ lo: 0, hi: 127 });
    });

    it("keeps a clip apart whose unclipped value is used, too", function () {
      const random = new Random(7);
      const graph = new GraphBuilder([6]);
      const sum = graph.dense(0, 4, random);
      graph.pair("add", sum, graph.relu(sum));
      const { program } = compiled(graph.graph(), random);

      expect(kernelsOf(program)).to.deep.equal([Kernel.INPUT, Kernel.DOT, Kernel.MAP1, Kernel.MAP2]);
    });

    it("copies an output that is its input, since the trace does not hold the output", function () {
      const graph = new GraphBuilder([6]);
      graph.add({ op: "reshape", a: 0, shape: [2, 3] });
      const { program } = compiled(graph.graph(), new Random(8));

      expect(kernelsOf(program)).to.deep.equal([Kernel.INPUT, Kernel.GATHER]);
    });

    it("looks up the places of a transposition of more than four dimensions", function () {
      const graph = new GraphBuilder([2, 2, 3, 2, 2, 2]);
      graph.relu(graph.transpose(0, [5, 1, 3, 0, 4, 2]));
      const { program, fresh } = compiled(graph.graph(), new Random(9));

      expect(kernelsOf(program)).to.include.members([Kernel.CONST, Kernel.GATHER]);
      expectSameEverywhere(program, [...quantiseInput(program, fresh[0] ?? new Float32Array(0)).values]);
    });
  });

  describe("given the nodes that quantise to something else than their input's scale", function () {
    it("gives probabilities that are within 0.02 of float32 and add up to 1", function () {
      const random = new Random(10);
      const graph = new GraphBuilder([8]);
      graph.add({ op: "softmax", a: graph.dense(0, 10, random, 4), shape: [10] });
      const { quantisation, program, fresh } = compiled(graph.graph(), random, 300);
      const output = createExecutor(program)(quantiseInput(program, fresh[0] ?? new Float32Array(0))).output.values;
      const total = [...output].reduce((sum, value) => sum + value * program.header.outputScale, 0);

      expect(measureAgreement(graph.graph(), quantisation, fresh).maxError).to.be.at.most(0.02);
      expect(total).to.be.closeTo(1, 1e-4);
    });

    it("compares the classes of an argMax whose shape is changed afterwards, too", function () {
      const random = new Random(13);
      const graph = new GraphBuilder([8]);
      graph.add({ op: "reshape", a: graph.argMax(graph.dense(0, 4, random)), shape: [1] });
      const { quantisation, fresh } = compiled(graph.graph(), random, 300);
      const labels = fresh.map((sample) => runFloat(graph.graph(), sample).output[0] ?? NaN);
      const { floatCorrect, integerCorrect, sameClass } = measureAgreement(graph.graph(), quantisation, fresh, labels);

      expect(new Set(labels).size).to.be.above(1);
      expect(floatCorrect).to.equal(10);
      expect([integerCorrect, sameClass]).to.deep.equal([sameClass, sameClass]);
      expect(sameClass).to.be.at.least(9);
    });

    it("leaves padding out of an average that does not count it", function () {
      const random = new Random(11);
      const graph = new GraphBuilder([2, 5, 5]);
      graph.pool("averagePool", 0, window([3, 3], [2, 2], [1, 1, 1, 1]), false);
      const { quantisation, program, fresh } = compiled(graph.graph(), random, 300);

      expect(kernelsOf(program)).to.include(Kernel.MAP2);
      expect(measureAgreement(graph.graph(), quantisation, fresh).maxError).to.be.at.most(0.01);
    });
  });
});
