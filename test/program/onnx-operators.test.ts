import { expect } from "chai";

import { DataType, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxNode, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import { int, ints, model, node, real, result, sizes, tensor, text, value } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { expectSound } from "./helpers/sound-graph.ts";
import { expectLikeOnnxRuntime } from "./helpers/runtime.ts";

/** A graph from x to y, run in every operator set of `opsets`. */
type Case = {
  readonly what: string;
  readonly dims: readonly number[];
  readonly nodes: readonly OnnxNode[];
  readonly constants?: readonly OnnxTensor[];
  readonly opsets?: readonly number[];
  readonly isIndex?: boolean;
  /** Operations that the graph should have, the input's left out. */
  readonly ops: string;
};

const random = new Random(7);
const weights = (name: string, ...dims: number[]) =>
  tensor(name, dims, random.reals(dims.reduce((product, dim) => product * dim, 1)));
const positive = (name: string, length: number) =>
  tensor(
    name,
    [length],
    random.reals(length).map((x) => 1.5 + x),
  );
const one = (opType: string, inputs: readonly string[], ...attributes: readonly OnnxAttribute[]) => [
  node(opType, inputs, "y", attributes),
];
const ALL = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];
const from = (first: number, last = 25) => ALL.filter((opset) => opset >= first && opset <= last);
const IMAGE = [1, 4, 7, 6];
const norm = (channels: number) => [
  weights("s", channels),
  weights("b", channels),
  weights("m", channels),
  positive("v", channels),
];
const NORM = ["s", "b", "m", "v"];

