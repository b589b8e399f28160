import { AttributeType, DataType } from "../../sdk/program/onnx/messages.ts";
import type { OnnxAttribute, OnnxTensor, OnnxValueInfo } from "../../sdk/program/onnx/messages.ts";

/** A float32 constant; values are rounded to float32. No dimensions make a scalar. */
export function floats(name: string, dims: readonly number[], values: Float64Array | Float32Array): OnnxTensor {
  return tensor(name, dims, DataType.FLOAT, 4, values, (view, at, value) => {
    view.setFloat32(at, value, true);
  });
}

/** An int32 constant. */
export function int32s(name: string, dims: readonly number[], values: Int32Array): OnnxTensor {
  return tensor(name, dims, DataType.INT32, 4, values, (view, at, value) => {
    view.setInt32(at, value, true);
  });
}

/** An int8 or uint8 constant, by the type of `values`. */
export function bytes(name: string, dims: readonly number[], values: Int8Array | Uint8Array): OnnxTensor {
  return tensor(
    name,
    dims,
    values instanceof Int8Array ? DataType.INT8 : DataType.UINT8,
    1,
    values,
    (view, at, value) => {
      view.setInt8(at, value);
    },
  );
}

/** The values of what `floats` made. */
export function readFloats({ rawData = new Uint8Array() }: OnnxTensor): Float64Array {
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Float64Array.from({ length: rawData.length >> 2 }, (_, i) => view.getFloat32(4 * i, true));
}

export function integer(name: string, value: number): OnnxAttribute {
  return { name, type: AttributeType.INT, i: BigInt(value), floats: [], ints: [], strings: [] };
}

export function integers(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: AttributeType.INTS, floats: [], ints: values.map(BigInt), strings: [] };
}

/** Name, element type and shape of a graph's input or output. */
export function valueInfo(name: string, elemType: number, dims: readonly number[]): OnnxValueInfo {
  return { name, type: { tensorType: { elemType, shape: { dim: dims.map((dim) => ({ dimValue: BigInt(dim) })) } } } };
}

type Numbers = Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array;

/** ONNX raw data is little-endian; a typed array would follow the machine. */
function tensor(
  name: string,
  dims: readonly number[],
  dataType: number,
  size: number,
  values: Numbers,
  write: (view: DataView, at: number, value: number) => void,
): OnnxTensor {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => {
    write(view, size * i, value);
  });
  const rawData = new Uint8Array(view.buffer);
  return {
    name,
    dims: dims.map(BigInt),
    dataType,
    rawData,
    floatData: [],
    int32Data: [],
    int64Data: [],
    externalData: [],
  };
}
