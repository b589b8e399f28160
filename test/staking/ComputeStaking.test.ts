import { expect } from "chai";
import { parseEther, ZeroAddress } from "ethers";

import { ComputeStaking__factory } from "../../sdk/generated/index.ts";
import { toTicketId } from "../../sdk/staking/ticket-id.ts";
import { ethers, load } from "../helpers/network.ts";
import { PLAIN } from "../helpers/token.ts";
import { at, BOND, DAY, givenContracts, now, timeOf } from "../helpers/world.ts";

const UNBONDING = 21n * DAY;
const MAX_LOCK = 10n * DAY;
const LOCKED = parseEther("4000");

async function givenOperator() {
  const world = await givenContracts();
  await world.staking.connect(world.operator).registerOperator(1_000, "ipfs://operator");
  await world.staking.connect(world.operator).bond(BOND);
  return world;
}

async function givenAllowedLocker() {
  const world = await givenOperator();
  await world.staking.connect(world.operator).allow(world.locker);
  return world;
}

async function givenLock() {
  const world = await givenAllowedLocker();
  const until = (await now()) + 5n * DAY;
  await world.staking.connect(world.locker).lock(world.operator, LOCKED, until);
  return { ...world, until };
}

async function givenTicket() {
  const world = await givenOperator();
  await world.staking.connect(world.operator).bond(BOND);
  const withdrawableAt = (await timeOf(world.staking.connect(world.operator).unbond(BOND))) + UNBONDING;
  return { ...world, ticket: ticketOf(world.operator, withdrawableAt), withdrawableAt };
}

/** The ticket of the first operator's bond that can be withdrawn from then on. */
function ticketOf(
  { address: owner }: { readonly address: string },
  withdrawableAt: bigint,
  operatorIndex = 1n,
): bigint {
  return toTicketId({ owner, operatorIndex, withdrawableAt, generation: 0n, delegated: false });
}

async function givenRetired() {
  const world = await givenAllowedLocker();
  await world.staking.connect(world.operator).retire();
  return world;
}

