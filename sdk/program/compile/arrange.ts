import { sizeOf } from "../graph.ts";
import { DTypeCode, Kernel } from "../records.ts";
import type { Four } from "../records.ts";
import { encodeTensor } from "../tensor-hash.ts";
import { GatherVariant } from "../variants.ts";
import type { Builder } from "./builder.ts";
import { inOrder, isInOrder, merged, placesOf } from "./layout.ts";
import type { Value } from "./value.ts";

/** The value with its elements in memory in the order of its shape: itself if they are, else a copy. */
export function arranged(builder: Builder, node: string, value: Value): Value {
  return isInOrder(value.layout) ? value : copied(builder, node, value);
}

/** A copy of the value with its elements in the order of its shape. */
export function copied(builder: Builder, node: string, value: Value): Value {
  const layout = inOrder(sizeOf(value.shape));
  const factors = merged(value.layout);
  if (factors.length > 4) return { ...value, layout, record: lookedUp(builder, node, value) };
  const extents = four(
    factors.map(({ extent }) => extent),
    1,
  );
  const strides = four(
    factors.map(({ stride }) => stride),
    0,
  );
  const { dtype } = builder.record(value.record);
  const draft = { kernel: Kernel.GATHER, dtype, shape: extents, a: builder.read(value, strides) };
  return { ...value, layout, record: builder.add(node, draft) };
}

/** The last of four numbers, `filler` before them. */
export function four(numbers: readonly number[], filler: number): Four {
  const [d3 = filler, d2 = filler, d1 = filler, d0 = filler] = numbers.toReversed();
  return [d0, d1, d2, d3];
}

/** More dimensions change places than a record has: every element's place is a constant that is looked up. */
function lookedUp(builder: Builder, node: string, value: Value): number {
  const places = placesOf(value.layout);
  const shape: Four = [1, 1, 1, places.length];
  const words = encodeTensor({ dtype: "int32", values: places });
  const numbers = builder.add(node, { kernel: Kernel.CONST, dtype: DTypeCode.int32, shape, words });
  return builder.add(node, {
    kernel: Kernel.GATHER,
    variant: GatherVariant.LOOKUP,
    dtype: builder.record(value.record).dtype,
    shape,
    a: { ...builder.read(value, [0, 0, 0, 0]), indexStride: 1 },
    b: builder.read({ ...value, record: numbers }, [0, 0, 0, 1]),
  });
}
