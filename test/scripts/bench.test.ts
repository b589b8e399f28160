import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { readCommitted } from "../../models/digits/artefacts.ts";
import { compileModel } from "../../models/digits/program.ts";
import { inputsOf, splitByIndex } from "../../models/digits/split.ts";
import { MNIST_CNN } from "../../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../../models/mnist-mlp/definition.ts";
import { createExecutor } from "../../sdk/program/execute.ts";
import { quantiseInput } from "../../sdk/program/quantise.ts";
import { INPUT, OUTPUT, encodeInt8 } from "../../scripts/bench/int8-onnx.ts";
import { measure, median } from "../../scripts/bench/measure.ts";
import { large } from "../../scripts/bench/networks.ts";
import { createRunners } from "../../scripts/bench/runners.ts";

describe("the int8 ONNX that programs are compared with", function () {
  for (const definition of [MNIST_MLP, MNIST_CNN]) {
    it(`is the same network: it gives the program's class for 99 % of 500 held-out digits of ${definition.name}`, async function () {
      const { model, digits } = await readCommitted(definition);
      const split = splitByIndex(digits.samples);
      const compiled = compileModel(model, split);
      const execute = createExecutor(compiled.program);
      ort.env.wasm.numThreads = 1;
      const session = await ort.InferenceSession.create(encodeInt8(compiled.graph, compiled));

      const inputs = inputsOf(split.heldOut).filter((_, index) => index % 2 === 0);
      let same = 0;
      for (const sample of inputs) {
        const input = quantiseInput(compiled.program, sample);
        const image = new ort.Tensor("uint8", Uint8Array.from(input.values), [1, ...definition.options.plan.input]);
        const output = await session.run({ [INPUT]: image });
        if (Number(output[OUTPUT]?.data[0]) === execute(input).output.values[0]) same += 1;
      }
      await session.release();
      expect(same).to.be.at.least(0.99 * inputs.length);
    });
  }

  it("is refused for a network without a counterpart", function () {
    const { compiled } = large("dense", [8, 8, 2]);
    const nodes = compiled.graph.nodes.filter(({ op }) => op !== "clip");
    const tanh = { op: "tanh" as const, node: '"t" (Tanh)', shape: [8], a: 1 };
    expect(() => encodeInt8({ ...compiled.graph, nodes: [...nodes.slice(0, 2), tanh, ...nodes.slice(2)] }, compiled))
      .to.throw('"t" (Tanh)')
      .with.property("code", "BENCH_NETWORK");
  });
});

describe("measuring", function () {
  it("takes the median", function () {
    expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])]).to.deep.equal([2, 2.5, 5]);
  });

  it("gives every contender its turn in every round, and tells slow from fast", async function () {
    const turns: string[] = [];
    const busy = (name: string, work: number) => ({
      name,
      run: () => {
        if (turns.at(-1) !== name) turns.push(name);
        let sum = 0;
        for (let i = 0; i < work; i++) sum = (sum + Math.imul(i, i)) | 0;
        return sum;
      },
    });
    const medians = await measure([busy("slow", 8_000_000), busy("fast", 1_000_000)], 3);
    expect(turns.slice(-6)).to.deep.equal(["slow", "fast", "slow", "fast", "slow", "fast"]);
    const { slow = NaN, fast = NaN } = Object.fromEntries(medians);
    expect(slow / fast).to.be.within(2, 32);
  });

  it("counts the processor's time, not the wall clock's", async function () {
    const work = (): number => {
      let sum = 0;
      for (let i = 0; i < 100_000_000; i++) sum = (sum + Math.imul(i, i)) | 0;
      return sum;
    };
    const working = { name: "working", run: work };
    const sleeping = {
      name: "sleeping",
      run: async () => {
        await new Promise((wake) => setTimeout(wake, 500));
        return work();
      },
    };
    const medians = await measure([working, sleeping], 1);
    expect((medians.get("sleeping") ?? NaN) - (medians.get("working") ?? NaN)).to.be.below(300);
  });

  it("runs the program, its trace and both runtimes over one network", async function () {
    const { contenders, release } = await createRunners(large("dense", [64, 32, 10]));
    const medians = await measure(contenders, 1);
    await release();
    expect([...medians.keys()]).to.deep.equal(["program", "trace", "float32", "int8"]);
    for (const [name, time] of medians) expect(time).to.be.above(0, name);
  });
});
