import { expect } from "chai";
import { parseEther } from "ethers";

import { ethers, load } from "../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../helpers/world.ts";
import { DELEGATION, givenLockedPool, givenOperator, givenPool, PAR, slashNow } from "./worlds.ts";

const INCOME = parseEther("100");
/** 30,000 of 40,000 OPG, less a tenth. */
const TO_POOL = parseEther("67.5");
const WEEK = 7n * DAY;

async function givenIncome() {
  const world = await givenPool();
  const paidAt = await timeOf(world.staking.connect(world.stranger).distribute(world.operator, INCOME));
  return { ...world, paidAt };
}

describe("ComputeStaking earnings", function () {
  it("threat 16: the bond has its part at once, the pool over seven days", async function () {
    const { staking, opg, operator, stranger } = await load(givenPool);
    const tx = staking.connect(stranger).distribute(operator, INCOME);
    await expect(tx)
      .to.emit(staking, "Distributed")
      .withArgs(operator, stranger, INCOME, INCOME - TO_POOL);
    await expect(tx).to.changeTokenBalances(ethers, opg, [stranger, staking, operator], [-INCOME, INCOME, 0n]);
    expect((await staking.operatorOf(operator)).bond).to.equal(BOND + INCOME - TO_POOL);
    const { assets, undripped, dripsFor } = await staking.poolOf(operator);
    expect([assets, undripped, dripsFor]).to.deep.equal([DELEGATION, TO_POOL, WEEK]);
    expect(await staking.slashable(operator)).to.equal(BOND + DELEGATION + INCOME);
  });

  it("drips evenly, to the second, and then stops", async function () {
    const { staking, operator, delegator, stranger, paidAt } = await load(givenIncome);
    // A gift of one wei shows the pool at its time, and is too small to bend anything.
    await at(paidAt + WEEK / 2n, () => staking.connect(stranger).distribute(operator, 1n));
    const half = await staking.poolOf(operator);
    expect([half.assets, half.undripped, half.dripsFor]).to.deep.equal([
      DELEGATION + TO_POOL / 2n,
      TO_POOL / 2n,
      WEEK / 2n,
    ]);
    await at(paidAt + WEEK - 1n, () => staking.connect(stranger).distribute(operator, 1n));
    expect((await staking.poolOf(operator)).dripsFor).to.equal(1n);
    await at(paidAt + WEEK, () => staking.connect(stranger).distribute(operator, 1n));
    const whole = await staking.poolOf(operator);
    expect([whole.assets, whole.undripped]).to.deep.equal([DELEGATION + TO_POOL, 0n]);
    expect(DELEGATION + TO_POOL - (await staking.positionOf(operator, delegator)).assets).to.be.within(0n, 1n);
  });

  it("joins what drips already by weight: equal sums, half a week apart, drip for 5.25 days", async function () {
    const { staking, operator, stranger, paidAt } = await load(givenIncome);
    const { bond } = await staking.operatorOf(operator);
    await at(paidAt + WEEK / 2n, () => staking.connect(stranger).distribute(operator, INCOME / 2n));
    const { assets, undripped, dripsFor } = await staking.poolOf(operator);
    const added = undripped - TO_POOL / 2n;
    const pool = DELEGATION + TO_POOL / 2n;
    const poolPart = ((INCOME / 2n) * pool) / (pool + bond);
    expect([assets, added]).to.deep.equal([pool, poolPart - poolPart / 10n]);
    const left = TO_POOL / 2n;
    expect(dripsFor).to.equal((left * (WEEK / 2n) + added * WEEK) / (left + added));
  });

  it("threat 21: a thousand gifts of one wei leave the drip where it was", async function () {
    const { staking, operator, stranger, paidAt } = await load(givenIncome);
    for (let gift = 1n; gift <= 1_000n; ++gift) {
      await at(paidAt + gift, () => staking.connect(stranger).distribute(operator, 1n));
    }
    const { dripsFor, undripped } = await staking.poolOf(operator);
    expect(dripsFor).to.equal(WEEK - 1_000n);
    expect(undripped - (TO_POOL * (WEEK - 1_000n)) / WEEK).to.be.within(0n, 1_000n);
  });

  it("waits while a slash is in escrow, also what comes meanwhile", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, locker, stranger } = world;
    const { openedAt } = await slashNow(world, locker, operator, BOND + 1n);
    await at(openedAt + DAY, () => staking.connect(stranger).distribute(operator, INCOME));
    await at(openedAt + 3n * DAY, () => staking.connect(stranger).distribute(operator, 4n));
    const { assets, undripped, dripsFor } = await staking.poolOf(operator);
    expect([assets, dripsFor]).to.deep.equal([DELEGATION - 1n, WEEK]);
    // The bond is gone: all of it is the pool's, less a tenth to start a new bond with.
    expect(undripped - (INCOME * 9n) / 10n).to.be.within(0n, 4n);
  });

  it("goes to the bond whole when the pool is empty", async function () {
    const { staking, operator, delegator, stranger } = await load(givenPool);
    await staking.connect(delegator).undelegate(operator, DELEGATION * PAR);
    await expect(staking.connect(stranger).distribute(operator, INCOME))
      .to.emit(staking, "Distributed")
      .withArgs(operator, stranger, INCOME, INCOME);
  });

  it("threat 13: goes to the bond when bond and pool were slashed to nothing", async function () {
    const world = await load(givenOperator);
    const { staking, operator, delegator, locker, stranger } = world;
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + DAY);
    await slashNow(world, locker, operator, 2n * BOND);
    await expect(staking.connect(stranger).distribute(operator, INCOME))
      .to.emit(staking, "Distributed")
      .withArgs(operator, stranger, INCOME, INCOME);
    expect((await staking.operatorOf(operator)).bond).to.equal(INCOME);
  });
});
