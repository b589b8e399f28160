import { sizeOf } from "../graph.ts";
import type { ConcatNode, Shape, Value } from "../graph.ts";
import { readConstant, readFlag, readIntegers } from "./initializers.ts";
import type { Meaning } from "./scope.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";

/** The same value or constant. */
export function identity(site: Site): Meaning {
  site.attributes({});
  const meaning = site.meaning(0);
  return "computed" in meaning ? { computed: site.alias(meaning.computed, meaning.computed.dims) } : meaning;
}

/** At inference nothing is dropped. */
export function dropout(site: Site): Computed {
  site.attributes({ ratio: { before: 12 }, seed: { since: 12 } });
  const x = site.computed(0);
  const training = site.tensor(2);
  // Without training the ratio does nothing; it must be known all the same.
  site.tensor(1);
  if (training !== undefined && readFlag(training)) {
    throw site.refusal("ONNX_UNSUPPORTED_GRAPH", "its training_mode is set", "export the model for inference");
  }
  return site.alias(x, x.dims);
}

/** Two dimensions, the first from those before `axis`. */
export function flatten(site: Site): Computed {
  const attributes = site.attributes({ axis: {} });
  const x = anyType(site);
  const axis = attributes.int("axis", 1);
  const split = axis < 0 ? axis + x.dims.length : axis;
  if (split < 0 || split > x.dims.length) {
    throw attributes.refusal(`axis ${axis} is outside its input of ${x.dims.length} dimensions`);
  }
  return site.alias(x, [sizeOf(x.dims.slice(0, split)), sizeOf(x.dims.slice(split))]);
}

/** The sizes that a constant gives: 0 keeps the input's, one −1 takes what is left. */
export function reshape(site: Site): Computed {
  const attributes = site.attributes({ allowzero: { since: 14 } });
  const x = anyType(site);
  const asked = required(site, 1, "shape");
  const keeps = attributes.int("allowzero", 0) === 0;
  const known = asked.map((dim, index) => (dim === 0 && keeps ? (x.dims[index] ?? 0) : dim));
  const rest = sizeOf(x.dims) / sizeOf(known.filter((dim) => dim !== -1));
  const dims = known.map((dim) => (dim === -1 ? rest : dim));
  const isPossible =
    dims.every((dim) => Number.isInteger(dim) && dim > 0) && known.indexOf(-1) === known.lastIndexOf(-1);
  if (isPossible && sizeOf(dims) === sizeOf(x.dims)) return site.alias(x, dims);
  throw site.mismatch(`it asks for [${asked.join(", ")}] and its input has shape [${x.dims.join(", ")}]`);
}

/** Drops dimensions of size 1: the given ones, or all. */
export function squeeze(site: Site): Computed {
  const attributes = site.attributes({ axes: { before: 13 } });
  const x = anyType(site);
  const tensor = site.tensor(1);
  const given = attributes.ints("axes") ?? (tensor === undefined ? undefined : readIntegers(tensor));
  if (given === undefined) {
    return site.alias(
      x,
      x.dims.filter((dim) => dim !== 1),
    );
  }
  const axes = distinct(site, given, x.dims.length);
  if (axes.some((axis) => x.dims[axis] !== 1)) {
    throw site.mismatch(`it drops dimensions ${given.join(", ")} of [${x.dims.join(", ")}], which are not all 1`);
  }
  return site.alias(
    x,
    x.dims.filter((_, index) => !axes.includes(index)),
  );
}

/** Adds dimensions of size 1 at the given places of the result. */
export function unsqueeze(site: Site): Computed {
  const attributes = site.attributes({ axes: { before: 13 } });
  const x = anyType(site);
  const given = site.opset < 13 ? (attributes.ints("axes") ?? []) : required(site, 1, "axes");
  const rank = x.dims.length + given.length;
  const axes = distinct(site, given, rank);
  const kept = [...x.dims];
  return site.alias(
    x,
    Array.from({ length: rank }, (_, index) => (axes.includes(index) ? 1 : (kept.shift() ?? 1))),
  );
}

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
export function concat(site: Site): Meaning {
  const attributes = site.attributes({ axis: {} });
  const meanings = Array.from({ length: site.inputs }, (_, index) => site.meaning(index));
  const [only] = meanings;
  if (only === undefined || !meanings.some((meaning) => "computed" in meaning)) {
    const what = `it joins ${meanings.length} constants and no value`;
    throw site.refusal("ONNX_UNSUPPORTED_GRAPH", what, "let the exporter fold operations on constants alone");
  }
  if (!attributes.has("axis")) throw attributes.refusal("attribute axis is missing");
  const parts = meanings.map((meaning) => partOf(site, meaning));
  const [first = []] = parts.map(({ dims }) => dims);
  const [axis = 0] = distinct(site, [attributes.int("axis", 0)], first.length);
  const others = (dims: Shape) => dims.map((dim, index) => (index === axis ? -1 : dim)).join(", ");
  const odd = parts.find(({ dims }) => others(dims) !== others(first));
  if (odd !== undefined) {
    throw site.mismatch(`it joins [${first.join(", ")}] and [${odd.dims.join(", ")}] along dimension ${axis}`);
  }
  if (meanings.length === 1) return identityOf(site, only);
  const dims = first.map((dim, index) =>
    index === axis ? parts.reduce((sum, part) => sum + (part.dims[index] ?? 0), 0) : dim,
  );
  return { computed: site.result(site.builder.add(joined(site, parts, axis)), dims) };
}

type Part = { readonly value: Value; readonly dims: Shape };

function partOf(site: Site, meaning: Meaning): Part {
  if ("computed" in meaning) return site.number(meaning.computed);
  const { shape, values } = readConstant(meaning.constant);
  return { value: site.builder.add({ node: site.label, op: "constant", shape, values }), dims: shape };
}

function identityOf(site: Site, meaning: Meaning): Meaning {
  return "computed" in meaning ? { computed: site.alias(meaning.computed, meaning.computed.dims) } : meaning;
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

/** A value whose type does not matter: operators that only change dimensions take class numbers too. */
function anyType(site: Site): Computed {
  const meaning = site.meaning(0);
  return "computed" in meaning ? meaning.computed : site.computed(0);
}

function required(site: Site, input: number, role: string): readonly number[] {
  const tensor = site.tensor(input);
  if (tensor === undefined) throw site.missing(`it has no ${role} at input ${input}`);
  return readIntegers(tensor);
}

/** Axes counted from the front; a negative one counts from the back. */
function distinct(site: Site, axes: readonly number[], rank: number): readonly number[] {
  const counted = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (counted.every((axis, index) => axis >= 0 && axis < rank && counted.indexOf(axis) === index)) return counted;
  throw site.mismatch(`axes ${axes.join(", ")} are not distinct dimensions among ${rank}`);
}
