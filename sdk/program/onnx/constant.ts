import { DataType } from "./messages.ts";
import type { OnnxTensor } from "./messages.ts";
import type { Meaning } from "./scope.ts";
import type { Site } from "./site.ts";

/** A tensor that a node holds instead of an initializer. */
export function constant(site: Site): Meaning {
  const since = { since: 12 };
  const known = { value: {}, value_float: since, value_floats: since, value_int: since, value_ints: since };
  const attributes = site.attributes(known);
  const given = Object.keys(known).filter((name) => attributes.has(name));
  if (given.length !== 1) throw attributes.refusal(`it has ${given.length} values: ${given.join(", ")}`);
  const { output: name } = site;
  const blank = { name, dims: [], floatData: [], int32Data: [], int64Data: [], externalData: [] };
  const float = { ...blank, dataType: DataType.FLOAT };
  const int = { ...blank, dataType: DataType.INT64 };
  const tensor = attributes.tensor("value");
  const floats = attributes.floats("value_floats");
  const ints = attributes.ints("value_ints");
  const made = (): OnnxTensor => {
    if (tensor !== undefined) return { ...tensor, name };
    if (floats !== undefined) return { ...float, dims: [BigInt(floats.length)], floatData: floats };
    if (ints !== undefined) return { ...int, dims: [BigInt(ints.length)], int64Data: ints.map(BigInt) };
    if (attributes.has("value_int")) return { ...int, int64Data: [BigInt(attributes.int("value_int", 0))] };
    return { ...float, floatData: [attributes.float("value_float", 0)] };
  };
  return { constant: made() };
}
