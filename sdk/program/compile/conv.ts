import type { ConvNode } from "../graph.ts";
import { sizeOf } from "../graph.ts";
import { DTypeCode, Kernel, NO_OPERAND, Source } from "../records.ts";
import type { Four, OperatorRecord, Three } from "../records.ts";
import { encodeWeightRows } from "../weight-words.ts";
import { BLANK, fits } from "./builder.ts";
import type { Builder } from "./builder.ts";
import { integersOf, lowerRows, resultOf, weightRows } from "./dense.ts";
import type { Integers, Layer } from "./dense.ts";
import { ordered } from "./layout.ts";
import { laidOut, ownStrides, paddedSize, stridesIn } from "./source.ts";
import type { Strides } from "./source.ts";
import { imageShape } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/**
 * A convolution as one DOT record: the result is [rows, columns, channels] in memory, and so is, normally, what it reads,
 * since then a row of a window is one run. Where that takes too many runs or terms, the windows are copied out first and
 * multiplied as rows.
 */
export function lowerConv(builder: Builder, layer: ConvNode, a: Value, wish: Wish): Layer {
  const integers = integersOf(layer.node, channelsLast(layer, a), layer.bias, a.scale);
  const own = ownStrides(a, layer.window, layer.groups);
  if (own !== undefined && isOneStep(layer, a, own)) return lowerSliding(builder, layer, a, own, integers, wish);
  const padded = paddedSize(a, layer.window);
  for (const order of ["HWC", "GHWC"] as const) {
    const strides = stridesIn(order, padded, layer.groups);
    if (!isOneStep(layer, a, strides) && !(order === "GHWC" && layer.groups > 1)) continue;
    const image = laidOut(builder, layer.node, a, layer.window, order, layer.groups, 0);
    return lowerSliding(builder, layer, image, strides, integers, wish);
  }
  return lowerColumns(builder, layer, a, integers, wish);
}

/** Weights as [M][kernel height][kernel width][C / groups]: in the order in which windows are read. */
function channelsLast({ weights, window, groups, bias }: ConvNode, a: Value): Float32Array {
  const each = imageShape(a)[0] / groups;
  const taps = window.kernel[0] * window.kernel[1];
  return Float32Array.from({ length: bias.length * taps * each }, (_, at) => {
    const channel = at % each;
    const tap = Math.floor(at / each) % taps;
    const output = Math.floor(at / (each * taps));
    return weights[(output * each + channel) * taps + tap] ?? 0;
  });
}

/** What an operand's index map is for windows that slide over an image with these strides. */
function slides({ window, groups }: ConvNode, a: Value, { group, channel, row, column }: Strides) {
  const [kh, kw] = window.kernel;
  const each = imageShape(a)[0] / groups;
  const strides: Four = [window.strides[0] * row, window.strides[1] * column, groups === 1 ? 0 : group, 0];
  const reduceStrides: Three = [window.dilations[0] * row, window.dilations[1] * column, channel];
  const reduce: Three = [kh, kw, each];
  return { strides, reduce, reduceStrides };
}

function isOneStep(layer: ConvNode, a: Value, own: Strides): boolean {
  const { strides, reduce, reduceStrides } = slides(layer, a, own);
  const operand = { ...NO_OPERAND, dtype: DTypeCode.int8, source: Source.TRACE, strides, reduceStrides };
  const record: OperatorRecord = { ...BLANK, kernel: Kernel.DOT, flags: 2, reduce, a: operand };
  return fits({ ...record, b: weightRows(sizeOf(reduce), 1, reduce) });
}

function lowerSliding(
  builder: Builder,
  layer: ConvNode,
  image: Value,
  own: Strides,
  integers: Integers,
  wish: Wish,
): Layer {
  const [, height, width] = imageShape(layer);
  const { strides, reduce, reduceStrides } = slides(layer, image, own);
  const { scale, ...result } = resultOf(wish, integers.accScale);
  const [outputs, terms] = [integers.biases.length, sizeOf(reduce)];
  const perGroup = outputs / layer.groups;
  const isGrouped = layer.groups > 1;
  // Without groups dimension 0 is free, and the last three are the image's.
  const shape: Four = isGrouped ? [height, width, layer.groups, perGroup] : [1, height, width, outputs];
  const moved: Four = isGrouped ? strides : [0, strides[0], strides[1], 0];
  const record = builder.add(wish.node, {
    ...result,
    kernel: Kernel.DOT,
    shape,
    reduce,
    a: builder.read(image, moved, reduceStrides),
    b: weightRows(terms, outputs, reduce, isGrouped ? perGroup : 0),
    words: encodeWeightRows(integers.weights, terms),
    biases: integers.biases,
  });
  const layout = ordered([outputs, height, width], [1, 2, 0]);
  return { ...integers, value: { record, scale, shape: layer.shape, layout }, record, terms };
}

/** Every window copied out as a row, one after the other: first along the width, then along the height. */
function lowerColumns(builder: Builder, layer: ConvNode, a: Value, integers: Integers, wish: Wish): Layer {
  const { node, window } = layer;
  const [[kh, kw], [sh, sw], [dh, dw]] = [window.kernel, window.strides, window.dilations];
  const { channels, height, width } = paddedSize(a, window);
  const [outputs, rows, columns] = imageShape(layer);
  const image = laidOut(builder, node, a, window, "HWC", 1, 0);
  const spread = builder.add(node, {
    kernel: Kernel.GATHER,
    dtype: DTypeCode.int8,
    shape: [height, columns, kw, channels],
    a: builder.read(image, [width * channels, sw * channels, dw * channels, 1]),
  });
  const line = kw * channels;
  const windows = builder.add(node, {
    kernel: Kernel.GATHER,
    dtype: DTypeCode.int8,
    shape: [rows, columns, kh, line],
    a: builder.read({ ...image, record: spread }, [sh * columns * line, line, dh * columns * line, 1]),
  });
  const length = kh * line;
  const value = { ...image, record: windows };
  const each = {
    value,
    length,
    extents: [1, 1, rows * columns] as const,
    strides: [0, 0, length] as const,
    places: [],
  };
  const layer1 = lowerRows(builder, each, layer.shape, integers, wish);
  return { ...layer1, value: { ...layer1.value, layout: ordered([outputs, rows, columns], [1, 2, 0]) } };
}
