import { expect } from "chai";
import { sha256 } from "ethers";

import { calibrate } from "../../sdk/program/calibrate.ts";
import { sigmoid, tanh } from "../../sdk/program/elementary.ts";
import { runFloat } from "../../sdk/program/float.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import type { FloatGraph, FloatNode } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { Random } from "./helpers/random.ts";
import { randomGraph } from "./helpers/random-graphs.ts";
import { refusal } from "./helpers/refusal.ts";

function graphOf(shape: readonly number[], ...nodes: readonly FloatNode[]): FloatGraph {
  return { inputName: "x", outputName: "y", nodes: [{ op: "input", node: "x", shape }, ...nodes] };
}

/** y = 2·x₀ − x₁ + 0.5, then 0 … 1. */
const SMALL = graphOf(
  [2],
  { op: "dense", node: "fc", shape: [1], a: 0, weights: Float32Array.of(2, -1), bias: Float32Array.of(0.5) },
  { op: "clip", node: "relu", shape: [1], a: 1, min: 0, max: 1 },
);

describe("runFloat", function () {
  it("gives every node's values and the last one as output", function () {
    const { values, output } = runFloat(SMALL, Float32Array.of(1, 0.5));

    expect(values.map((each) => [...each])).to.deep.equal([[1, 0.5], [2], [1]]);
    expect([...output]).to.deep.equal([1]);
  });

  it("rounds every product and every sum to float32, the bias last", function () {
    // 16,777,216 + 1 is lost in float32, and so is the next 1; in one sum of doubles they would not be.
    const weights = Float32Array.of(16_777_216, 1, 1);
    const node: FloatNode = { op: "dense", node: "fc", shape: [1], a: 0, weights, bias: Float32Array.of(0) };
    expect([...runFloat(graphOf([3], node), Float32Array.of(1, 1, 1)).output]).to.deep.equal([16_777_216]);

    const window = { kernel: [1, 3], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;
    const conv: FloatNode = { ...node, op: "conv", shape: [1, 1, 1], window, groups: 1 };
    expect([...runFloat(graphOf([1, 1, 3], conv), Float32Array.of(1, 1, 1)).output]).to.deep.equal([16_777_216]);
  });

  it("picks the lowest index of several largest values", function () {
    const node: FloatNode = { op: "argMax", node: "am", shape: [2], a: 0 };
    expect([...runFloat(graphOf([2, 3], node), Float32Array.of(1, 3, 3, -1, -1, -1)).output]).to.deep.equal([1, 0]);
  });

  it("takes the softmax of values whose exponentials no number holds", function () {
    const node: FloatNode = { op: "softmax", node: "sm", shape: [2, 2], a: 0 };
    const sample = Float32Array.of(1_000, 1_000, -2_000, 2_000);
    expect([...runFloat(graphOf([2, 2], node), sample).output]).to.deep.equal([0.5, 0.5, 0, 1]);
  });

  it("gives the same bits on every machine", function () {
    const random = new Random(77);
    const hashes = Array.from({ length: 60 }, (_, index) => {
      const { file } = randomGraph(random, 7 + (index % 19));
      const graph = importOnnx(file);
      const { values } = runFloat(graph, random.reals(sizeOf(graph.nodes[0]?.shape ?? [])));
      return sha256(bytesOf(values)).slice(2);
    });

    expect(sha256(`0x${hashes.join("")}`)).to.equal(
      "0xe005da2f71baf5951a73dc2524fb2dcc249d5340d8dd22b0ba665269c1f0fec2",
    );
  });

  it("refuses a sample of another length or not finite", function () {
    refusal("SHAPE_MISMATCH", () => runFloat(SMALL, new Float32Array(3)));
    for (const bad of [NaN, Infinity]) {
      expect(refusal("SAMPLE_NOT_FINITE", () => runFloat(SMALL, Float32Array.of(0, bad))).message).to.contain(
        `value 1 is ${bad}`,
      );
    }
  });

  it("names the node that leaves float32's range", function () {
    const square: FloatNode = { op: "mul", node: "square", shape: [1], a: 0, b: 0 };
    const error = refusal("SAMPLE_NOT_FINITE", () => runFloat(graphOf([1], square), Float32Array.of(3e38)));
    expect(error.node).to.equal("square");
  });
});

describe("sigmoid and tanh", function () {
  it("agree with the engine's to a part in 10^12, and keep their bounds", function () {
    for (let x = -40; x <= 40; x += 0.0137) {
      for (const [ours, theirs] of [
        [sigmoid(x), 1 / (1 + Math.exp(-x))],
        [tanh(x), Math.tanh(x)],
        [tanh(x * 1e-4), Math.tanh(x * 1e-4)],
      ] as const) {
        expect(Math.abs(ours - theirs) <= 1e-12 * Math.abs(theirs), `${ours} and ${theirs} at ${x}`).to.equal(true);
      }
    }
    expect([sigmoid(-1e9), sigmoid(0), sigmoid(1e9)]).to.deep.equal([0, 0.5, 1]);
    expect([tanh(-1e9), tanh(0), tanh(1e9)]).to.deep.equal([-1, 0, 1]);
  });
});

describe("calibrate", function () {
  it("reports what each node's values range over", function () {
    const samples = [Float32Array.of(1, 0.5), Float32Array.of(-0.5, 2), Float32Array.of(0.125, 0)];

    expect(calibrate(SMALL, samples)).to.deep.equal([
      { min: -0.5, max: 2 },
      { min: -2.5, max: 2 },
      { min: 0, max: 1 },
    ]);
  });

  it("refuses to calibrate without a sample", function () {
    refusal("CALIBRATION_EMPTY", () => calibrate(SMALL, []));
  });

  it("names the sample that does not fit", function () {
    const good = Float32Array.of(1, 1);
    const short = refusal("SHAPE_MISMATCH", () => calibrate(SMALL, [good, new Float32Array(3)]));
    expect(short.node).to.equal("calibration sample 1");
    const bad = refusal("SAMPLE_NOT_FINITE", () => calibrate(SMALL, [good, good, Float32Array.of(NaN, 1)]));
    expect(bad.node).to.equal("calibration sample 2");
  });

  it("refuses a graph that does not begin with its input", function () {
    const error = refusal("ONNX_UNSUPPORTED_GRAPH", () => calibrate({ ...SMALL, nodes: [] }, [new Float32Array(2)]));
    expect(error.node).to.equal('input "x"');
  });
});

/** Big-endian, whatever the machine. */
function bytesOf(values: readonly Float32Array[]): Uint8Array {
  const all = values.flatMap((each) => [...each]);
  const view = new DataView(new ArrayBuffer(4 * all.length));
  all.forEach((value, at) => {
    view.setFloat32(4 * at, value);
  });
  return new Uint8Array(view.buffer);
}
