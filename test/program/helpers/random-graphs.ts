import { sizeOf } from "../../../sdk/program/graph.ts";
import type { OnnxAttribute } from "../../../sdk/program/onnx/messages.ts";
import { GraphWriter } from "./graph-writer.ts";
import type { Written } from "./graph-writer.ts";
import { int, ints, real, text } from "./networks.ts";
import type { Random } from "./random.ts";

/** A random network as an ONNX file, and the operators in it. */
export type RandomGraph = {
  readonly file: Uint8Array;
  readonly dims: readonly number[];
  readonly operators: readonly string[];
};

/** Adds one operator that reads `x`, or nothing where it does not apply. */
type Step = (writer: GraphWriter, x: Written) => void;

const LARGEST = 1_500;

/** A network of some ten random operators with branches, all of which end in its one output. */
export function randomGraph(random: Random, opset: number): RandomGraph {
  const dims = pick(random, [
    [random.int(1, 9)],
    [1, random.int(1, 12)],
    [1, random.int(1, 5), random.int(1, 12)],
    [1, random.int(1, 5), random.int(1, 9), random.int(1, 9)],
    [1, random.int(1, 5), random.int(4, 9), random.int(4, 9)],
  ]);
  const writer = new GraphWriter(random, opset, dims);
  const steps = random.int(2, 12);
  for (let step = 0; step < steps; step++) {
    // Late values more often than early ones: deep graphs with some branches.
    const recent = writer.values.slice(-random.int(1, 4));
    pick(random, STEPS)(writer, pick(random, recent));
  }
  join(writer);
  if (random.int(0, 3) === 0) argMax(writer);
  return { file: writer.finish(), dims, operators: writer.operators };
}

const STEPS: readonly Step[] = [
  convolve,
  convolve,
  (w, x) => {
    pool(w, x, "MaxPool");
  },
  (w, x) => {
    pool(w, x, "AveragePool");
  },
  (w, x) => {
    globalPool(w, x, "GlobalAveragePool");
  },
  (w, x) => {
    globalPool(w, x, "GlobalMaxPool");
  },
  gemm,
  matMul,
  (w, x) => {
    withConstant(w, x, pick(w.random, ["Add", "Sub", "Mul", "Div"]));
  },
  (w, x) => {
    withConstant(w, x, pick(w.random, ["Add", "Sub", "Mul", "Div"]));
  },
  (w, x) => {
    ofValues(w, x, pick(w.random, ["Add", "Sub", "Mul"]));
  },
  (w, x) => {
    ofValues(w, x, pick(w.random, ["Add", "Sub", "Mul"]));
  },
  (w, x) => w.add("Flatten", [x.name], [1, sizeOf(x.dims)], [int("axis", x.dims[0] === 1 ? 1 : 0)]),
  reshape,
  squeeze,
  unsqueeze,
  transpose,
  concat,
  concat,
  normalise,
  normalise,
  clip,
  softmax,
  ...["Relu", "Relu", "Sigmoid", "Tanh", "Identity", "Dropout"].map(
    (op): Step =>
      (w, x) =>
        w.add(op, [x.name], x.dims),
  ),
];

function convolve(writer: GraphWriter, x: Written): void {
  const { random } = writer;
  const [, channels = 1, ...spatial] = x.dims;
  if (!isImage(x)) return;
  const groups = channels % 2 === 0 && random.int(0, 2) === 0 ? pick(random, [2, channels]) : 1;
  const outputs = groups * random.int(1, 3);
  const sweep = randomSweep(writer, spatial, true);
  const weights = writer.constant([outputs, channels / groups, ...sweep.kernel]);
  const bias = random.int(0, 1) === 0 ? [] : [writer.constant([outputs])];
  writer.add(
    "Conv",
    [x.name, weights, ...bias],
    [1, outputs, ...sweep.sizes],
    [int("group", groups), ...sweep.attributes],
  );
}

function pool(writer: GraphWriter, x: Written, op: "MaxPool" | "AveragePool"): void {
  const [, channels = 1, ...spatial] = x.dims;
  if (!isImage(x)) return;
  const hasDilations = writer.opset >= (op === "MaxPool" ? 10 : 19);
  const sweep = randomSweep(writer, spatial, hasDilations);
  const counts = op === "AveragePool" && writer.random.int(0, 1) === 0 ? [int("count_include_pad", 1)] : [];
  writer.add(op, [x.name], [1, channels, ...sweep.sizes], [...sweep.attributes, ...counts]);
}

function globalPool(writer: GraphWriter, x: Written, op: string): void {
  const dims = x.dims.map((dim, d) => (d < 2 ? dim : 1));
  if (isImage(x)) writer.add(op, [x.name], dims);
}

