import { sizeOf } from "../graph.ts";
import type { ConcatNode, Shape, Value } from "../graph.ts";
import { distinctAxes } from "./axes.ts";
import { readConstant } from "./initializers.ts";
import type { Computed, Meaning } from "./scope.ts";
import type { Site } from "./site.ts";

/** Dimension d of the result is dimension perm[d] of the value; by default the order is reversed. */
export function transpose(site: Site): Computed {
  const attributes = site.attributes({ perm: {} });
  const x = site.computed(0);
  const rank = x.dims.length;
  const perm = attributes.ints("perm") ?? x.dims.map((_, index) => rank - 1 - index);
  if (perm.length !== rank || x.dims.some((_, index) => !perm.includes(index))) {
    throw attributes.refusal(`perm [${perm.join(", ")}] is no order of ${rank} dimensions`);
  }
  const dims = perm.map((axis) => x.dims[axis] ?? 1);
  // Dimensions of size 1 hold no order: without them only what really moves is left.
  const moving = x.dims.map((_, index) => index).filter((index) => x.dims[index] !== 1);
  const axes = perm.filter((axis) => x.dims[axis] !== 1).map((axis) => moving.indexOf(axis));
  if (axes.every((axis, index) => axis === index)) return site.alias(x, dims);
  const shape = dims.filter((dim) => dim !== 1);
  const from = moving.map((index) => x.dims[index] ?? 1);
  const a = site.builder.as(x.value, from, site.label);
  return site.result(site.builder.add({ node: site.label, op: "transpose", shape, a, axes }), dims);
}

/** Values and constants one after the other along an axis. */
export function concat(site: Site): Computed {
  const attributes = site.attributes({ axis: {} });
  const meanings = Array.from({ length: site.inputs }, (_, index) => site.meaning(index));
  if (!meanings.some((meaning) => "computed" in meaning)) {
    const what = `it joins ${meanings.length} constants and no value`;
    throw site.refusal("ONNX_UNSUPPORTED_GRAPH", what, "let the exporter fold operations on constants alone");
  }
  if (!attributes.has("axis")) throw attributes.refusal("attribute axis is missing");
  const parts = meanings.map((meaning) => partOf(site, meaning));
  const [first = []] = parts.map(({ dims }) => dims);
  const [axis = 0] = distinctAxes(site, [attributes.int("axis", 0)], first.length);
  const others = (dims: Shape) => dims.map((dim, index) => (index === axis ? -1 : dim)).join(", ");
  const odd = parts.find(({ dims }) => others(dims) !== others(first));
  if (odd !== undefined) {
    throw site.mismatch(`it joins [${first.join(", ")}] and [${odd.dims.join(", ")}] along dimension ${axis}`);
  }
  if (parts.length === 1) return site.alias(site.computed(0), first);
  const dims = first.map((dim, index) =>
    index === axis ? parts.reduce((sum, part) => sum + (part.dims[index] ?? 0), 0) : dim,
  );
  return site.result(site.builder.add(joined(site, parts, axis)), dims);
}

type Part = { readonly value: Value; readonly dims: Shape };

function partOf(site: Site, meaning: Meaning): Part {
  if ("computed" in meaning) return site.number(meaning.computed);
  const { shape: dims, values } = readConstant(meaning.constant);
  const shape = dims.length > 1 && dims[0] === 1 ? dims.slice(1) : dims;
  return { value: site.builder.add({ node: site.label, op: "constant", shape, values }), dims };
}

/**
 * The parts as they are held, where they have that axis under their own shapes (an image with a height of 1 does, say); else
 * under their ONNX dimensions, without the batch if it is not what they are joined along.
 */
function joined(site: Site, parts: readonly Part[], axis: number): ConcatNode {
  const outer = sizeOf(parts[0]?.dims.slice(0, axis) ?? []);
  const held = parts.map(({ value, dims }) => ({ shape: site.shapeOf(value), length: dims[axis] ?? 0 }));
  const places = held.map(({ shape, length }) =>
    shape.findIndex((dim, index) => dim === length && sizeOf(shape.slice(0, index)) === outer),
  );
  const forms = held.map(({ shape }, part) => shape.map((dim, index) => (index === places[part] ? -1 : dim)).join());
  const [place = -1] = places;
  const isCommon = place >= 0 && forms.every((form, part) => form === forms[0] && places[part] === place);
  const skipped = isCommon || axis === 0 || parts[0]?.dims[0] !== 1 ? 0 : 1;
  const values = parts.map(({ value, dims }) =>
    isCommon ? value : site.builder.as(value, dims.slice(skipped), site.label),
  );
  const at = isCommon ? place : axis - skipped;
  const [first = []] = values.map((value) => site.shapeOf(value));
  const length = values.reduce((sum, value) => sum + (site.shapeOf(value)[at] ?? 0), 0);
  const shape = first.map((dim, index) => (index === at ? length : dim));
  return { node: site.label, op: "concat", shape, parts: values, axis: at };
}
