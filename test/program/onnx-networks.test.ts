import { expect } from "chai";

import { measureAgreement } from "../../sdk/program/agreement.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import { GraphWriter } from "./helpers/graph-writer.ts";
import type { Written } from "./helpers/graph-writer.ts";
import { int, ints } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { expectLikeOnnxRuntime } from "./helpers/runtime.ts";
import { expectSound } from "./helpers/sound-graph.ts";

type Network = {
  readonly what: string;
  readonly dims: readonly number[];
  readonly write: (writer: GraphWriter) => Written;
  /** Operations of the imported graph: what is folded is gone. */
  readonly ops: string;
};

function conv(writer: GraphWriter, x: Written, outputs: number, kernel: number, stride = 1, groups = 1): Written {
  const [, channels = 1, ...sizes] = x.dims;
  const pad = Math.floor(kernel / 2);
  const all = (value: number) => sizes.map(() => value);
  const form = [channels / groups, ...all(kernel)];
  const weights = writer.weights([outputs, ...form], sizeOf(form));
  const dims = [1, outputs, ...sizes.map((size) => Math.floor((size + 2 * pad - kernel) / stride) + 1)];
  return writer.add("Conv", [x.name, weights], dims, [
    ints("kernel_shape", all(kernel)),
    ints("strides", all(stride)),
    ints("pads", [...all(pad), ...all(pad)]),
    int("group", groups),
  ]);
}

function normalised(writer: GraphWriter, x: Written): Written {
  const channels = x.dims[1] ?? 1;
  const [scale, shift, mean] = [0.5, 0, 0].map((from) => writer.constant([channels], from));
  const variance = writer.constant([channels], 1, false);
  return writer.add("BatchNormalization", [x.name, scale ?? "", shift ?? "", mean ?? "", variance], x.dims);
}

function relu(writer: GraphWriter, x: Written): Written {
  return writer.add("Relu", [x.name], x.dims);
}

function maxPool(writer: GraphWriter, x: Written): Written {
  const [batch = 1, channels = 1, ...sizes] = x.dims;
  const halved = sizes.map((size) => Math.floor(size / 2));
  const twos = sizes.map(() => 2);
  return writer.add(
    "MaxPool",
    [x.name],
    [batch, channels, ...halved],
    [ints("kernel_shape", twos), ints("strides", twos)],
  );
}

function flat(writer: GraphWriter, x: Written): Written {
  return writer.add("Flatten", [x.name], [1, sizeOf(x.dims)]);
}

function gemm(writer: GraphWriter, x: Written, outputs: number): Written {
  const terms = x.dims[1] ?? 1;
  const inputs = [writer.weights([outputs, terms], terms), writer.constant([outputs])];
  return writer.add("Gemm", [x.name, ...inputs], [1, outputs], [int("transB", 1)]);
}

const NETWORKS: readonly Network[] = [
  {
    what: "convolutions, pooling and two dense layers",
    dims: [1, 1, 14, 14],
    write: (w) => {
      const first = maxPool(w, relu(w, conv(w, w.input, 4, 5)));
      const second = maxPool(w, relu(w, conv(w, first, 8, 3)));
      const scores = gemm(w, relu(w, gemm(w, flat(w, second), 16)), 10);
      return w.add("Softmax", [scores.name], scores.dims, [int("axis", 1)]);
    },
    ops: "conv clip maxPool conv clip maxPool reshape dense clip dense softmax",
  },
  {
    what: "residual blocks with normalisation",
    dims: [1, 3, 12, 12],
    write: (w) => {
      let x = relu(w, normalised(w, conv(w, w.input, 6, 3)));
      for (const [channels, stride] of [
        [6, 1],
        [8, 2],
      ] as const) {
        const inner = relu(w, normalised(w, conv(w, x, channels, 3, stride)));
        const branch = normalised(w, conv(w, inner, channels, 3));
        const shortcut = stride === 1 ? x : normalised(w, conv(w, x, channels, 1, stride));
        x = relu(w, w.add("Add", [branch.name, shortcut.name], branch.dims));
      }
      const pooled = w.add("GlobalAveragePool", [x.name], [1, 8, 1, 1]);
      return gemm(w, flat(w, pooled), 5);
    },
    ops: "conv clip conv clip conv add clip conv clip conv conv add clip averagePool reshape dense",
  },
  {
    what: "convolutions per channel between pointwise ones, clipped at 6",
    dims: [1, 3, 10, 10],
    write: (w) => {
      const [low, high] = [w.number(0), w.number(6)];
      const clipped = (x: Written) => w.add("Clip", [x.name, low, high], x.dims);
      const start = clipped(normalised(w, conv(w, w.input, 4, 3, 2)));
      const wide = clipped(normalised(w, conv(w, start, 8, 1)));
      const deep = clipped(normalised(w, conv(w, wide, 8, 3, 1, 8)));
      const narrow = normalised(w, conv(w, deep, 4, 1));
      const sum = w.add("Add", [start.name, narrow.name], start.dims);
      return gemm(w, flat(w, w.add("GlobalAveragePool", [sum.name], [1, 4, 1, 1])), 3);
    },
    ops: "conv clip conv clip conv clip conv add averagePool reshape dense",
  },
  {
    what: "two branches over a series, joined by channels",
    dims: [1, 4, 24],
    write: (w) => {
      const [near, far] = [relu(w, conv(w, w.input, 5, 3)), relu(w, conv(w, w.input, 3, 7))];
      const joined = w.add("Concat", [near.name, far.name], [1, 8, 24], [int("axis", 1)]);
      return gemm(w, flat(w, maxPool(w, conv(w, joined, 6, 3))), 2);
    },
    ops: "reshape conv clip conv clip concat conv maxPool reshape dense",
  },
];

describe("importOnnx, on networks as they are built in practice,", function () {
  for (const { what, dims, write, ops } of NETWORKS) {
    it(`reads ${what}, and the program made of it stays close`, async function () {
      const random = new Random(31);
      const writer = new GraphWriter(random, 17, dims);
      write(writer);
      const file = writer.finish();
      const length = sizeOf(dims);
      const graph = await expectLikeOnnxRuntime(file, dims, random.reals(length), 1e-4);
      expectSound(graph);
      expect(graph.nodes.map(({ op }) => op).join(" ")).to.equal(`input ${ops}`);

      const samples = Array.from({ length: 40 }, () => random.reals(length));
      const agreement = measureAgreement(importOnnx(file), quantise(graph, samples), samples);
      const { maxError = NaN, maxValue = NaN } = agreement.nodes.at(-1) ?? {};
      expect(maxError / maxValue).to.be.at.most(0.03);
      expect(agreement.sameClass).to.be.at.least(38);
    });
  }
});