/** [1, C, W] or [1, C, H, W]. */
function isImage({ dims }: Written): boolean {
  return dims[0] === 1 && (dims.length === 3 || dims.length === 4);
}

type RandomSweep = {
  readonly kernel: readonly number[];
  readonly sizes: readonly number[];
  readonly attributes: readonly OnnxAttribute[];
};

/** A window that fits, with strides, and with pads, automatic padding or dilations. */
function randomSweep({ random }: GraphWriter, spatial: readonly number[], mayDilate: boolean): RandomSweep {
  const kernel = spatial.map((size) => random.int(1, Math.min(size, 4)));
  const strides = kernel.map((size) => random.int(1, size));
  const attributes = [ints("kernel_shape", kernel), ints("strides", strides)];
  const divided = (rooms: readonly number[]) => rooms.map((room, d) => Math.floor(room / (strides[d] ?? 1)) + 1);
  const auto = pick(random, ["NOTSET", "NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]);
  if (auto !== "NOTSET") {
    const rooms = spatial.map((size, d) => (auto === "VALID" ? size - (kernel[d] ?? 1) : size - 1));
    return { kernel, sizes: divided(rooms), attributes: [...attributes, text("auto_pad", auto)] };
  }
  if (mayDilate && random.int(0, 2) === 0) {
    const dilations = kernel.map((size, d) =>
      size === 1 ? 1 : random.int(1, Math.floor(((spatial[d] ?? 1) - 1) / (size - 1))),
    );
    const rooms = spatial.map((size, d) => size - 1 - ((kernel[d] ?? 1) - 1) * (dilations[d] ?? 1));
    return { kernel, sizes: divided(rooms), attributes: [...attributes, ints("dilations", dilations)] };
  }
  const pads = [...kernel, ...kernel].map((size) => random.int(0, size - 1));
  const rooms = spatial.map((size, d) => size + (pads[d] ?? 0) + (pads[d + spatial.length] ?? 0) - (kernel[d] ?? 1));
  return { kernel, sizes: divided(rooms), attributes: [...attributes, ints("pads", pads)] };
}

function gemm(writer: GraphWriter, x: Written): void {
  if (x.dims.length !== 2) return;
  const { random } = writer;
  const [rows = 1, inputs = 1] = x.dims;
  const outputs = random.int(1, 9);
  const isTransposed = random.int(0, 1);
  const weights = writer.constant(isTransposed === 1 ? [outputs, inputs] : [inputs, outputs]);
  const bias = writer.constant(pick(random, [[outputs], [1, outputs], [1], []]));
  const factors = random.int(0, 1) === 0 ? [] : [real("alpha", 0.5), real("beta", 1.5)];
  writer.add("Gemm", [x.name, weights, bias], [rows, outputs], [int("transB", isTransposed), ...factors]);
}

function matMul(writer: GraphWriter, x: Written): void {
  const outputs = writer.random.int(1, 9);
  const weights = writer.constant([x.dims.at(-1) ?? 1, outputs]);
  writer.add("MatMul", [x.name, weights], [...x.dims.slice(0, -1), outputs]);
}

/** Any shape that broadcasts to the value's: whole, or with dimensions of 1 or left out. */
function withConstant(writer: GraphWriter, x: Written, op: string): void {
  const { random } = writer;
  const shape = x.dims.map((dim) => (random.int(0, 1) === 0 ? dim : 1)).slice(random.int(0, x.dims.length));
  const constant = writer.constant(shape, 0.5);
  const isLeft = op !== "Div" && random.int(0, 2) === 0;
  writer.add(op, isLeft ? [constant, x.name] : [x.name, constant], x.dims);
}

function ofValues(writer: GraphWriter, x: Written, op: string): void {
  const fitting = writer.values.filter(({ dims }) => dims.join() === x.dims.join());
  writer.add(op, [x.name, pick(writer.random, fitting).name], x.dims);
}

function reshape(writer: GraphWriter, x: Written): void {
  const { random } = writer;
  const size = sizeOf(x.dims);
  const factors = Array.from({ length: size }, (_, index) => index + 1).filter((factor) => size % factor === 0);
  const factor = pick(random, factors);
  const dims = pick(random, [
    [1, size],
    [1, factor, size / factor],
    [1, factor, 1, size / factor],
    [factor, size / factor],
  ]);
  const asked = random.int(0, 1) === 0 ? dims : dims.with(dims.length - 1, -1);
  writer.add("Reshape", [x.name, writer.integers(asked)], dims);
}

function squeeze(writer: GraphWriter, x: Written): void {
  const axes = x.dims.map((_, d) => d).filter((d) => d > 0 && x.dims[d] === 1);
  if (axes.length === 0) return;
  const dims = x.dims.filter((_, d) => !axes.includes(d));
  if (writer.opset < 13) writer.add("Squeeze", [x.name], dims, [ints("axes", axes)]);
  else writer.add("Squeeze", [x.name, writer.integers(axes)], dims);
}

function unsqueeze(writer: GraphWriter, x: Written): void {
  if (x.dims.length > 3) return;
  const axis = writer.random.int(0, x.dims.length);
  const dims = [...x.dims.slice(0, axis), 1, ...x.dims.slice(axis)];
  if (writer.opset < 13) writer.add("Unsqueeze", [x.name], dims, [ints("axes", [axis])]);
  else writer.add("Unsqueeze", [x.name, writer.integers([axis])], dims);
}

function transpose(writer: GraphWriter, x: Written): void {
  const perm = x.dims.map((_, d) => d);
  for (let d = perm.length - 1; d > 0; d--) {
    const other = writer.random.int(0, d);
    [perm[d], perm[other]] = [perm[other] ?? 0, perm[d] ?? 0];
  }
  writer.add(
    "Transpose",
    [x.name],
    perm.map((d) => x.dims[d] ?? 1),
    [ints("perm", perm)],
  );
}

function concat(writer: GraphWriter, x: Written): void {
  const axis = writer.random.int(0, x.dims.length - 1);
  const without = (dims: readonly number[]) => dims.map((dim, d) => (d === axis ? 0 : dim)).join();
  const fitting = writer.values.filter(({ dims }) => without(dims) === without(x.dims));
  const others = Array.from({ length: writer.random.int(1, 2) }, () => pick(writer.random, fitting));
  const constant = writer.random.int(0, 3) === 0 ? [{ name: writer.constant(x.dims), dims: x.dims }] : [];
  const parts = [x, ...others, ...constant];
  const length = parts.reduce((sum, { dims }) => sum + (dims[axis] ?? 0), 0);
  if ((sizeOf(x.dims) / (x.dims[axis] ?? 1)) * length > LARGEST) return;
  writer.add(
    "Concat",
    parts.map(({ name }) => name),
    x.dims.with(axis, length),
    [int("axis", axis)],
  );
}

function normalise(writer: GraphWriter, x: Written): void {
  const [batch, channels] = x.dims;
  if (batch !== 1 || channels === undefined) return;
  const statistics = [0, 1, 2].map(() => writer.constant([channels]));
  const variances = writer.constant([channels], 0.5, false);
  const epsilon = writer.random.int(0, 1) === 0 ? [] : [real("epsilon", 0.125)];
  writer.add("BatchNormalization", [x.name, ...statistics, variances], x.dims, epsilon);
}

function clip(writer: GraphWriter, x: Written): void {
  const { random } = writer;
  const [min, max] = [-Math.abs(random.real()), Math.abs(random.real())];
  if (writer.opset < 11) writer.add("Clip", [x.name], x.dims, [real("min", min), real("max", max)]);
  else {
    const bounds = [writer.constant([], -1, false), writer.constant([], 0.25, false)];
    writer.add("Clip", [x.name, ...pick(random, [bounds, bounds.slice(0, 1), bounds.with(0, "")])], x.dims);
  }
}

function softmax(writer: GraphWriter, x: Written): void {
  writer.add("Softmax", [x.name], x.dims, [int("axis", x.dims.length - 1)]);
}

/** All values that nothing reads, one after the other, as one vector. */
function join(writer: GraphWriter): void {
  const open = writer.unread;
  const flat = open.map((x) => writer.add("Flatten", [x.name], [1, sizeOf(x.dims)], [int("axis", 0)]));
  const length = flat.reduce((sum, { dims }) => sum + (dims[1] ?? 0), 0);
  const whole = writer.add(
    "Concat",
    flat.map(({ name }) => name),
    [1, length],
    [int("axis", 1)],
  );
  const outputs = writer.random.int(1, 9);
  writer.add("MatMul", [whole.name, writer.constant([length, outputs])], [1, outputs]);
}

function argMax(writer: GraphWriter): void {
  const last = writer.values.at(-1) ?? writer.input;
  const keeps = writer.random.int(0, 1);
  writer.add("ArgMax", [last.name], keeps === 1 ? [1, 1] : [1], [int("axis", 1), int("keepdims", keeps)]);
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[random.int(0, choices.length - 1)];
  if (choice === undefined) throw new RangeError("nothing to pick from");
  return choice;
}