describe("ComputeStaking", function () {
  describe("constructor", function () {
    for (const minimumBond of [parseEther("100") - 1n, parseEther("100000") + 1n]) {
      it(`refuses a minimum bond of ${minimumBond} wei`, async function () {
        const { opg, manager, genesis } = await load(givenContracts);
        const factory = new ComputeStaking__factory(genesis);
        await expect(factory.deploy(opg, !PLAIN, !PLAIN, manager, minimumBond))
          .to.be.revertedWithCustomError(factory, "ComputeStakingMinimumBondOutOfRange")
          .withArgs(minimumBond, parseEther("100"), parseEther("100000"));
      });
    }

    for (const minimumBond of [parseEther("100"), parseEther("100000")]) {
      it(`takes a minimum bond of ${minimumBond} wei`, async function () {
        const { opg, manager, genesis } = await load(givenContracts);
        const staking = await new ComputeStaking__factory(genesis).deploy(opg, !PLAIN, !PLAIN, manager, minimumBond);
        expect(await staking.minimumBond()).to.equal(minimumBond);
      });
    }

    it("threat 6: no lock outlives half of the unbonding period", async function () {
      const { staking } = await load(givenContracts);
      expect((await staking.MAX_LOCK()) * 2n).to.be.at.most(await staking.UNBONDING_PERIOD());
      expect(await staking.UNBONDING_PERIOD()).to.equal(UNBONDING);
    });
  });

  describe("registerOperator", function () {
    it("registers the caller once, at the highest commission", async function () {
      const { staking, operator } = await load(givenContracts);
      const tx = await staking.connect(operator).registerOperator(5_000, "ipfs://me");
      await expect(tx).to.emit(staking, "OperatorRegistered").withArgs(operator, 1n, 5_000, "ipfs://me");
      expect(await staking.operatorOf(operator)).to.deep.equal([0n, 0n, 1n, 5_000n, false, false, false]);
      expect([await staking.operatorAt(1n), await staking.operatorCount()]).to.deep.equal([operator.address, 1n]);
      expect(await staking.operatorAt(2n)).to.equal(ZeroAddress);
    });

    it("refuses a commission above half", async function () {
      const { staking, operator } = await load(givenContracts);
      await expect(staking.connect(operator).registerOperator(5_001, ""))
        .to.be.revertedWithCustomError(staking, "ComputeStakingCommissionTooHigh")
        .withArgs(5_001, 5_000);
    });

    it("threat 3: refuses a second registration", async function () {
      const { staking, operator } = await load(givenOperator);
      await expect(staking.connect(operator).registerOperator(0, ""))
        .to.be.revertedWithCustomError(staking, "ComputeStakingAlreadyRegistered")
        .withArgs(operator, 1n);
    });
  });

  describe("bond", function () {
    it("refuses an unknown operator", async function () {
      const { staking, stranger } = await load(givenContracts);
      await expect(staking.connect(stranger).bond(BOND))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
    });

    it("refuses nothing", async function () {
      const { staking, operator } = await load(givenOperator);
      await expect(staking.connect(operator).bond(0)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAssets",
      );
    });

    it("refuses a first bond one wei below the minimum", async function () {
      const { staking, operator } = await load(givenContracts);
      await staking.connect(operator).registerOperator(0, "");
      await expect(staking.connect(operator).bond(BOND - 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingBondTooLow")
        .withArgs(operator, BOND - 1n, BOND);
    });

    it("takes exactly the minimum, then any amount on top", async function () {
      const { staking, opg, operator } = await load(givenOperator);
      const tx = staking.connect(operator).bond(1n);
      await expect(tx)
        .to.emit(staking, "Bonded")
        .withArgs(operator, 1n, BOND + 1n);
      await expect(tx).not.to.emit(staking, "OperatorActivated");
      await expect(tx).to.changeTokenBalances(ethers, opg, [operator, staking], [-1n, 1n]);
      expect((await staking.operatorOf(operator)).bond).to.equal(BOND + 1n);
    });
  });

  describe("unbond", function () {
    it("refuses an unknown operator, nothing, and more than the bond", async function () {
      const { staking, operator, stranger } = await load(givenOperator);
      await expect(staking.connect(stranger).unbond(1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
      await expect(staking.connect(operator).unbond(0)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAssets",
      );
      await expect(staking.connect(operator).unbond(BOND + 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientBond")
        .withArgs(operator, BOND, BOND + 1n);
    });

    it("refuses to leave less than the minimum, and nothing at all unless retired", async function () {
      const { staking, operator } = await load(givenOperator);
      for (const assets of [1n, BOND]) {
        await expect(staking.connect(operator).unbond(assets))
          .to.be.revertedWithCustomError(staking, "ComputeStakingBondTooLow")
          .withArgs(operator, BOND - assets, BOND);
      }
    });

    it("opens a ticket and leaves exactly the minimum", async function () {
      const { staking, opg, operator } = await load(givenOperator);
      await staking.connect(operator).bond(7n);
      const tx = await staking.connect(operator).unbond(7n);
      const withdrawableAt = (await timeOf(tx)) + UNBONDING;
      const ticket = ticketOf(operator, withdrawableAt);
      await expect(tx).to.emit(staking, "Unbonded").withArgs(operator, ticket, 7n, BOND, 7_000n, withdrawableAt);
      await expect(tx).to.changeTokenBalances(ethers, opg, [operator, staking], [0n, 0n]);
      const facts = [operator.address, operator.address, withdrawableAt, false, 7n];
      expect(await staking.ticketOf(ticket)).to.deep.equal(facts);
      expect((await staking.operatorOf(operator)).bond).to.equal(BOND);
    });

    it("threat 79: tickets of different operators differ, also of the same second", async function () {
      const { staking, operator, stranger } = await load(givenTicket);
      await staking.connect(stranger).registerOperator(0, "");
      await staking.connect(stranger).bond(BOND + 1n);
      const withdrawableAt = (await timeOf(staking.connect(stranger).unbond(1n))) + UNBONDING;
      const facts = [stranger.address, stranger.address, withdrawableAt, false, 1n];
      expect(await staking.ticketOf(ticketOf(stranger, withdrawableAt, 2n))).to.deep.equal(facts);
      expect(await staking.ticketOf(ticketOf(operator, withdrawableAt))).to.deep.equal([
        ZeroAddress,
        ZeroAddress,
        0n,
        false,
        0n,
      ]);
    });

    it("threat 1: does not wait for open locks, which the ticket outlives", async function () {
      const { staking, operator, locker, until } = await load(givenLock);
      await staking.connect(operator).bond(LOCKED);
      const tx = await staking.connect(operator).unbond(LOCKED);
      expect((await timeOf(tx)) + UNBONDING).to.be.greaterThan(until + 10n * DAY);
      await expect(tx).to.emit(staking, "Unbonded");
      expect((await staking.lockOf(operator, locker)).amount).to.equal(LOCKED);
    });
  });

  describe("retire", function () {
    it("refuses an unknown and an already retired operator", async function () {
      const { staking, operator, stranger } = await load(givenRetired);
      await expect(staking.connect(stranger).retire())
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
      await expect(staking.connect(operator).retire())
        .to.be.revertedWithCustomError(staking, "ComputeStakingNotActive")
        .withArgs(operator);
    });

    it("stops new locks and lets everything out", async function () {
      const { staking, operator, locker } = await load(givenAllowedLocker);
      await expect(staking.connect(operator).retire()).to.emit(staking, "OperatorRetired").withArgs(operator);
      expect(await staking.capacity(operator)).to.equal(0n);
      await expect(staking.connect(locker).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "ComputeStakingNotActive")
        .withArgs(operator);
      await staking.connect(operator).unbond(BOND);
      expect((await staking.operatorOf(operator)).bond).to.equal(0n);
    });

    it("ends with the next bond, which must reach the minimum again", async function () {
      const { staking, operator } = await load(givenRetired);
      await staking.connect(operator).unbond(BOND);
      await expect(staking.connect(operator).bond(BOND - 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingBondTooLow")
        .withArgs(operator, BOND - 1n, BOND);
      await expect(staking.connect(operator).bond(BOND)).to.emit(staking, "OperatorActivated").withArgs(operator);
      expect(await staking.capacity(operator)).to.equal(BOND);
    });
  });

  describe("withdraw", function () {
    it("refuses a ticket that never was", async function () {
      const { staking, stranger, ticket } = await load(givenTicket);
      await expect(staking.connect(stranger).withdraw(ticket + 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownTicket")
        .withArgs(ticket + 1n);
    });

    it("refuses one second too early", async function () {
      const { staking, operator, ticket, withdrawableAt } = await load(givenTicket);
      await expect(at(withdrawableAt - 1n, () => staking.connect(operator).withdraw(ticket)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingTicketLocked")
        .withArgs(ticket, withdrawableAt, withdrawableAt - 1n);
    });

    it("pays the owner on time, whoever calls, once: threat 18", async function () {
      const { staking, opg, operator, stranger, ticket, withdrawableAt } = await load(givenTicket);
      const tx = at(withdrawableAt, () => staking.connect(stranger).withdraw(ticket));
      await expect(tx).to.emit(staking, "TicketWithdrawn").withArgs(ticket, operator, operator, BOND);
      await expect(tx).to.changeTokenBalances(ethers, opg, [operator, staking, stranger], [BOND, -BOND, 0n]);
      await expect(staking.withdraw(ticket))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownTicket")
        .withArgs(ticket);
    });
  });

  describe("setAgent", function () {
    it("refuses an unknown operator and the zero address", async function () {
      const { staking, operator, stranger, agent } = await load(givenOperator);
      await expect(staking.connect(stranger).setAgent(agent, 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
      await expect(staking.connect(operator).setAgent(ZeroAddress, 1n)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAddress",
      );
    });

    it("sets, changes and removes the limit of one operator's agent", async function () {
      const { staking, operator, agent, stranger } = await load(givenOperator);
      const tx = staking.connect(operator).setAgent(agent, 5n);
      await expect(tx).to.emit(staking, "AgentSet").withArgs(operator, agent, 0n, 5n);
      expect(await staking.agentLimit(operator, agent)).to.equal(5n);
      expect(await staking.agentLimit(stranger, agent)).to.equal(0n);
      await expect(staking.connect(operator).setAgent(agent, 0n))
        .to.emit(staking, "AgentSet")
        .withArgs(operator, agent, 5n, 0n);
      expect(await staking.agentLimit(operator, agent)).to.equal(0n);
    });
  });

  describe("allow and disallow", function () {
    it("refuses an unknown operator and the zero address", async function () {
      const { staking, operator, stranger, locker } = await load(givenOperator);
      await expect(staking.connect(stranger).allow(locker))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
      await expect(staking.connect(operator).allow(ZeroAddress)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAddress",
      );
    });

    it("lets a locker in at once, and saying so again changes nothing", async function () {
      const { staking, operator, locker } = await load(givenOperator);
      const tx = await staking.connect(operator).allow(locker);
      const allowedFrom = await timeOf(tx);
      await expect(tx).to.emit(staking, "LockerAllowed").withArgs(operator, locker, allowedFrom);
      await expect(staking.connect(operator).allow(locker)).not.to.emit(staking, "LockerAllowed");
      expect((await staking.lockOf(operator, locker)).allowedFrom).to.equal(allowedFrom);
    });

    it("stops new locks at once and leaves the old", async function () {
      const { staking, operator, locker, until } = await load(givenLock);
      await expect(staking.connect(operator).disallow(locker))
        .to.emit(staking, "LockerDisallowed")
        .withArgs(operator, locker);
      expect(await staking.lockOf(operator, locker)).to.deep.equal([LOCKED, until, 0n, 0n]);
      await expect(staking.connect(locker).lock(operator, 1n, until))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerNotAllowed")
        .withArgs(operator, locker, 0n);
    });

    it("refuses to disallow who is not allowed", async function () {
      const { staking, operator, locker } = await load(givenOperator);
      await expect(staking.connect(operator).disallow(locker))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerNotAllowed")
        .withArgs(operator, locker, 0n);
    });
  });

  describe("lock", function () {
    it("threat 64: gifts do not replace the minimum bond of an operator that never bonded", async function () {
      const { staking, operator, locker } = await load(givenContracts);
      await staking.connect(operator).registerOperator(0, "ipfs://cheap");
      await staking.connect(operator).allow(locker);
      await staking.connect(operator).distribute(operator, BOND);
      expect(await staking.capacity(operator)).to.equal(0n);
      await expect(staking.connect(locker).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "ComputeStakingNotActive")
        .withArgs(operator);
      await expect(staking.connect(operator).bond(1n)).to.emit(staking, "OperatorActivated").withArgs(operator);
      expect(await staking.capacity(operator)).to.equal(BOND + 1n);
    });

    it("an operator that never bonded takes its gifts out whole", async function () {
      const { staking, operator } = await load(givenContracts);
      await staking.connect(operator).registerOperator(0, "");
      await staking.connect(operator).distribute(operator, 5n);
      await expect(staking.connect(operator).retire())
        .to.be.revertedWithCustomError(staking, "ComputeStakingNotActive")
        .withArgs(operator);
      const withdrawableAt = (await timeOf(staking.connect(operator).unbond(5n))) + UNBONDING;
      expect((await staking.ticketOf(ticketOf(operator, withdrawableAt))).assets).to.equal(5n);
    });

    it("refuses a caller without the role, though allowed", async function () {
      const { staking, operator, stranger } = await load(givenAllowedLocker);
      await staking.connect(operator).allow(stranger);
      await expect(staking.connect(stranger).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "PinnedAuthorityMissingRole")
        .withArgs(stranger, 7n, 0n);
    });

    it("refuses a member of the role whose acts must wait", async function () {
      const { staking, manager, genesis, operator, stranger } = await load(givenAllowedLocker);
      await staking.connect(operator).allow(stranger);
      await manager.connect(genesis).grantRole(7n, stranger, 60);
      await expect(staking.connect(stranger).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "PinnedAuthorityMissingRole")
        .withArgs(stranger, 7n, 60n);
    });

    it("threat 76: no remapping of the manager's table opens it", async function () {
      const { staking, manager, genesis, operator, stranger } = await load(givenAllowedLocker);
      const publicRole = await manager.PUBLIC_ROLE();
      await staking.connect(operator).allow(stranger);
      await manager
        .connect(genesis)
        .setTargetFunctionRole(staking, [staking.interface.getFunction("lock").selector], publicRole);
      await expect(staking.connect(stranger).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "PinnedAuthorityMissingRole")
        .withArgs(stranger, 7n, 0n);
    });

    it("refuses an end that is not ahead: threat 38", async function () {
      const { staking, operator, locker } = await load(givenAllowedLocker);
      const then = (await now()) + 10n;
      await expect(at(then, () => staking.connect(locker).lock(operator, 1n, then)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockHorizon")
        .withArgs(then, then + 1n, then + MAX_LOCK);
    });

    it("refuses an end one second beyond the horizon, takes the horizon itself: threat 38", async function () {
      const { staking, operator, locker } = await load(givenAllowedLocker);
      const then = (await now()) + 10n;
      await expect(at(then, () => staking.connect(locker).lock(operator, 1n, then + MAX_LOCK + 1n)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockHorizon")
        .withArgs(then + MAX_LOCK + 1n, then + 1n, then + MAX_LOCK);
      const later = (await now()) + 10n;
      await at(later, () => staking.connect(locker).lock(operator, 1n, later + MAX_LOCK));
      expect((await staking.lockOf(operator, locker)).lastUntil).to.equal(later + MAX_LOCK);
    });

    it("refuses an operator that has not let the caller in", async function () {
      const { staking, operator, rival } = await load(givenAllowedLocker);
      await expect(staking.connect(rival).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerNotAllowed")
        .withArgs(operator, rival, 0n);
    });

    it("threat 8: two lockers together cannot take more than the bond", async function () {
      const { staking, operator, locker, rival } = await load(givenLock);
      await staking.connect(operator).allow(rival);
      const free = BOND - LOCKED;
      await expect(staking.connect(rival).lock(operator, free + 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
        .withArgs(operator, free, free + 1n);
      await staking.connect(rival).lock(operator, free, (await now()) + DAY);
      expect(await staking.capacity(operator)).to.equal(0n);
      expect((await staking.operatorOf(operator)).locked).to.equal(BOND);
      expect((await staking.lockOf(operator, locker)).amount).to.equal(LOCKED);
    });

    it("counts only active stake: what unbonds cannot be locked", async function () {
      const { staking, operator, locker } = await load(givenRetired);
      await staking.connect(operator).unbond(BOND);
      await staking.connect(operator).bond(BOND);
      expect(await staking.capacity(operator)).to.equal(BOND);
      await staking.connect(locker).lock(operator, BOND, (await now()) + DAY);
      expect(await staking.capacity(operator)).to.equal(0n);
    });

    it("threat 1: nothing is free while more is locked than the operator has left", async function () {
      const { staking, operator, locker } = await load(givenAllowedLocker);
      await staking.connect(operator).bond(BOND);
      await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + DAY);
      await staking.connect(operator).unbond(BOND);
      expect(await staking.capacity(operator)).to.equal(0n);
      await expect(staking.connect(locker).lock(operator, 1n, (await now()) + DAY))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
        .withArgs(operator, 0n, 1n);
    });

    it("threat 2: cuts nothing off an amount that no stake could have", async function () {
      const { staking, operator, locker } = await load(givenAllowedLocker);
      for (const amount of [2n ** 96n + 1n, 2n ** 256n - 1n]) {
        await expect(staking.connect(locker).lock(operator, amount, (await now()) + DAY))
          .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
          .withArgs(operator, BOND, amount);
      }
    });

    it("adds up, keeps the latest end and reports the epoch", async function () {
      const { staking, operator, locker, until } = await load(givenLock);
      const tx = staking.connect(locker).lock(operator, 5n, until - 100n);
      await expect(tx)
        .to.emit(staking, "StakeLocked")
        .withArgs(operator, locker, 5n, until - 100n, 0n);
      const { amount, lastUntil, epoch } = await staking.lockOf(operator, locker);
      expect([amount, lastUntil, epoch]).to.deep.equal([LOCKED + 5n, until, 0n]);
      await staking.connect(locker).lock(operator, 1n, until + 1n);
      expect((await staking.lockOf(operator, locker)).lastUntil).to.equal(until + 1n);
    });
  });

  describe("unlock", function () {
    it("gives back part, then the rest however much is asked: threat 4", async function () {
      const { staking, operator, locker } = await load(givenLock);
      await expect(staking.connect(locker).unlock(operator, 1n, 0))
        .to.emit(staking, "StakeUnlocked")
        .withArgs(operator, locker, 1n, 0);
      expect(await staking.capacity(operator)).to.equal(BOND - LOCKED + 1n);
      await expect(staking.connect(locker).unlock(operator, 0n, 0)).not.to.emit(staking, "StakeUnlocked");
      await expect(staking.connect(locker).unlock(operator, 2n ** 255n, 0))
        .to.emit(staking, "StakeUnlocked")
        .withArgs(operator, locker, LOCKED - 1n, 0);
      expect((await staking.lockOf(operator, locker)).amount).to.equal(0n);
      expect(await staking.capacity(operator)).to.equal(BOND);
    });

    it("lets nobody make events about an operator without a lock", async function () {
      const { staking, operator, stranger } = await load(givenLock);
      await expect(staking.connect(stranger).unlock(operator, LOCKED, 0)).not.to.emit(staking, "StakeUnlocked");
    });

    it("reaches only the caller's own lock", async function () {
      const { staking, operator, locker, rival } = await load(givenLock);
      expect(await staking.connect(rival).unlock.staticCall(operator, LOCKED, 0)).to.equal(0n);
      await staking.connect(rival).unlock(operator, LOCKED, 0);
      expect((await staking.lockOf(operator, locker)).amount).to.equal(LOCKED);
    });

    it("works for a locker that has lost its role and its operator's trust", async function () {
      const { staking, manager, genesis, operator, locker } = await load(givenLock);
      await manager.connect(genesis).revokeRole(7n, locker);
      await staking.connect(operator).disallow(locker);
      await staking.connect(locker).unlock(operator, LOCKED, 0);
      expect(await staking.capacity(operator)).to.equal(BOND);
    });

    it("does nothing for an epoch that has not begun", async function () {
      const { staking, operator, locker } = await load(givenLock);
      await expect(staking.connect(locker).unlock(operator, LOCKED, 1)).not.to.emit(staking, "StakeUnlocked");
      expect((await staking.lockOf(operator, locker)).amount).to.equal(LOCKED);
    });

    it("does nothing for an epoch that was cleared, though the locker has locked again", async function () {
      const { staking, operator, locker, stranger, until } = await load(givenLock);
      await at(until, () => staking.connect(stranger).clear(operator, locker));
      await staking.connect(locker).lock(operator, 9n, until + DAY);
      expect(await staking.connect(locker).unlock.staticCall(operator, LOCKED, 0)).to.equal(0n);
      await expect(staking.connect(locker).unlock(operator, LOCKED, 0)).not.to.emit(staking, "StakeUnlocked");
      expect((await staking.lockOf(operator, locker)).amount).to.equal(9n);
      expect((await staking.operatorOf(operator)).locked).to.equal(9n);
    });
  });

  describe("clear", function () {
    it("refuses one second too early", async function () {
      const { staking, operator, locker, stranger, until } = await load(givenLock);
      await expect(at(until - 1n, () => staking.connect(stranger).clear(operator, locker)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockNotClearable")
        .withArgs(operator, locker, LOCKED, until);
    });

    it("frees what was left and starts a new epoch, whoever calls", async function () {
      const { staking, operator, locker, stranger, until } = await load(givenLock);
      await expect(at(until, () => staking.connect(stranger).clear(operator, locker)))
        .to.emit(staking, "LockCleared")
        .withArgs(operator, locker, LOCKED, 0n);
      const { amount, epoch } = await staking.lockOf(operator, locker);
      expect([amount, epoch]).to.deep.equal([0n, 1n]);
      expect(await staking.capacity(operator)).to.equal(BOND);
      await expect(staking.connect(locker).lock(operator, 9n, until + DAY))
        .to.emit(staking, "StakeLocked")
        .withArgs(operator, locker, 9n, until + DAY, 1n);
    });

    it("threat 38: an empty lock cannot be cleared, so the epoch cannot be turned", async function () {
      const { staking, operator, locker, stranger, until } = await load(givenLock);
      await staking.connect(locker).unlock(operator, LOCKED, 0);
      await expect(at(until, () => staking.connect(stranger).clear(operator, locker)))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockNotClearable")
        .withArgs(operator, locker, 0n, until);
    });
  });

  describe("distribute", function () {
    it("refuses nothing and an unknown operator", async function () {
      const { staking, operator, stranger } = await load(givenOperator);
      await expect(staking.connect(stranger).distribute(operator, 0)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAssets",
      );
      await expect(staking.connect(stranger).distribute(stranger, 1n))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
    });

    it("pays the bond, whoever calls, retired or not", async function () {
      const { staking, opg, operator, stranger } = await load(givenRetired);
      const tx = staking.connect(stranger).distribute(operator, 3n);
      await expect(tx).to.emit(staking, "Distributed").withArgs(operator, stranger, 3n, 3n);
      await expect(tx).to.changeTokenBalances(ethers, opg, [stranger, staking, operator], [-3n, 3n, 0n]);
      expect((await staking.operatorOf(operator)).bond).to.equal(BOND + 3n);
    });
  });

  describe("authority", function () {
    it("threat 76: cannot be exchanged, not even by the manager's administrator", async function () {
      const { staking, manager, genesis, stranger } = await load(givenContracts);
      await expect(manager.connect(genesis).updateAuthority(staking, stranger))
        .to.be.revertedWithCustomError(staking, "PinnedAuthorityImmutable")
        .withArgs(manager);
      expect(await staking.authority()).to.equal(await manager.getAddress());
    });
  });

  it("threat 21: OPG sent by plain transfer changes nobody's stake", async function () {
    const { staking, opg, operator, stranger } = await load(givenLock);
    const before = await staking.operatorOf(operator);
    await opg.connect(stranger).transfer(staking, 1n);
    expect(await staking.operatorOf(operator)).to.deep.equal(before);
    expect(await staking.capacity(operator)).to.equal(BOND - LOCKED);
  });

  it("everyone gets out: a retired operator withdraws all it bonded and earned", async function () {
    const { staking, opg, operator, stranger } = await load(givenRetired);
    await staking.connect(stranger).distribute(operator, 11n);
    const { bond } = await staking.operatorOf(operator);
    const withdrawableAt = (await timeOf(staking.connect(operator).unbond(bond))) + UNBONDING;
    const tx = at(withdrawableAt, () => staking.connect(operator).withdraw(ticketOf(operator, withdrawableAt)));
    await expect(tx).to.changeTokenBalances(ethers, opg, [operator, staking], [BOND + 11n, -(BOND + 11n)]);
    expect(await opg.balanceOf(staking)).to.equal(0n);
  });
});
