import type { Shape, Window } from "../graph.ts";
import type { Attributes, Span } from "./attributes.ts";
import type { Site } from "./site.ts";

/** A window over an image and the size [H, W] of what it makes. */
export type Sweep = {
  readonly window: Window;
  readonly size: Shape;
  /** A last, incomplete window (ceil_mode) reaches past the padding that the node asks for. */
  readonly reachesPastPads: boolean;
};

/** One spatial dimension of a sweep. */
type Axis = {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly begin: number;
  readonly end: number;
  readonly size: number;
  readonly extra: number;
};

/** Attributes that convolutions and poolings share. */
export const WINDOW_ATTRIBUTES: Readonly<Record<string, Span>> = {
  auto_pad: {},
  kernel_shape: {},
  pads: {},
  strides: {},
};

/**
 * Reads the window attributes of a node over an input of `sizes`, one or two spatial dimensions.
 * @param kernel its size in each of them.
 */
export function sweepOf(site: Site, attributes: Attributes, kernel: Shape, sizes: Shape): Sweep {
  const list = (name: string, byDefault: number, least: number, length = sizes.length) => {
    const given = attributes.ints(name) ?? Array<number>(length).fill(byDefault);
    if (given.length === length && given.every((value) => value >= least && value <= 0x7fffffff)) return given;
    throw attributes.refusal(`attribute ${name} is [${given.join(", ")}], not ${length} numbers from ${least} on`);
  };
  const strides = list("strides", 1, 1);
  const dilations = list("dilations", 1, 1);
  const pads = list("pads", 0, 0, 2 * sizes.length);
  const auto = attributes.string("auto_pad", "NOTSET");
  const isCeil = attributes.int("ceil_mode", 0) !== 0;
  if (!["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"].includes(auto)) throw attributes.refusal(`auto_pad is ${auto}`);
  if (auto !== "NOTSET" && (isCeil || pads.some((pad) => pad > 0))) {
    throw attributes.refusal(`auto_pad ${auto} comes with ${isCeil ? "ceil_mode" : `pads [${pads.join(", ")}]`}`);
  }
  const axes = sizes.map((size, d): Axis => {
    const [stride = 1, dilation = 1, length = 1] = [strides[d], dilations[d], kernel[d]];
    const reach = (length - 1) * dilation + 1;
    const explicit = [pads[d] ?? 0, pads[d + sizes.length] ?? 0] as const;
    const [begin, end] = auto.startsWith("SAME") ? samePads(auto, size, stride, reach) : explicit;
    const room = size + begin + end - reach;
    if (room < 0) throw site.mismatch(`its window reaches over ${reach} and its padded input has ${room + reach}`);
    const rest = isCeil ? room % stride : 0;
    const extra = rest === 0 ? 0 : stride - rest;
    return {
      kernel: length,
      stride,
      dilation,
      begin,
      end: end + extra,
      size: Math.floor((room + extra) / stride) + 1,
      extra,
    };
  });
  return lifted(axes);
}

/** Padding so that the result has ⌈size / stride⌉ elements; an odd one goes to the end (upper) or the beginning (lower). */
function samePads(auto: string, size: number, stride: number, reach: number): readonly [begin: number, end: number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  const less = Math.floor(total / 2);
  return auto === "SAME_UPPER" ? [less, total - less] : [total - less, less];
}

const NO_AXIS: Axis = { kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0, size: 1, extra: 0 };

/** One spatial dimension is the second of two, the first being 1. */
function lifted(axes: readonly Axis[]): Sweep {
  const [y = NO_AXIS, x = NO_AXIS] = axes.length === 1 ? [NO_AXIS, ...axes] : axes;
  return {
    window: {
      kernel: [y.kernel, x.kernel],
      strides: [y.stride, x.stride],
      dilations: [y.dilation, x.dilation],
      pads: [y.begin, x.begin, y.end, x.end],
    },
    size: [y.size, x.size],
    reachesPastPads: y.extra + x.extra > 0,
  };
}
