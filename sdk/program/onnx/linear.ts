import type { Shape } from "../graph.ts";
import { finite } from "./affine.ts";
import { broadcastDims, expand } from "./broadcast.ts";
import type { Constant } from "./initializers.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";

/** Y = alpha·A·B' + beta·C with A the value, B the weights (transposed if transB) and C the bias, if any. */
export function gemm(site: Site): Computed {
  const attributes = site.attributes({ alpha: {}, beta: {}, transA: {}, transB: {} });
  if (attributes.int("transA", 0) !== 0) throw attributes.refusal("transA is set: the input would be a column");
  const alpha = attributes.float("alpha", 1);
  const beta = attributes.float("beta", 1);
  const isTransposed = attributes.int("transB", 0) !== 0;
  const x = site.computed(0);
  if (x.dims.length !== 2) throw site.mismatch(`its input has ${x.dims.length} dimensions, not 2`);
  const { shape, values } = site.constant(1, "weights");
  if (shape.length !== 2) throw site.mismatch(`its weights have shape [${shape.join(", ")}], not two dimensions`);
  const [rows = 0, columns = 0] = shape;
  const outputs = isTransposed ? rows : columns;
  const weights = (isTransposed ? values : transposed(values, rows, columns)).map((weight) => alpha * weight);
  const c = site.optionalConstant(2);
  const bias = c === undefined ? new Float32Array(outputs) : biasOf(site, c, outputs).map((value) => beta * value);
  return dense(site, x, finite(site, weights), finite(site, bias), [x.dims[0] ?? 1, outputs]);
}

/** Y = A·B with A the value: a dense layer without bias. */
export function matMul(site: Site): Computed {
  site.attributes({});
  const x = site.computed(0);
  const { shape, values } = site.constant(1, "weights");
  const [inputs = 0, outputs = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || x.dims.length === 0) {
    throw site.mismatch(`its weights have shape [${shape.join(", ")}] and its input [${x.dims.join(", ")}]`);
  }
  const dims = [...x.dims.slice(0, -1), ...(shape.length === 2 ? [outputs] : [])];
  return dense(site, x, transposed(values, inputs, outputs), new Float32Array(outputs), dims);
}

function dense(site: Site, x: Computed, weights: Float32Array, bias: Float32Array, dims: Shape): Computed {
  const inputs = weights.length / bias.length;
  if (x.dims.at(-1) !== inputs) {
    throw site.mismatch(`its weights take ${inputs} values and its input has shape [${x.dims.join(", ")}]`);
  }
  const a = site.rows(x, inputs);
  const shape = [...site.shapeOf(a).slice(0, -1), bias.length];
  return site.result(site.builder.add({ node: site.label, op: "dense", shape, a, weights, bias }), dims);
}

/** Gemm's C: one value per output, or one for all of them. */
function biasOf(site: Site, c: Constant, outputs: number): Float32Array {
  const dims = broadcastDims(c.shape, [1, outputs]);
  if (dims?.length === 2 && dims[0] === 1 && dims[1] === outputs) return expand(c, dims);
  throw site.mismatch(`its bias has shape [${c.shape.join(", ")}] and the layer ${outputs} outputs`);
}

/** [rows][columns] → [columns][rows]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, at) => values[(at % rows) * columns + Math.floor(at / rows)] ?? NaN);
}
