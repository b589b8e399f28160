import { ModelError } from "../errors.ts";

/** Sizes of a value, row-major: a list of features, or an image. */
export type Shape = readonly [features: number] | Image;
export type Image = readonly [channels: number, height: number, width: number];

/** What one layer does. Windows are square and lie wholly inside the image: no padding. */
export type LayerPlan =
  | { readonly kind: "dense"; readonly outputs: number }
  | { readonly kind: "conv"; readonly channels: number; readonly kernel: number; readonly stride: number }
  /** Windows of `size` by `size`, side by side. */
  | { readonly kind: "maxPool"; readonly size: number };

/** A network before it has weights. ReLU follows every layer with weights but the last, whose results are the logits. */
export type Plan = { readonly input: Shape; readonly layers: readonly LayerPlan[] };

/** Dense layers only; the first width is the input's. */
export function densePlan([inputs = 0, ...widths]: readonly number[]): Plan {
  return { input: [inputs], layers: widths.map((outputs) => ({ kind: "dense", outputs })) };
}

/** Number of elements of a value. */
export function elementsOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * The shape that a layer makes of `input`.
 *
 * @throws ModelError NETWORK_SHAPE when a size is not a positive integer, or a window has no image that it fits into.
 */
export function shapeAfter(input: Shape, layer: LayerPlan): Shape {
  const sizes = [...input, ...Object.values(layer).filter((value) => typeof value === "number")];
  const isWhole = sizes.every((size) => Number.isInteger(size) && size > 0);
  if (!isWhole) throw refusal(input, layer, "give positive integers");
  if (layer.kind === "dense") return [layer.outputs];

  const [channels, height, width] = input;
  const { extent, stride } = windowOf(layer);
  if (height === undefined || width === undefined || Math.min(height, width) < extent) {
    throw refusal(input, layer, "put windows on images at least as large");
  }
  const places = (size: number): number => Math.floor((size - extent) / stride) + 1;
  return [layer.kind === "conv" ? layer.channels : channels, places(height), places(width)];
}

/** Side of a layer's window and the distance between two of its places. */
export function windowOf(layer: Exclude<LayerPlan, { kind: "dense" }>): { extent: number; stride: number } {
  return layer.kind === "conv"
    ? { extent: layer.kernel, stride: layer.stride }
    : { extent: layer.size, stride: layer.size };
}

function refusal(input: Shape, layer: LayerPlan, next: string): ModelError {
  return new ModelError({ code: "NETWORK_SHAPE", what: `${JSON.stringify(layer)} on [${input.join(", ")}]`, next });
}
