import { expect } from "chai";
import { parseEther } from "ethers";

import { ethers, load } from "../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../helpers/world.ts";
import { DELEGATION, givenLockedPool, givenOperator, givenPool, PAR, slashNow, ticketOf, UNBONDING } from "./worlds.ts";

const ONE = parseEther("1");
const LIMIT = 10n * BOND;

describe("ComputeStaking delegation", function () {
  describe("delegate", function () {
    it("refuses less than 1 OPG, takes exactly 1", async function () {
      const { staking, operator, delegator } = await load(givenOperator);
      await expect(staking.connect(delegator).delegate(operator, ONE - 1n, 0n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingDelegationTooSmall")
        .withArgs(ONE - 1n, ONE);
      await staking.connect(delegator).delegate(operator, ONE, 0n);
      expect((await staking.poolOf(operator)).assets).to.equal(ONE);
    });

    it("refuses an unknown and a retired operator", async function () {
      const { staking, operator, delegator, stranger } = await load(givenPool);
      await staking.connect(operator).retire();
      for (const nobody of [stranger, operator]) {
        await expect(staking.connect(delegator).delegate(nobody, ONE, 0n))
          .to.be.revertedWithCustomError(staking, "ComputeStakingNotActive")
          .withArgs(nobody);
      }
    });

    it("takes a pool of ten times the bond, and not one wei more", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      const room = LIMIT - DELEGATION;
      await expect(staking.connect(delegator).delegate(operator, room + 1n, 0n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingPoolTooLarge")
        .withArgs(operator, LIMIT + 1n, LIMIT);
      await staking.connect(delegator).delegate(operator, room, 0n);
      expect((await staking.poolOf(operator)).assets).to.equal(LIMIT);
    });

    it("threat 11: refuses fewer shares than the caller will take", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      const shares = await staking.previewDelegate(operator, ONE);
      await expect(staking.connect(delegator).delegate(operator, ONE, shares + 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingTooFewShares")
        .withArgs(shares, shares + 1n);
      await staking.connect(delegator).delegate(operator, ONE, shares);
    });

    it("threat 15: refuses money that buys no share, also of a caller who asks for none", async function () {
      const { staking, operator, delegator, stranger, curator } = await load(givenPool);
      // A thousand shares, worth one wei, are left, which then earn all that the operator does: 2700 OPG after its commission.
      await staking.connect(delegator).undelegate(operator, (DELEGATION - 1n) * PAR);
      await staking.connect(operator).retire();
      await staking.connect(operator).unbond(BOND);
      await staking.connect(stranger).distribute(operator, 3_000n * ONE);
      const dripped = (await now()) + 7n * DAY;
      await at(dripped, () => staking.connect(operator).bond(BOND));
      const { assets, shares } = await staking.poolOf(operator);
      expect([assets, shares]).to.deep.equal([2_700n * ONE + 1n, PAR]);
      await expect(staking.connect(curator).delegate(operator, ONE, 0n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingTooFewShares")
        .withArgs(0n, 0n);
      await staking.connect(curator).delegate(operator, 2n * ONE, 1n);
    });

    it("moves the OPG, and gives shares that are worth it", async function () {
      const { staking, opg, operator, delegator } = await load(givenOperator);
      const tx = staking.connect(delegator).delegate(operator, DELEGATION, 0n);
      await expect(tx)
        .to.emit(staking, "Delegated")
        .withArgs(operator, delegator, DELEGATION, DELEGATION * PAR);
      await expect(tx).to.changeTokenBalances(ethers, opg, [delegator, staking], [-DELEGATION, DELEGATION]);
      const position = [DELEGATION * PAR, DELEGATION, DELEGATION, false];
      expect(await staking.positionOf(operator, delegator)).to.deep.equal(position);
      const { assets, shares, generation, undripped, escrows } = await staking.poolOf(operator);
      expect([assets, shares, generation, undripped, escrows]).to.deep.equal([
        DELEGATION,
        DELEGATION * PAR,
        0n,
        0n,
        0n,
      ]);
    });

    it("threat 16: whoever comes after income was paid has no part of what it dripped before", async function () {
      const { staking, operator, delegator, curator, stranger } = await load(givenPool);
      const paid = await timeOf(staking.connect(stranger).distribute(operator, parseEther("100")));
      const joined = await timeOf(at(paid + DAY, () => staking.connect(curator).delegate(operator, DELEGATION, 0n)));
      expect(joined).to.equal(paid + DAY);
      const early = await staking.positionOf(operator, delegator);
      const late = await staking.positionOf(operator, curator);
      // 67.5 OPG drip in over seven days; a seventh of it was there when the second came.
      expect(parseEther("67.5") / 7n - (early.assets - DELEGATION)).to.be.within(0n, 1n);
      expect(DELEGATION - late.assets).to.be.within(0n, 1n);
    });

    it("refuses while a slash of the operator is in escrow, and takes it after", async function () {
      const world = await load(givenLockedPool);
      const { staking, escrow, operator, delegator, locker } = world;
      const { slash, openedAt } = await slashNow(world, locker, operator, 1n);
      await expect(staking.connect(delegator).delegate(operator, ONE, 0n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingSlashInEscrow")
        .withArgs(operator, 1n);
      await at(openedAt + 7n * DAY, () => escrow.release(slash));
      await staking.connect(delegator).delegate(operator, ONE, 0n);
    });
  });

  describe("the bond that carries a pool", function () {
    it("unbond leaves a tenth of the pool", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      await staking.connect(operator).bond(2n * BOND);
      await staking.connect(delegator).delegate(operator, 2n * LIMIT - DELEGATION, 0n);
      await expect(staking.connect(operator).unbond(BOND + 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingPoolTooLarge")
        .withArgs(operator, 2n * LIMIT, 2n * LIMIT - 10n);
      await staking.connect(operator).unbond(BOND);
      expect((await staking.operatorOf(operator)).bond).to.equal(2n * BOND);
    });

    it("a retired operator may take all of it, and returns only with a tenth of the pool", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      await staking.connect(operator).bond(BOND);
      await staking.connect(delegator).delegate(operator, LIMIT, 0n);
      await staking.connect(operator).retire();
      await staking.connect(operator).unbond(2n * BOND);
      await expect(staking.connect(operator).bond(BOND))
        .to.be.revertedWithCustomError(staking, "ComputeStakingPoolTooLarge")
        .withArgs(operator, LIMIT + DELEGATION, LIMIT);
      await staking.connect(operator).bond((LIMIT + DELEGATION) / 10n);
      expect((await staking.operatorOf(operator)).active).to.equal(true);
    });
  });

  describe("capacity", function () {
    it("is bond and pool together, and at most three times the bond", async function () {
      const { staking, operator, delegator } = await load(givenOperator);
      await staking.connect(delegator).delegate(operator, BOND, 0n);
      expect(await staking.capacity(operator)).to.equal(2n * BOND);
      await staking.connect(delegator).delegate(operator, DELEGATION, 0n);
      expect(await staking.capacity(operator)).to.equal(3n * BOND);
    });

    it("is what is left of it after locks", async function () {
      const { staking, operator, locker, until, rival } = await load(givenLockedPool);
      expect(await staking.capacity(operator)).to.equal(0n);
      await staking.connect(locker).unlock(operator, 5n, 0);
      await expect(staking.connect(rival).lock(operator, 6n, until))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
        .withArgs(operator, 5n, 6n);
      await staking.connect(rival).lock(operator, 5n, until);
    });
  });

  describe("allow, once there are delegators", function () {
    it("threat 24: waits 28 days, in which everybody can be out", async function () {
      const { staking, manager, genesis, operator, stranger } = await load(givenPool);
      await manager.connect(genesis).grantRole(7n, stranger, 0);
      const tx = await staking.connect(operator).allow(stranger);
      const allowedFrom = (await timeOf(tx)) + 28n * DAY;
      await expect(tx).to.emit(staking, "LockerAllowed").withArgs(operator, stranger, allowedFrom);
      expect(allowedFrom).to.be.greaterThan((await now()) + UNBONDING);
      await expect(at(allowedFrom - 1n, () => staking.connect(stranger).lock(operator, 1n, allowedFrom + DAY)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerNotAllowed")
        .withArgs(operator, stranger, allowedFrom);
      await at(allowedFrom, () => staking.connect(stranger).lock(operator, 1n, allowedFrom + DAY));
    });

    it("threat 24: still waits while the last delegator is on its way out, and is immediate after", async function () {
      const { staking, operator, delegator, stranger, curator } = await load(givenPool);
      const left = await timeOf(staking.connect(delegator).undelegate(operator, DELEGATION * PAR));
      const early = await staking.connect(operator).allow(stranger);
      await expect(early)
        .to.emit(staking, "LockerAllowed")
        .withArgs(operator, stranger, (await timeOf(early)) + 28n * DAY);
      await at(left + UNBONDING, () => staking.withdraw(ticketOf(delegator, left + UNBONDING, true)));
      const late = await staking.connect(operator).allow(curator);
      await expect(late)
        .to.emit(staking, "LockerAllowed")
        .withArgs(operator, curator, await timeOf(late));
    });

    it("threat 24: waits for one OPG on its way out, and for nothing less", async function () {
      const { staking, operator, delegator, stranger, curator } = await load(givenOperator);
      const mine = staking.connect(delegator);
      await mine.delegate(operator, ONE, 0n);
      const first = await timeOf(mine.undelegate(operator, PAR));
      await at(first + DAY, () => mine.undelegate(operator, (ONE - 1n) * PAR));
      const early = await staking.connect(operator).allow(stranger);
      await expect(early)
        .to.emit(staking, "LockerAllowed")
        .withArgs(operator, stranger, (await timeOf(early)) + 28n * DAY);
      await at(first + UNBONDING, () => mine.withdraw(ticketOf(delegator, first + UNBONDING, true)));
      expect((await staking.poolOf(operator)).unbonding).to.equal(ONE - 1n);
      const late = await staking.connect(operator).allow(curator);
      await expect(late)
        .to.emit(staking, "LockerAllowed")
        .withArgs(operator, curator, await timeOf(late));
    });
  });

  describe("undelegate", function () {
    it("refuses more shares than the caller has, and another's", async function () {
      const { staking, operator, delegator, stranger } = await load(givenPool);
      const all = DELEGATION * PAR;
      await expect(staking.connect(delegator).undelegate(operator, all + 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientShares")
        .withArgs(operator, delegator, all, all + 1n);
      await expect(staking.connect(stranger).undelegate(operator, 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientShares")
        .withArgs(operator, stranger, 0n, 1n);
    });

    it("threat 15: refuses shares that are worth less than a wei, none included", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      for (const shares of [0n, PAR - 1n]) {
        await expect(staking.connect(delegator).undelegate(operator, shares))
          .to.be.revertedWithCustomError(staking, "ComputeStakingWorthlessShares")
          .withArgs(operator, shares);
      }
      await staking.connect(delegator).undelegate(operator, PAR);
    });

    it("opens a ticket, earns nothing on the way and is paid on time: threat 17", async function () {
      const { staking, opg, operator, delegator, stranger } = await load(givenPool);
      const shares = (DELEGATION * PAR) / 3n;
      const assets = DELEGATION / 3n;
      const tx = await staking.connect(delegator).undelegate(operator, shares);
      const withdrawableAt = (await timeOf(tx)) + UNBONDING;
      const ticket = ticketOf(delegator, withdrawableAt, true);
      await expect(tx)
        .to.emit(staking, "Undelegated")
        .withArgs(operator, delegator, ticket, shares, assets, assets * PAR, withdrawableAt);
      await expect(tx).to.changeTokenBalances(ethers, opg, [delegator, staking], [0n, 0n]);
      const facts = [operator.address, delegator.address, withdrawableAt, true, assets];
      expect(await staking.ticketOf(ticket)).to.deep.equal(facts);
      expect(await staking.positionOf(operator, delegator)).to.deep.equal([
        DELEGATION * PAR - shares,
        DELEGATION - assets,
        DELEGATION - assets,
        false,
      ]);

      await staking.connect(stranger).distribute(operator, parseEther("1000"));
      const paid = at(withdrawableAt, () => staking.connect(stranger).withdraw(ticket));
      await expect(paid).to.emit(staking, "TicketWithdrawn").withArgs(ticket, delegator, operator, assets);
      await expect(paid).to.changeTokenBalances(ethers, opg, [delegator, staking, stranger], [assets, -assets, 0n]);
    });

    it("takes its part of the principal along, rounded against who leaves", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      await staking.connect(delegator).undelegate(operator, DELEGATION * PAR - 1_001n);
      expect((await staking.positionOf(operator, delegator)).principal).to.equal(1n);
      await staking.connect(delegator).delegate(operator, BOND, 0n);
      expect((await staking.positionOf(operator, delegator)).principal).to.equal(BOND + 1n);
    });

    it("threat 20: two exits in one second are one ticket", async function () {
      const { staking, operator, delegator } = await load(givenPool);
      const mine = staking.connect(delegator);
      await ethers.provider.send("evm_setAutomine", [false]);
      const sent = [
        await mine.undelegate(operator, 3n * PAR, { gasLimit: 300_000 }),
        await mine.undelegate(operator, 4n * PAR, { gasLimit: 300_000 }),
      ] as const;
      await ethers.provider.send("evm_mine", []);
      await ethers.provider.send("evm_setAutomine", [true]);
      const ticket = ticketOf(delegator, (await timeOf(sent[1])) + UNBONDING, true);
      expect((await staking.ticketOf(ticket)).assets).to.equal(7n);
    });

    it("the last one out leaves what was still to drip to the bond: threat 13", async function () {
      const { staking, operator, delegator, stranger } = await load(givenPool);
      await staking.connect(stranger).distribute(operator, parseEther("100"));
      const { bond } = await staking.operatorOf(operator);
      const tx = await staking.connect(delegator).undelegate(operator, DELEGATION * PAR);
      const pool = await staking.poolOf(operator);
      const left = parseEther("67.5") - (pool.unbonding - DELEGATION);
      await expect(tx).to.emit(staking, "PoolEmptied").withArgs(operator, left);
      expect([pool.assets, pool.shares, pool.undripped, pool.dripsFor]).to.deep.equal([0n, 0n, 0n, 0n]);
      expect((await staking.operatorOf(operator)).bond).to.equal(bond + left);
    });
  });

  describe("setCommission", function () {
    it("refuses more than half, and anybody who is no operator", async function () {
      const { staking, operator, stranger } = await load(givenOperator);
      await expect(staking.connect(operator).setCommission(5_001))
        .to.be.revertedWithCustomError(staking, "ComputeStakingCommissionTooHigh")
        .withArgs(5_001, 5_000);
      await expect(staking.connect(stranger).setCommission(1))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
    });

    it("lowers at once, and forgets an announced raise", async function () {
      const { staking, operator } = await load(givenOperator);
      await staking.connect(operator).setCommission(2_000);
      await expect(staking.connect(operator).setCommission(999))
        .to.emit(staking, "CommissionChanged")
        .withArgs(operator, 1_000, 999);
      expect((await staking.operatorOf(operator)).commissionBps).to.equal(999n);
      expect(await staking.commissionRaiseOf(operator)).to.deep.equal([0n, 0n]);
    });

    it("threat 23: a raise waits as long as unbonding takes; then anyone may put it into effect", async function () {
      const { staking, operator, stranger } = await load(givenPool);
      const tx = await staking.connect(operator).setCommission(1_001);
      const effectiveFrom = (await timeOf(tx)) + UNBONDING;
      await expect(tx).to.emit(staking, "CommissionRaiseAnnounced").withArgs(operator, 1_000, 1_001, effectiveFrom);
      await expect(at(effectiveFrom - 1n, () => staking.connect(stranger).raiseCommission(operator)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingNoCommissionRaise")
        .withArgs(operator, effectiveFrom, effectiveFrom - 1n);
      expect((await staking.operatorOf(operator)).commissionBps).to.equal(1_000n);
      await expect(at(effectiveFrom, () => staking.connect(stranger).raiseCommission(operator)))
        .to.emit(staking, "CommissionChanged")
        .withArgs(operator, 1_000, 1_001);
      expect((await staking.operatorOf(operator)).commissionBps).to.equal(1_001n);
      await expect(staking.raiseCommission(operator))
        .to.be.revertedWithCustomError(staking, "ComputeStakingNoCommissionRaise")
        .withArgs(operator, 0n, await nextTime());
    });
  });
});

/** Unix seconds of a call on the pending block, which the chain dates one second after the latest. */
async function nextTime(): Promise<bigint> {
  return (await now()) + 1n;
}
