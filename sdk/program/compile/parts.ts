import { sizeOf } from "../graph.ts";
import { DTypeCode, Flag, Kernel } from "../records.ts";
import { MAX_TERMS } from "../step.ts";
import { GatherVariant, ReduceVariant } from "../variants.ts";
import { encodeWeightRows } from "../weight-words.ts";
import type { Builder } from "./builder.ts";
import { resultOf, weightRows } from "./dense.ts";
import type { Integers, Layer } from "./dense.ts";
import { inOrder } from "./layout.ts";
import type { Rows } from "./rows.ts";
import type { Value, Wish } from "./value.ts";

/**
 * A matrix times rows too long for one step: each row in equal parts, filled up with zeros if it must be. A DOT record makes
 * every part's sum and a REDUCE record adds them up. Every partial sum is clamped to its own proven bound, which changes
 * none and gives the last sum a bound too.
 */
export function lowerParts(builder: Builder, rows: Rows, shape: Value["shape"], integers: Integers, wish: Wish): Layer {
  const outputs = integers.biases.length;
  const parts = Math.ceil(rows.length / MAX_TERMS);
  const terms = Math.ceil(rows.length / parts);
  const { value, count, stride } = filledUp(builder, wish.node, rows, parts * terms);
  const weights = new Int8Array(outputs * parts * terms);
  const biases = new Int32Array(outputs * parts);
  for (let output = 0; output < outputs; output++) {
    weights.set(integers.weights.subarray(output * rows.length, (output + 1) * rows.length), output * parts * terms);
    biases[output * parts] = integers.biases[output] ?? 0;
  }
  const reduce = [1, 1, terms] as const;
  const record = builder.add(wish.node, {
    kernel: Kernel.DOT,
    dtype: DTypeCode.int32,
    flags: Flag.BIAS,
    shape: [1, count, outputs, parts],
    reduce,
    a: builder.read(value, [0, stride, 0, terms], [terms, terms, 1]),
    b: weightRows(terms, outputs * parts, reduce, parts),
    words: encodeWeightRows(weights, terms),
    biases,
    clampsToBound: true,
  });
  const { scale, ...result } = resultOf(wish, integers.accScale);
  const sum = builder.add(wish.node, {
    ...result,
    flags: (result.flags ?? 0) & Flag.RESCALE,
    kernel: Kernel.REDUCE,
    variant: ReduceVariant.SUM,
    shape: [1, 1, 1, count * outputs],
    reduce: [1, 1, parts],
    a: builder.read({ ...value, record }, [0, 0, 0, parts], [parts, parts, 1]),
  });
  const layout = inOrder(sizeOf(shape));
  return { ...integers, value: { record: sum, scale, shape, layout }, record, terms: rows.length };
}

/** The rows in order, each with zeros after its end: themselves if nothing is missing. */
function filledUp(
  builder: Builder,
  node: string,
  { value, length, extents, strides }: Rows,
  filled: number,
): { readonly value: Value; readonly count: number; readonly stride: number } {
  const count = sizeOf(extents);
  if (length === filled && extents[0] === 1 && extents[1] === 1) return { value, count, stride: strides[2] };
  const record = builder.add(node, {
    kernel: Kernel.GATHER,
    variant: GatherVariant.WINDOW,
    dtype: builder.record(value.record).dtype,
    shape: [...extents, filled],
    windowExtent: [...extents, length],
    a: builder.read(value, [...strides, 1]),
  });
  return { value: { ...value, record }, count, stride: filled };
}
