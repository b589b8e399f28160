import { expect } from "chai";
import type { BytesLike } from "ethers";

import { tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { ethers, load } from "../helpers/network.ts";
import { Random } from "../program/helpers/random.ts";
import vectors from "../vectors/tensor-hash.json" with { type: "json" };

/** As many words as a request may carry: 4,096 bytes. */
const MOST_WORDS = 128;

async function givenHarness() {
  const harness = await ethers.deployContract("TensorHash__Harness");
  const root = async (words: BytesLike): Promise<unknown> => harness.getFunction("root")(words);
  return { harness, root };
}

function wordsOf(random: Random, count: number): Uint8Array {
  return Uint8Array.from({ length: 32 * count }, () => random.int(0, 255));
}

describe("TensorHash on chain", function () {
  describe("given the golden vectors", function () {
    for (const { name, words, root: expected } of vectors.tensors) {
      it(`hashes ${name}`, async function () {
        const { root } = await load(givenHarness);
        expect(await root(words)).to.equal(expected);
      });
    }
  });

  it("threat 74: agrees with the SDK on random words, for every number of words a request may carry", async function () {
    const { root } = await load(givenHarness);
    const random = new Random(11);
    for (let count = 1; count <= MOST_WORDS; count++) {
      const words = wordsOf(random, count);
      expect(await root(words), `${count} words`).to.equal(tensorRoot(words));
    }
  });

  it("agrees with the SDK beyond that, where the tree grows once more", async function () {
    const { root } = await load(givenHarness);
    const random = new Random(12);
    for (const count of [255, 256, 257]) {
      const words = wordsOf(random, count);
      expect(await root(words), `${count} words`).to.equal(tensorRoot(words));
    }
  });

  it("refuses no bytes at all, and bytes that are not whole words", async function () {
    const { harness, root } = await load(givenHarness);
    for (const length of [0, 1, 31, 33, 4_095]) {
      await expect(root(new Uint8Array(length)))
        .to.be.revertedWithCustomError(harness, "TensorHashPartialWord")
        .withArgs(length);
    }
  });
});