const CASES: readonly Case[] = [
  ...windowCases("Conv", [weights("w", 3, 4, 3, 2), weights("b", 3)], ["x", "w", "b"], "conv"),
  ...windowCases("MaxPool", [], ["x"], "maxPool"),
  ...windowCases("AveragePool", [], ["x"], "averagePool"),
  {
    what: "Conv in groups",
    dims: IMAGE,
    constants: [weights("w", 6, 2, 2, 2)],
    nodes: one("Conv", ["x", "w"], int("group", 2)),
    ops: "conv",
  },
  {
    what: "Conv per channel",
    dims: IMAGE,
    constants: [weights("w", 8, 1, 3, 3)],
    nodes: one("Conv", ["x", "w"], int("group", 4), ints("pads", [1, 1, 1, 1])),
    ops: "conv",
  },
  {
    what: "Conv with dilations",
    dims: IMAGE,
    constants: [weights("w", 2, 4, 3, 2)],
    nodes: one("Conv", ["x", "w"], ints("dilations", [2, 3]), ints("pads", [1, 2, 0, 1])),
    ops: "conv",
  },
  {
    what: "Conv over one dimension",
    dims: [1, 3, 11],
    constants: [weights("w", 5, 3, 4)],
    nodes: one("Conv", ["x", "w"], ints("strides", [2]), ints("pads", [2, 1])),
    ops: "reshape conv",
  },
  {
    what: "pooling over one dimension after a Conv over one",
    dims: [1, 3, 11],
    constants: [weights("w", 5, 3, 4)],
    nodes: [
      node("Conv", ["x", "w"], "c"),
      node("MaxPool", ["c"], "p", [ints("kernel_shape", [3]), ints("strides", [2])]),
      node("AveragePool", ["p"], "y", [ints("kernel_shape", [2]), ints("pads", [1, 0])]),
    ],
    ops: "reshape conv maxPool averagePool",
  },
  {
    what: "MaxPool with dilations",
    dims: IMAGE,
    opsets: from(10),
    nodes: one("MaxPool", ["x"], ints("kernel_shape", [2, 3]), ints("dilations", [3, 2])),
    ops: "maxPool",
  },
  {
    what: "AveragePool with dilations",
    dims: IMAGE,
    opsets: from(19),
    nodes: one("AveragePool", ["x"], ints("kernel_shape", [2, 3]), ints("dilations", [3, 2])),
    ops: "averagePool",
  },
  {
    what: "AveragePool that counts its padding",
    dims: IMAGE,
    nodes: one(
      "AveragePool",
      ["x"],
      ints("kernel_shape", [3, 2]),
      ints("pads", [1, 1, 2, 0]),
      int("count_include_pad", 1),
    ),
    ops: "averagePool",
  },
  ...["MaxPool", "AveragePool"].map((op): Case => {
    const attributes = [ints("kernel_shape", [2, 3]), ints("strides", [2, 2]), int("ceil_mode", 1)];
    const kind = op === "MaxPool" ? "maxPool" : "averagePool";
    return {
      what: `${op} with ceil_mode`,
      dims: IMAGE,
      opsets: from(10),
      nodes: one(op, ["x"], ...attributes),
      ops: kind,
    };
  }),
  {
    what: "MaxPool that names its indices",
    dims: IMAGE,
    opsets: from(8),
    nodes: [{ ...node("MaxPool", ["x"], "y", [ints("kernel_shape", [2, 2])]), output: ["y", "indices"] }],
    ops: "maxPool",
  },
  { what: "GlobalAveragePool", dims: IMAGE, nodes: one("GlobalAveragePool", ["x"]), ops: "averagePool" },
  {
    what: "GlobalMaxPool over one dimension",
    dims: [1, 3, 9],
    nodes: one("GlobalMaxPool", ["x"]),
    ops: "reshape maxPool",
  },
  {
    what: "Gemm with everything",
    dims: [1, 5],
    constants: [weights("w", 3, 5), weights("b", 1, 3)],
    nodes: one("Gemm", ["x", "w", "b"], real("alpha", 0.5), real("beta", -2), int("transB", 1)),
    ops: "dense",
  },
  {
    what: "Gemm without a bias",
    dims: [1, 5],
    opsets: from(11),
    constants: [weights("w", 5, 3)],
    nodes: one("Gemm", ["x", "w"]),
    ops: "dense",
  },
  {
    what: "MatMul over the rows of a matrix",
    dims: [1, 4, 5],
    constants: [weights("w", 5, 3), weights("b", 3)],
    nodes: [node("MatMul", ["x", "w"], "m"), node("Add", ["b", "m"], "y")],
    ops: "dense",
  },
  {
    what: "MatMul with a vector",
    dims: [1, 4, 5],
    constants: [weights("w", 5)],
    nodes: one("MatMul", ["x", "w"]),
    ops: "dense",
  },
  {
    what: "MatMul of one dimension",
    dims: [5],
    constants: [weights("w", 5, 3)],
    nodes: one("MatMul", ["x", "w"]),
    ops: "dense",
  },
  ...["Add", "Sub", "Mul", "Div"].flatMap((op): Case[] => [
    {
      what: `${op} of one constant after a Conv`,
      dims: IMAGE,
      constants: [weights("w", 3, 4, 2, 2), weights("b", 3), positive("c", 1)],
      nodes: [node("Conv", ["x", "w", "b"], "h"), node(op, ["h", "c"], "y")],
      ops: "conv",
    },
    {
      what: `${op} of a constant per channel after a Conv`,
      dims: IMAGE,
      constants: [weights("w", 3, 4, 2, 2), { ...positive("c", 3), dims: [3n, 1n, 1n] }],
      nodes: [node("Conv", ["x", "w"], "h"), node(op, ["h", "c"], "y")],
      ops: "conv",
    },
    {
      what: `${op} of a constant per output after a Gemm`,
      dims: [1, 5],
      constants: [weights("w", 5, 3), weights("b", 3), positive("c", 3)],
      nodes: [node("Gemm", ["x", "w", "b"], "h"), node(op, ["h", "c"], "y")],
      ops: "dense",
    },
    {
      what: `${op} of a constant per channel to an input`,
      dims: IMAGE,
      constants: [{ ...positive("c", 4), dims: [1n, 4n, 1n, 1n] }],
      nodes: one(op, ["x", "c"]),
      ops: "conv",
    },
    {
      what: `${op} of a constant per column to an input`,
      dims: IMAGE,
      constants: [positive("c", 6)],
      nodes: one(op, ["x", "c"]),
      ops: op === "Add" || op === "Sub" ? "constant add" : "constant mul",
    },
  ]),
  {
    what: "a constant minus a value",
    dims: [1, 5],
    constants: [weights("c", 1, 5)],
    nodes: one("Sub", ["c", "x"]),
    ops: "constant mul constant add",
  },
  ...["Add", "Sub", "Mul"].map((op): Case => ({
    what: `${op} of two values`,
    dims: [1, 5],
    constants: [weights("w", 5, 5)],
    nodes: [node("MatMul", ["x", "w"], "h"), node(op, ["x", "h"], "y")],
    ops: `dense ${op === "Mul" ? "mul" : "add"}`,
  })),
  {
    what: "Add of a value to itself",
    dims: [1, 5],
    constants: [weights("w", 5, 5)],
    nodes: [node("MatMul", ["x", "w"], "h"), node("Add", ["h", "h"], "y")],
    ops: "dense add",
  },
  {
    what: "Sub of a value that others read, too",
    dims: [1, 5],
    nodes: [node("Sigmoid", ["x"], "h"), node("Tanh", ["h"], "t"), node("Sub", ["t", "h"], "y")],
    ops: "sigmoid tanh constant mul add",
  },
  {
    what: "Add of a value that is held under another shape",
    dims: [1, 2, 3],
    nodes: [
      node("Flatten", ["x"], "f"),
      node("Relu", ["f"], "r"),
      node("Tanh", ["x"], "t"),
      node("Flatten", ["t"], "g"),
      node("Add", ["r", "g"], "y"),
    ],
    ops: "clip tanh add",
  },
  {
    what: "Add of a constant to a Conv that others read, too",
    dims: IMAGE,
    constants: [weights("w", 3, 4, 2, 2), weights("c", 3, 1, 1)],
    nodes: [node("Conv", ["x", "w"], "h"), node("Add", ["h", "c"], "a"), node("Mul", ["h", "a"], "y")],
    ops: "conv conv mul",
  },
  { what: "Relu", dims: IMAGE, nodes: one("Relu", ["x"]), ops: "clip" },
  { what: "Sigmoid", dims: IMAGE, nodes: one("Sigmoid", ["x"]), ops: "sigmoid" },
  { what: "Tanh", dims: IMAGE, nodes: one("Tanh", ["x"]), ops: "tanh" },
  {
    what: "Clip with attributes",
    dims: [1, 9],
    opsets: from(7, 10),
    nodes: one("Clip", ["x"], real("min", -0.25), real("max", 0.5)),
    ops: "clip",
  },
  {
    what: "Clip with inputs",
    dims: [1, 9],
    opsets: from(11),
    constants: [tensor("lo", [], [-0.25]), tensor("hi", [], [0.5])],
    nodes: one("Clip", ["x", "lo", "hi"]),
    ops: "clip",
  },
  {
    what: "Clip with an upper bound alone",
    dims: [1, 9],
    opsets: from(11),
    constants: [tensor("hi", [], [0.5])],
    nodes: one("Clip", ["x", "", "hi"]),
    ops: "clip",
  },
  ...[false, true].map((isOne): Case => ({
    what: `Softmax of a vector${isOne ? " of one dimension" : ""}`,
    dims: isOne ? [9] : [1, 9],
    nodes: one("Softmax", ["x"], int("axis", isOne ? 0 : 1)),
    ops: "softmax",
  })),
  {
    what: "Softmax of all dimensions",
    dims: [1, 2, 3],
    opsets: from(7, 12),
    nodes: one("Softmax", ["x"]),
    ops: "reshape softmax",
  },
  {
    what: "Softmax of the last two dimensions",
    dims: [1, 2, 3, 4],
    opsets: from(7, 12),
    nodes: one("Softmax", ["x"], int("axis", 2)),
    ops: "reshape softmax",
  },
  { what: "Softmax of each row", dims: [1, 2, 3], opsets: from(13), nodes: one("Softmax", ["x"]), ops: "softmax" },
  {
    what: "Softmax over channels of one pixel",
    dims: [1, 5, 1, 1],
    nodes: one("Softmax", ["x"], int("axis", 1)),
    ops: "reshape softmax",
  },
  ...[0, 1].map((keepdims): Case => ({
    what: `ArgMax ${keepdims === 1 ? "that keeps" : "without"} its dimension`,
    dims: [1, 9],
    nodes: one("ArgMax", ["x"], int("axis", 1), int("keepdims", keepdims)),
    isIndex: true,
    ops: "argMax",
  })),
  {
    what: "ArgMax of each row, flattened",
    dims: [1, 4, 3],
    nodes: [node("ArgMax", ["x"], "a", [int("axis", 2)]), node("Flatten", ["a"], "y")],
    opsets: from(9),
    isIndex: true,
    ops: "argMax",
  },
  {
    what: "BatchNormalization after a Conv",
    dims: IMAGE,
    constants: [weights("w", 3, 4, 2, 2), weights("c", 3), ...norm(3)],
    nodes: [
      node("Conv", ["x", "w", "c"], "h"),
      node("BatchNormalization", ["h", ...NORM], "y", [real("epsilon", 0.01)]),
    ],
    ops: "conv",
  },
  {
    what: "BatchNormalization after a Gemm",
    dims: [1, 4],
    constants: [weights("w", 4, 3), weights("c", 3), ...norm(3)],
    nodes: [
      node("Gemm", ["x", "w", "c"], "h"),
      node("BatchNormalization", ["h", ...NORM], "y", [real("momentum", 0.9)]),
    ],
    ops: "dense",
  },
  {
    what: "BatchNormalization after a Conv that others read, too",
    dims: IMAGE,
    constants: [weights("w", 3, 4, 2, 2), ...norm(3)],
    nodes: [
      node("Conv", ["x", "w"], "h"),
      node("BatchNormalization", ["h", ...NORM], "n"),
      node("Add", ["h", "n"], "y"),
    ],
    ops: "conv conv add",
  },
  {
    what: "BatchNormalization of an image",
    dims: IMAGE,
    constants: norm(4),
    nodes: one("BatchNormalization", ["x", ...NORM]),
    ops: "conv",
  },
  {
    what: "BatchNormalization of a series",
    dims: [1, 4, 7],
    constants: norm(4),
    nodes: one("BatchNormalization", ["x", ...NORM]),
    ops: "reshape conv",
  },
  {
    what: "BatchNormalization of features",
    dims: [1, 4],
    constants: norm(4),
    nodes: one("BatchNormalization", ["x", ...NORM]),
    ops: "constant mul constant add",
  },
  ...[undefined, 0, 1, 2, 4].map((axis): Case => ({
    what: `Flatten at ${axis ?? "the default axis"}`,
    dims: [1, 2, 3, 4],
    nodes: [node("Flatten", ["x"], "f", axis === undefined ? [] : [int("axis", axis)]), node("Sigmoid", ["f"], "y")],
    ops: "sigmoid",
  })),
  ...[[1, -1], [0, 0, 12], [-1, 4], [24]].map((asked): Case => ({
    what: `Reshape to ${asked.join("×")}`,
    dims: [1, 2, 3, 4],
    constants: [sizes("shape", asked)],
    nodes: [node("Reshape", ["x", "shape"], "r"), node("Sigmoid", ["r"], "y")],
    ops: "sigmoid",
  })),
  {
    what: "Reshape between a Conv and a Gemm",
    dims: IMAGE,
    constants: [weights("w", 3, 4, 2, 2), sizes("shape", [1, -1]), weights("v", 90, 2), weights("b", 2)],
    nodes: [node("Conv", ["x", "w"], "c"), node("Reshape", ["c", "shape"], "r"), node("Gemm", ["r", "v", "b"], "y")],
    ops: "conv reshape dense",
  },
  ...([[], [2], [0, 2]] as const).flatMap((axes): Case[] => {
    const after = [node("Sigmoid", ["s"], "y")];
    const what = `Squeeze of ${axes.length === 0 ? "all" : axes.join(", ")}`;
    const dims = [1, 5, 1];
    const asAttribute = axes.length === 0 ? [] : [ints("axes", axes)];
    const inputs = axes.length === 0 ? ["x"] : ["x", "axes"];
    return [
      { what, dims, opsets: from(7, 12), nodes: [node("Squeeze", ["x"], "s", asAttribute), ...after], ops: "sigmoid" },
      {
        what: `${what} by input`,
        dims,
        opsets: from(13),
        constants: axes.length === 0 ? [] : [sizes("axes", axes)],
        nodes: [node("Squeeze", inputs, "s"), ...after],
        ops: "sigmoid",
      },
    ];
  }),
  {
    what: "Unsqueeze",
    dims: [1, 5],
    opsets: from(7, 12),
    nodes: [node("Unsqueeze", ["x"], "u", [ints("axes", [0, 3])]), node("Tanh", ["u"], "y")],
    ops: "tanh",
  },
  {
    what: "Unsqueeze by input, counted from the back",
    dims: [1, 5],
    opsets: from(13),
    constants: [sizes("axes", [-1, 1])],
    nodes: [node("Unsqueeze", ["x", "axes"], "u"), node("Tanh", ["u"], "y")],
    ops: "tanh",
  },
  {
    what: "Transpose of a matrix",
    dims: [1, 3, 4],
    nodes: one("Transpose", ["x"], ints("perm", [0, 2, 1])),
    ops: "transpose",
  },
  {
    what: "Transpose to channels last",
    dims: [1, 3, 4, 5],
    nodes: one("Transpose", ["x"], ints("perm", [0, 2, 3, 1])),
    ops: "transpose",
  },
  { what: "Transpose in reverse", dims: [1, 3, 4, 5], nodes: one("Transpose", ["x"]), ops: "transpose" },
  {
    what: "Transpose that moves dimensions of 1 only",
    dims: [1, 3, 1, 5],
    nodes: [node("Transpose", ["x"], "t", [ints("perm", [2, 1, 0, 3])]), node("Tanh", ["t"], "y")],
    ops: "tanh",
  },
  {
    what: "Transpose of an image held with a dimension of 1",
    dims: [1, 3, 7],
    constants: [weights("w", 4, 3, 2)],
    nodes: [node("Conv", ["x", "w"], "c"), node("Transpose", ["c"], "y", [ints("perm", [0, 2, 1])])],
    ops: "reshape conv reshape transpose",
  },
  {
    what: "Concat of channels",
    dims: IMAGE,
    constants: [weights("w", 3, 4, 1, 1)],
    nodes: [node("Conv", ["x", "w"], "c"), node("Concat", ["c", "x", "c"], "y", [int("axis", 1)])],
    ops: "conv concat",
  },
  {
    what: "Concat of channels over one dimension",
    dims: [1, 3, 8],
    constants: [weights("w", 3, 3, 1), weights("v", 2, 3, 1)],
    nodes: [
      node("Conv", ["x", "w"], "c"),
      node("Conv", ["x", "v"], "d"),
      node("Concat", ["c", "d"], "e", [int("axis", 1)]),
      node("MaxPool", ["e"], "y", [ints("kernel_shape", [2])]),
    ],
    ops: "reshape conv conv concat maxPool",
  },
  ...[0, 1, 2, 3].map((axis): Case => ({
    what: `Concat along dimension ${axis}, with a constant`,
    dims: [1, 2, 3, 4],
    constants: [weights("c", ...[1, 2, 3, 4].with(axis, 5))],
    nodes: [node("Relu", ["x"], "r"), node("Concat", ["x", "c", "r"], "y", [int("axis", axis)])],
    ops: axis === 0 ? "clip constant reshape reshape concat" : "clip constant concat",
  })),
  {
    what: "Concat of vectors into a matrix",
    dims: [1, 4],
    nodes: [node("Relu", ["x"], "r"), node("Concat", ["x", "r"], "y", [int("axis", 0)])],
    ops: "clip reshape reshape concat",
  },
  { what: "Identity", dims: [1, 4], nodes: [node("Identity", ["x"], "i"), node("Tanh", ["i"], "y")], ops: "tanh" },
  {
    what: "Identity of a constant",
    dims: [1, 4],
    constants: [weights("w", 4, 2)],
    nodes: [node("Identity", ["w"], "v"), node("MatMul", ["x", "v"], "y")],
    ops: "dense",
  },
  {
    what: "Dropout with its ratio as an attribute",
    dims: [1, 4],
    opsets: from(7, 11),
    nodes: [{ ...node("Dropout", ["x"], "d", [real("ratio", 0.4)]), output: ["d", "mask"] }, node("Tanh", ["d"], "y")],
    ops: "tanh",
  },
  {
    what: "Dropout with its ratio as an input",
    dims: [1, 4],
    opsets: from(12),
    constants: [tensor("ratio", [], [0.4]), { ...tensor("off", [], []), dataType: DataType.BOOL, int32Data: [0] }],
    nodes: [node("Dropout", ["x", "ratio", "off"], "d"), node("Tanh", ["d"], "y")],
    ops: "tanh",
  },
  {
    what: "Constant nodes",
    dims: [1, 4],
    nodes: [
      { ...node("Constant", [], "w", [{ ...real("value", 0), type: 4, t: weights("", 4, 2) }]), name: "" },
      node("MatMul", ["x", "w"], "y"),
    ],
    ops: "dense",
  },
  {
    what: "Constant nodes of numbers and lists",
    dims: [1, 4],
    opsets: from(14),
    nodes: [
      node("Constant", [], "a", [real("value_float", 0.75)]),
      node("Constant", [], "b", [{ ...real("value_floats", 0), type: 6, floats: [0.5, -1, 2, 3] }]),
      node("Constant", [], "c", [ints("value_ints", [2, 2])]),
      node("Mul", ["x", "b"], "m"),
      node("Add", ["m", "a"], "n"),
      node("Constant", [], "d", [int("value_int", 1)]),
      node("Reshape", ["n", "c"], "r"),
      node("Unsqueeze", ["r", "d"], "u"),
      node("Tanh", ["u"], "y"),
    ],
    ops: "constant mul constant add tanh",
  },
];

