import type { Shape } from "../graph.ts";

/** Elements at a constant distance from each other in their record's tensor. */
export type Factor = { readonly extent: number; readonly stride: number };

/**
 * Where a value's elements are in its record's tensor: the factors, slowest first, count through the elements in the order
 * of the value's shape, as the digits of a number do. A layout always covers its whole tensor, so it is a permutation. It
 * says nothing of the shape: reshaping changes the shape and leaves the layout.
 */
export type Layout = readonly Factor[];

/** Elements one after the other. */
export function inOrder(length: number): Layout {
  return [{ extent: length, stride: 1 }];
}

/** The layout of an array with dimensions `shape` whose dimension `order[i]` is the i-th slowest in memory. */
export function ordered(shape: Shape, order: readonly number[]): Layout {
  const strides = new Map<number, number>();
  order.reduceRight((stride, dimension) => {
    strides.set(dimension, stride);
    return stride * (shape[dimension] ?? 1);
  }, 1);
  return shape.map((extent, dimension) => ({ extent, stride: strides.get(dimension) ?? 1 }));
}

/** The same layout with as few factors as possible. */
export function merged(layout: Layout): Layout {
  const factors: Factor[] = [];
  for (const factor of layout) {
    if (factor.extent === 1) continue;
    const last = factors.at(-1);
    if (last?.stride === factor.extent * factor.stride) {
      factors[factors.length - 1] = { extent: last.extent * factor.extent, stride: factor.stride };
    } else {
      factors.push(factor);
    }
  }
  return factors;
}

/** Whether the elements lie in memory in the order of the shape. */
export function isInOrder(layout: Layout): boolean {
  const factors = merged(layout);
  return factors.length === 0 || (factors.length === 1 && factors[0]?.stride === 1);
}

/** The factors of each dimension, or `undefined` where a factor belongs to two dimensions that do not divide it. */
export function byDimension(layout: Layout, shape: Shape): readonly Layout[] | undefined {
  const rest = [...merged(layout)];
  const dimensions: Factor[][] = [];
  for (const extent of shape.toReversed()) {
    const factors: Factor[] = [];
    for (let left = extent; left > 1;) {
      const factor = rest.pop();
      if (factor === undefined) return undefined;
      if (left % factor.extent === 0) {
        factors.unshift(factor);
        left /= factor.extent;
      } else if (factor.extent % left === 0) {
        factors.unshift({ extent: left, stride: factor.stride });
        rest.push({ extent: factor.extent / left, stride: factor.stride * left });
        left = 1;
      } else {
        return undefined;
      }
    }
    dimensions.unshift(factors);
  }
  return dimensions;
}

/** One stride per dimension, or `undefined` where a dimension has no single one. A dimension of 1 has stride 0. */
export function stridesOf(layout: Layout, shape: Shape): readonly number[] | undefined {
  const dimensions = byDimension(layout, shape)?.map(merged);
  if (dimensions === undefined || dimensions.some((factors) => factors.length > 1)) return undefined;
  return dimensions.map(([factor]) => factor?.stride ?? 0);
}

/** The place in memory of every element, in the order of the shape. */
export function placesOf(layout: Layout): Int32Array {
  let places = Int32Array.of(0);
  for (const { extent, stride } of layout) {
    const next = new Int32Array(places.length * extent);
    places.forEach((place, index) => {
      for (let digit = 0; digit < extent; digit++) next[index * extent + digit] = place + digit * stride;
    });
    places = next;
  }
  return places;
}

/** Two layouts of the same elements with common extents, or `undefined` if their factors do not divide each other. */
export function refined(a: Layout, b: Layout): readonly (readonly [Factor, Factor])[] | undefined {
  const [restA, restB] = [[...merged(a)], [...merged(b)]];
  const pairs: (readonly [Factor, Factor])[] = [];
  for (;;) {
    const [x, y] = [restA.pop(), restB.pop()];
    if (x === undefined || y === undefined) return pairs;
    const extent = Math.min(x.extent, y.extent);
    if (x.extent % extent !== 0 || y.extent % extent !== 0) return undefined;
    pairs.unshift([
      { extent, stride: x.stride },
      { extent, stride: y.stride },
    ]);
    if (x.extent > extent) restA.push({ extent: x.extent / extent, stride: x.stride * extent });
    if (y.extent > extent) restB.push({ extent: y.extent / extent, stride: y.stride * extent });
  }
}
