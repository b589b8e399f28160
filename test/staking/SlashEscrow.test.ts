import { expect } from "chai";
import { id as hashOf, MaxUint256, parseEther, ZeroAddress, type ContractTransactionResponse } from "ethers";

import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../helpers/world.ts";
import { inCirculation } from "../helpers/token.ts";
import { DELEGATION, givenLockedPool, givenOperator, givenPool, PAR, slashNow, slashOf, verdictFor } from "./worlds.ts";

const ALL = 3n * BOND;
const ESCROW = 7n * DAY;
const STOP = 35n * DAY;
const COOLDOWN = 56n * DAY;

/** All that was locked is slashed, for a victim and a challenger. */
async function givenSlash() {
  const world = await givenLockedPool();
  const verdict = verdictFor(world.requester.address, parseEther("100"), world.challenger.address);
  return { ...world, ...(await slashNow(world, world.locker, world.operator, ALL, verdict)) };
}

async function givenHeldSlash() {
  const world = await givenSlash();
  const stoppedAt = await timeOf(world.escrow.connect(world.guardian).stop(world.locker));
  return { ...world, stoppedAt };
}

/** A contract that locks, slashes, and says what it likes about its verdicts. */
async function givenContractLock() {
  const world = await givenPool();
  const lockerContract = await ethers.deployContract("Locker__Mock", [world.staking], world.genesis);
  await world.manager.connect(world.genesis).grantRole(7n, lockerContract, 0);
  const allowed = await timeOf(world.staking.connect(world.operator).allow(lockerContract));
  const lock = lockerContract.getFunction("lock");
  await at(allowed + 28n * DAY, () => lock(world.operator, BOND, allowed + 29n * DAY));
  return { ...world, lockerContract };
}

/** An account that has slashed a bond, and may become a contract of any code. Its address ends in a one. */
async function givenAccountLocker() {
  const world = await givenOperator();
  const address = `0x${"0".repeat(19)}10${"0".repeat(18)}1`;
  const account = await ethers.getImpersonatedSigner(address);
  await networkHelpers.setBalance(address, parseEther("1"));
  await world.manager.connect(world.genesis).grantRole(7n, account, 0);
  await world.staking.connect(world.operator).allow(account);
  await world.staking.connect(account).lock(world.operator, BOND, (await now()) + DAY);
  const become = async (code: string) => {
    await networkHelpers.setCode(address, code);
    await networkHelpers.mine();
  };
  return { ...world, become, ...(await slashNow(world, account, world.operator, BOND)) };
}

async function givenMoodyLocker() {
  const world = await givenContractLock();
  const slash = world.lockerContract.getFunction("slash");
  const tx = (await slash(world.operator, BOND, verdictFor())) as ContractTransactionResponse;
  const setMood = world.lockerContract.getFunction("setMood");
  return { ...world, setMood, slash: await slashOf(world.escrow, tx), openedAt: await timeOf(tx) };
}

