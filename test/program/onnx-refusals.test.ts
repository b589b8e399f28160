import { expect } from "chai";

import type { ProgramErrorCode } from "../../sdk/program/errors.ts";
import { importModel, importOnnx } from "../../sdk/program/onnx/import.ts";
import { AttributeType, DataType, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from "../../sdk/program/onnx/messages.ts";
import { int, ints, model, node, rawTensor, real, result, sizes, tensor, text, value } from "./helpers/networks.ts";
import { refusal } from "./helpers/refusal.ts";

type Refused = {
  readonly what: string;
  readonly model: OnnxModel;
  /** The node, initializer, input or output that the error names, if any. */
  readonly at: string | undefined;
  /** Words of the message: the values that made it happen. */
  readonly says?: string;
};

const W = tensor("w", [2, 3], [1, 2, 3, 4, 5, 6]);
const B = tensor("b", [3], [10, 20, 30]);
const GEMM = node("Gemm", ["x", "w", "b"], "y");

/** x[1,2] → Gemm → y[1,3], changed. */
function dense(changes: Partial<OnnxGraph>, opset = 13n): OnnxModel {
  const graph = { input: [value("x", [1, 2])], output: [result("y")], initializer: [W, B], node: [GEMM] };
  return model({ ...graph, ...changes }, opset);
}

/** An operator on x[1,2,5,5] with these constants, and Tanh after it. */
function image(
  operator: OnnxNode,
  initializer: readonly OnnxTensor[] = [],
  opset = 13n,
  dims: readonly number[] = [1, 2, 5, 5],
): OnnxModel {
  const nodes = [operator, node("Tanh", ["h"], "y")];
  return model({ input: [value("x", dims)], output: [result("y")], initializer, node: nodes }, opset);
}

const op = (opType: string, inputs: readonly string[], ...attributes: readonly OnnxAttribute[]) =>
  node(opType, inputs, "h", attributes);
const filled = (name: string, ...dims: number[]) =>
  tensor(name, dims, Array<number>(dims.reduce((product, dim) => product * dim, 1)).fill(1));
const KERNEL = ints("kernel_shape", [2, 2]);
const CONV = '"Conv_h" (Conv)';
const GEMM_Y = '"Gemm_y" (Gemm)';

const REFUSALS: Readonly<Partial<Record<ProgramErrorCode, readonly Refused[]>>> = {
  ONNX_INVALID: [
    { what: "an operator set before 7", model: dense({}, 6n), at: undefined, says: "the first being 6" },
    { what: "an operator set after 25", model: dense({}, 26n), at: undefined, says: "the first being 26" },
    {
      what: "no operator set of ONNX's own",
      model: { ...dense({}), opsetImport: [{ domain: "ai.onnx.ml", version: 3n }] },
      at: undefined,
    },
    {
      what: "two operator sets of ONNX's own",
      model: { ...dense({}), opsetImport: [{ version: 13n }, { domain: "ai.onnx", version: 14n }] },
      at: undefined,
    },
    {
      what: "too many inputs",
      model: dense({ node: [node("Relu", ["x", "w"], "y")] }),
      at: '"Relu_y" (Relu)',
      says: "2 inputs",
    },
    {
      what: "bounds of a Clip as inputs before there were any",
      model: image(op("Clip", ["x", "lo"]), [filled("lo")], 10n),
      at: '"Clip_h" (Clip)',
    },
    {
      what: "axes of a Squeeze as an input before there was one",
      model: image(op("Squeeze", ["x", "axes"]), [sizes("axes", [0])], 12n),
      at: '"Squeeze_h" (Squeeze)',
    },
    { what: "an input that is left out", model: image(op("Relu", [""])), at: '"Relu_h" (Relu)', says: "input 0" },
    {
      what: "a Clip between bounds that exclude everything",
      model: image(op("Clip", ["x", "lo", "hi"]), [tensor("lo", [], [2]), tensor("hi", [], [1])]),
      at: '"Clip_h" (Clip)',
      says: "2 and 1",
    },
    {
      what: "a Clip at infinity",
      model: image(op("Clip", ["x", "lo"]), [tensor("lo", [], [Infinity])]),
      at: '"Clip_h" (Clip)',
      says: "Infinity",
    },
  ],
  ONNX_UNKNOWN_OPERATOR: [
    { what: "an operator that is not supported", model: image(op("Erf", ["x"])), at: '"Erf_h" (Erf)' },
    {
      what: "an operator named like a property of every object",
      model: image({ ...op("toString", ["x"]), name: "" }),
      at: "node 0 (toString)",
    },
    {
      what: "an operator of another domain",
      model: dense({ node: [{ ...GEMM, domain: "com.microsoft" }] }),
      at: GEMM_Y,
      says: "com.microsoft.Gemm",
    },
  ],
  ONNX_UNSUPPORTED_ATTRIBUTE: [
    ...(
      [
        ["a transposed A", int("transA", 1)],
        ["an attribute nobody knows", int("broadcast", 1)],
        ["an attribute that is no finite number", real("alpha", NaN)],
        ["a float where an integer belongs", real("transB", 1)],
        ["an integer where a float belongs", { ...int("alpha", 1), type: AttributeType.INT }],
        ["an integer past 2^53", { ...int("transB", 1), i: 2n ** 60n }],
        ["an attribute of a type that is not stated", { ...int("transB", 1), type: 0 }],
      ] as const
    ).map(([what, attribute]) => ({
      what,
      model: dense({ node: [node("Gemm", ["x", "w", "b"], "y", [attribute])] }),
      at: GEMM_Y,
      says: attribute.name ?? "",
    })),
    {
      what: "an attribute given twice",
      model: dense({ node: [node("Gemm", ["x", "w", "b"], "y", [real("alpha", 1), real("alpha", 2)])] }),
      at: GEMM_Y,
      says: "twice",
    },
    ...(
      [
        ["bounds of a Clip as attributes after they became inputs", op("Clip", ["x"], real("min", 0)), 11n],
        ["axes of a Squeeze as an attribute after they became an input", op("Squeeze", ["x"], ints("axes", [0])), 13n],
        ["axes of an Unsqueeze likewise", op("Unsqueeze", ["x"], ints("axes", [0])), 13n],
        ["ceil_mode before it existed", op("MaxPool", ["x"], KERNEL, int("ceil_mode", 0)), 9n],
        ["dilations of a MaxPool before they existed", op("MaxPool", ["x"], KERNEL, ints("dilations", [1, 1])), 9n],
        ["dilations of an AveragePool likewise", op("AveragePool", ["x"], KERNEL, ints("dilations", [1, 1])), 18n],
        ["a Dropout's ratio as an attribute after it became an input", op("Dropout", ["x"], real("ratio", 0.5)), 12n],
        ["select_last_index before it existed", op("ArgMax", ["x"], int("axis", 3), int("select_last_index", 0)), 11n],
        ["select_last_index", op("ArgMax", ["x"], int("axis", 3), int("select_last_index", 1)), 13n],
        ["an ArgMax over another axis than the last", op("ArgMax", ["x"], int("axis", 1)), 13n],
        ["an ArgMax over axis 0 by default", op("ArgMax", ["x"]), 13n],
        ["a Softmax over another axis than the last", op("Softmax", ["x"], int("axis", 1)), 13n],
        ["a Softmax over an axis that is not there", op("Softmax", ["x"], int("axis", 4)), 12n],
        ["a Flatten at an axis that is not there", op("Flatten", ["x"], int("axis", 5)), 13n],
        ["a Transpose that drops a dimension", op("Transpose", ["x"], ints("perm", [0, 1, 2])), 13n],
        ["a Transpose that repeats a dimension", op("Transpose", ["x"], ints("perm", [0, 1, 2, 2])), 13n],
        ["a Concat without an axis", op("Concat", ["x", "x"]), 13n],
        ["a pooling without a kernel", op("MaxPool", ["x"]), 13n],
        ["a kernel of too few dimensions", op("MaxPool", ["x"], ints("kernel_shape", [2])), 13n],
        ["a kernel of size 0", op("MaxPool", ["x"], ints("kernel_shape", [2, 0])), 13n],
        ["strides of 0", op("MaxPool", ["x"], KERNEL, ints("strides", [1, 0])), 13n],
        ["negative pads", op("MaxPool", ["x"], KERNEL, ints("pads", [0, 0, -1, 0])), 13n],
        ["too few pads", op("MaxPool", ["x"], KERNEL, ints("pads", [1, 1])), 13n],
        ["a padding nobody knows", op("MaxPool", ["x"], KERNEL, text("auto_pad", "REFLECT")), 13n],
        ["two paddings", op("MaxPool", ["x"], KERNEL, text("auto_pad", "VALID"), ints("pads", [1, 1, 1, 1])), 13n],
        [
          "ceil_mode beside automatic padding",
          op("MaxPool", ["x"], KERNEL, text("auto_pad", "VALID"), int("ceil_mode", 1)),
          13n,
        ],
        ["windows of padding alone", op("AveragePool", ["x"], KERNEL, ints("pads", [2, 0, 0, 0])), 13n],
        [
          "a last window that starts past the input",
          op(
            "MaxPool",
            ["x"],
            ints("kernel_shape", [1, 1]),
            ints("strides", [3, 3]),
            ints("pads", [0, 0, 1, 0]),
            int("ceil_mode", 1),
          ),
          13n,
        ],
        [
          "an incomplete last window that counts its padding",
          op(
            "AveragePool",
            ["x"],
            KERNEL,
            ints("strides", [2, 2]),
            ints("pads", [1, 0, 0, 0]),
            int("ceil_mode", 1),
            int("count_include_pad", 1),
          ),
          13n,
        ],
      ] as const
    ).map(([what, operator, opset]) => ({
      what,
      model: image(operator, [], opset),
      at: `"${operator.opType ?? ""}_h" (${operator.opType ?? ""})`,
    })),
    ...(
      [
        ["training_mode", int("training_mode", 1), 14n],
        ["training_mode before it existed", int("training_mode", 0), 13n],
        ["statistics per element", int("spatial", 0), 8n],
        ["spatial after it was dropped", int("spatial", 1), 9n],
      ] as const
    ).map(([what, attribute, opset]) => ({
      what: `a BatchNormalization with ${what}`,
      model: image(op("BatchNormalization", ["x", "s", "s", "s", "s"], attribute), [filled("s", 2)], opset),
      at: '"BatchNormalization_h" (BatchNormalization)',
      says: attribute.name ?? "",
    })),
    {
      what: "a Constant without a value",
      model: dense({ node: [node("Constant", [], "c"), GEMM] }),
      at: '"Constant_c" (Constant)',
    },
    {
      what: "a Constant of strings",
      model: dense({ node: [node("Constant", [], "c", [text("value_string", "a")]), GEMM] }),
      at: '"Constant_c" (Constant)',
    },
    {
      what: "a Constant with a float before there were any",
      model: dense({ node: [node("Constant", [], "c", [real("value_float", 1)]), GEMM] }, 11n),
      at: '"Constant_c" (Constant)',
    },
  ],
  ONNX_UNSUPPORTED_TYPE: [
    {
      what: "weights in double precision",
      model: dense({ initializer: [{ ...W, dataType: DataType.DOUBLE }, B] }),
      at: 'initializer "w"',
    },
    {
      what: "an input in double precision",
      model: dense({ input: [value("x", [1, 2], DataType.DOUBLE)] }),
      at: 'input "x"',
    },
    {
      what: "an output of another type than is computed",
      model: dense({ output: [value("y", [1, 3], DataType.INT64)] }),
      at: 'output "y"',
    },
    {
      what: "a class declared as a float",
      model: dense({ node: [node("ArgMax", ["x"], "y", [int("axis", 1)])], initializer: [] }),
      at: 'output "y"',
    },
    {
      what: "a tensor in segments",
      model: dense({ initializer: [{ ...W, segment: new Uint8Array(2) }, B] }),
      at: 'initializer "w"',
    },
    {
      what: "a shape in floats",
      model: image(op("Reshape", ["x", "s"]), [tensor("s", [2], [1, 50])]),
      at: 'initializer "s"',
    },
    {
      what: "training_mode as a float",
      model: image(op("Dropout", ["x", "", "t"]), [filled("t")]),
      at: 'initializer "t"',
    },
  ],
  ONNX_UNSUPPORTED_GRAPH: [
    {
      what: "two inputs",
      model: dense({ input: [value("x", [1, 2]), value("z", [1, 2])] }),
      at: undefined,
      says: "x, z",
    },
    { what: "no input", model: dense({ input: [] }), at: undefined },
    {
      what: "a graph that computes nothing",
      model: dense({ node: [node("Identity", ["x"], "y")] }),
      at: undefined,
    },
    { what: "an output that is a constant", model: dense({ output: [result("w")], node: [] }), at: 'output "w"' },
    {
      what: "a node after the output",
      model: dense({ node: [GEMM, node("Relu", ["y"], "r")] }),
      at: '"Relu_r" (Relu)',
      says: '"r"',
    },
    {
      what: "a branch that ends nowhere",
      model: dense({ node: [node("Tanh", ["x"], "t"), GEMM] }),
      at: '"Tanh_t" (Tanh)',
    },
    {
      what: "anything after an ArgMax",
      model: dense({ node: [node("ArgMax", ["x"], "c", [int("axis", 1)]), node("Relu", ["c"], "y")] }),
      at: '"Relu_y" (Relu)',
      says: "ArgMax",
    },
    {
      what: "a sum with a class number",
      model: dense({ node: [node("ArgMax", ["x"], "c", [int("axis", 1)]), node("Add", ["c", "b"], "y")] }),
      at: '"Add_y" (Add)',
      says: "ArgMax",
    },
    {
      what: "two outputs of a node that has one",
      model: dense({ node: [{ ...GEMM, output: ["y", "z"] }] }),
      at: GEMM_Y,
      says: '"z"',
    },
    {
      what: "indices of a MaxPool that are read",
      model: model({
        input: [value("x", [1, 2, 5, 5])],
        output: [result("y")],
        node: [{ ...op("MaxPool", ["x"], KERNEL), output: ["h", "i"] }, node("Add", ["h", "i"], "y")],
      }),
      at: '"MaxPool_h" (MaxPool)',
      says: '"i"',
    },
    {
      what: "a BatchNormalization with the outputs of training",
      model: image(
        { ...op("BatchNormalization", ["x", "s", "s", "s", "s"]), output: ["h", "m", "v"] },
        [filled("s", 2)],
        9n,
      ),
      at: '"BatchNormalization_h" (BatchNormalization)',
    },
    {
      what: "a Dropout that trains",
      model: image(op("Dropout", ["x", "", "t"]), [
        { ...tensor("t", [], []), dataType: DataType.BOOL, rawData: Uint8Array.of(1) },
      ]),
      at: '"Dropout_h" (Dropout)',
    },
    {
      what: "weights on the left of a MatMul",
      model: dense({ node: [node("MatMul", ["w", "x"], "y")] }),
      at: '"MatMul_y" (MatMul)',
    },
    {
      what: "an operation on constants alone",
      model: dense({ node: [node("Add", ["b", "b"], "c"), node("Gemm", ["x", "w", "c"], "y")] }),
      at: '"Add_c" (Add)',
      says: "a constant and a constant",
    },
    {
      what: "a Concat of constants alone",
      model: dense({ node: [node("Concat", ["b"], "c", [int("axis", 0)]), node("Gemm", ["x", "w", "c"], "y")] }),
      at: '"Concat_c" (Concat)',
    },
    {
      what: "a quotient of two values",
      model: dense({ node: [node("Tanh", ["x"], "t"), node("Div", ["x", "t"], "y")] }),
      at: '"Div_y" (Div)',
      says: "a value and a value",
    },
    {
      what: "a constant divided by a value",
      model: image(op("Div", ["c", "x"]), [filled("c", 1)]),
      at: '"Div_h" (Div)',
      says: "a constant and a value",
    },
    {
      what: "a constant that would enlarge a value",
      model: image(op("Add", ["x", "c"]), [filled("c", 3, 2, 5, 5)]),
      at: '"Add_h" (Add)',
      says: "[3, 2, 5, 5]",
    },
    {
      what: "a value that would be repeated",
      model: model({
        input: [value("x", [1, 2, 5, 5])],
        output: [result("y")],
        node: [node("GlobalAveragePool", ["x"], "g"), node("Mul", ["x", "g"], "y")],
      }),
      at: '"Mul_y" (Mul)',
      says: "[1, 2, 1, 1]",
    },
  ],
  ONNX_EXTERNAL_DATA: [
    {
      what: "weights marked as external",
      model: dense({ initializer: [{ ...tensor("w", [2, 3], []), dataLocation: 1 }, B] }),
      at: 'initializer "w"',
    },
    {
      what: "weights that say where they are",
      model: dense({
        initializer: [{ ...tensor("w", [2, 3], []), externalData: [{ key: "location", value: "weights.bin" }] }, B],
      }),
      at: 'initializer "w"',
      says: "weights.bin",
    },
  ],
  ONNX_NOT_FINITE: [
    ...[NaN, Infinity, -Infinity].map((bad) => ({
      what: `${bad} among the weights`,
      model: dense({ initializer: [rawTensor("w", [2, 3], [1, 2, 3, bad, 5, 6]), B] }),
      at: 'initializer "w"',
      says: `value 3 is ${bad}`,
    })),
    {
      what: "an alpha that takes weights out of float32",
      model: dense({
        initializer: [tensor("w", [2, 3], Array<number>(6).fill(3e38)), B],
        node: [node("Gemm", ["x", "w", "b"], "y", [real("alpha", 2)])],
      }),
      at: GEMM_Y,
    },
    {
      what: "a division by zero",
      model: image(op("Div", ["x", "c"]), [tensor("c", [], [0])]),
      at: '"Div_h" (Div)',
      says: "Infinity",
    },
    {
      what: "a constant that takes a layer out of float32",
      model: dense({
        initializer: [W, B, tensor("c", [], [3e38])],
        node: [node("Gemm", ["x", "w", "b"], "h"), node("Mul", ["h", "c"], "y")],
      }),
      at: '"Mul_y" (Mul)',
    },
    {
      what: "a variance below zero",
      model: image(op("BatchNormalization", ["x", "s", "s", "s", "v"]), [filled("s", 2), tensor("v", [2], [1, -1])]),
      at: '"BatchNormalization_h" (BatchNormalization)',
      says: "channel 1",
    },
    {
      what: "NaN as a bound of a Clip",
      model: image(op("Clip", ["x", "lo"]), [tensor("lo", [], [NaN])]),
      at: 'initializer "lo"',
    },
  ],
  ONNX_MISSING_INITIALIZER: [
    {
      what: "weights that are nowhere",
      model: dense({ node: [node("Gemm", ["x", "nowhere"], "y")] }),
      at: GEMM_Y,
      says: "nowhere",
    },
    { what: "no weights", model: dense({ node: [node("Gemm", ["x"], "y")] }), at: GEMM_Y, says: "weights" },
    {
      what: "weights that are computed",
      model: dense({ node: [node("Tanh", ["x"], "t"), node("MatMul", ["x", "t"], "y")] }),
      at: '"MatMul_y" (MatMul)',
      says: '"t"',
    },
    { what: "a Reshape without a shape", model: image(op("Reshape", ["x"])), at: '"Reshape_h" (Reshape)' },
    { what: "an Unsqueeze without axes", model: image(op("Unsqueeze", ["x"])), at: '"Unsqueeze_h" (Unsqueeze)' },
    {
      what: "statistics that are nowhere",
      model: image(op("BatchNormalization", ["x", "s", "s"]), [filled("s", 2)]),
      at: '"BatchNormalization_h" (BatchNormalization)',
      says: "means",
    },
  ],
  ONNX_UNDEFINED_INPUT: [
    {
      what: "a cycle",
      model: dense({
        node: [node("Identity", ["r"], "i"), node("Gemm", ["i", "w", "b"], "y"), node("Relu", ["y"], "r")],
      }),
      at: '"Identity_i" (Identity)',
      says: "before",
    },
    {
      what: "nodes in the wrong order",
      model: dense({ node: [node("Gemm", ["t", "w", "b"], "y"), node("Tanh", ["x"], "t")] }),
      at: GEMM_Y,
      says: "before",
    },
    {
      what: "a value that is not defined",
      model: dense({ node: [node("Gemm", ["ghost", "w", "b"], "g"), node("Add", ["g", "x"], "y")] }),
      at: '"Gemm_g" (Gemm)',
      says: "ghost",
    },
    { what: "an output that no node computes", model: dense({ node: [] }), at: 'output "y"' },
  ],
  ONNX_DUPLICATE_NAME: [
    {
      what: "two nodes of one result",
      model: dense({ node: [GEMM, node("Relu", ["y"], "y")] }),
      at: undefined,
      says: '"y"',
    },
    {
      what: "two initializers of one name",
      model: dense({ initializer: [W, B, tensor("b", [1], [1])] }),
      at: undefined,
      says: '"b"',
    },
    {
      what: "two inputs of one name",
      model: dense({ input: [value("x", [1, 2]), value("x", [1, 2])] }),
      at: undefined,
      says: '"x"',
    },
    {
      what: "a result named like the input",
      model: dense({ node: [node("Gemm", ["x", "w"], "x")] }),
      at: undefined,
      says: '"x"',
    },
    {
      what: "a result named like an initializer",
      model: dense({ node: [node("Gemm", ["x", "w"], "b")] }),
      at: undefined,
      says: '"b"',
    },
  ],
  ONNX_DYNAMIC_BATCH: [
    { what: "a batch of 8", model: dense({ input: [value("x", [8, 2])] }), at: 'input "x"', says: "8" },
    {
      what: "features without a number",
      model: dense({ input: [value("x", [1, "features"])] }),
      at: 'input "x"',
      says: "dimension 1",
    },
    { what: "a vector without a length", model: dense({ input: [value("x", ["features"])] }), at: 'input "x"' },
  ],
  ONNX_SEVERAL_OUTPUTS: [
    { what: "two outputs", model: dense({ output: [result("y"), result("z")] }), at: undefined, says: "y, z" },
    { what: "no output", model: dense({ output: [] }), at: undefined },
  ],
  SHAPE_MISMATCH: [
    {
      what: "an input shorter than the rows of the weights",
      model: dense({ input: [value("x", [1, 5])] }),
      at: GEMM_Y,
      says: "[1, 5]",
    },
    { what: "a Gemm on three dimensions", model: dense({ input: [value("x", [1, 1, 2])] }), at: GEMM_Y },
    { what: "a Gemm on one dimension", model: dense({ input: [value("x", [2])] }), at: GEMM_Y },
    { what: "an input without a shape", model: dense({ input: [result("x")] }), at: 'input "x"' },
    {
      what: "an output declared with another size",
      model: dense({ output: [value("y", [1, 4])] }),
      at: 'output "y"',
      says: "[1, 4]",
    },
    { what: "an output declared with fewer dimensions", model: dense({ output: [value("y", [1])] }), at: 'output "y"' },
    { what: "weights of three dimensions", model: dense({ initializer: [filled("w", 1, 2, 3), B] }), at: GEMM_Y },
    { what: "a bias of another length", model: dense({ initializer: [W, filled("b", 2)] }), at: GEMM_Y, says: "[2]" },
    { what: "a bias per row", model: dense({ initializer: [W, filled("b", 2, 1)] }), at: GEMM_Y },
    {
      what: "fewer values than the dimensions say",
      model: dense({ initializer: [tensor("w", [2, 3], [1, 2, 3, 4, 5]), B] }),
      at: 'initializer "w"',
      says: "5",
    },
    {
      what: "raw bytes that are no whole values",
      model: dense({ initializer: [{ ...W, floatData: [], rawData: new Uint8Array(25) }, B] }),
      at: 'initializer "w"',
    },
    { what: "a dimension of 0", model: dense({ initializer: [tensor("w", [2, 0], []), B] }), at: 'initializer "w"' },
    ...(
      [
        ["a Conv on a matrix", op("Conv", ["x", "w"]), [filled("w", 2, 2)], [1, 2]],
        ["a Conv over three dimensions", op("Conv", ["x", "w"]), [filled("w", 2, 2, 2, 2, 2)], [1, 2, 5, 5, 5]],
        ["a Conv with weights for other channels", op("Conv", ["x", "w"]), [filled("w", 2, 3, 2, 2)], undefined],
        ["a Conv with weights of one dimension less", op("Conv", ["x", "w"]), [filled("w", 2, 2, 2)], undefined],
        [
          "a Conv whose groups do not divide its outputs",
          op("Conv", ["x", "w"], int("group", 2)),
          [filled("w", 3, 1, 2, 2)],
          undefined,
        ],
        [
          "a Conv whose kernel_shape is not its weights'",
          op("Conv", ["x", "w"], KERNEL),
          [filled("w", 2, 2, 3, 3)],
          undefined,
        ],
        [
          "a Conv with a bias of another length",
          op("Conv", ["x", "w", "b"]),
          [filled("w", 2, 2, 2, 2), filled("b", 3)],
          undefined,
        ],
        ["a Conv with a kernel larger than its input", op("Conv", ["x", "w"]), [filled("w", 2, 2, 6, 1)], undefined],
      ] as const
    ).map(([what, operator, constants, dims]) => ({ what, model: image(operator, constants, 13n, dims), at: CONV })),
    ...(
      [
        ["a MaxPool with a kernel larger than its input", op("MaxPool", ["x"], ints("kernel_shape", [6, 1])), []],
        [
          "a BatchNormalization of other channels",
          op("BatchNormalization", ["x", "s", "s", "s", "s"]),
          [filled("s", 3)],
        ],
        ["a sum of shapes that do not fit", op("Add", ["x", "c"]), [filled("c", 4)]],
        ["a Reshape to another number of elements", op("Reshape", ["x", "s"]), [sizes("s", [1, 49])]],
        ["a Reshape with two open sizes", op("Reshape", ["x", "s"]), [sizes("s", [-1, -1])]],
        ["a Reshape whose open size is no whole number", op("Reshape", ["x", "s"]), [sizes("s", [-1, 3])]],
        [
          "a Reshape that keeps a dimension that is not there",
          op("Reshape", ["x", "s"]),
          [sizes("s", [1, 50, 1, 1, 0])],
        ],
        ["a Squeeze of a dimension that is not 1", op("Squeeze", ["x", "s"]), [sizes("s", [1])]],
        ["an Unsqueeze at one place twice", op("Unsqueeze", ["x", "s"]), [sizes("s", [0, 0])]],
        ["a Concat along a dimension that is not there", op("Concat", ["x", "x"], int("axis", 4)), []],
        ["a Concat of other sizes", op("Concat", ["x", "c"], int("axis", 1)), [filled("c", 1, 2, 5, 4)]],
        ["a bound of a Clip with several values", op("Clip", ["x", "c"]), [filled("c", 2)]],
        ["a MatMul with a tensor", op("MatMul", ["x", "c"]), [filled("c", 2, 5, 5)]],
      ] as const
    ).map(([what, operator, constants]) => ({
      what,
      model: image(operator, constants),
      at: `"${operator.opType ?? ""}_h" (${operator.opType ?? ""})`,
    })),
    {
      what: "an input of more elements than a tensor holds",
      model: dense({ input: [value("x", [1, 65_536, 65_536])] }),
      at: 'input "x"',
      says: "[65536, 65536]",
    },
    {
      what: "pads that make more elements than a tensor holds",
      model: image(op("Conv", ["x", "w"], ints("pads", [0, 0, 65_536, 65_536])), [filled("w", 2, 2, 2, 2)]),
      at: CONV,
      says: "2^31 − 1",
    },
    {
      what: "a Reshape that takes a size of 0 by its word",
      model: image(op("Reshape", ["x", "s"], int("allowzero", 1)), [sizes("s", [0, 50])], 14n),
      at: '"Reshape_h" (Reshape)',
      says: "[0, 50]",
    },
    {
      what: "a Reshape by a matrix",
      model: image(op("Reshape", ["x", "s"]), [{ ...sizes("s", [1, 50]), dims: [1n, 2n] }]),
      at: 'initializer "s"',
    },
    {
      what: "a training_mode of several values",
      model: image(op("Dropout", ["x", "", "t"]), [
        { ...tensor("t", [2], []), dataType: DataType.BOOL, int32Data: [0, 0] },
      ]),
      at: 'initializer "t"',
    },
  ],
};

describe("importOnnx refuses, naming the place,", function () {
  for (const [code, refusals] of Object.entries(REFUSALS) as [ProgramErrorCode, readonly Refused[]][]) {
    describe(`with ${code}`, function () {
      for (const { what, model: refused, at, says = "" } of refusals) {
        it(what, function () {
          const error = refusal(code, () => importModel(refused));
          expect(error.node).to.equal(at);
          expect(error.message).to.contain(says);
          // The same through bytes: nothing that decides is lost between.
          refusal(code, () => importOnnx(encodeModel(refused)));
        });
      }
    });
  }
});
