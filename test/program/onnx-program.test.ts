import { expect } from "chai";

import { createExecutor } from "../../sdk/program/execute.ts";
import { runFloat } from "../../sdk/program/float.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise, quantiseInput } from "../../sdk/program/quantise.ts";
import { Random } from "./helpers/random.ts";
import { randomGraph } from "./helpers/random-graphs.ts";

/** Largest error of an output, in parts of the largest output that the same network gives in float32. */
const TOLERANCE = 0.1;
const USUAL = 0.02;

describe("An ONNX file of any supported operators", function () {
  it(`becomes a program whose outputs are within ${100 * TOLERANCE} % of float32's, mostly within ${100 * USUAL} %`, function () {
    const random = new Random(5);
    const errors: number[] = [];
    for (let index = 0; index < 114; index++) {
      const { file, operators } = randomGraph(random, 7 + (index % 19));
      const graph = importOnnx(file);
      const length = sizeOf(graph.nodes[0]?.shape ?? []);
      const samples = Array.from({ length: 30 }, () => random.reals(length));
      const { program } = quantise(graph, samples);
      const execute = createExecutor(program);
      // A class number has no error in parts.
      if (operators.includes("ArgMax")) continue;
      const pairs = samples.flatMap((sample) => {
        const { values } = execute(quantiseInput(program, sample)).output;
        return Array.from(runFloat(graph, sample).output, (float, at) => [
          Math.abs(float),
          Math.abs(float - (values[at] ?? NaN) * program.header.outputScale),
        ]);
      });
      const [range, error] = [0, 1].map((side) => pairs.reduce((max, pair) => Math.max(max, pair[side] ?? NaN), 0));
      // Some networks give 0 whatever they are given, x − x for one.
      const share = range === 0 ? (error ?? NaN) : (error ?? NaN) / (range ?? NaN);
      expect(share, `graph ${index}: ${operators.join(" ")}`).to.be.at.most(TOLERANCE);
      errors.push(share);
    }
    const usual = errors.filter((error) => error <= USUAL).length;
    expect(usual).to.be.at.least(0.9 * errors.length);
  });
});
