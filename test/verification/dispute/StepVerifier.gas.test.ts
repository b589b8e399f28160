import { expect } from "chai";
import { getBytes } from "ethers";

import { actors, ethers, load } from "../../helpers/network.ts";
import { Random } from "../../program/helpers/random.ts";
import { largeStep } from "./helpers/large-step.ts";
import { givenVerifier } from "./helpers/steps.ts";

const DEPTH = 28;
const WORD = `0x${"00".repeat(32)}`;

async function givenContracts() {
  return { harness: await ethers.deployContract("TensorKernels__Harness"), verifier: await givenVerifier() };
}

/** One element, its proofs left aside. */
async function elementGas(terms: number): Promise<number> {
  const { harness } = await load(givenContracts);
  const { step } = largeStep(new Random(terms), terms, DEPTH, 2 ** 14);
  return Number(await harness.getFunction("elementGas")(step.record.data, 0, step.openings, [2 ** 27, 1, 2 ** 27]));
}

describe("StepVerifier's gas", function () {
  it("is at most 10 for a multiply-add, and 12 with all that an element of 4,096 takes besides", async function () {
    const [short, long] = [await elementGas(784 + 16), await elementGas(4_096)];
    expect((long - short) / (4_096 - 800)).to.be.at.most(10);
    expect(long / 4_096).to.be.at.most(12);
  });

  it("is, for 4,096 random terms in trees of depth 28, the calldata's floor price, and 160,000 at most to execute", async function () {
    const { harness, verifier } = await load(givenContracts);
    const { challenger } = await actors("challenger");
    const { roots, place, step, right } = largeStep(new Random(4), 4_096, DEPTH, 2 ** 14);
    expect(await verifier.recompute(roots, place, WORD, step)).to.deep.equal([0n, right]);

    const data = verifier.interface.encodeFunctionData("recompute", [roots, place, WORD, step]);
    const to = await verifier.getAddress();
    const receipt = await (await challenger.sendTransaction({ to, data })).wait();
    const tokens = getBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0);
    expect(receipt?.gasUsed)
      .to.equal(BigInt(21_000 + 10 * tokens))
      .and.to.be.below(450_000n);
    expect(await harness.getFunction("callGas")(to, data)).to.be.at.most(160_000n);
  });

  it("threat 37: has, for any gas it is given, the right answer or none at all", async function () {
    const { harness, verifier } = await load(givenContracts);
    const { roots, place, step, right } = largeStep(new Random(5), 1_024, DEPTH, 2 ** 14 + 5);
    const data = verifier.interface.encodeFunctionData("recompute", [roots, place, WORD, step]);
    const to = await verifier.getAddress();
    const answer = verifier.interface.encodeFunctionResult("recompute", [0n, right]);
    const answers: unknown[] = [];
    for (let gas = 0; gas <= 120_000; gas += 1_500) {
      answers.push(await harness.getFunction("callWith")(to, gas, data));
    }
    for (const given of answers) {
      expect([
        [false, "0x"],
        [true, answer],
      ]).to.deep.include(given);
    }
    expect(answers[0]).to.deep.equal([false, "0x"]);
    expect(answers.at(-1)).to.deep.equal([true, answer]);
  });
});
