import { expect } from "chai";

import { OPERATORS } from "../../sdk/program/onnx/operators.ts";
import { Random } from "./helpers/random.ts";
import { randomGraph } from "./helpers/random-graphs.ts";
import { expectSound } from "./helpers/sound-graph.ts";
import { expectLikeOnnxRuntime } from "./helpers/runtime.ts";

const GRAPHS_PER_SET = 50;
/** In parts of the output's largest magnitude: deep graphs pass rounding on. */
const TOLERANCE = 1e-4;

describe("importOnnx, on random networks of all operators", function () {
  const seen = new Set<string>();

  for (let opset = 7; opset <= 25; opset++) {
    it(`computes what ONNX Runtime computes in operator set ${opset}`, async function () {
      const random = new Random(1_000 + opset);
      for (let index = 0; index < GRAPHS_PER_SET; index++) {
        const { file, dims, operators } = randomGraph(random, opset);
        const sample = random.reals(dims.reduce((product, dim) => product * dim, 1));
        expectSound(await expectLikeOnnxRuntime(file, dims, sample, TOLERANCE));
        for (const operator of operators) seen.add(operator);
      }
    });
  }

  it("has drawn every operator", function () {
    expect([...seen].sort()).to.deep.equal(Object.keys(OPERATORS).sort());
  });
});
