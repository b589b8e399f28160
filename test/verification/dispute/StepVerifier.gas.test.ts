import { expect } from "chai";

import { actors, ethers, load } from "../../helpers/network.ts";
import { Random } from "../../program/helpers/random.ts";
import { largeStep } from "./helpers/large-step.ts";
import { givenVerifier } from "./helpers/steps.ts";

const DEPTH = 28;

async function givenHarness() {
  return ethers.deployContract("TensorKernels__Harness");
}

/** What a transaction that does nothing else pays. */
async function transactionGas(terms: number, firstLeaf: number): Promise<bigint> {
  const verifier = await load(givenVerifier);
  const { challenger } = await actors("challenger");
  const { roots, place, step, right } = largeStep(new Random(terms), terms, DEPTH, firstLeaf);
  const word = `0x${"00".repeat(32)}`;
  expect(await verifier.recompute(roots, place, word, step)).to.deep.equal([0n, right]);
  const data = verifier.interface.encodeFunctionData("recompute", [roots, place, word, step]);
  const sent = await challenger.sendTransaction({ to: await verifier.getAddress(), data });
  const receipt = await sent.wait();
  console.log(
    terms,
    firstLeaf,
    receipt?.gasUsed,
    await ethers.provider.estimateGas({ to: verifier, data }),
    data.length / 2,
    data
      .slice(2)
      .match(/../g)
      ?.filter((byte) => byte === "00").length,
  );
  return receipt?.gasUsed ?? 0n;
}

describe("StepVerifier's gas", function () {
  for (const terms of [784, 1_024, 4_096, 16_384]) {
    it(`takes at most 12 gas for each of ${terms} multiply-adds`, async function () {
      const harness = await load(givenHarness);
      const { step } = largeStep(new Random(terms), 32 * Math.ceil(terms / 32), DEPTH, 2 ** 14);
      const gas = await harness.getFunction("gasOf")(step.record.data, 0, step.openings, [2 ** 27, 1, 2 ** 27]);
      console.log(terms, gas, Number(gas) / terms);
      expect(Number(gas) / terms).to.be.at.most(12);
    });
  }

  it("takes a step of 4,096 random terms in trees of depth 28", async function () {
    for (const firstLeaf of [2 ** 14, 2 ** 14 + 32, 12_345, 2 ** 14 + 1]) await transactionGas(4_096, firstLeaf);
  });
});
