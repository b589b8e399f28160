import { expect } from "chai";

import { runFloat } from "../../sdk/program/float.ts";
import type { FloatNode } from "../../sdk/program/graph.ts";
import { importModel, importOnnx } from "../../sdk/program/onnx/import.ts";
import { DataType, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxGraph, OnnxModel, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import {
  int,
  ints,
  model,
  node,
  randomModel,
  rawTensor,
  real,
  sizes,
  tensor,
  tinyModel,
  value,
} from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { expectLikeOnnxRuntime, runOnnxRuntime } from "./helpers/runtime.ts";

/** A graph x[1,2] → y[1,3] of the given nodes, with weights w[2,3], v[3,2] (its transpose) and bias b[3]. */
function graphOf(changes: Partial<OnnxGraph>): OnnxModel {
  return model({
    input: [value("x", [1, 2])],
    output: [value("y", [1, 3])],
    initializer: [
      tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]),
      rawTensor("v", [3, 2], [1, 4, 2, 5, 3, 6]),
      tensor("b", [3], [10, 20, 30]),
    ],
    node: [node("Gemm", ["x", "w", "b"], "y")],
    ...changes,
  });
}

const initializer = (...changed: readonly OnnxTensor[]) => [
  tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]),
  tensor("b", [3], [10, 20, 30]),
  ...changed,
];

const ONE_LAYER = { op: "dense", weights: [1, 4, 2, 5, 3, 6], bias: [10, 20, 30] };

/** The layers of the imported graph with their constants, other nodes by what they do. */
function layersOf(given: OnnxModel): readonly object[] {
  return importOnnx(encodeModel(given)).nodes.slice(1).map(described);
}

function described(made: FloatNode): object {
  if (made.op !== "dense" && made.op !== "conv") return { op: made.op };
  return { op: made.op, weights: [...made.weights], bias: [...made.bias] };
}

