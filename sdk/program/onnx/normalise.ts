import { sizeOf } from "../graph.ts";
import { applyAffine } from "./affine.ts";
import type { Computed } from "./scope.ts";
import type { Site } from "./site.ts";

/** scale · (x − mean) / √(variance + epsilon) + shift per channel, with the statistics of training: a factor and a shift. */
export function batchNormalization(site: Site): Computed {
  const known = { epsilon: {}, momentum: {}, spatial: { before: 9 }, training_mode: { since: 14 } };
  const attributes = site.attributes(known);
  if (attributes.int("training_mode", 0) !== 0) throw attributes.refusal("training_mode is set");
  if (attributes.int("spatial", 1) !== 1) throw attributes.refusal("spatial is 0: statistics per element");
  const epsilon = attributes.float("epsilon", 1e-5);
  const x = site.computed(0);
  const [, channels = 0, ...sizes] = x.dims;
  const [scale, shift, mean, variance] = ["scales", "shifts", "means", "variances"].map((role, index) => {
    const { shape, values } = site.constant(index + 1, role);
    if (x.dims.length >= 2 && shape.length === 1 && shape[0] === channels) return values;
    throw site.mismatch(`its ${role} have shape [${shape.join(", ")}] and its input [${x.dims.join(", ")}]`);
  });
  const factors = Array.from({ length: channels }, (_, c) => {
    const spread = (variance?.[c] ?? NaN) + epsilon;
    if (spread > 0) return (scale?.[c] ?? NaN) / Math.sqrt(spread);
    const what = `the variance of channel ${c} plus epsilon is ${spread}`;
    throw site.refusal("ONNX_NOT_FINITE", what, "train the model again or raise epsilon: the root of it divides");
  });
  const shifts = factors.map((factor, c) => (shift?.[c] ?? NaN) - (mean?.[c] ?? NaN) * factor);
  const plane = sizeOf(sizes);
  const each = (values: readonly number[]) =>
    Float64Array.from({ length: sizeOf(x.dims) }, (_, at) => values[Math.floor(at / plane) % channels] ?? NaN);
  // Held as an image, one weight and one bias per channel will do.
  const isImage = sizes.length === 1 || sizes.length === 2;
  const held = isImage ? { ...x, value: site.image(x) } : x;
  return applyAffine(site, held, x.dims, { factor: each(factors), shift: each(shifts) });
}
