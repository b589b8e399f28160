import type { Three } from "../records.ts";
import { arranged, four } from "./arrange.ts";
import type { Builder } from "./builder.ts";
import { byDimension, merged } from "./layout.ts";
import type { Value } from "./value.ts";

/** A value as rows: its last dimension, for every coordinate of the others. */
export type Rows = {
  readonly value: Value;
  /** Elements of a row. */
  readonly length: number;
  /** The other dimensions, merged into three. */
  readonly extents: Three;
  readonly strides: Three;
  /** Where in memory, from the row's first place on, element t of the row is. */
  readonly places: readonly number[];
};

/**
 * The value as rows whose elements lie next to each other in memory, in whatever order; copied if its own layout does not
 * have them.
 */
export function rowsOf(builder: Builder, node: string, value: Value): Rows {
  return direct(value) ?? direct(arranged(builder, node, value)) ?? fail(node);
}

/** The same with the elements in order. */
export function orderedRowsOf(builder: Builder, node: string, value: Value): Rows {
  const rows = rowsOf(builder, node, value);
  if (rows.places.every((place, index) => place === index)) return rows;
  return direct(arranged(builder, node, value)) ?? fail(node);
}

function direct(value: Value): Rows | undefined {
  const length = value.shape.at(-1) ?? 1;
  const dimensions = byDimension(value.layout, value.shape);
  if (dimensions === undefined) return undefined;
  const row = dimensions.at(-1) ?? [];
  const outer = merged(dimensions.slice(0, -1).flat());
  const inMemory = merged([...row].sort((x, y) => y.stride - x.stride));
  const isDense = length === 1 || (inMemory.length === 1 && inMemory[0]?.stride === 1);
  if (!isDense || outer.length > 3) return undefined;
  const [, ...extents] = four(
    outer.map(({ extent }) => extent),
    1,
  );
  const [, ...strides] = four(
    outer.map(({ stride }) => stride),
    0,
  );
  let places = [0];
  for (const { extent, stride } of row) {
    places = places.flatMap((place) => Array.from({ length: extent }, (_, digit) => place + digit * stride));
  }
  return { value, length, extents, strides, places };
}

function fail(node: string): never {
  throw new RangeError(`${node}: a value in order has rows`);
}