describe("importOnnx", function () {
  describe("given a graph it knows", function () {
    it("reads Gemm, with its weights transposed or not", function () {
      expect(layersOf(graphOf({}))).to.deep.equal([ONE_LAYER]);
      const transposed = graphOf({ node: [node("Gemm", ["x", "v", "b"], "y", [int("transB", 1)])] });
      expect(layersOf(transposed)).to.deep.equal([ONE_LAYER]);
    });

    it("applies alpha to the weights and beta to the bias", function () {
      const attributes = [real("alpha", 2), real("beta", 0.5), int("transA", 0)];
      const [layer] = layersOf(graphOf({ node: [node("Gemm", ["x", "w", "b"], "y", attributes)] }));

      expect(layer).to.deep.equal({ op: "dense", weights: [2, 8, 4, 10, 6, 12], bias: [5, 10, 15] });
    });

    it("reads Gemm without a bias, and a bias of one value for all outputs", function () {
      const biasOf = (given: OnnxModel) => layersOf(given)[0];
      expect(biasOf(graphOf({ node: [node("Gemm", ["x", "w"], "y")] }))).to.include({ op: "dense" });
      expect(biasOf(graphOf({ node: [node("Gemm", ["x", "w"], "y")] }))).to.deep.equal({
        ...ONE_LAYER,
        bias: [0, 0, 0],
      });
      const one = graphOf({
        initializer: initializer(tensor("c", [1, 1], [7])),
        node: [node("Gemm", ["x", "w", "c"], "y")],
      });
      expect(biasOf(one)).to.deep.equal({ ...ONE_LAYER, bias: [7, 7, 7] });
    });

    it("joins MatMul and the Add after it, whichever side the bias is on", function () {
      for (const inputs of [
        ["m", "b"],
        ["b", "m"],
      ]) {
        const graph = graphOf({ node: [node("MatMul", ["x", "w"], "m"), node("Add", inputs, "y")] });
        expect(layersOf(graph)).to.deep.equal([ONE_LAYER]);
      }
    });

    it("folds constants behind a layer into it, in the order they come", function () {
      const graph = graphOf({
        initializer: initializer(tensor("c", [1, 3], [2, 4, 8]), tensor("two", [], [2])),
        node: [
          node("Gemm", ["x", "w", "b"], "g"),
          node("Sub", ["g", "b"], "s"),
          node("Mul", ["s", "c"], "m"),
          node("Add", ["m", "two"], "a"),
          node("Div", ["a", "two"], "y"),
        ],
      });
      expect(layersOf(graph)).to.deep.equal([{ op: "dense", weights: [1, 4, 4, 10, 12, 24], bias: [1, 1, 1] }]);
    });

    it("folds a BatchNormalization into the convolution before it", function () {
      const graph = model({
        input: [value("x", [1, 1, 1, 2])],
        output: [value("y", [1, 2, 1, 2])],
        initializer: [
          tensor("w", [2, 1, 1, 1], [1, 2]),
          tensor("scale", [2], [2, 3]),
          tensor("shift", [2], [1, -1]),
          tensor("mean", [2], [5, 7]),
          tensor("variance", [2], [4, 9]),
        ],
        node: [
          node("Conv", ["x", "w"], "c"),
          node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], "y", [real("epsilon", 0)]),
        ],
      });
      // scale / √variance is 1 for both channels.
      expect(layersOf(graph)).to.deep.equal([{ op: "conv", weights: [1, 2], bias: [1 - 5, -1 - 7] }]);
    });

    it("passes Identity, Flatten and Reshape through, and keeps Relu a clip", function () {
      const graph = graphOf({
        input: [value("x", ["batch", 1, 2, 1])],
        initializer: initializer(sizes("shape", [-1, 3])),
        node: [
          node("Identity", ["x"], "i"),
          node("Flatten", ["i"], "f"),
          node("Gemm", ["f", "w", "b"], "g"),
          node("Relu", ["g"], "r"),
          node("Flatten", ["r"], "s", [int("axis", -1)]),
          node("Reshape", ["s", "shape"], "y"),
        ],
      });
      expect(layersOf(graph)).to.deep.equal([{ op: "reshape" }, ONE_LAYER, { op: "clip" }]);
      const [input, , , clip] = importModel(graph).nodes;
      expect(input?.shape).to.deep.equal([1, 2, 1]);
      expect(clip).to.include({ min: 0, max: Infinity, node: '"Relu_r" (Relu)' });
    });

    it("reads a one-dimensional input, an initializer listed among the inputs, and ArgMax", function () {
      const graph = graphOf({
        input: [value("x", [2]), value("w", [2, 3])],
        output: [value("c", [], DataType.INT64)],
        node: [node("MatMul", ["x", "w"], "y"), node("ArgMax", ["y"], "c", [int("keepdims", 0)])],
      });
      const { nodes, outputName } = importModel(graph);
      expect(nodes.at(-1)).to.deep.equal({ op: "argMax", a: 1, shape: [], node: '"ArgMax_c" (ArgMax)' });
      expect(outputName).to.equal("c");
    });

    it("leaves out a Clip, a Dropout and a sum that change nothing", function () {
      const graph = graphOf({
        initializer: initializer(tensor("lo", [], [-3.4028234663852886e38]), tensor("none", [3], [0, 0, 0])),
        node: [
          node("Clip", ["x", "lo"], "h"),
          node("Dropout", ["h"], "d"),
          node("Gemm", ["d", "w", "b"], "g"),
          node("Relu", ["g"], "r"),
          node("Add", ["r", "none"], "y"),
        ],
      });
      expect(layersOf(graph)).to.deep.equal([ONE_LAYER, { op: "clip" }]);
    });

    it("holds values of one spatial dimension as images of height 1, without a reshape between", function () {
      const graph = model({
        input: [value("x", [1, 1, 4])],
        output: [value("y", [1, 2, 1])],
        initializer: [tensor("w", [2, 1, 2], [1, 2, 3, 4])],
        node: [
          node("Conv", ["x", "w"], "c"),
          node("Relu", ["c"], "r"),
          node("MaxPool", ["r"], "y", [ints("kernel_shape", [3]), ints("pads", [0, 0])]),
        ],
      });
      const { nodes } = importModel(graph);
      expect(nodes.map(({ op, shape }) => `${op} ${shape.join("×")}`)).to.deep.equal([
        "input 1×4",
        "reshape 1×1×4",
        "conv 2×1×3",
        "clip 2×1×3",
        "maxPool 2×1×1",
      ]);
    });

    it("makes a reshape once, however many read it", function () {
      const graph = graphOf({
        input: [value("x", [1, 2, 1])],
        node: [
          node("Flatten", ["x"], "f"),
          node("Gemm", ["f", "w", "b"], "g"),
          node("Gemm", ["f", "w"], "h"),
          node("Add", ["g", "h"], "y"),
        ],
      });
      expect(layersOf(graph).map((layer) => ("op" in layer ? layer.op : ""))).to.deep.equal([
        "reshape",
        "dense",
        "dense",
        "add",
      ]);
    });
  });

  describe("given bytes that ONNX Runtime reads too", function () {
    it("computes what ONNX Runtime computes, within float32's rounding", async function () {
      const random = new Random(21);
      for (const layers of [
        [5, 3],
        [64, 32, 10],
        [784, 16, 16, 4],
      ]) {
        const dims = [1, layers[0] ?? 0];
        await expectLikeOnnxRuntime(randomModel(random, layers, false), dims, random.reals(layers[0] ?? 0));
      }
    });

    it("picks the class that ONNX Runtime picks", async function () {
      const file = encodeModel(tinyModel());
      const graph = importOnnx(file);
      const random = new Random(22);
      for (let draw = 0; draw < 20; draw++) {
        const sample = random.reals(2);
        const { values } = await runOnnxRuntime(file, [1, 2], sample);
        expect([...runFloat(graph, sample).output]).to.deep.equal(values);
      }
    });
  });
});
