import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";

import { ethers, load } from "../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../helpers/world.ts";
import {
  DELEGATION,
  givenLockedPool,
  givenOperator,
  PAR,
  slashNow,
  ticketOf,
  UNBONDING,
  VERDICT,
  verdictFor,
} from "./worlds.ts";

const ALL = 3n * BOND;

describe("ComputeStaking slash", function () {
  it("threat 8: a caller without a lock takes nothing, whoever it is", async function () {
    const { staking, escrow, opg, operator, rival, stranger } = await load(givenLockedPool);
    for (const thief of [rival, stranger]) {
      expect(await staking.connect(thief).slash.staticCall(operator, ALL, 0, verdictFor())).to.equal(0n);
      const tx = await staking.connect(thief).slash(operator, ALL, 0, verdictFor());
      await expect(tx).not.to.emit(staking, "OperatorSlashed");
      await expect(tx).to.changeTokenBalances(ethers, opg, [staking, escrow], [0n, 0n]);
    }
    expect((await staking.operatorOf(operator)).locked).to.equal(ALL);
  });

  it("threat 9: takes exactly what the verdict says, first of the bond", async function () {
    const { staking, escrow, opg, operator, locker } = await load(givenLockedPool);
    const tx = staking.connect(locker).slash(operator, 7n, 0, verdictFor());
    await expect(tx).to.emit(staking, "OperatorSlashed").withArgs(operator, locker, VERDICT, 7n, 7n, 7n, 0n, 0n, 0n);
    await expect(tx).to.changeTokenBalances(ethers, opg, [staking, escrow], [-7n, 7n]);
    const { bond, locked } = await staking.operatorOf(operator);
    expect([bond, locked]).to.deep.equal([BOND - 7n, ALL - 7n]);
    expect((await staking.lockOf(operator, locker)).amount).to.equal(ALL - 7n);
    const { assets, escrows } = await staking.poolOf(operator);
    expect([assets, escrows]).to.deep.equal([DELEGATION, 1n]);
  });

  it("threat 4: asks for more than is locked, gets the lock and says both", async function () {
    const { staking, operator, locker } = await load(givenLockedPool);
    const amount = 2n ** 255n;
    await expect(staking.connect(locker).slash(operator, amount, 0, verdictFor()))
      .to.emit(staking, "OperatorSlashed")
      .withArgs(operator, locker, VERDICT, amount, ALL, BOND, 0n, 2n * BOND, 0n);
    const { bond, locked } = await staking.operatorOf(operator);
    expect([bond, locked]).to.deep.equal([0n, 0n]);
    expect((await staking.poolOf(operator)).assets).to.equal(DELEGATION - 2n * BOND);
  });

  it("threat 1: reaches what unbonds, bond before pool, and the pool's both parts alike", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, delegator, locker } = world;
    await staking.connect(operator).retire();
    const bondLeft = (await timeOf(staking.connect(operator).unbond((BOND * 3n) / 4n))) + UNBONDING;
    const poolLeft =
      (await timeOf(staking.connect(delegator).undelegate(operator, (DELEGATION * PAR) / 4n))) + UNBONDING;

    await expect(staking.connect(locker).slash(operator, ALL, 0, verdictFor()))
      .to.emit(staking, "OperatorSlashed")
      .withArgs(
        operator,
        locker,
        VERDICT,
        ALL,
        ALL,
        BOND / 4n,
        (BOND * 3n) / 4n,
        (2n * BOND * 3n) / 4n,
        (2n * BOND) / 4n,
      );
    expect((await staking.ticketOf(ticketOf(operator, bondLeft, false))).assets).to.equal(0n);
    const third = DELEGATION / 3n;
    expect((await staking.positionOf(operator, delegator)).assets).to.equal((third * 3n) / 4n);
    expect((await staking.ticketOf(ticketOf(delegator, poolLeft, true))).assets).to.equal(third / 4n);
  });

  it("does nothing in an epoch that was cleared, and takes all of the next: lock, clear, lock, slash", async function () {
    const { staking, operator, locker, stranger, until } = await load(givenLockedPool);
    await at(until, () => staking.connect(stranger).clear(operator, locker));
    await staking.connect(locker).lock(operator, ALL, until + DAY);
    expect(await staking.connect(locker).slash.staticCall(operator, ALL, 0, verdictFor())).to.equal(0n);
    expect(await staking.connect(locker).unlock.staticCall(operator, ALL, 0)).to.equal(0n);
    expect(await staking.connect(locker).slash.staticCall(operator, ALL, 1, verdictFor())).to.equal(ALL);
  });

  it("works for a locker that has lost its role and its operator's trust", async function () {
    const { staking, manager, genesis, operator, locker } = await load(givenLockedPool);
    await manager.connect(genesis).revokeRole(7n, locker);
    await staking.connect(operator).disallow(locker);
    expect(await staking.connect(locker).slash.staticCall(operator, 5n, 0, verdictFor())).to.equal(5n);
  });

  it("threat 59: freezes nobody: everyone may leave while it is in escrow", async function () {
    const world = await load(givenLockedPool);
    const { staking, opg, operator, delegator, locker, stranger } = world;
    await slashNow(world, locker, operator, ALL);
    const tx = staking.connect(delegator).undelegate(operator, DELEGATION * PAR);
    const withdrawableAt = (await timeOf(tx)) + UNBONDING;
    const ticket = ticketOf(delegator, withdrawableAt, true);
    await expect(at(withdrawableAt, () => staking.connect(stranger).withdraw(ticket)))
      .to.be.revertedWithCustomError(staking, "ComputeStakingSlashInEscrow")
      .withArgs(operator, 1n);
    await expect(staking.connect(delegator).withdraw(ticket)).to.changeTokenBalances(
      ethers,
      opg,
      [delegator],
      [DELEGATION - 2n * BOND],
    );
  });

  it("threat 9: what is not there any more is not taken, and opens no escrow", async function () {
    const { staking, operator, locker, rival, until } = await load(givenOperator).then(async (world) => {
      const end = (await now()) + 5n * DAY;
      await world.staking.connect(world.locker).lock(world.operator, BOND, end);
      return { ...world, until: end };
    });
    await staking.connect(operator).retire();
    const leaves = (await timeOf(staking.connect(operator).unbond(BOND))) + UNBONDING;
    await at(leaves, () => staking.withdraw(ticketOf(operator, leaves, false)));
    expect(leaves).to.be.greaterThan(until);
    await expect(staking.connect(locker).slash(operator, BOND, 0, verdictFor()))
      .to.emit(staking, "OperatorSlashed")
      .withArgs(operator, locker, VERDICT, BOND, BOND, 0n, 0n, 0n, 0n);
    expect((await staking.poolOf(operator)).escrows).to.equal(0n);
    expect((await staking.lockOf(operator, rival)).amount).to.equal(0n);
  });

  it("threat 9: takes what is left where delegators were out before it came", async function () {
    const { staking, operator, delegator, locker } = await load(givenLockedPool);
    const tx = staking.connect(delegator).undelegate(operator, (DELEGATION - BOND / 2n) * PAR);
    const leaves = (await timeOf(tx)) + UNBONDING;
    await at(leaves, () => staking.withdraw(ticketOf(delegator, leaves, true)));
    await expect(staking.connect(locker).slash(operator, ALL, 0, verdictFor()))
      .to.emit(staking, "OperatorSlashed")
      .withArgs(operator, locker, VERDICT, ALL, ALL, BOND, 0n, BOND / 2n, 0n);
    expect(await staking.slashable(operator)).to.equal(0n);
  });

  it("leaves what is still to drip alone while the pool has something else to lose, and stands still then", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, locker, stranger } = world;
    await staking.connect(stranger).distribute(operator, parseEther("100"));
    const { bond } = await staking.operatorOf(operator);
    await slashNow(world, locker, operator, bond + 1n);
    const before = await staking.poolOf(operator);
    await at((await now()) + DAY, () => staking.connect(stranger).distribute(operator, 1n));
    const after = await staking.poolOf(operator);
    expect([after.assets, after.dripsFor]).to.deep.equal([before.assets, before.dripsFor]);
    expect(before.assets + before.undripped).to.equal(DELEGATION + parseEther("67.5") - 1n);
  });

  it("what is still to drip answers for a slash of all the rest, and stays in its place", async function () {
    const world = await load(givenOperator);
    const { staking, operator, delegator, locker, stranger } = world;
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    // 900 wei, of which the first arrives after eleven minutes.
    await staking.connect(stranger).distribute(operator, 2_000n);
    const amount = 2n * BOND + 1_100n;
    await staking.connect(locker).lock(operator, amount, (await now()) + 10n * DAY);
    await expect(staking.connect(locker).slash(operator, amount, 0, verdictFor()))
      .to.emit(staking, "OperatorSlashed")
      .withArgs(operator, locker, VERDICT, amount, amount, BOND + 1_100n, 0n, BOND, 0n);
    const { assets, undripped, dripsFor } = await staking.poolOf(operator);
    expect([assets, undripped, dripsFor]).to.deep.equal([900n, 0n, 0n]);
  });

  it("threat 59: a slash of the bond alone does not stop the pool's drip", async function () {
    const world = await load(givenLockedPool);
    const { staking, escrow, operator, locker, stranger } = world;
    const paid = await timeOf(staking.connect(stranger).distribute(operator, parseEther("100")));
    const { slash, openedAt } = await slashNow(world, locker, operator, 1n);
    await at(openedAt + 7n * DAY, () => escrow.release(slash));
    expect(openedAt + 7n * DAY).to.be.greaterThan(paid + 7n * DAY);
    const { assets, undripped } = await staking.poolOf(operator);
    expect([assets, undripped]).to.deep.equal([DELEGATION + parseEther("67.5"), 0n]);
  });

  it("threat 15: two wei on their way out do not seem to have lost half", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, delegator, locker } = world;
    await staking.connect(delegator).undelegate(operator, 2n * PAR);
    const { slash } = await slashNow(world, locker, operator, BOND + parseEther("1"));
    expect([slash.fromPool, slash.fromUnbonding]).to.deep.equal([parseEther("1"), 0n]);
  });

  it("threat 10: after a loss of everything nobody has anything, and the next delegator starts afresh", async function () {
    const world = await load(givenOperator);
    const { staking, escrow, operator, delegator, curator, locker } = world;
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + 10n * DAY);
    const { slash, openedAt } = await slashNow(world, locker, operator, 2n * BOND);
    expect(await staking.slashable(operator)).to.equal(0n);
    const { shares, assets } = await staking.positionOf(operator, delegator);
    expect([shares, assets]).to.deep.equal([BOND * PAR, 0n]);
    await expect(staking.connect(delegator).undelegate(operator, shares))
      .to.be.revertedWithCustomError(staking, "ComputeStakingWorthlessShares")
      .withArgs(operator, shares);
    await expect(at(openedAt + 7n * DAY, () => escrow.release(slash)))
      .to.emit(staking, "GenerationStarted")
      .withArgs(operator, 0n, 12n, 0n);
    expect((await staking.operatorOf(operator)).hasPool).to.equal(false);
    await staking.connect(operator).bond(BOND);
    await staking.connect(curator).delegate(operator, BOND, 0n);
    expect(await staking.positionOf(operator, curator)).to.deep.equal([BOND * PAR, BOND, BOND, false]);
    expect(await staking.positionOf(operator, delegator)).to.deep.equal([0n, 0n, 0n, false]);
  });

  it("refuses anybody but the escrow what only the escrow may do", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, locker, stranger } = world;
    const { slash } = await slashNow(world, locker, operator, 5n);
    await expect(staking.connect(stranger).endEscrow(operator))
      .to.be.revertedWithCustomError(staking, "ComputeStakingNotEscrow")
      .withArgs(stranger);
    await expect(staking.connect(stranger).restore(slash))
      .to.be.revertedWithCustomError(staking, "ComputeStakingNotEscrow")
      .withArgs(stranger);
  });

  it("threat 12: shares that lost their worth are renewed, and old ones are still worth their part", async function () {
    const world = await load(givenOperator);
    const { staking, escrow, operator, delegator, curator, locker } = world;
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + 10n * DAY);
    // All but one OPG of the pool is lost: a share is worth a ten-thousandth of what it was.
    const { slash, openedAt } = await slashNow(world, locker, operator, 2n * BOND - parseEther("1"));
    await at(openedAt + 7n * DAY, () => escrow.release(slash));
    await staking.connect(operator).bond(BOND);
    const bought = await staking.previewDelegate(operator, parseEther("1"));
    const tx = staking.connect(curator).delegate(operator, parseEther("1"), bought);
    await expect(tx)
      .to.emit(staking, "GenerationStarted")
      .withArgs(operator, 0n, 1n, (BOND * PAR) / 1_000n);
    await expect(tx).to.emit(staking, "Delegated").withArgs(operator, curator, parseEther("1"), bought);
    for (const person of [delegator, curator]) {
      expect(parseEther("1") - (await staking.positionOf(operator, person)).assets).to.be.within(0n, 1n);
    }
    const { shares } = await staking.positionOf(operator, delegator);
    await staking.connect(delegator).undelegate(operator, shares);
    expect((await staking.positionOf(operator, delegator)).principal).to.equal(0n);
  });

  it("threat 12: shares are not renewed while what is still to drip will give them their worth", async function () {
    const world = await load(givenOperator);
    const { staking, escrow, operator, delegator, curator, locker, stranger } = world;
    await staking.connect(delegator).delegate(operator, BOND, 0n);
    await staking.connect(stranger).distribute(operator, parseEther("300"));
    const amount = 2n * BOND + parseEther("164");
    await staking.connect(locker).lock(operator, amount, (await now()) + 10n * DAY);
    // One OPG of the pool is left, and 135 are still to drip.
    const { slash, openedAt } = await slashNow(world, locker, operator, amount);
    await at(openedAt + 7n * DAY, () => escrow.release(slash));
    await staking.connect(operator).bond(BOND);
    const tx = staking.connect(curator).delegate(operator, parseEther("1"), 0n);
    await expect(tx).to.emit(staking, "Delegated");
    await expect(tx).not.to.emit(staking, "GenerationStarted");
    expect((await staking.poolOf(operator)).generation).to.equal(0n);
    expect((await staking.positionOf(operator, delegator)).shares).to.equal(BOND * PAR);
  });

  it("threat 12: tickets of a bond that was lost whole are worth nothing, and later ones all of theirs", async function () {
    const world = await load(givenLockedPool);
    const { staking, operator, locker } = world;
    const mine = staking.connect(operator);
    await mine.retire();
    const lost = await timeOf(mine.unbond(BOND));
    await slashNow(world, locker, operator, BOND);
    await mine.bond(2n * BOND);
    await mine.retire();
    const tx = await mine.unbond(BOND);
    await expect(tx).to.emit(staking, "GenerationStarted").withArgs(operator, 2n, 12n, 0n);
    const first = await timeOf(tx);
    const again = await mine.unbond(BOND);
    await expect(again).not.to.emit(staking, "GenerationStarted");
    const second = await timeOf(again);
    expect((await staking.poolOf(operator)).bondGeneration).to.equal(12n);
    const worthless = ticketOf(operator, lost + UNBONDING, false);
    expect((await staking.ticketOf(worthless)).assets).to.equal(0n);
    await expect(at(lost + UNBONDING, () => mine.withdraw(worthless)))
      .to.emit(staking, "TicketWithdrawn")
      .withArgs(worthless, operator, operator, 0n);
    for (const unbonded of [first, second]) {
      const ticket = ticketOf(operator, unbonded + UNBONDING, false, 12n);
      expect((await staking.ticketOf(ticket)).assets).to.equal(BOND);
      await expect(at(unbonded + UNBONDING, () => mine.withdraw(ticket)))
        .to.emit(staking, "TicketWithdrawn")
        .withArgs(ticket, operator, operator, BOND);
    }
  });

  it("a verdict for nobody pays nobody", async function () {
    const world = await load(givenLockedPool);
    const { slash } = await slashNow(world, world.locker, world.operator, 5n);
    expect([slash.victim, slash.challengers]).to.deep.equal([ZeroAddress, ZeroAddress]);
  });
});
