import type { AveragePoolNode, MaxPoolNode, Window } from "../graph.ts";
import { DTypeCode, Flag, Kernel, NO_OPERAND, Source } from "../records.ts";
import type { OperatorRecord } from "../records.ts";
import { multiplierFor } from "../scales.ts";
import { encodeTensor } from "../tensor-hash.ts";
import { BOUNDS } from "../tensor.ts";
import { Map2Variant, ReduceVariant } from "../variants.ts";
import { BLANK, fits } from "./builder.ts";
import type { Builder, Draft } from "./builder.ts";
import { ordered } from "./layout.ts";
import { laidOut, ownStrides, paddedSize, stridesIn } from "./source.ts";
import type { Padded, Strides } from "./source.ts";
import { imageShape, targetOf } from "./value.ts";
import type { Value, Wish } from "./value.ts";

/** The largest element of each window. Without a clip the scale stays, so nothing is lost. */
export function lowerMaxPool(builder: Builder, node: MaxPoolNode, a: Value, wish: Wish): Value {
  const isOpen = wish.min === -Infinity && wish.max === Infinity;
  const kept = { dtype: DTypeCode.int8, lo: BOUNDS.int8.min, hi: BOUNDS.int8.max, scale: a.scale };
  const { scale, ...target } = isOpen ? kept : targetOf(wish);
  const ratio = isOpen ? { multiplier: 1, shift: 0 } : multiplierFor(a.scale / scale, node.node);
  const draft = { ...target, ...ratio, variant: ReduceVariant.MAX, flags: Flag.RESCALE };
  return { ...pooled(builder, node, a, draft, BOUNDS.int8.min), scale };
}

/** The mean of each window: the division by its size is part of the rescale, unless windows have different sizes. */
export function lowerAveragePool(builder: Builder, node: AveragePoolNode, a: Value, wish: Wish): Value {
  const { scale, ...target } = targetOf(wish);
  const [kh, kw] = node.window.kernel;
  const hasPads = node.window.pads.some((pad) => pad > 0);
  if (node.countsPadding || !hasPads) {
    const ratio = multiplierFor(a.scale / (kh * kw * scale), node.node);
    const draft = { ...target, ...ratio, variant: ReduceVariant.SUM, flags: Flag.RESCALE };
    return { ...pooled(builder, node, a, draft, 0), scale };
  }
  const sums = pooled(builder, node, a, { dtype: DTypeCode.int32, variant: ReduceVariant.SUM, flags: 0 }, 0);
  const [channels, height, width] = imageShape(node);
  const counts = countsOf(node.window, a, height, width);
  const record = builder.add(node.node, {
    ...target,
    ...multiplierFor(a.scale / scale, node.node),
    kernel: Kernel.MAP2,
    variant: Map2Variant.DIV,
    flags: Flag.RESCALE,
    shape: [1, height, width, channels],
    a: builder.read(sums, [0, width * channels, channels, 1]),
    b: {
      ...NO_OPERAND,
      source: Source.WEIGHTS,
      dtype: DTypeCode.int32,
      length: counts.length,
      strides: [0, width, 1, 0],
    },
    words: encodeTensor({ dtype: "int32", values: counts }),
  });
  return { ...sums, record, scale };
}

/** A REDUCE record over windows; [rows, columns, channels] in memory. */
function pooled(
  builder: Builder,
  node: MaxPoolNode | AveragePoolNode,
  a: Value,
  draft: Omit<Draft, "kernel">,
  fill: number,
): Value {
  const [channels, height, width] = imageShape(node);
  const record = builder.add(node.node, {
    ...draft,
    kernel: Kernel.REDUCE,
    shape: [1, height, width, channels],
    ...windowsOf(builder, node, a, fill),
  });
  return { ...a, record, shape: node.shape, layout: ordered([channels, height, width], [1, 2, 0]) };
}

/** How the windows are read: from the image as it is, from a copy of it, or each from a copy of its own. */
function windowsOf(
  builder: Builder,
  node: MaxPoolNode | AveragePoolNode,
  a: Value,
  fill: number,
): Pick<OperatorRecord, "reduce" | "a"> {
  const { window } = node;
  const [sh, sw] = window.strides;
  const slide = (image: Value, strides: Strides) => {
    const { reduce, reduceStrides } = windowOf(window, strides);
    return {
      reduce,
      a: builder.read(image, [0, sh * strides.row, sw * strides.column, strides.channel], reduceStrides),
    };
  };
  const own = ownStrides(a, window, 1);
  if (own !== undefined && isOneStep(window, own)) return slide(a, own);
  const padded = paddedSize(a, window);
  for (const order of ["HWC", "CHW"] as const) {
    const strides = stridesIn(order, padded, 1);
    if (!isOneStep(window, strides)) continue;
    return slide(laidOut(builder, node.node, a, window, order, 1, fill), strides);
  }
  return cutOut(builder, node, laidOut(builder, node.node, a, window, "HWC", 1, fill), padded);
}

/** Copies every window's columns, then its rows, so that it becomes one run. */
function cutOut(
  builder: Builder,
  { node, window, shape }: MaxPoolNode | AveragePoolNode,
  image: Value,
  { channels, height, width }: Padded,
): Pick<OperatorRecord, "reduce" | "a"> {
  const [[kh, kw], [sh, sw], [dh, dw]] = [window.kernel, window.strides, window.dilations];
  const [, rows, columns] = imageShape({ shape });
  const { dtype } = builder.record(image.record);
  const columnsCut = builder.add(node, {
    kernel: Kernel.GATHER,
    dtype,
    shape: [height, columns, channels, kw],
    a: builder.read(image, [width * channels, sw * channels, 1, dw * channels]),
  });
  const row = columns * channels * kw;
  const record = builder.add(node, {
    kernel: Kernel.GATHER,
    dtype,
    shape: [rows, columns * channels, kh, kw],
    a: builder.read({ ...image, record: columnsCut }, [sh * row, kw, dh * row, 1]),
  });
  const terms = kh * kw;
  const strides = [0, columns * channels * terms, channels * terms, terms] as const;
  return { reduce: [1, 1, terms], a: builder.read({ ...image, record }, strides, [terms, terms, 1]) };
}

function windowOf(
  { kernel, dilations }: Window,
  { row, column }: Strides,
): Pick<OperatorRecord, "reduce"> & {
  readonly reduceStrides: OperatorRecord["reduce"];
} {
  return {
    reduce: [1, kernel[0], kernel[1]],
    reduceStrides: [0, dilations[0] * row, dilations[1] * column],
  };
}

function isOneStep(window: Window, strides: Strides): boolean {
  const { reduce, reduceStrides } = windowOf(window, strides);
  const a = {
    ...NO_OPERAND,
    dtype: DTypeCode.int8,
    source: Source.TRACE,
    strides: [1, 1, 1, 1] as const,
    reduceStrides,
  };
  return fits({ ...BLANK, kernel: Kernel.REDUCE, reduce, a });
}

/** How many elements of each window are none of the padding. */
function countsOf({ kernel, strides, dilations, pads }: Window, a: Value, height: number, width: number): Int32Array {
  const [, rows, columns] = imageShape(a);
  const inside = (axis: 0 | 1, at: number, size: number) =>
    Array.from({ length: kernel[axis] }, (_, tap) => at * strides[axis] + tap * dilations[axis] - pads[axis]).filter(
      (place) => place >= 0 && place < size,
    ).length;
  return Int32Array.from({ length: height * width }, (_, at) => {
    return inside(0, Math.floor(at / width), rows) * inside(1, at % width, columns);
  });
}
