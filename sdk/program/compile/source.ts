import type { Window } from "../graph.ts";
import { Kernel } from "../records.ts";
import type { Four, OperatorRecord } from "../records.ts";
import { GatherVariant } from "../variants.ts";
import { arranged } from "./arrange.ts";
import type { Builder } from "./builder.ts";
import { stridesOf } from "./layout.ts";
import { imageShape } from "./value.ts";
import type { Value } from "./value.ts";

/** An image as a window slides over it: how far in memory its channels, groups of channels, rows and columns lie apart. */
export type Strides = {
  readonly group: number;
  readonly channel: number;
  readonly row: number;
  readonly column: number;
};

/** Orders in which an image can be laid out: by rows of pixels, by groups of channels, by channels. */
export type Order = "HWC" | "GHWC" | "CHW";

/** The image's size with its padding. */
export type Padded = { readonly channels: number; readonly height: number; readonly width: number };

/** The size that windows slide over. */
export function paddedSize(value: Value, { pads: [top, left, bottom, right] }: Window): Padded {
  const [channels, height, width] = imageShape(value);
  return { channels, height: height + top + bottom, width: width + left + right };
}

/** Strides of an image that is laid out in an order. */
export function stridesIn(order: Order, { channels, height, width }: Padded, groups: number): Strides {
  const own = channels / groups;
  switch (order) {
    case "HWC":
      return { group: own, channel: 1, row: width * channels, column: channels };
    case "GHWC":
      return { group: height * width * own, channel: 1, row: width * own, column: own };
    case "CHW":
      return { group: own * height * width, channel: height * width, row: width, column: 1 };
  }
}

/** The strides that the value already has; `undefined` if it has to be padded, or has no single stride in a dimension. */
export function ownStrides(value: Value, window: Window, groups: number): Strides | undefined {
  if (window.pads.some((pad) => pad > 0)) return undefined;
  const [channels, height, width] = imageShape(value);
  const [channel, row, column] = stridesOf(value.layout, [channels, height, width]) ?? [];
  if (channel === undefined || row === undefined || column === undefined) return undefined;
  return { group: (channel * channels) / groups, channel, row, column };
}

/** A copy of the image in an order, with its padding filled with `fill`. */
export function laidOut(
  builder: Builder,
  node: string,
  image: Value,
  window: Window,
  order: Order,
  groups: number,
  fill: number,
): Value {
  const [channels, height, width] = imageShape(image);
  const own = stridesOf(image.layout, [channels, height, width]);
  const value = own === undefined ? arranged(builder, node, image) : image;
  const [channel = 0, row = 0, column = 0] = own ?? stridesOf(value.layout, [channels, height, width]) ?? [];
  const [top, left] = window.pads;
  const padded = paddedSize(value, window);
  const each = channels / groups;
  // The four dimensions of the copy: size, stride in the image, padding before it, elements that come from the image.
  const g = { size: groups, stride: each * channel, pad: 0, own: groups };
  const h = { size: padded.height, stride: row, pad: top, own: height };
  const w = { size: padded.width, stride: column, pad: left, own: width };
  const c = { size: each, stride: channel, pad: 0, own: each };
  const all = { ...c, size: channels, own: channels };
  const one = { size: 1, stride: 0, pad: 0, own: 1 };
  const dimensions = { HWC: [one, h, w, all], GHWC: [g, h, w, c], CHW: [one, all, h, w] }[order];
  const pick = (key: keyof typeof one): Four => {
    const [d0, d1, d2, d3] = dimensions.map((dimension) => dimension[key]);
    return [d0 ?? 0, d1 ?? 0, d2 ?? 0, d3 ?? 0];
  };
  const isPadded = window.pads.some((pad) => pad > 0);
  const edges: Partial<OperatorRecord> = isPadded
    ? { variant: GatherVariant.WINDOW, windowStart: pick("pad"), windowExtent: pick("own"), fill }
    : {};
  const record = builder.add(node, {
    ...edges,
    kernel: Kernel.GATHER,
    dtype: builder.record(value.record).dtype,
    shape: pick("size"),
    a: builder.read(value, pick("stride"), [0, 0, 0], 0 - top * row - left * column),
  });
  return { ...value, record };
}
