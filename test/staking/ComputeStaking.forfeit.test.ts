import { expect } from "chai";
import { MaxUint256 } from "ethers";

import { ethers, load } from "../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../helpers/world.ts";
import { DELEGATION, givenLockedPool, slashNow, ticketOf, UNBONDING } from "./worlds.ts";

/** Three times the bond: all that could be locked at once. */
const ALL = 3n * BOND;
const EPOCH = 0;

/** The operator's bond votes. */
async function givenVotingOperator() {
  const world = await givenLockedPool();
  await world.votes.connect(world.operator).delegate(world.operator);
  await world.staking.syncVotes(world.operator, world.operator);
  return world;
}

describe("ComputeStaking.forfeit", function () {
  it("threat 6: takes nothing of another epoch, nor for somebody without a lock", async function () {
    const { staking, operator, locker, stranger } = await load(givenLockedPool);
    for (const [caller, epoch] of [
      [locker, 1],
      [stranger, EPOCH],
    ] as const) {
      expect(await staking.connect(caller).forfeit.staticCall(operator, ALL, epoch)).to.equal(0n);
      await expect(staking.connect(caller).forfeit(operator, ALL, epoch)).not.to.emit(staking, "BondForfeited");
    }
    expect((await staking.operatorOf(operator)).locked).to.equal(ALL);
    expect(await staking.resting(operator)).to.equal(0n);
  });

  it("unlocks what was asked, and pays a tenth of it from the bond to the locker, rounded down", async function () {
    const { staking, opg, operator, locker } = await load(givenLockedPool);
    const tx = staking.connect(locker).forfeit(operator, 10_009n, EPOCH);
    await expect(tx).to.emit(staking, "BondForfeited").withArgs(operator, locker, 10_009n, 1_000n, 0n);
    await expect(tx).to.changeTokenBalances(ethers, opg, [staking, locker, operator], [-1_000n, 1_000n, 0n]);
    const { bond, locked, active } = await staking.operatorOf(operator);
    expect([bond, locked, active]).to.deep.equal([BOND - 1_000n, ALL - 10_009n, true]);
    expect((await staking.lockOf(operator, locker)).amount).to.equal(ALL - 10_009n);
  });

  it("costs nothing of less than ten wei, and unlocks them", async function () {
    const { staking, opg, operator, locker } = await load(givenLockedPool);
    const tx = staking.connect(locker).forfeit(operator, 9n, EPOCH);
    await expect(tx).to.emit(staking, "BondForfeited").withArgs(operator, locker, 9n, 0n, 0n);
    await expect(tx).not.to.emit(opg, "Transfer");
    expect((await staking.operatorOf(operator)).locked).to.equal(ALL - 9n);
  });

  it("clamps to the lock, and never reaches delegators", async function () {
    const { staking, operator, locker, delegator } = await load(givenLockedPool);
    await expect(staking.connect(locker).forfeit(operator, MaxUint256, EPOCH))
      .to.emit(staking, "BondForfeited")
      .withArgs(operator, locker, ALL, ALL / 10n, 0n);
    expect((await staking.positionOf(operator, delegator)).assets).to.equal(DELEGATION);
    expect((await staking.operatorOf(operator)).locked).to.equal(0n);
  });

  it("threat 1: follows the bond to its tickets, active before unbonding", async function () {
    const { staking, opg, operator, locker } = await load(givenLockedPool);
    const mine = staking.connect(operator);
    await mine.retire();
    const left = BOND / 10n;
    const unbonded = await timeOf(mine.unbond(BOND - left));
    const tx = staking.connect(locker).forfeit(operator, ALL, EPOCH);
    await expect(tx)
      .to.emit(staking, "BondForfeited")
      .withArgs(operator, locker, ALL, left, ALL / 10n - left);
    await expect(tx).to.changeTokenBalances(ethers, opg, [staking, locker], [-ALL / 10n, ALL / 10n]);
    const ticket = ticketOf(operator, unbonded + UNBONDING, false);
    expect(BOND - ALL / 10n - (await staking.ticketOf(ticket)).assets).to.be.within(0n, 1n);
  });

  it("threat 4: unlocks where nothing is left to pay", async function () {
    const world = await load(givenLockedPool);
    const { staking, opg, operator, locker } = world;
    await slashNow(world, locker, operator, BOND);
    const tx = staking.connect(locker).forfeit(operator, BOND, EPOCH);
    await expect(tx).to.emit(staking, "BondForfeited").withArgs(operator, locker, BOND, 0n, 0n);
    await expect(tx).not.to.emit(opg, "Transfer");
    expect((await staking.operatorOf(operator)).locked).to.equal(BOND);
  });

  it("stays open to a locker that lost its role, or the operator's consent", async function () {
    const { staking, manager, genesis, operator, locker } = await load(givenLockedPool);
    await manager.connect(genesis).revokeRole(7n, locker);
    await staking.connect(operator).disallow(locker);
    await expect(staking.connect(locker).forfeit(operator, 10n, EPOCH))
      .to.emit(staking, "BondForfeited")
      .withArgs(operator, locker, 10n, 1n, 0n);
  });

  it("threat 70: is closed to a stopped locker, which can unlock, and open again when the stop is lifted", async function () {
    const { staking, escrow, guardian, arbiter, operator, locker } = await load(givenLockedPool);
    await escrow.connect(guardian).stop(locker);
    for (const epoch of [EPOCH, EPOCH + 1]) {
      await expect(staking.connect(locker).forfeit(operator, 10n, epoch))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerStopped")
        .withArgs(locker);
    }
    await staking.connect(locker).unlock(operator, 1n, EPOCH);
    await escrow.connect(arbiter).lift(locker);
    await expect(staking.connect(locker).forfeit(operator, 10n, EPOCH)).to.emit(staking, "BondForfeited");
  });

  it("leaves a slash in escrow alone, which comes back whole", async function () {
    const world = await load(givenLockedPool);
    const { staking, escrow, guardian, arbiter, operator, locker } = world;
    const { slash } = await slashNow(world, locker, operator, BOND / 2n);
    await staking.connect(locker).forfeit(operator, BOND, EPOCH);
    expect((await staking.operatorOf(operator)).bond).to.equal((BOND * 4n) / 10n);
    await escrow.connect(guardian).stop(locker);
    await escrow.connect(arbiter).reverse(slash);
    expect((await staking.operatorOf(operator)).bond).to.equal((BOND * 9n) / 10n);
  });

  it("counts the bond's votes at once, so that what it pays does not vote twice", async function () {
    const { staking, votes, operator, locker } = await load(givenVotingOperator);
    const tx = staking.connect(locker).forfeit(operator, ALL, EPOCH);
    await expect(tx)
      .to.emit(votes, "StakedVotesChanged")
      .withArgs(operator, operator, BOND, BOND - ALL / 10n);
    expect(await votes.stakedVotesOf(operator, operator)).to.equal(BOND - ALL / 10n);
  });

  describe("what it unlocks", function () {
    it("threat 8: rests, so that locking and forfeiting again takes no more than a tenth", async function () {
      const { staking, operator, locker, rival } = await load(givenLockedPool);
      await staking.connect(locker).forfeit(operator, ALL, EPOCH);
      expect(await staking.resting(operator)).to.equal(ALL);
      expect(await staking.capacity(operator)).to.equal(0n);
      for (const next of [locker, rival]) {
        await expect(staking.connect(next).lock(operator, 1n, (await now()) + DAY))
          .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
          .withArgs(operator, 0n, 1n);
      }
    });

    it("comes back evenly over ten days, rounded up", async function () {
      const { staking, operator, locker } = await load(givenLockedPool);
      await staking.connect(locker).unlock(operator, ALL - 7n, EPOCH);
      const missed = await timeOf(staking.connect(locker).forfeit(operator, 7n, EPOCH));
      for (const [elapsed, rests] of [
        [1n, 7n],
        [DAY, 7n],
        [(10n * DAY * 3n) / 7n, 5n],
        [5n * DAY, 4n],
        [10n * DAY - 1n, 1n],
        [10n * DAY, 0n],
        [20n * DAY, 0n],
      ] as const) {
        await at(missed + elapsed, () => locker.sendTransaction({ to: locker }));
        expect(await staking.resting(operator), `${elapsed} s later`).to.equal(rests);
        expect(await staking.capacity(operator)).to.equal(ALL - rests);
      }
    });

    it("rests for ten days from the latest miss on, together with what still rested", async function () {
      const { staking, operator, locker } = await load(givenLockedPool);
      const missed = await timeOf(staking.connect(locker).forfeit(operator, BOND, EPOCH));
      await at(missed + 4n * DAY, () => staking.connect(locker).forfeit(operator, BOND, EPOCH));
      expect(await staking.resting(operator)).to.equal((16n * BOND) / 10n);
      await at(missed + 9n * DAY, () => locker.sendTransaction({ to: locker }));
      expect(await staking.resting(operator)).to.equal((8n * BOND) / 10n);
    });

    it("threat 6: does not stand in the way of making other locks last", async function () {
      const { staking, operator, locker } = await load(givenLockedPool);
      await staking.connect(locker).forfeit(operator, BOND, EPOCH);
      expect(await staking.capacity(operator)).to.equal(0n);
      const until = (await now()) + 10n * DAY;
      await expect(staking.connect(locker).lock(operator, 0n, until))
        .to.emit(staking, "StakeLocked")
        .withArgs(operator, locker, 0n, until, EPOCH);
    });
  });
});
