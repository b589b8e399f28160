import { expect } from "chai";

import { measureAgreement } from "../../sdk/program/agreement.ts";
import { programRoot } from "../../sdk/program/commitments.ts";
import { createExecutor, runProgram } from "../../sdk/program/execute.ts";
import { serialiseProgram } from "../../sdk/program/file.ts";
import { runFloat } from "../../sdk/program/float.ts";
import type { FloatGraph, FloatNode } from "../../sdk/program/graph.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise, quantiseInput } from "../../sdk/program/quantise.ts";
import { multiplierFor, scaleFor } from "../../sdk/program/scales.ts";
import { constantsOf, multiplyAddsOf } from "../../sdk/program/weights.ts";
import { randomModel } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { refusal } from "./helpers/refusal.ts";
import { runTwin } from "./helpers/twin.ts";
import { expectClose } from "../helpers/close.ts";

type Dense = {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly relu: boolean;
};

function layer(changes: Partial<Dense> & { readonly inputs: number; readonly outputs: number }): Dense {
  const { inputs, outputs } = changes;
  const weights = new Float32Array(inputs * outputs).fill(1);
  return { weights, bias: new Float32Array(outputs), relu: false, ...changes };
}

/** Dense layers one after the other. */
function graphOf(first: Dense, ...rest: readonly Dense[]): FloatGraph {
  const nodes: FloatNode[] = [{ op: "input", node: "x", shape: [first.inputs] }];
  for (const { outputs, weights, bias, relu } of [first, ...rest]) {
    const shape = [outputs];
    nodes.push({ op: "dense", node: "fc", a: nodes.length - 1, weights, bias, shape });
    if (relu) nodes.push({ op: "clip", node: "relu", a: nodes.length - 1, min: 0, max: Infinity, shape });
  }
  return { inputName: "x", outputName: "y", nodes };
}

function withArgMax({ nodes, ...names }: FloatGraph): FloatGraph {
  return { ...names, nodes: [...nodes, { op: "argMax", node: "argmax", a: nodes.length - 1, shape: [] }] };
}

function inputLengthOf({ nodes }: FloatGraph): number {
  return sizeOf(nodes[0]?.shape ?? []);
}

const SHAPES = [
  [1, 1],
  [2, 3, 2],
  [31, 4, 3],
  [32, 33, 8],
  [33, 32, 9],
  [100, 64, 65, 10],
  [784, 32, 10],
];

