import { expect } from "chai";

import { buildTree, hashLeaf, merkleProof, merkleRoot, nodeOf, toHex, treeDepth } from "../../sdk/program/merkle.ts";
import { decodeTensor, encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import type { DType, Tensor } from "../../sdk/program/tensor.ts";
import vectors from "../vectors/tensor-hash.json" with { type: "json" };
import { Random } from "./helpers/random.ts";
import { refusal } from "./helpers/refusal.ts";
import { foldProof, rootTwin, toWords, wordsTwin } from "./helpers/twin.ts";

function tensorOf(dtype: DType, values: readonly number[]): Tensor {
  return dtype === "int8" ? { dtype, values: Int8Array.from(values) } : { dtype, values: Int32Array.from(values) };
}

describe("TensorHash", function () {
  describe("given the golden vectors", function () {
    for (const { name, dtype, values, words, root } of vectors.tensors) {
      it(`hashes ${name}`, function () {
        const tensor = tensorOf(dtype === "int8" ? "int8" : "int32", values);
        const encoded = encodeTensor(tensor);

        expect(toHex(encoded)).to.equal(words);
        expect(tensorRoot(encoded)).to.equal(root);
        expect(decodeTensor(tensor.dtype, values.length, encoded)).to.deep.equal(tensor);
      });
    }
  });

  describe("given random tensors", function () {
    it("agrees with the leaf-by-leaf twin", function () {
      const random = new Random(7);
      for (const dtype of ["int8", "int32"] as const) {
        for (const length of [1, 7, 8, 9, 31, 32, 33, 128, 129, 512, 513, 700]) {
          const values = Array.from({ length }, () => random.uint32() | 0);
          const tensor = tensorOf(dtype, values);
          const twin = wordsTwin(dtype, Array.from(tensor.values, BigInt));
          const words = encodeTensor(tensor);

          expect(toWords(words)).to.deep.equal(twin);
          expect(tensorRoot(words)).to.equal(rootTwin(twin));
        }
      }
    });
  });

  it("puts lane 0 into the most significant byte and fills the other lanes with the type's zero", function () {
    expect(toHex(encodeTensor(tensorOf("int8", [-128, 127, 0])))).to.equal(`0x00ff80${"80".repeat(29)}`);
    expect(toHex(encodeTensor(tensorOf("int32", [-2])))).to.equal(`0xfffffffe${"00".repeat(28)}`);
  });

  describe("given words that are no tensor's encoding", function () {
    it("refuses an empty tensor", function () {
      refusal("TENSOR_INVALID", () => encodeTensor(tensorOf("int8", [])));
    });

    it("refuses too few and too many words", function () {
      refusal("TENSOR_INVALID", () => decodeTensor("int8", 33, new Uint8Array(32)));
      refusal("TENSOR_INVALID", () => decodeTensor("int32", 8, new Uint8Array(64)));
    });

    it("refuses a lane past the end that is not the type's zero", function () {
      expect(refusal("TENSOR_INVALID", () => decodeTensor("int8", 31, new Uint8Array(32))).message).to.contain(
        "lane 31",
      );
      const words = encodeTensor(tensorOf("int32", [1, 2]));
      words[11] = 1;
      expect(refusal("TENSOR_INVALID", () => decodeTensor("int32", 2, words)).message).to.contain("lane 2");
    });
  });
});

describe("Merkle trees", function () {
  it("have the smallest depth that is a multiple of 4, at least 4, and holds the leaves", function () {
    const depths = [0, 1, 16, 17, 256, 257, 4096, 4097].map(treeDepth);

    expect(depths).to.deep.equal([4, 4, 4, 8, 8, 12, 12, 16]);
  });

  it("hash absent leaves as the word zero", function () {
    const words = new Uint8Array(3 * 32).fill(1);
    const padded = new Uint8Array(16 * 32);
    padded.set(words);

    expect(merkleRoot(words)).to.equal(merkleRoot(padded));
    expect(merkleRoot(new Uint8Array(0))).to.equal(rootTwin([]));
  });

  it("prove every leaf, present or absent, and every inner node", function () {
    const random = new Random(3);
    const words = Uint8Array.from({ length: 21 * 32 }, () => random.int(0, 255));
    const tree = buildTree(words);
    for (const index of [0, 1, 15, 16, 20, 21, 255]) {
      const word = index < 21 ? words.subarray(32 * index, 32 * index + 32) : new Uint8Array(32);
      const proof = merkleProof(tree, index);

      expect(proof).to.have.length(8);
      expect(foldProof(toHex(hashLeaf(word)), index, proof)).to.equal(merkleRoot(words));
    }
    expect(foldProof(toHex(nodeOf(tree, 5, 3)), 3, merkleProof(tree, 3, 5))).to.equal(merkleRoot(words));
  });

  it("refuse bytes that are not whole words, and nodes that do not exist", function () {
    refusal("TREE_INVALID", () => merkleRoot(new Uint8Array(33)));
    const tree = buildTree(new Uint8Array(32));
    for (const [level, index] of [
      [0, 16],
      [5, 0],
      [-1, 0],
      [1, 0.5],
      [0, -1],
    ] as const) {
      refusal("TREE_INVALID", () => nodeOf(tree, level, index));
    }
  });
});
