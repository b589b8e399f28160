// Message names, field names and field numbers follow onnx.proto of the ONNX project (https://github.com/onnx/onnx),
// Copyright (c) ONNX Project Contributors, licensed under the Apache License, Version 2.0. Only the messages and fields
// that a float32 graph needs are here; everything else in a file is skipped when it is read.

import { ProgramError } from "../errors.ts";
import { bytes, decode, encode, float, int32, int64, message, optional, packed, repeated, string } from "./wire.ts";
import type { Codec } from "./wire.ts";

/** `TensorProto.DataType`: the element types this library names. Others are kept as their number. */
export const DataType = { FLOAT: 1, UINT8: 2, INT8: 3, INT32: 6, INT64: 7, BOOL: 9, DOUBLE: 11 } as const;

/** `AttributeProto.AttributeType`: which of an attribute's fields holds its value. */
export const AttributeType = { FLOAT: 1, INT: 2, STRING: 3, TENSOR: 4, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;

/** `TensorProto.DataLocation`: whether the values are inside this file. */
export const DataLocation = { DEFAULT: 0, EXTERNAL: 1 } as const;

/** `StringStringEntryProto`. */
export type OnnxEntry = { readonly key?: string; readonly value?: string };

/** `OperatorSetIdProto`: the version of one operator set; the domain of ONNX's own is absent or empty. */
export type OnnxOperatorSet = { readonly domain?: string; readonly version?: bigint };

/** `TensorProto`: a constant. The values are in `rawData` (little-endian) or in the list of their type. */
export type OnnxTensor = {
  readonly dims: readonly bigint[];
  readonly dataType?: number;
  /** `TensorProto.Segment`, not interpreted: a tensor split over several messages. */
  readonly segment?: Uint8Array;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly externalData: readonly OnnxEntry[];
  readonly dataLocation?: number;
};

/** `AttributeProto`, without sub-graphs and sparse tensors. */
export type OnnxAttribute = {
  readonly name?: string;
  readonly f?: number;
  readonly i?: bigint;
  readonly s?: Uint8Array;
  readonly t?: OnnxTensor;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  readonly strings: readonly Uint8Array[];
  readonly type?: number;
};

/** `NodeProto`: one operator; `input` and `output` name values, an empty name is an input left out. */
export type OnnxNode = {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute: readonly OnnxAttribute[];
  readonly domain?: string;
};

/** `TensorShapeProto.Dimension`: a size, or the name of one that is only known at run time. */
export type OnnxDimension = { readonly dimValue?: bigint; readonly dimParam?: string };

/** `TensorShapeProto`. */
export type OnnxShape = { readonly dim: readonly OnnxDimension[] };

/** `TypeProto.Tensor`. */
export type OnnxTensorType = { readonly elemType?: number; readonly shape?: OnnxShape };

/** `TypeProto`; anything but a tensor has no `tensorType`. */
export type OnnxType = { readonly tensorType?: OnnxTensorType };

/** `ValueInfoProto`: name and type of a graph's input or output. */
export type OnnxValueInfo = { readonly name?: string; readonly type?: OnnxType };

/** `GraphProto`. */
export type OnnxGraph = {
  readonly node: readonly OnnxNode[];
  readonly name?: string;
  readonly initializer: readonly OnnxTensor[];
  readonly input: readonly OnnxValueInfo[];
  readonly output: readonly OnnxValueInfo[];
  readonly valueInfo: readonly OnnxValueInfo[];
};

/** `ModelProto`: an ONNX file. */
export type OnnxModel = {
  readonly irVersion?: bigint;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: bigint;
  readonly docString?: string;
  readonly graph?: OnnxGraph;
  readonly opsetImport: readonly OnnxOperatorSet[];
  readonly metadataProps: readonly OnnxEntry[];
};

const entry: Codec<OnnxEntry> = message({ key: optional(1, string), value: optional(2, string) });

const operatorSet: Codec<OnnxOperatorSet> = message({ domain: optional(1, string), version: optional(2, int64) });

const tensor: Codec<OnnxTensor> = message({
  dims: repeated(1, int64),
  dataType: optional(2, int32),
  segment: optional(3, bytes),
  floatData: packed(4, float),
  int32Data: packed(5, int32),
  int64Data: packed(7, int64),
  name: optional(8, string),
  rawData: optional(9, bytes),
  externalData: repeated(13, entry),
  dataLocation: optional(14, int32),
});

const attribute: Codec<OnnxAttribute> = message({
  name: optional(1, string),
  f: optional(2, float),
  i: optional(3, int64),
  s: optional(4, bytes),
  t: optional(5, tensor),
  floats: repeated(7, float),
  ints: repeated(8, int64),
  strings: repeated(9, bytes),
  type: optional(20, int32),
});

const node: Codec<OnnxNode> = message({
  input: repeated(1, string),
  output: repeated(2, string),
  name: optional(3, string),
  opType: optional(4, string),
  attribute: repeated(5, attribute),
  domain: optional(7, string),
});

const dimension: Codec<OnnxDimension> = message({ dimValue: optional(1, int64), dimParam: optional(2, string) });
const shape: Codec<OnnxShape> = message({ dim: repeated(1, dimension) });
const tensorType: Codec<OnnxTensorType> = message({ elemType: optional(1, int32), shape: optional(2, shape) });
const type: Codec<OnnxType> = message({ tensorType: optional(1, tensorType) });
const valueInfo: Codec<OnnxValueInfo> = message({ name: optional(1, string), type: optional(2, type) });

const graph: Codec<OnnxGraph> = message({
  node: repeated(1, node),
  name: optional(2, string),
  initializer: repeated(5, tensor),
  input: repeated(11, valueInfo),
  output: repeated(12, valueInfo),
  valueInfo: repeated(13, valueInfo),
});

const model: Codec<OnnxModel> = message({
  irVersion: optional(1, int64),
  producerName: optional(2, string),
  producerVersion: optional(3, string),
  domain: optional(4, string),
  modelVersion: optional(5, int64),
  docString: optional(6, string),
  graph: optional(7, graph),
  opsetImport: repeated(8, operatorSet),
  metadataProps: repeated(14, entry),
});

/**
 * Reads an ONNX file: a serialised `ModelProto`. Values are not judged here, only that the bytes are whole.
 * @throws ProgramError `ONNX_TRUNCATED` when the bytes end inside a message or are no protobuf, `ONNX_INVALID` when the
 * model has no graph or no operator set (both are mandatory in ONNX, and a file cut between two fields lacks them).
 */
export function decodeModel(data: Uint8Array): OnnxModel {
  const decoded = decodeOrRefuse(data);
  if (decoded.graph === undefined || decoded.opsetImport.length === 0) {
    const missing = decoded.graph === undefined ? "graph" : "operator set";
    throw new ProgramError({
      code: "ONNX_INVALID",
      what: `the ${data.length} bytes hold a model without ${missing}`,
      next: "export the model again: the file is cut off or is not an ONNX model",
    });
  }
  return decoded;
}

/** Writes an ONNX file. Equal models give equal bytes: fields in the order of their numbers. */
export function encodeModel(value: OnnxModel): Uint8Array {
  return encode(model, value);
}

function decodeOrRefuse(data: Uint8Array): OnnxModel {
  try {
    return decode(model, data);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProgramError({
      code: "ONNX_TRUNCATED",
      what: `the ${data.length} bytes are not a whole ONNX model (${reason})`,
      next: "check the file's length and hash against its source, then download or export it again",
      cause,
    });
  }
}
