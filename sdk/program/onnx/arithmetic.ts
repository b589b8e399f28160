import { sizeOf } from "../graph.ts";
import type { Shape } from "../graph.ts";
import { applyAffine } from "./affine.ts";
import type { Affine } from "./affine.ts";
import { broadcastDims, expand } from "./broadcast.ts";
import { readConstant } from "./initializers.ts";
import type { OnnxTensor } from "./messages.ts";
import type { Computed, Meaning } from "./scope.ts";
import type { Site } from "./site.ts";

/** What an operation with a constant does to each element, given the element of the constant. */
type Effect = (constant: number) => readonly [factor: number, shift: number];

const plus: Effect = (constant) => [1, constant];
const times: Effect = (constant) => [constant, 0];

/** A + B: two values of one shape, or a value and a constant on either side. */
export function add(site: Site): Computed {
  return pair(site, "add", plus, plus);
}

/** A · B, as {@link add}. */
export function mul(site: Site): Computed {
  return pair(site, "mul", times, times);
}

/** A − B, as {@link add}; of two values, the second is negated first. */
export function sub(site: Site): Computed {
  return pair(
    site,
    "sub",
    (constant) => [1, -constant],
    (constant) => [-1, constant],
  );
}

/** A / B with B constant: A times the reciprocal of B. */
export function div(site: Site): Computed {
  return pair(site, undefined, (constant) => [1 / constant, 0], undefined);
}

/**
 * @param op what to do with two values, if anything
 * @param onRight the effect of a constant at input 1
 * @param onLeft the effect of a constant at input 0, if there is one
 */
function pair(
  site: Site,
  op: "add" | "mul" | "sub" | undefined,
  onRight: Effect,
  onLeft: Effect | undefined,
): Computed {
  site.attributes({});
  const [left, right] = [site.meaning(0), site.meaning(1)];
  if (isComputed(left) && !isComputed(right)) return withConstant(site, left.computed, right.constant, onRight);
  if (!isComputed(left) && isComputed(right) && onLeft !== undefined) {
    return withConstant(site, right.computed, left.constant, onLeft);
  }
  if (isComputed(left) && isComputed(right) && op !== undefined)
    return ofValues(site, op, left.computed, right.computed);
  const kinds = [left, right].map((meaning) => (isComputed(meaning) ? "a value" : "a constant")).join(" and ");
  const next = "divide by constants only, and let the exporter fold operations on constants alone";
  throw site.refusal("ONNX_UNSUPPORTED_GRAPH", `its inputs are ${kinds}`, next);
}

function isComputed(meaning: Meaning): meaning is { readonly computed: Computed } {
  return "computed" in meaning;
}

function withConstant(site: Site, operand: Computed, tensor: OnnxTensor, effect: Effect): Computed {
  const x = site.number(operand);
  const constant = readConstant(tensor);
  const dims = commonDims(site, x.dims, constant.shape);
  if (sizeOf(dims) !== sizeOf(x.dims)) {
    const what = `its constant of shape [${constant.shape.join(", ")}] would enlarge the value of [${x.dims.join(", ")}]`;
    throw site.refusal("ONNX_UNSUPPORTED_GRAPH", what, "give the value all of its elements before this operator");
  }
  const effects = Array.from(expand(constant, dims), effect);
  const affine: Affine = {
    factor: Float64Array.from(effects, ([factor]) => factor),
    shift: Float64Array.from(effects, ([, shift]) => shift),
  };
  return applyAffine(site, x, dims, affine);
}

function ofValues(site: Site, op: "add" | "mul" | "sub", left: Computed, right: Computed): Computed {
  const [a, b] = [site.number(left), site.number(right)];
  const dims = commonDims(site, a.dims, b.dims);
  const size = sizeOf(dims);
  if (size !== sizeOf(a.dims) || size !== sizeOf(b.dims)) {
    const what = `one of its values, of [${a.dims.join(", ")}] and [${b.dims.join(", ")}], would be repeated`;
    throw site.refusal("ONNX_UNSUPPORTED_GRAPH", what, "combine values of equal shapes only");
  }
  const shape = site.shapeOf(a.value);
  const negated = op === "sub" ? applyAffine(site, b, b.dims, minusOne(size)) : b;
  const second = site.builder.as(negated.value, shape, site.label);
  const kind = op === "sub" ? "add" : op;
  return site.result(site.builder.add({ node: site.label, op: kind, shape, a: a.value, b: second }), dims);
}

function minusOne(size: number): Affine {
  return { factor: new Float64Array(size).fill(-1), shift: new Float64Array(size) };
}

function commonDims(site: Site, a: Shape, b: Shape): Shape {
  const dims = broadcastDims(a, b);
  if (dims !== undefined) return dims;
  throw site.mismatch(`its inputs have shapes [${a.join(", ")}] and [${b.join(", ")}]`);
}
