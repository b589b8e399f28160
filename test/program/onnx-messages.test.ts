import { expect } from "chai";

import { decodeModel, encodeModel } from "../../sdk/program/onnx/messages.ts";
import type { OnnxModel } from "../../sdk/program/onnx/messages.ts";
import { int, model, node, rawTensor, real, tensor, tinyModel, value } from "./helpers/networks.ts";
import { refusal } from "./helpers/refusal.ts";

function modelWithEveryField(): OnnxModel {
  const named = {
    ...node("Gemm", ["x", "w", ""], "y", [int("transB", -1), real("alpha", 0.5)]),
    domain: "ai.onnx",
  };
  return {
    ...model({
      name: "graph",
      node: [named],
      initializer: [
        { ...tensor("w", [2, 3], [1, 2, 3]), int32Data: [-1, 5], int64Data: [-(1n << 63n), (1n << 63n) - 1n, -1n] },
        { ...rawTensor("r", [1], [4]), segment: Uint8Array.of(8, 1), dataLocation: 1 },
        { ...tensor("e", [], []), externalData: [{ key: "location", value: "weights.bin" }] },
      ],
      input: [value("x", ["N", 2])],
      output: [value("y", [1])],
      valueInfo: [{ name: "unknown type" }],
    }),
    producerName: "a",
    producerVersion: "b",
    domain: "c",
    modelVersion: -3n,
    docString: "é",
    metadataProps: [{ key: "k", value: "v" }],
  };
}

describe("ONNX messages", function () {
  it("come back from their bytes as they were", function () {
    const given = modelWithEveryField();

    expect(decodeModel(encodeModel(given))).to.deep.equal(given);
  });

  it("have the field numbers of onnx.proto", function () {
    const bytes = encodeModel(model({ node: [{ ...node("Relu", ["a"], "b"), name: "n" }] }, 13n));

    // ir_version 1, graph 7 { node 1 { input 1, output 2, name 3, op_type 4 } }, opset_import 8 { version 2 }
    const relu = [0x0a, 1, 0x61, 0x12, 1, 0x62, 0x1a, 1, 0x6e, 0x22, 4, 0x52, 0x65, 0x6c, 0x75];
    expect([...bytes]).to.deep.equal([8, 8, 0x3a, 17, 0x0a, 15, ...relu, 0x42, 2, 0x10, 13]);
  });

  it("do not share memory with the bytes they were read from", function () {
    const bytes = encodeModel(modelWithEveryField());
    const decoded = decodeModel(bytes);
    bytes.fill(0);

    expect(decoded.graph?.initializer[1]?.rawData).to.deep.equal(Uint8Array.of(0, 0, 128, 64));
  });

  it("may be read from a part of a larger buffer", function () {
    const bytes = encodeModel(tinyModel());
    const buffer = new Uint8Array(bytes.length + 20);
    buffer.set(bytes, 10);

    expect(decodeModel(buffer.subarray(10, 10 + bytes.length))).to.deep.equal(tinyModel());
  });

  it("skip fields that are not described, and read lists packed or not", function () {
    const unpacked = [0x25, 0, 0, 128, 63, 0x25, 0, 0, 0, 64]; // float_data 4, one by one
    const packedDims = [0x0a, 2, 1, 2]; // dims 1, packed
    const inner = [...packedDims, ...unpacked, 0x62, 1, 0x64]; // doc_string 12
    const graph = [0x2a, inner.length, ...inner];
    const bytes = Uint8Array.from([0x3a, graph.length, ...graph, 0x42, 2, 0x10, 13, 0xa2, 1, 0]); // training_info 20
    const [decoded] = decodeModel(bytes).graph?.initializer ?? [];

    expect(decoded?.dims).to.deep.equal([1n, 2n]);
    expect(decoded?.floatData).to.deep.equal([1, 2]);
  });

  describe("given bytes that are no whole model", function () {
    it("refuses a file cut at any byte", function () {
      const bytes = encodeModel(tinyModel());
      const codes = new Set(Array.from(bytes, (_, length) => outcomeOf(bytes.subarray(0, length))));

      expect([...codes].sort()).to.deep.equal(["ONNX_INVALID", "ONNX_TRUNCATED"]);
    });

    it("refuses garbage, and keeps the cause", function () {
      const error = refusal("ONNX_TRUNCATED", () => decodeModel(Uint8Array.from({ length: 64 }, (_, at) => 255 - at)));

      expect(error.cause).to.be.instanceOf(Error);
    });

    it("refuses a field of the wrong wire type, a field given twice and text that is not UTF-8", function () {
      refusal("ONNX_TRUNCATED", () => decodeModel(Uint8Array.of(0x0a, 1, 0)));
      refusal("ONNX_TRUNCATED", () => decodeModel(Uint8Array.of(8, 1, 8, 2)));
      refusal("ONNX_TRUNCATED", () => decodeModel(Uint8Array.of(0x12, 1, 0xff)));
    });

    it("refuses a message that ends after the one it is in", function () {
      // A graph of 2 bytes holds a node of 4; what follows would make a whole model.
      const node = [0x0a, 4, 0x0a, 2, 0x61, 0x62];
      refusal("ONNX_TRUNCATED", () => decodeModel(Uint8Array.of(0x3a, 2, ...node, 0x42, 2, 0x10, 13)));
      expect(decodeModel(Uint8Array.of(0x3a, 6, ...node, 0x42, 2, 0x10, 13)).graph?.node).to.have.length(1);
    });

    it("refuses a model without a graph or without an operator set", function () {
      refusal("ONNX_INVALID", () => decodeModel(encodeModel({ ...tinyModel(), opsetImport: [] })));
      refusal("ONNX_INVALID", () => decodeModel(Uint8Array.of(0x42, 2, 0x10, 13)));
    });
  });
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    decodeModel(bytes);
    return "a model";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "another error";
  }
}
