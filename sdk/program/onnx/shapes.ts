import { sizeOf } from "../graph.ts";
import { distinctAxes } from "./axes.ts";
import { readFlag, readIntegers } from "./initializers.ts";
import type { Computed, Meaning } from "./scope.ts";
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
  const axes = distinctAxes(site, given, x.dims.length);
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
  const axes = distinctAxes(site, given, rank);
  const kept = [...x.dims];
  return site.alias(
    x,
    Array.from({ length: rank }, (_, index) => (axes.includes(index) ? 1 : (kept.shift() ?? 1))),
  );
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
