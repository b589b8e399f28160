import { type Image, type LayerPlan, type Shape, elementsOf, windowOf } from "./plan.ts";

/**
 * Which elements of its input a layer sees. This table is all that training knows of images: a convolution is a dense layer at
 * each place of its window, and a dense layer has one place, with the whole input under it.
 */
export type Geometry = {
  /** Results made at each place; for a convolution its channels. */
  readonly rows: number;
  /** Elements under the window. */
  readonly terms: number;
  /** [places, terms]: numbers of the input's elements, row-major. */
  readonly elements: Uint32Array;
};

/** The geometry of a layer that `shapeAfter` accepts on `input`. */
export function geometryOf(input: Shape, layer: LayerPlan): Geometry {
  if (layer.kind === "dense") {
    const terms = elementsOf(input);
    return { rows: layer.outputs, terms, elements: Uint32Array.from({ length: terms }, (_, element) => element) };
  }
  const { extent, stride } = windowOf(layer);
  const [channels, height = 1, width = 1] = input;
  if (layer.kind === "conv") {
    const terms = channels * extent * extent;
    return { rows: layer.channels, terms, elements: windows([channels, height, width], extent, stride) };
  }
  // Pooling looks at one channel at a time.
  const one = windows([1, height, width], extent, stride);
  const elements = new Uint32Array(channels * one.length);
  for (let channel = 0; channel < channels; channel++) {
    const shifted = one.map((element) => channel * height * width + element);
    elements.set(shifted, channel * one.length);
  }
  return { rows: 1, terms: extent * extent, elements };
}

/** Places in row-major order; at each of them the elements by channel, row and column. */
function windows([channels, height, width]: Image, extent: number, stride: number): Uint32Array {
  const elements: number[] = [];
  for (let top = 0; top + extent <= height; top += stride) {
    for (let left = 0; left + extent <= width; left += stride) {
      for (let channel = 0; channel < channels; channel++) {
        for (let y = top; y < top + extent; y++) {
          for (let x = left; x < left + extent; x++) elements.push((channel * height + y) * width + x);
        }
      }
    }
  }
  return Uint32Array.from(elements);
}
