import type { Four, Operand, Three } from "./records.ts";

/** Coordinates for which an operand is read: all of a shape, or `shape` many from `start` on. */
export type Coordinates = { readonly shape: Four; readonly reduce: Three; readonly start?: Four };

/** Smallest and largest element number an operand's index map reaches over output and reduction coordinates. */
export function reachOf(
  operand: Operand,
  { shape, reduce, start = [0, 0, 0, 0] }: Coordinates,
): { readonly min: number; readonly max: number } {
  const offsets = [
    ...shape.map((extent, dimension) => (extent - 1) * (operand.strides[dimension] ?? 0)),
    ...reduce.map((extent, dimension) => (extent - 1) * (operand.reduceStrides[dimension] ?? 0)),
  ];
  const first = startOf(operand, start);
  return {
    min: offsets.reduce((sum, offset) => sum + Math.min(offset, 0), first),
    max: offsets.reduce((sum, offset) => sum + Math.max(offset, 0), first),
  };
}

/** Row-major coordinates of an element. An extent of 0 counts as 1, so that any record has coordinates. */
export function coordinatesOf(position: number, shape: Four): Four {
  let rest = position;
  const digit = (extent: number) => {
    const size = Math.max(extent, 1);
    const coordinate = rest % size;
    rest = Math.floor(rest / size);
    return coordinate;
  };
  const [d0, d1, d2, d3] = shape;
  const [c3, c2, c1, c0] = [digit(d3), digit(d2), digit(d1), digit(d0)] as const;
  return [c0, c1, c2, c3];
}

/** Element number an operand's map gives to an output element before any reduction coordinate is added. */
export function startOf({ base, strides }: Operand, [c0, c1, c2, c3]: Four): number {
  return base + c0 * strides[0] + c1 * strides[1] + c2 * strides[2] + c3 * strides[3];
}