describe("SlashEscrow", function () {
  describe("open", function () {
    it("takes slashes from the staking contract only", async function () {
      const { escrow, stranger, slash } = await load(givenSlash);
      await expect(escrow.connect(stranger).open(slash))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowNotStaking")
        .withArgs(stranger);
    });

    it("stores one hash, and tells the slash", async function () {
      const { escrow, operator, locker, tx, slash } = await load(givenSlash);
      const slashId = await escrow.slashIdOf(slash);
      await expect(tx).to.emit(escrow, "SlashOpened").withArgs(slashId, operator, locker, Object.values(slash));
      expect(await escrow.outcomeOf(slashId)).to.deep.equal([1n, 0n, 0n]);
      expect([slash.fromBond, slash.fromPool, slash.fromUnbonding]).to.deep.equal([BOND, 2n * BOND, 0n]);
      expect([slash.poolShares, slash.poolGeneration]).to.deep.equal([DELEGATION * PAR, 0n]);
    });

    it("refuses the same slash twice in one second, takes two by different verdicts", async function () {
      const { escrow, operator, lockerContract } = await load(givenContractLock);
      const slashTwice = lockerContract.getFunction("slashTwice");
      await expect(slashTwice(operator, 5n, verdictFor(), verdictFor())).to.be.revertedWithCustomError(
        escrow,
        "SlashEscrowDuplicate",
      );
      const other = verdictFor(ZeroAddress, 0n, ZeroAddress, hashOf("another"));
      await slashTwice(operator, 5n, verdictFor(), other);
    });
  });

  describe("release", function () {
    it("refuses a second too early", async function () {
      const { escrow, stranger, slash, openedAt } = await load(givenSlash);
      const slashId = await escrow.slashIdOf(slash);
      await expect(at(openedAt + ESCROW - 1n, () => escrow.connect(stranger).release(slash)))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowTooEarly")
        .withArgs(slashId, openedAt + ESCROW, openedAt + ESCROW - 1n);
    });

    it("threats 24, 25: pays out of the liar's bond, next to nothing out of the pool, and burns the rest", async function () {
      const { staking, escrow, opg, operator, requester, challenger, stranger, slash, openedAt } =
        await load(givenSlash);
      const slashId = await escrow.slashIdOf(slash);
      const supply = await inCirculation(opg);
      // Half the fee is less than 30 % of the bond; half of the bond, and 5 % of 20,000 OPG.
      const toVictim = parseEther("50");
      const toChallenger = BOND / 2n + BOND / 10n;
      const burnt = ALL - toVictim - toChallenger;
      const tx = at(openedAt + ESCROW, () => escrow.connect(stranger).release(slash));
      await expect(tx).to.emit(escrow, "SlashReleased").withArgs(slashId, operator, toVictim, toChallenger, burnt);
      await expect(tx).to.emit(staking, "EscrowEnded").withArgs(operator, 0n);
      await expect(tx).to.changeTokenBalances(
        ethers,
        opg,
        [requester, challenger, escrow, staking, stranger],
        [toVictim, toChallenger, -ALL, 0n, 0n],
      );
      expect(await inCirculation(opg)).to.equal(supply - burnt);
      expect(await escrow.outcomeOf(slashId)).to.deep.equal([2n, toVictim, toChallenger]);
    });

    it("gives a victim no more than 30 % of what the bond lost", async function () {
      const world = await load(givenLockedPool);
      const verdict = verdictFor(world.requester.address, 2n * BOND, ZeroAddress);
      const { slash, openedAt } = await slashNow(world, world.locker, world.operator, 10n, verdict);
      await expect(at(openedAt + ESCROW, () => world.escrow.release(slash))).to.changeTokenBalances(
        ethers,
        world.opg,
        [world.requester, world.escrow],
        [3n, -10n],
      );
    });

    it("pays nobody for a verdict that names nobody, whatever fee it tells", async function () {
      const world = await load(givenLockedPool);
      const verdict = verdictFor(ZeroAddress, BOND, ZeroAddress);
      const { slash, openedAt } = await slashNow(world, world.locker, world.operator, BOND, verdict);
      await expect(at(openedAt + ESCROW, () => world.escrow.release(slash)))
        .to.emit(world.escrow, "SlashReleased")
        .withArgs(await world.escrow.slashIdOf(slash), world.operator, 0n, 0n, BOND);
    });

    it("closes no pool of an operator that has none", async function () {
      const world = await load(givenOperator);
      const { staking, escrow, operator, locker } = world;
      await staking.connect(locker).lock(operator, BOND, (await now()) + DAY);
      const { slash, openedAt } = await slashNow(world, locker, operator, 1n);
      const tx = at(openedAt + ESCROW, () => escrow.release(slash));
      await expect(tx).to.emit(staking, "EscrowEnded").withArgs(operator, 0n);
      await expect(tx).not.to.emit(staking, "PoolEmptied");
    });

    it("does so once, and not for a slash that never was", async function () {
      const { escrow, slash, openedAt } = await load(givenSlash);
      const slashId = await escrow.slashIdOf(slash);
      await at(openedAt + ESCROW, () => escrow.release(slash));
      await expect(escrow.release(slash))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowNotOpen")
        .withArgs(slashId, 2n);
      const forged = { ...slash, victimFee: parseEther("1000") };
      await expect(escrow.release(forged))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowNotOpen")
        .withArgs(await escrow.slashIdOf(forged), 0n);
    });

    it("lets the drip stand still until the last escrow has ended", async function () {
      const world = await load(givenLockedPool);
      const { staking, escrow, operator, locker, stranger } = world;
      const paid = await timeOf(staking.connect(stranger).distribute(operator, parseEther("100")));
      const { bond } = await staking.operatorOf(operator);
      const { slash } = await at(paid + DAY, () => slashNow(world, locker, operator, bond + 5n));
      const second = await slashNow(
        world,
        locker,
        operator,
        6n,
        verdictFor(ZeroAddress, 0n, ZeroAddress, hashOf("second")),
      );
      const still = await staking.poolOf(operator);
      expect(still.dripsFor).to.equal(6n * DAY);
      await at(second.openedAt + ESCROW, () => escrow.release(slash));
      expect(await staking.poolOf(operator)).to.deep.equal([...still.slice(0, -1), 1n]);
      const resumed = second.openedAt + 2n * ESCROW;
      await at(resumed, () => escrow.release(second.slash));
      await at(resumed + 3n * DAY, () => staking.connect(stranger).distribute(operator, 1n));
      const { assets, undripped, dripsFor } = await staking.poolOf(operator);
      // The wei that shows the time is the pool's: there is no bond any more.
      expect(undripped - still.undripped / 2n).to.be.within(0n, 2n);
      expect([assets + undripped, dripsFor]).to.deep.equal([still.assets + still.undripped + 1n, 3n * DAY]);
    });
  });

  describe("stop", function () {
    it("is the guardian's alone, and its end the arbiter's", async function () {
      const { escrow, guardian, arbiter, locker } = await load(givenLockedPool);
      await expect(escrow.connect(arbiter).stop(locker))
        .to.be.revertedWithCustomError(escrow, "AccessManagedUnauthorized")
        .withArgs(arbiter);
      await escrow.connect(guardian).stop(locker);
      for (const act of ["lift", "makePermanent"] as const) {
        await expect(escrow.connect(guardian)[act](locker))
          .to.be.revertedWithCustomError(escrow, "AccessManagedUnauthorized")
          .withArgs(guardian);
      }
    });

    it("threat 70: a stopped locker cannot slash, can unlock, and slashes again when lifted", async function () {
      const { staking, escrow, guardian, arbiter, operator, locker } = await load(givenLockedPool);
      const tx = await escrow.connect(guardian).stop(locker);
      const stoppedAt = await timeOf(tx);
      await expect(tx)
        .to.emit(escrow, "LockerStopped")
        .withArgs(locker, stoppedAt + STOP);
      expect(await escrow.stopOf(locker)).to.deep.equal([stoppedAt, false, false]);
      await expect(staking.connect(locker).slash(operator, 1n, 0, verdictFor()))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowLockerStopped")
        .withArgs(locker, stoppedAt);
      await staking.connect(locker).unlock(operator, 1n, 0);
      await expect(escrow.connect(arbiter).lift(locker)).to.emit(escrow, "LockerStopLifted").withArgs(locker);
      expect(await escrow.isStopped(locker)).to.equal(false);
      await staking.connect(locker).slash(operator, 1n, 0, verdictFor());
    });

    it("threat 76: comes once in 56 days, and not while one is undecided", async function () {
      const { staking, escrow, guardian, arbiter, operator, locker } = await load(givenLockedPool);
      const stoppedAt = await timeOf(escrow.connect(guardian).stop(locker));
      await expect(escrow.connect(guardian).stop(locker))
        .to.be.revertedWithCustomError(escrow, "StopsTooSoon")
        .withArgs(MaxUint256);
      await escrow.connect(arbiter).lift(locker);
      await expect(at(stoppedAt + COOLDOWN - 1n, () => escrow.connect(guardian).stop(locker)))
        .to.be.revertedWithCustomError(escrow, "StopsTooSoon")
        .withArgs(stoppedAt + COOLDOWN);
      await at(stoppedAt + COOLDOWN, () => escrow.connect(guardian).stop(locker));
      expect(await escrow.stopOf(locker)).to.deep.equal([stoppedAt + COOLDOWN, false, false]);
      await expect(staking.connect(locker).slash(operator, 1n, 0, verdictFor()))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowLockerStopped")
        .withArgs(locker, stoppedAt + COOLDOWN);
    });

    it("can be decided until the second before 35 days have passed", async function () {
      const { escrow, guardian, arbiter, locker, rival } = await load(givenLockedPool);
      for (const [stopped, act] of [
        [locker, "lift"],
        [rival, "makePermanent"],
      ] as const) {
        const stoppedAt = await timeOf(escrow.connect(guardian).stop(stopped));
        await at(stoppedAt + STOP - 1n, () => escrow.connect(arbiter)[act](stopped));
        expect(await escrow.isStopped(stopped)).to.equal(act === "makePermanent");
        await expect(escrow.connect(arbiter)[act](stopped)).to.be.revertedWithCustomError(escrow, "StopsNoneUndecided");
      }
    });

    it("becomes permanent by a decision, or by itself after 35 days", async function () {
      const { escrow, guardian, arbiter, locker, rival } = await load(givenLockedPool);
      await escrow.connect(guardian).stop(locker);
      const stoppedAt = await timeOf(escrow.connect(guardian).stop(rival));
      await expect(escrow.connect(arbiter).makePermanent(locker))
        .to.emit(escrow, "LockerStopMadePermanent")
        .withArgs(locker);
      await expect(at(stoppedAt + STOP, () => escrow.connect(arbiter).lift(rival)))
        .to.be.revertedWithCustomError(escrow, "StopsNoneUndecided")
        .withArgs();
      for (const stopped of [locker, rival]) {
        expect(await escrow.isStopped(stopped)).to.equal(true);
        await expect(escrow.connect(arbiter).makePermanent(stopped))
          .to.be.revertedWithCustomError(escrow, "StopsNoneUndecided")
          .withArgs();
        await expect(at((await now()) + COOLDOWN, () => escrow.connect(guardian).stop(stopped)))
          .to.be.revertedWithCustomError(escrow, "StopsTooSoon")
          .withArgs(MaxUint256);
      }
    });

    it("cannot lift what was never stopped", async function () {
      const { escrow, arbiter, locker } = await load(givenLockedPool);
      await expect(escrow.connect(arbiter).lift(locker))
        .to.be.revertedWithCustomError(escrow, "StopsNoneUndecided")
        .withArgs();
    });
  });

  describe("a held slash", function () {
    it("waits for the decision, however long ago it was opened", async function () {
      const { escrow, arbiter, locker, slash, openedAt } = await load(givenHeldSlash);
      const slashId = await escrow.slashIdOf(slash);
      await expect(at(openedAt + ESCROW, () => escrow.release(slash)))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowHeld")
        .withArgs(slashId, openedAt + ESCROW + STOP);
      await escrow.connect(arbiter).lift(locker);
      await expect(escrow.release(slash)).to.emit(escrow, "SlashReleased");
    });

    it("threat 60: is released when nobody decides in time", async function () {
      const { escrow, slash, stoppedAt } = await load(givenHeldSlash);
      await expect(at(stoppedAt + STOP - 1n, () => escrow.release(slash))).to.be.revertedWithCustomError(
        escrow,
        "SlashEscrowHeld",
      );
      await expect(at(stoppedAt + STOP, () => escrow.release(slash))).to.emit(escrow, "SlashReleased");
    });

    it("threat 75: can be reversed; one that is not held cannot, whatever the vote", async function () {
      const { escrow, arbiter, slash } = await load(givenSlash);
      await expect(escrow.connect(arbiter).reverse(slash))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowNotHeld")
        .withArgs(await escrow.slashIdOf(slash));
    });

    it("is reversed by the arbiter alone", async function () {
      const { escrow, guardian, slash } = await load(givenHeldSlash);
      await expect(escrow.connect(guardian).reverse(slash))
        .to.be.revertedWithCustomError(escrow, "AccessManagedUnauthorized")
        .withArgs(guardian);
    });

    it("gives everything back to those who stayed", async function () {
      const { staking, escrow, opg, arbiter, operator, delegator, slash } = await load(givenHeldSlash);
      const slashId = await escrow.slashIdOf(slash);
      const tx = escrow.connect(arbiter).reverse(slash);
      await expect(tx).to.emit(escrow, "SlashReversed").withArgs(slashId, operator, ALL, 0n);
      await expect(tx)
        .to.emit(staking, "StakeRestored")
        .withArgs(operator, BOND, 2n * BOND, 0n);
      await expect(tx).to.changeTokenBalances(ethers, opg, [staking, escrow], [ALL, -ALL]);
      expect((await staking.operatorOf(operator)).bond).to.equal(BOND);
      expect((await staking.positionOf(operator, delegator)).assets).to.equal(DELEGATION);
      expect((await staking.poolOf(operator)).escrows).to.equal(0n);
      await expect(escrow.connect(arbiter).reverse(slash))
        .to.be.revertedWithCustomError(escrow, "SlashEscrowNotOpen")
        .withArgs(slashId, 3n);
    });

    it("burns the part of those who left meanwhile", async function () {
      const { staking, escrow, opg, arbiter, operator, delegator, slash } = await load(givenHeldSlash);
      await staking.connect(delegator).undelegate(operator, (DELEGATION * PAR) / 2n);
      const supply = await inCirculation(opg);
      await expect(escrow.connect(arbiter).reverse(slash))
        .to.emit(staking, "StakeRestored")
        .withArgs(operator, BOND, BOND, 0n);
      expect(await inCirculation(opg)).to.equal(supply - BOND);
      const half = (DELEGATION - 2n * BOND) / 2n + BOND;
      expect(half - (await staking.positionOf(operator, delegator)).assets).to.be.within(0n, 1n);
    });

    it("lifts a pool from nothing, whose shares were kept for it", async function () {
      const world = await load(givenPool);
      const { staking, escrow, operator, delegator, locker, guardian, arbiter } = world;
      await staking.connect(delegator).undelegate(operator, (DELEGATION - BOND) * PAR);
      const ready = (await now()) + 21n * DAY;
      await at(ready, () => staking.connect(locker).lock(operator, 2n * BOND, ready + DAY));
      await staking.withdraw((await lastTicket(world)).ticketId);
      const { slash } = await slashNow(world, locker, operator, 2n * BOND);
      expect((await staking.poolOf(operator)).assets).to.equal(0n);
      await escrow.connect(guardian).stop(locker);
      await escrow.connect(arbiter).reverse(slash);
      expect((await staking.positionOf(operator, delegator)).assets).to.equal(BOND);
    });

    it("keeps the shares of those whose part is less than a wei, for a reversal to fill them", async function () {
      const world = await load(givenOperator);
      const { staking, escrow, operator, delegator, curator, locker, guardian, arbiter } = world;
      const one = parseEther("1");
      await staking.connect(delegator).delegate(operator, BOND, 0n);
      await staking.connect(curator).delegate(operator, one, 0n);
      const amount = 2n * BOND + one - 2n;
      await staking.connect(locker).lock(operator, amount, (await now()) + 10n * DAY);
      const { slash } = await slashNow(world, locker, operator, amount);
      const left = await staking.connect(delegator).undelegate(operator, BOND * PAR);
      await expect(left).not.to.emit(staking, "PoolEmptied");
      expect((await staking.positionOf(operator, curator)).assets).to.equal(0n);
      await escrow.connect(guardian).stop(locker);
      await escrow.connect(arbiter).reverse(slash);
      expect(one - (await staking.positionOf(operator, curator)).assets).to.be.within(0n, 1n);
    });

    it("gives back to later generations of shares and tickets what they lost", async function () {
      const world = await load(givenOperator);
      const { staking, escrow, operator, delegator, curator, locker, guardian, arbiter } = world;
      await staking.connect(delegator).delegate(operator, BOND, 0n);
      await staking.connect(curator).delegate(operator, BOND, 0n);
      await staking.connect(locker).lock(operator, ALL, (await now()) + 10n * DAY);
      await staking.connect(delegator).undelegate(operator, BOND * PAR);
      const first = await slashNow(world, locker, operator, ALL);
      await at(first.openedAt + ESCROW, () => escrow.release(first.slash));

      await staking.connect(operator).bond(BOND);
      await staking.connect(curator).delegate(operator, 2n * BOND, 0n);
      await staking.connect(curator).undelegate(operator, BOND * PAR);
      await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + DAY);
      const { slash } = await slashNow(world, locker, operator, 2n * BOND);
      expect([slash.poolGeneration, slash.unbondingGeneration]).to.deep.equal([12n, 12n]);
      await escrow.connect(guardian).stop(locker);
      const tx = escrow.connect(arbiter).reverse(slash);
      await expect(tx)
        .to.emit(staking, "StakeRestored")
        .withArgs(operator, BOND, BOND / 2n, BOND / 2n);
      await expect(tx).to.changeTokenBalances(ethers, world.opg, [staking, escrow], [2n * BOND, -2n * BOND]);
    });

    it("gives back to tickets whose shares were renewed while it waited", async function () {
      const world = await load(givenOperator);
      const { staking, escrow, operator, delegator, locker, guardian, arbiter } = world;
      const [left, late] = [parseEther("1"), parseEther("10")];
      const mine = staking.connect(delegator);
      await mine.delegate(operator, BOND, 0n);
      await staking.connect(locker).lock(operator, 2n * BOND, (await now()) + 10n * DAY);
      await mine.undelegate(operator, (BOND - late) * PAR);
      const { ticketId } = await lastTicket(world);
      // Of everything, one ten-thousandth is left.
      const { slash } = await slashNow(world, locker, operator, 2n * BOND - left);
      await expect(mine.undelegate(operator, late * PAR))
        .to.emit(staking, "GenerationStarted")
        .withArgs(operator, 1n, 1n, BOND - late);
      await escrow.connect(guardian).stop(locker);
      await escrow.connect(arbiter).reverse(slash);
      expect(BOND - late - (await staking.ticketOf(ticketId)).assets).to.be.within(0n, 100_000n);
    });

    it("gives those who moved to tickets no more than was taken, though income came to the pool between", async function () {
      const world = await load(givenOperator);
      const { staking, escrow, operator, delegator, curator, locker, stranger, guardian, arbiter } = world;
      for (const person of [delegator, curator]) await staking.connect(person).delegate(operator, BOND, 0n);
      await staking.connect(stranger).distribute(operator, parseEther("3000"));
      const { bond } = await staking.operatorOf(operator);
      const end = (await now()) + 10n * DAY;
      // The first slash reaches the pool, so that its income stands still.
      await staking.connect(locker).lock(operator, bond + 2n, end);
      await slashNow(world, locker, operator, bond + 2n);
      await staking.connect(operator).bond(2n * BOND);
      await staking.connect(locker).lock(operator, await staking.capacity(operator), end);
      await staking.connect(delegator).undelegate(operator, BOND * PAR);
      const { slash } = await slashNow(world, locker, operator, 3n * BOND);
      // The last one takes as much as is there, so that the income comes in for the pool alone, and all of it leaves then.
      await slashNow(world, locker, operator, 3n * BOND);
      expect((await staking.poolOf(operator)).undripped).to.equal(0n);
      await staking.connect(curator).undelegate(operator, BOND * PAR);
      await escrow.connect(guardian).stop(locker);
      await expect(escrow.connect(arbiter).reverse(slash))
        .to.emit(staking, "StakeRestored")
        .withArgs(operator, 2n * BOND, 0n, BOND);
    });
  });

  describe("a locker that speaks about its verdicts", function () {
    it("holds a slash by saying exactly yes, 42 days at most", async function () {
      const { escrow, setMood, slash, openedAt } = await load(givenMoodyLocker);
      await setMood(1);
      expect(await escrow.isHeld(slash)).to.equal(true);
      await expect(at(openedAt + ESCROW + STOP - 1n, () => escrow.release(slash))).to.be.revertedWithCustomError(
        escrow,
        "SlashEscrowHeld",
      );
      await expect(at(openedAt + ESCROW + STOP, () => escrow.release(slash))).to.emit(escrow, "SlashReleased");
    });

    for (const [mood, name] of [
      [0, "no"],
      [2, "garbage"],
      [3, "a single byte"],
      [4, "nothing, and reverts"],
      [5, "nothing, and burns all its gas"],
      [6, "yes, but in a refusal"],
    ] as const) {
      it(`threat 43: holds nothing by saying ${name}`, async function () {
        const { escrow, setMood, slash, openedAt } = await load(givenMoodyLocker);
        await setMood(mood);
        expect(await escrow.isHeld(slash)).to.equal(false);
        await expect(at(openedAt + ESCROW, () => escrow.release(slash))).to.emit(escrow, "SlashReleased");
      });
    }

    it("threat 43: holds nothing by a short answer that the locker's own address would make a yes", async function () {
      const { escrow, operator, slash, openedAt, become } = await load(givenAccountLocker);
      // 31 bytes of zero. Before the answer memory holds the address, which ends in a one.
      await become("0x601f5ff3");
      expect(await escrow.isHeld(slash)).to.equal(false);
      await expect(at(openedAt + ESCROW, () => escrow.release(slash)))
        .to.emit(escrow, "SlashReleased")
        .withArgs(await escrow.slashIdOf(slash), operator, 0n, 0n, BOND);
    });

    it("threat 37: says nothing about a slash, rather than no, with too little gas for the question", async function () {
      const { escrow, slash, become } = await load(givenAccountLocker);
      // Says yes with 90 000 gas or more, and fails with less.
      await become("0x5a62015f901160115760015f5260205ff35bfe");
      expect(await escrow.isHeld(slash)).to.equal(true);
      await expect(escrow.isHeld(slash, { gasLimit: 120_000n })).to.be.revertedWithCustomError(
        escrow,
        "SlashEscrowNotEnoughGas",
      );
    });

    it("threat 37: nobody frees a held slash by giving the question too little gas", async function () {
      const { escrow, setMood, slash, openedAt } = await load(givenMoodyLocker);
      await setMood(1);
      await at(openedAt + ESCROW, () => setMood(1));
      for (let gas = 50_000n; gas < 300_000n; gas += 10_000n) {
        await expect(escrow.release.staticCall(slash, { gasLimit: gas })).to.be.revert(ethers);
      }
    });
  });
});

async function lastTicket({ staking }: Awaited<ReturnType<typeof givenPool>>): Promise<{ readonly ticketId: bigint }> {
  const [log] = (await staking.queryFilter(staking.filters.Undelegated())).slice(-1);
  if (log === undefined) throw new Error("nobody has undelegated");
  return { ticketId: log.args.ticketId };
}
