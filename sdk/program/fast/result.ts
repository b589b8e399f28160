import { DTypeCode, elementsOf, Flag } from "../records.ts";
import type { OperatorRecord } from "../records.ts";
import { clamp, rescale } from "../rescale.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor's elements, whatever their type. */
export type Values = Tensor["values"];

/** A record's tensor, all zeros so far. */
export function blankTensor(record: OperatorRecord): Tensor {
  const length = elementsOf(record);
  if (record.dtype === DTypeCode.int8) return { dtype: "int8", values: new Int8Array(length) };
  return { dtype: "int32", values: new Int32Array(length) };
}

/** An int32 as an element: rescaled and clamped if the record says so. Storing it in a typed array reduces it mod 2^8 or 2^32. */
export function finish({ flags, multiplier, shift, lo, hi }: OperatorRecord, value: number): number {
  return (flags & Flag.RESCALE) === 0 ? value : clamp(rescale(value, multiplier, shift), lo, hi);
}
