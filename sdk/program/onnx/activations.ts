import { sizeOf } from "../graph.ts";
import { readBounds } from "./initializers.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";

/** max(x, 0). */
export function relu(site: Site): Computed {
  site.attributes({});
  return clipped(site, 0, Infinity);
}

/** min(max(x, min), max); the bounds are attributes up to operator set 10, then inputs. */
export function clip(site: Site): Computed {
  const attributes = site.attributes({ min: { before: 11 }, max: { before: 11 } });
  const [min, max] = [
    opened(site.opset < 11 ? attributes.float("min", -Infinity) : boundAt(site, 1, -Infinity)),
    opened(site.opset < 11 ? attributes.float("max", Infinity) : boundAt(site, 2, Infinity)),
  ];
  if (min > max || min === Infinity || max === -Infinity) {
    const what = `its bounds are ${min} and ${max}`;
    throw site.refusal("ONNX_INVALID", what, "export the model again: no value lies between them");
  }
  return clipped(site, min, max);
}

/** Sigmoid of each element. */
export function sigmoid(site: Site): Computed {
  return curve(site, "sigmoid");
}

/** Tanh of each element. */
export function tanh(site: Site): Computed {
  return curve(site, "tanh");
}

/** Over the last axis; up to operator set 12 over all axes from `axis` on. */
export function softmax(site: Site): Computed {
  const attributes = site.attributes({ axis: {} });
  const x = site.computed(0);
  const rank = x.dims.length;
  const asked = attributes.int("axis", site.opset < 13 ? 1 : -1);
  const axis = asked < 0 ? asked + rank : asked;
  if (axis < 0 || axis >= rank) throw attributes.refusal(`axis ${asked} is outside its input of ${rank} dimensions`);
  const behind = sizeOf(x.dims.slice(axis + 1));
  if (site.opset >= 13 && behind !== 1) {
    throw attributes.refusal(`axis ${asked} is not the last of [${x.dims.join(", ")}]`);
  }
  const a = site.rows(x, (x.dims[axis] ?? 1) * behind);
  return site.result(site.builder.add({ node: site.label, op: "softmax", shape: site.shapeOf(a), a }), x.dims);
}

/** The index of the largest element along the last axis; the lowest such index if there are several. */
export function argMax(site: Site): Computed {
  const attributes = site.attributes({ axis: {}, keepdims: {}, select_last_index: { since: 12 } });
  if (attributes.int("select_last_index", 0) !== 0) throw attributes.refusal("select_last_index is set");
  const x = site.computed(0);
  const rank = x.dims.length;
  const asked = attributes.int("axis", 0);
  const axis = asked < 0 ? asked + rank : asked;
  if (axis < 0 || axis >= rank || sizeOf(x.dims.slice(axis + 1)) !== 1) {
    throw attributes.refusal(`axis ${asked} is not the last of [${x.dims.join(", ")}]`);
  }
  const keeps = attributes.int("keepdims", 1) !== 0;
  const a = site.rows(x, x.dims[axis] ?? 1);
  const shape = site.shapeOf(a).slice(0, -1);
  const value = site.builder.add({ node: site.label, op: "argMax", shape, a });
  const dims = [...x.dims.slice(0, axis), ...(keeps ? [1] : []), ...x.dims.slice(axis + 1)];
  return { ...site.result(value, dims), isIndex: true };
}

function clipped(site: Site, min: number, max: number): Computed {
  const x = site.computed(0);
  if (min === -Infinity && max === Infinity) return site.alias(x, x.dims);
  const shape = site.shapeOf(x.value);
  return site.result(site.builder.add({ node: site.label, op: "clip", shape, a: x.value, min, max }), x.dims);
}

function curve(site: Site, op: "sigmoid" | "tanh"): Computed {
  site.attributes({});
  const x = site.computed(0);
  return site.result(site.builder.add({ node: site.label, op, shape: site.shapeOf(x.value), a: x.value }), x.dims);
}

/** A bound at an end of float32's range bounds nothing: exporters write it for a side that is open. */
function opened(bound: number): number {
  return Math.abs(bound) < LARGEST ? bound : Math.sign(bound) * Infinity;
}

const LARGEST = 3.4028234663852886e38;

function boundAt(site: Site, input: number, byDefault: number): number {
  const tensor = site.tensor(input);
  if (tensor === undefined) return byDefault;
  const { shape, values } = readBounds(tensor);
  const [bound] = values;
  if (bound !== undefined && values.length === 1 && shape.length <= 1) return bound;
  throw site.mismatch(`its bound at input ${input} has shape [${shape.join(", ")}], not one value`);
}
