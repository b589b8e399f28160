import type { Shape } from "../graph.ts";
import type { Attributes } from "./attributes.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";
import { sweepOf, WINDOW_ATTRIBUTES } from "./window.ts";
import type { Sweep } from "./window.ts";

/** Convolution over one or two spatial dimensions. */
export function conv(site: Site): Computed {
  const attributes = site.attributes({ ...WINDOW_ATTRIBUTES, dilations: {}, group: {} });
  const x = site.computed(0);
  const a = site.image(x);
  const { shape: form, values: weights } = site.constant(1, "weights");
  const [outputs = 0, perGroup = 0, ...kernel] = form;
  const [, channels = 0, ...sizes] = x.dims;
  const groups = attributes.int("group", 1);
  if (form.length !== x.dims.length || perGroup * groups !== channels || outputs % groups !== 0) {
    const what = `its weights have shape [${form.join(", ")}] in ${groups} groups and its input [${x.dims.join(", ")}]`;
    throw site.mismatch(what);
  }
  const stated = attributes.ints("kernel_shape") ?? kernel;
  if (stated.join() !== kernel.join()) {
    throw site.mismatch(`kernel_shape is [${stated.join(", ")}] and its weights have shape [${form.join(", ")}]`);
  }
  const given = site.optionalConstant(2);
  if (given !== undefined && given.shape.join() !== `${outputs}`) {
    throw site.mismatch(`its bias has shape [${given.shape.join(", ")}] and it makes ${outputs} channels`);
  }
  const bias = given?.values ?? new Float32Array(outputs);
  const sweep = sweepOf(site, attributes, kernel, sizes);
  const { window } = sweep;
  const shape = [outputs, ...sweep.size];
  const value = site.builder.add({ node: site.label, op: "conv", shape, a, window, groups, weights, bias });
  return site.result(value, dimsOf(x, sweep, outputs));
}

/** Largest element of each window. Its second output, where it was, may be named but not used. */
export function maxPool(site: Site): Computed {
  const known = {
    ...WINDOW_ATTRIBUTES,
    storage_order: { since: 8 },
    ceil_mode: { since: 10 },
    dilations: { since: 10 },
  };
  const attributes = site.attributes(known);
  const { x, a, sweep, shape } = pooling(site, attributes);
  const value = site.builder.add({ node: site.label, op: "maxPool", shape, a, window: sweep.window });
  return site.result(value, dimsOf(x, sweep));
}

/** Mean of each window. */
export function averagePool(site: Site): Computed {
  const known = { ...WINDOW_ATTRIBUTES, count_include_pad: {}, ceil_mode: { since: 10 }, dilations: { since: 19 } };
  const attributes = site.attributes(known);
  const { x, a, sweep, shape } = pooling(site, attributes);
  const { window } = sweep;
  const countsPadding = attributes.int("count_include_pad", 0) !== 0 && window.pads.some((pad) => pad > 0);
  if (countsPadding && sweep.reachesPastPads) {
    throw attributes.refusal("count_include_pad comes with an incomplete last window of ceil_mode");
  }
  const value = site.builder.add({ node: site.label, op: "averagePool", shape, a, window, countsPadding });
  return site.result(value, dimsOf(x, sweep));
}

/** Mean of each channel. */
export function globalAveragePool(site: Site): Computed {
  const { x, a, sweep, shape } = wholeImage(site);
  const { window } = sweep;
  const countsPadding = false;
  const value = site.builder.add({ node: site.label, op: "averagePool", shape, a, window, countsPadding });
  return site.result(value, dimsOf(x, sweep));
}

/** Largest element of each channel. */
export function globalMaxPool(site: Site): Computed {
  const { x, a, sweep, shape } = wholeImage(site);
  const value = site.builder.add({ node: site.label, op: "maxPool", shape, a, window: sweep.window });
  return site.result(value, dimsOf(x, sweep));
}

type Pooling = { readonly x: Computed; readonly a: number; readonly sweep: Sweep; readonly shape: Shape };

function pooling(site: Site, attributes: Attributes): Pooling {
  const x = site.computed(0);
  const a = site.image(x);
  const sizes = x.dims.slice(2);
  const kernel = attributes.ints("kernel_shape");
  if (kernel?.length !== sizes.length || !kernel.every((size) => size > 0)) {
    throw attributes.refusal(`kernel_shape is [${kernel?.join(", ") ?? ""}] over ${sizes.length} spatial dimensions`);
  }
  const sweep = sweepOf(site, attributes, kernel, sizes);
  const shape = [x.dims[1] ?? 1, ...sweep.size];
  refuseEmptyWindows(attributes, sweep, site.shapeOf(a));
  return { x, a, sweep, shape };
}

function wholeImage(site: Site): Pooling {
  const attributes = site.attributes({});
  const x = site.computed(0);
  const a = site.image(x);
  const sizes = x.dims.slice(2);
  const sweep = sweepOf(site, attributes, sizes, sizes);
  return { x, a, sweep, shape: [x.dims[1] ?? 1, ...sweep.size] };
}

/** A window that holds padding only has no largest element and no mean; runtimes disagree on one that ceil_mode adds. */
function refuseEmptyWindows(attributes: Attributes, { window, size }: Sweep, [, ...sizes]: Shape): void {
  for (const d of [0, 1] as const) {
    const [kernel, stride, dilation, begin] = [
      window.kernel[d],
      window.strides[d],
      window.dilations[d],
      window.pads[d],
    ];
    for (let position = 0; position < (size[d] ?? 0); position++) {
      const reads = Array.from({ length: kernel }, (_, element) => position * stride + element * dilation - begin);
      if (reads.some((at) => at >= 0 && at < (sizes[d] ?? 0))) continue;
      throw attributes.refusal(`pads [${window.pads.join(", ")}] leave a window without any element of the input`);
    }
  }
}

/** The result's dimensions in ONNX: as many spatial ones as the input has. */
function dimsOf({ dims }: Computed, { size }: Sweep, channels = dims[1] ?? 1): Shape {
  return [1, channels, ...size.slice(4 - dims.length)];
}
