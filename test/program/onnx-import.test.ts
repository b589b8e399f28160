import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { runFloat } from "../../sdk/program/float.ts";
import { importModel, importOnnx } from "../../sdk/program/onnx/import.ts";
import { AttributeType, DataType, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxGraph, OnnxModel, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import { int, model, node, randomModel, rawTensor, real, tensor, tinyModel, value } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { refusal } from "./helpers/refusal.ts";
import { expectClose } from "../helpers/close.ts";

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

const ONE_LAYER = { weights: [1, 4, 2, 5, 3, 6], bias: [10, 20, 30], relu: false };

function layersOf(given: OnnxModel): readonly { weights: number[]; bias: number[]; relu: boolean }[] {
  const { layers } = importOnnx(encodeModel(given));
  return layers.map(({ weights, bias, relu }) => ({ weights: [...weights], bias: [...bias], relu }));
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

      expect(layer).to.deep.equal({ weights: [2, 8, 4, 10, 6, 12], bias: [5, 10, 15], relu: false });
    });

    it("reads Gemm without a bias, and a bias of one value for all outputs", function () {
      expect(layersOf(graphOf({ node: [node("Gemm", ["x", "w"], "y")] }))[0]?.bias).to.deep.equal([0, 0, 0]);
      const one = graphOf({
        initializer: initializer(tensor("c", [1, 1], [7])),
        node: [node("Gemm", ["x", "w", "c"], "y")],
      });
      expect(layersOf(one)[0]?.bias).to.deep.equal([7, 7, 7]);
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

    it("fuses Relu into its layer and passes Identity and Flatten through", function () {
      const graph = graphOf({
        input: [value("x", ["batch", 1, 2, 1])],
        node: [
          node("Identity", ["x"], "i"),
          node("Flatten", ["i"], "f"),
          node("Gemm", ["f", "w", "b"], "g"),
          node("Relu", ["g"], "r"),
          node("Flatten", ["r"], "y", [int("axis", -1)]),
        ],
      });
      expect(layersOf(graph)).to.deep.equal([{ ...ONE_LAYER, relu: true }]);
      expect(importModel(graph).inputLength).to.equal(2);
    });

    it("reads a one-dimensional input, an initializer listed among the inputs, and ArgMax", function () {
      const graph = graphOf({
        input: [value("x", [2]), value("w", [2, 3])],
        output: [value("c", [], DataType.INT64)],
        node: [node("MatMul", ["x", "w"], "y"), node("ArgMax", ["y"], "c", [int("keepdims", 0)])],
      });
      expect(importModel(graph).argMax).to.equal('"ArgMax_c" (ArgMax)');
      expect(importModel(graph).outputName).to.equal("c");
    });
  });

  describe("given bytes that ONNX Runtime reads too", function () {
    it("computes what ONNX Runtime computes, within float32's rounding", async function () {
      ort.env.wasm.numThreads = 1;
      const random = new Random(21);
      for (const sizes of [
        [5, 3],
        [64, 32, 10],
        [784, 16, 16, 4],
      ]) {
        const file = randomModel(random, sizes, false);
        const graph = importOnnx(file);
        const session = await ort.InferenceSession.create(file);
        const sample = random.reals(graph.inputLength);
        const feeds = { x: new ort.Tensor("float32", sample, [1, sample.length]) };
        const theirs = (await session.run(feeds))[graph.outputName]?.data;
        const ours = runFloat(graph, sample).layers.at(-1);

        if (!(theirs instanceof Float32Array)) throw new Error("the runtime returned no float32 tensor");
        expect(ours).to.have.length(theirs.length);
        ours?.forEach((element, at) => {
          expectClose(element, theirs[at], 1e-3);
        });
      }
    });

    it("picks the class that ONNX Runtime picks", async function () {
      const session = await ort.InferenceSession.create(encodeModel(tinyModel()));
      const graph = importModel(tinyModel());
      const random = new Random(22);
      for (let draw = 0; draw < 20; draw++) {
        const sample = random.reals(2);
        const { class: theirs } = await session.run({ x: new ort.Tensor("float32", sample, [1, 2]) });
        expect([...(theirs?.data ?? [])]).to.deep.equal([BigInt(runFloat(graph, sample).argMax ?? -1)]);
      }
    });
  });

  describe("given a model it must refuse", function () {
    it("names an unknown operator, and one of another domain", function () {
      const unknown = refusal("ONNX_UNKNOWN_OPERATOR", () =>
        importModel(graphOf({ node: [node("Conv", ["x", "w"], "y")] })),
      );
      expect(unknown.node).to.equal('"Conv_y" (Conv)');
      const nameless = { ...node("toString", ["x"], "y"), name: "" };
      expect(refusal("ONNX_UNKNOWN_OPERATOR", () => importModel(graphOf({ node: [nameless] }))).node).to.equal(
        "node 0 (toString)",
      );
      const foreign = { ...node("Gemm", ["x", "w"], "y"), domain: "com.microsoft" };
      refusal("ONNX_UNKNOWN_OPERATOR", () => importModel(graphOf({ node: [foreign] })));
    });

    it("names the initializer and the place of a NaN or an infinity", function () {
      for (const bad of [NaN, Infinity, -Infinity]) {
        const weights = rawTensor("w", [2, 3], [1, 2, 3, bad, 5, 6]);
        const error = refusal("ONNX_NOT_FINITE", () =>
          importModel(graphOf({ initializer: [weights, tensor("b", [3], [1, 2, 3])] })),
        );
        expect(error.node).to.equal('initializer "w"');
        expect(error.message).to.contain(`value 3 is ${bad}`);
      }
      const large = [tensor("w", [2, 3], Array<number>(6).fill(3e38)), tensor("b", [3], [0, 0, 0])];
      const scaled = graphOf({ initializer: large, node: [node("Gemm", ["x", "w", "b"], "y", [real("alpha", 2)])] });
      refusal("ONNX_NOT_FINITE", () => importModel(scaled));
    });

    it("names external data, whether marked by location or by entries", function () {
      const entry = { key: "location", value: "weights.bin" };
      const w = tensor("w", [2, 3], []);
      const marked = graphOf({ initializer: [{ ...w, dataLocation: 1 }], node: [node("MatMul", ["x", "w"], "y")] });
      refusal("ONNX_EXTERNAL_DATA", () => importModel(marked));
      const listed = graphOf({
        initializer: [{ ...w, externalData: [entry] }],
        node: [node("MatMul", ["x", "w"], "y")],
      });
      expect(refusal("ONNX_EXTERNAL_DATA", () => importModel(listed)).message).to.contain("weights.bin");
    });

    it("names weights that are no initializer", function () {
      refusal("ONNX_MISSING_INITIALIZER", () => importModel(graphOf({ node: [node("Gemm", ["x", "nowhere"], "y")] })));
      refusal("ONNX_MISSING_INITIALIZER", () => importModel(graphOf({ node: [node("Gemm", ["x"], "y")] })));
    });

    it("names an element type other than float32", function () {
      const double = { ...tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]), dataType: DataType.DOUBLE };
      refusal("ONNX_UNSUPPORTED_TYPE", () =>
        importModel(graphOf({ initializer: [double, tensor("b", [3], [0, 0, 0])] })),
      );
      refusal("ONNX_UNSUPPORTED_TYPE", () => importModel(graphOf({ input: [value("x", [1, 2], DataType.DOUBLE)] })));
      refusal("ONNX_UNSUPPORTED_TYPE", () => importModel(graphOf({ output: [value("y", [1, 3], DataType.INT64)] })));
      const segment = { ...tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]), segment: new Uint8Array(2) };
      refusal("ONNX_UNSUPPORTED_TYPE", () =>
        importModel(graphOf({ initializer: [segment], node: [node("MatMul", ["x", "w"], "y")] })),
      );
    });

    it("names values that are used before they exist: branches, cycles, missing nodes", function () {
      const cycle = [node("Identity", ["r"], "i"), node("Gemm", ["i", "w", "b"], "y"), node("Relu", ["y"], "r")];
      refusal("ONNX_UNDEFINED_INPUT", () => importModel(graphOf({ node: cycle })));
      refusal("ONNX_UNDEFINED_INPUT", () => importModel(graphOf({ node: [node("Gemm", ["ghost", "w", "b"], "y")] })));
      const branch = [node("Gemm", ["x", "w", "b"], "g"), node("Relu", ["g"], "r"), node("Add", ["g", "r"], "y")];
      refusal("ONNX_UNDEFINED_INPUT", () => importModel(graphOf({ node: branch })));
    });

    it("names a value that is defined twice", function () {
      const twice = [node("Gemm", ["x", "w", "b"], "y"), node("Relu", ["y"], "y")];
      expect(refusal("ONNX_DUPLICATE_NAME", () => importModel(graphOf({ node: twice }))).message).to.contain('"y"');
      refusal("ONNX_DUPLICATE_NAME", () => importModel(graphOf({ initializer: initializer(tensor("b", [1], [1])) })));
      refusal("ONNX_DUPLICATE_NAME", () => importModel(graphOf({ input: [value("x", [1, 2]), value("x", [1, 2])] })));
      refusal("ONNX_DUPLICATE_NAME", () => importModel(graphOf({ node: [node("Gemm", ["x", "w"], "x")] })));
    });

    it("names a batch other than 1 and a dimension without a size", function () {
      refusal("ONNX_DYNAMIC_BATCH", () => importModel(graphOf({ input: [value("x", [8, 2])] })));
      refusal("ONNX_DYNAMIC_BATCH", () => importModel(graphOf({ input: [value("x", [1, "features"])] })));
      refusal("ONNX_DYNAMIC_BATCH", () => importModel(graphOf({ input: [value("x", ["features"])] })));
    });

    it("names several inputs or outputs, or none", function () {
      refusal("ONNX_SEVERAL_OUTPUTS", () => importModel(graphOf({ output: [value("y", [1, 3]), value("z", [1, 3])] })));
      refusal("ONNX_SEVERAL_OUTPUTS", () => importModel(graphOf({ output: [] })));
      refusal("ONNX_UNSUPPORTED_GRAPH", () =>
        importModel(graphOf({ input: [value("x", [1, 2]), value("z", [1, 2])] })),
      );
      refusal("ONNX_UNSUPPORTED_GRAPH", () => importModel(graphOf({ input: [] })));
    });

    const shapes: readonly (readonly [string, Partial<OnnxGraph>])[] = [
      ["an input shorter than the weights' rows", { input: [value("x", [1, 5])] }],
      ["an input of three dimensions", { input: [value("x", [1, 1, 2])] }],
      ["an input without a shape", { input: [{ name: "x", type: { tensorType: { elemType: 1 } } }] }],
      ["a Gemm on one dimension", { input: [value("x", [2])] }],
      ["a declared output of another shape", { output: [value("y", [1, 4])] }],
      ["a declared output of another rank", { output: [value("y", [3])] }],
      [
        "weights of three dimensions",
        { initializer: [tensor("w", [1, 2, 3], [1, 2, 3, 4, 5, 6]), tensor("b", [3], [1, 2, 3])] },
      ],
      [
        "a bias of another length",
        { initializer: [tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]), tensor("b", [2], [1, 2])] },
      ],
      [
        "fewer values than the dimensions say",
        { initializer: [tensor("w", [2, 3], [1, 2, 3, 4, 5]), tensor("b", [3], [1, 2, 3])] },
      ],
      [
        "raw bytes that are not whole values",
        { initializer: [{ ...rawTensor("w", [2, 3], [1, 2, 3, 4, 5, 6]), rawData: new Uint8Array(25) }] },
      ],
      ["a dimension of 0", { initializer: [tensor("w", [2, 0], []), tensor("b", [3], [1, 2, 3])] }],
    ];
    for (const [what, changes] of shapes) {
      it(`refuses ${what}`, function () {
        refusal("SHAPE_MISMATCH", () => importModel(graphOf(changes)));
      });
    }

    it("names attributes that change the meaning", function () {
      const attributes = [
        node("Gemm", ["x", "w", "b"], "y", [int("transA", 1)]),
        node("Gemm", ["x", "w", "b"], "y", [int("broadcast", 1)]),
        node("Gemm", ["x", "w", "b"], "y", [real("alpha", NaN)]),
        node("Gemm", ["x", "w", "b"], "y", [real("transB", 1)]),
        node("Gemm", ["x", "w", "b"], "y", [{ ...int("alpha", 1), type: AttributeType.INT }]),
        node("Gemm", ["x", "w", "b"], "y", [real("alpha", 1), real("alpha", 2)]),
        node("Flatten", ["x"], "y", [int("axis", 2)]),
        node("Flatten", ["x"], "y", [int("axis", 3)]),
        node("ArgMax", ["x"], "y"),
        node("ArgMax", ["x"], "y", [int("axis", 1), int("select_last_index", 1)]),
      ];
      for (const changed of attributes) {
        refusal("ONNX_UNSUPPORTED_ATTRIBUTE", () => importModel(graphOf({ node: [changed] })));
      }
    });

    it("names graphs that are no chain of layers", function () {
      const graphs: readonly Partial<OnnxGraph>[] = [
        { node: [node("Identity", ["x"], "y")], output: [value("y", [1, 2])] },
        { node: [node("Relu", ["x"], "y")] },
        { node: [node("Add", ["x", "b"], "y")] },
        { node: [node("Gemm", ["x", "w", "b"], "g"), node("Add", ["g", "b"], "y")] },
        { node: [node("MatMul", ["w", "x"], "y")] },
        { node: [node("MatMul", ["x", "w"], "m"), node("Add", ["m", "m"], "y")] },
        { node: [node("Gemm", ["x", "w", "b"], "g"), node("Relu", ["g"], "r")], output: [value("g", [1, 3])] },
        { node: [{ ...node("Gemm", ["x", "w", "b"], "y"), output: ["y", "z"] }] },
        {
          node: [
            node("MatMul", ["x", "w"], "m"),
            node("ArgMax", ["m"], "c", [int("axis", 1)]),
            node("Relu", ["c"], "y"),
          ],
        },
      ];
      for (const graph of graphs) refusal("ONNX_UNSUPPORTED_GRAPH", () => importModel(graphOf(graph)));
    });

    it("names operator sets it does not know, and too many inputs", function () {
      for (const opset of [6n, 26n])
        refusal("ONNX_INVALID", () => importModel({ ...graphOf({}), opsetImport: [{ version: opset }] }));
      refusal("ONNX_INVALID", () =>
        importModel({ ...graphOf({}), opsetImport: [{ domain: "ai.onnx.ml", version: 3n }] }),
      );
      refusal("ONNX_INVALID", () => importModel(graphOf({ node: [node("Relu", ["x", "w"], "y")] })));
    });
  });
});