/** Paddings, strides and the four kinds of automatic padding, for every operator set. */
function windowCases(op: string, constants: readonly OnnxTensor[], inputs: readonly string[], kind: string): Case[] {
  const variants: readonly (readonly [what: string, ...attributes: OnnxAttribute[]])[] = [
    [""],
    [" with strides", ints("strides", [2, 3])],
    [" with pads", ints("pads", [2, 0, 1, 1])],
    [" with strides and pads", ints("strides", [3, 2]), ints("pads", [1, 1, 2, 1])],
    [" VALID", text("auto_pad", "VALID"), ints("strides", [2, 2])],
    [" SAME_UPPER", text("auto_pad", "SAME_UPPER"), ints("strides", [2, 1])],
    [" SAME_LOWER", text("auto_pad", "SAME_LOWER"), ints("strides", [2, 2])],
    [" NOTSET", text("auto_pad", "NOTSET"), ints("pads", [0, 1, 0, 1])],
  ];
  return variants.map(([what, ...attributes]) => ({
    what: `${op}${what}`,
    dims: IMAGE,
    constants,
    nodes: one(op, inputs, ints("kernel_shape", [3, 2]), ...attributes),
    ops: kind,
  }));
}

describe("importOnnx, operator by operator, computes what ONNX Runtime computes", function () {
  for (const { what, dims, nodes, constants = [], opsets = ALL, isIndex = false, ops } of CASES) {
    it(`${what}, in operator sets ${opsets[0] ?? 0} to ${opsets.at(-1) ?? 0}`, async function () {
      const sample = random.reals(dims.reduce((product, dim) => product * dim, 1));
      for (const opset of opsets) {
        const graph = {
          name: "g",
          input: [value("x", dims)],
          output: [result("y", isIndex ? DataType.INT64 : DataType.FLOAT)],
          initializer: constants,
          node: nodes,
        };
        const imported = await expectLikeOnnxRuntime(encodeModel(model(graph, BigInt(opset))), dims, sample);
        expectSound(imported);
        expect(imported.nodes.map(({ op }) => op).join(" ")).to.equal(`input ${ops}`);
      }
    });
  }
});