describe("quantise", function () {
  describe("given random networks", function () {
    const random = new Random(42);
    const networks = SHAPES.flatMap((sizes) =>
      [true, false].map((withArgMax) => {
        const graph = importOnnx(randomModel(random, sizes, withArgMax));
        const samples = Array.from({ length: 300 }, () => random.reals(inputLengthOf(graph)));
        return {
          name: `${sizes.join("-")}${withArgMax ? " with ArgMax" : ""}`,
          graph,
          samples,
          ...quantise(graph, samples),
        };
      }),
    );

    for (const { name, graph, samples, program, layers } of networks) {
      it(`runs ${name} like the whole-number twin`, function () {
        const file = serialiseProgram(program);
        const execute = createExecutor(program);
        const extremes = [127, -128].map((level) => ({
          dtype: "int8" as const,
          values: new Int8Array(inputLengthOf(graph)).fill(level),
        }));
        for (const input of [...extremes, ...samples.slice(0, 5).map((sample) => quantiseInput(program, sample))]) {
          const { tensors, output } = execute(input);
          const twin = runTwin(file, [...input.values]);

          expect(tensors.map(({ values }) => [...values].map(BigInt))).to.deep.equal(twin);
          expect([...output.values].map(BigInt)).to.deep.equal(twin.at(-1));
        }
      });

      it(`proves a bound that no accumulator of ${name} exceeds`, function () {
        layers.forEach(({ record: index, accumulatorBound, terms }) => {
          const record = program.records[index];
          if (record === undefined) throw new Error("no such record");
          const { elements: b, bias } = constantsOf(record, program.weights);
          const most = index === 1 ? 128 : 127;
          const reaches = Array.from({ length: record.shape[3] }, (_, row) => {
            const start = row * record.b.strides[3];
            const weights = [...b.subarray(start, start + terms)];
            return weights.reduce((sum, w) => sum + most * Math.abs(w), Math.abs(bias[row] ?? 0));
          });
          expect(accumulatorBound).to.equal(Math.max(...reaches));
          expect(record.accumulatorBound).to.equal(accumulatorBound);
        });
      });
    }

    it("stays close to float32 on samples that calibration has not seen", function () {
      for (const { graph, ...quantisation } of networks) {
        const fresh = Array.from({ length: 200 }, () => random.reals(inputLengthOf(graph)));
        const hasClass = graph.nodes.at(-1)?.op === "argMax";
        const labels = fresh.map((sample) => runFloat(graph, sample).output[0] ?? 0);
        const { samples, sameClass, maxError, nodes, floatCorrect } = measureAgreement(
          graph,
          quantisation,
          fresh,
          labels,
        );
        const range = nodes.at(hasClass ? -2 : -1)?.maxValue ?? 0;

        expect(samples).to.equal(200);
        expect(sameClass).to.be.at.least(190);
        expect(maxError).to.be.at.most(range * 0.1);
        if (hasClass) expect(floatCorrect).to.equal(200);
      }
    });

    it("gives the same bytes for the same network and samples", function () {
      for (const { graph, samples, program } of networks) {
        const again = quantise(graph, samples).program;
        expect(serialiseProgram(again)).to.deep.equal(serialiseProgram(program));
        expect(programRoot(again)).to.equal(programRoot(program));
      }
    });
  });

  describe("given a network small enough to follow by hand", function () {
    it("picks scales, integers and the rescale from the largest magnitudes", function () {
      // Input up to 2 → 2/127; weights up to 0.5 → 0.5/127; hidden results up to 1 → 1/127; relu cuts the negative one.
      const first = layer({ inputs: 1, outputs: 2, weights: Float32Array.of(0.5, -0.25), relu: true });
      const last = layer({ inputs: 2, outputs: 1, weights: Float32Array.of(1, -1), bias: Float32Array.of(3) });
      const { program, layers } = quantise(graphOf(first, last), [Float32Array.of(2)]);
      const [, hidden, result] = program.records;

      expect(program.header.inputScale).to.equal(Math.fround(2 / 127));
      expect(layers.map(({ weightScale }) => weightScale)).to.deep.equal([0.5, 1].map((max) => Math.fround(max / 127)));
      expect(layers[0]?.outputScale).to.equal(Math.fround(1 / 127));
      expect([hidden?.lo, hidden?.hi, hidden?.shift]).to.deep.equal([0, 127, 37]);
      expectClose(hidden?.multiplier, 137_438_953_472 / 127, 200);
      expect(result?.accumulatorBound).to.equal(2 * 127 * 127 + 48_387);
      const { tensors } = runProgram(program, quantiseInput(program, Float32Array.of(2)));
      expect(tensors.map(({ values }) => [...values])).to.deep.equal([[127], [127, 0], [127 * 127 + 48_387]]);
      expectClose(program.header.outputScale, 1 / 127 / 127, 1e-9);
      expect(multiplyAddsOf(program)).to.equal(4);
    });

    it("clamps a hidden layer without relu to ±127, and a last one with relu at 0", function () {
      const first = layer({ inputs: 1, outputs: 1 });
      const last = layer({ inputs: 1, outputs: 1, relu: true });
      const { program } = quantise(graphOf(first, last), [Float32Array.of(1)]);
      const run = (level: number) =>
        runProgram(program, { dtype: "int8", values: Int8Array.of(level) }).tensors.map(({ values }) => values[0]);

      expect(run(-128)).to.deep.equal([-128, -127, 0]);
      expect(run(100)).to.deep.equal([100, 100, 12_700]);
    });

    it("leaves the output out of the trace", function () {
      const first = layer({ inputs: 480, outputs: 1 });
      const { header } = quantise(graphOf(first, layer({ inputs: 1, outputs: 1 })), [new Float32Array(480)]).program;

      expect(header).to.include({ leaves: 17, traceLeaves: 16, traceDepth: 4, outputLeaves: 1, outputDepth: 4 });
      expect(header).to.include({ inputLeaves: 15, inputDepth: 4, weightLeaves: 18, weightDepth: 8 });
    });

    it("gives a tie of the largest outputs to the lowest index", function () {
      const graph = withArgMax(graphOf(layer({ inputs: 1, outputs: 4, weights: Float32Array.of(-1, 1, 1, 1) })));
      const { program } = quantise(graph, [Float32Array.of(1)]);
      const run = (level: number) =>
        runProgram(program, { dtype: "int8", values: Int8Array.of(level) }).output.values[0];

      expect([run(5), run(0), run(-5)]).to.deep.equal([1, 0, 0]);
      expect([5, 0, -5].map((sample) => runFloat(graph, Float32Array.of(sample)).output[0])).to.deep.equal([1, 0, 0]);
      expect(program.header.outputScale).to.equal(1);
    });

    it("rounds inputs to the nearest integer, ties towards +∞, and saturates", function () {
      const { program } = quantise(graphOf(layer({ inputs: 6, outputs: 1 })), [new Float32Array(6).fill(127)]);
      const { values } = quantiseInput(program, Float32Array.of(0.5, -0.5, 1.5, 126.6, 1e9, -1e9));

      expect(program.header.inputScale).to.equal(1);
      expect([...values]).to.deep.equal([1, 0, 2, 127, 127, -128]);
    });

    it("takes scale 1 where calibration or the weights are all zero", function () {
      const zero = layer({ inputs: 2, outputs: 2, weights: new Float32Array(4), relu: true });
      const { program, layers } = quantise(graphOf(zero, layer({ inputs: 2, outputs: 1 })), [new Float32Array(2)]);

      expect(program.header.inputScale).to.equal(1);
      expect([layers[0]?.weightScale, layers[0]?.outputScale]).to.deep.equal([1, 1]);
    });
  });

  describe("given what it must refuse", function () {
    const small = graphOf(layer({ inputs: 2, outputs: 1 }));

    it("refuses an empty calibration set", function () {
      refusal("CALIBRATION_EMPTY", () => quantise(small, []));
    });

    it("names the calibration sample of the wrong length or not finite", function () {
      const good = Float32Array.of(1, 1);
      expect(refusal("SHAPE_MISMATCH", () => quantise(small, [good, new Float32Array(3)])).node).to.equal(
        "calibration sample 1",
      );
      for (const bad of [NaN, Infinity]) {
        const error = refusal("SAMPLE_NOT_FINITE", () => quantise(small, [good, good, Float32Array.of(1, bad)]));
        expect(error.node).to.equal("calibration sample 2");
        expect(error.message).to.contain(`value 1 is ${bad}`);
      }
    });

    it("names the layer that leaves float32's range", function () {
      const large = graphOf(layer({ inputs: 2, outputs: 1, weights: Float32Array.of(3e38, 3e38) }));
      expect(refusal("SAMPLE_NOT_FINITE", () => quantise(large, [Float32Array.of(1, 1)])).node).to.equal("fc");
    });

    it("takes 16,384 terms in one record and splits one more", function () {
      const wide = (inputs: number) =>
        quantise(graphOf(layer({ inputs, outputs: 1 })), [new Float32Array(inputs).fill(1)]);

      expect(wide(16_384).layers[0]?.accumulatorBound).to.equal(16_384 * 127 * 128);
      expect(wide(16_384).program.records).to.have.length(2);
      expect(wide(16_385).program.records).to.have.length(4);
    });

    it("takes an ArgMax over 1,100 words and refuses one more element", function () {
      const wide = (outputs: number) => withArgMax(graphOf(layer({ inputs: 1, outputs })));

      expect(quantise(wide(8_800), [Float32Array.of(1)]).program.header.worstStep).to.equal(1_100);
      expect(refusal("REDUCTION_TOO_LONG", () => quantise(wide(8_801), [Float32Array.of(1)])).node).to.equal("argmax");
    });

    it("takes an accumulator that reaches 2^31 − 1 and refuses one more", function () {
      // Input and weight scales are 1, so the bias is its own integer: 127 · 128 + bias.
      const reach = (bias: number) => {
        const weights = Float32Array.of(127, 127);
        const both = layer({ inputs: 1, outputs: 2, weights, bias: Float32Array.of(bias, 0) });
        return quantise(graphOf(both), [Float32Array.of(127)]);
      };
      const largest = 2_147_483_647 - 127 * 128;

      // Float32 steps by 128 here: the largest bias that fits is the one below.
      expect(reach(largest - (largest % 128)).layers[0]?.accumulatorBound).to.be.at.most(2_147_483_647);
      const error = refusal("ACCUMULATOR_OVERFLOW", () => reach(largest - (largest % 128) + 128));
      expect(error.node).to.equal("fc");
      expect(error.message).to.contain("2147483");
    });

    it("refuses magnitudes that no scale or rescale can carry", function () {
      const tiny = graphOf(layer({ inputs: 1, outputs: 1, weights: Float32Array.of(1e-45) }));
      refusal("SCALE_OUT_OF_RANGE", () => quantise(tiny, [Float32Array.of(1)]));
      refusal("SCALE_OUT_OF_RANGE", () => multiplierFor(2_147_483_648, "fc"));
      refusal("SCALE_OUT_OF_RANGE", () => multiplierFor(1e-19, "fc"));
      refusal("SCALE_OUT_OF_RANGE", () => scaleFor(1e-46, "fc"));
    });

    it("refuses an input of another length or type", function () {
      const { program } = quantise(small, [Float32Array.of(1, 1)]);
      refusal("SHAPE_MISMATCH", () => runProgram(program, { dtype: "int8", values: new Int8Array(3) }));
      refusal("SHAPE_MISMATCH", () => runProgram(program, { dtype: "int32", values: new Int32Array(2) }));
      refusal("SHAPE_MISMATCH", () => quantiseInput(program, new Float32Array(1)));
      refusal("SAMPLE_NOT_FINITE", () => quantiseInput(program, Float32Array.of(1, NaN)));
    });
  });
});

describe("multiplierFor", function () {
  it("finds the nearest 31-bit multiplier", function () {
    const cases = [1, 0.5, 0.75, 2_147_483_647, 1 / 3].map((ratio) => multiplierFor(ratio, "fc"));

    expect(cases).to.deep.equal([
      { multiplier: 1_073_741_824, shift: 30 },
      { multiplier: 1_073_741_824, shift: 31 },
      { multiplier: 1_610_612_736, shift: 31 },
      { multiplier: 2_147_483_647, shift: 0 },
      { multiplier: 1_431_655_765, shift: 32 },
    ]);
  });

  it("keeps the shift at 62 and shortens the multiplier for the smallest ratios", function () {
    expect(multiplierFor(1 / 4_611_686_018_427_387_904, "fc")).to.deep.equal({ multiplier: 1, shift: 62 });
  });

  it("never rounds up to 2^31", function () {
    const justBelow = 1 - 1 / 9_007_199_254_740_992;
    expect(multiplierFor(justBelow, "fc")).to.deep.equal({ multiplier: 1_073_741_824, shift: 30 });
  });
});
