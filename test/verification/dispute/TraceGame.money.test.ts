import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { send } from "../../../sdk/game/moves.ts";
import { Outcome } from "../../../sdk/game/state.ts";
import type { Slash } from "../../../sdk/staking/slash.ts";
import { ethers, load } from "../../helpers/network.ts";
import { at, BOND, DAY, now, timeOf } from "../../helpers/world.ts";
import { slashOf } from "../../staking/worlds.ts";
import { flip, lying, smallRun } from "./helpers/runs.ts";
import {
  answer,
  askingOf,
  challenge,
  claimOf,
  claimRun,
  gameIn,
  givenChallenge,
  givenGame,
  givenSmallGame,
  HOUR,
  releasedSlash,
  type Played,
} from "./worlds.ts";

/** A lie that two challengers play against; what is posted covers the first `covered` games. */
async function givenTwoGames(covered: 0 | 1 | 2) {
  const run = smallRun();
  const lies = [flip(run.trace, "trace", run.program.header.traceLeaves - 1, 3), flip(run.trace, "output", 0, 0)];
  const world = await givenChallenge(await givenGame(), run, lying(run.trace, lies));
  if (covered === 1) await answer(world);
  await challenge(world, world, world.friend);
  if (covered === 2) await answer(world);
  return world;
}

/** … the first of them covered, and the lie is proven. */
async function givenFall() {
  const world = await givenTwoGames(1);
  await send(world.game, await claimOf(world, world), await askingOf(world, "prove"));
  return world;
}

/** … with all that the operator staked locked by the keeper, slashed and released. */
async function givenReleasedSlash() {
  const world = await givenTwoGames(2);
  return slashFor(world);
}

async function slashFor(world: Played) {
  await send(world.game, await claimOf(world, world), await askingOf(world, "prove"));
  return { ...world, slash: await releasedSlash(world, world.claimId) };
}

async function settle(world: Played, number: number) {
  const row = await claimOf(world, world);
  return world.game.connect(world.stranger).settle(row.dossier, gameIn(row, number));
}

describe("TraceGame: money", function () {
  describe("settle", function () {
    it("waits until the claim is decided", async function () {
      const world = await load(givenSmallGame);
      await expect(settle(world, 1))
        .to.be.revertedWithCustomError(world.game, "TraceGameUndecided")
        .withArgs(world.claim);
    });

    it("gives a covered game its bond and its unit, another its bond, each once", async function () {
      const world = await load(givenFall);
      const row = await claimOf(world, world);
      const [first, second] = [gameIn(row), gameIn(row, 2)];
      const before = await world.game.creditOf(world.challenger);
      await expect(settle(world, 1))
        .to.emit(world.game, "GameSettled")
        .withArgs(world.claim, 1n, world.challenger, first.bond + first.unit);
      await expect(settle(world, 2))
        .to.emit(world.game, "GameSettled")
        .withArgs(world.claim, 2n, world.friend, second.bond);
      expect(await world.game.creditOf(world.challenger)).to.equal(before + first.bond + first.unit);
      expect((await claimOf(world, world)).state).to.include({ balance: 0n, reserved: 0n });
      for (const number of [1, 2]) {
        await expect(settle(world, number)).to.be.revertedWithCustomError(world.game, "TraceGameStaleGame");
      }
    });

    it("gives everyone their own back when the game was stopped", async function () {
      const world = await load(givenTwoGames1);
      await world.game.connect(world.guardian).stop();
      const row = await claimOf(world, world);
      const sent = settle(world, 1);
      await expect(sent).to.emit(world.game, "ClaimDecided").withArgs(world.claim, Outcome.Void, 0n);
      await expect(sent)
        .to.emit(world.game, "GameSettled")
        .withArgs(world.claim, 1n, world.challenger, gameIn(row).bond);
      await settle(world, 2);
      await expect(world.game.reclaim(row.dossier))
        .to.emit(world.game, "BalanceReclaimed")
        .withArgs(world.claim, world.operator, gameIn(row).unit);
      const standing = await world.game.standingOf(world.keeper.address, world.claimId, world.versionId);
      expect([standing.openGames, standing.fallen]).to.deep.equal([0n, false]);
    });

    it("remembers that a keeper called the claim void, whatever it says later", async function () {
      const world = await load(givenTwoGames1);
      await world.keeper.setVoid(world.claimId, true);
      await settle(world, 1);
      await world.keeper.setVoid(world.claimId, false);
      const proof = await askingOf({ ...world, challenger: world.friend }, "settle");
      expect(proof.game.number).to.equal(2n);
      await settle(world, 2);
      const { dossier } = await claimOf(world, world);
      await world.game.reclaim(dossier);
      expect(await ethers.provider.getBalance(world.game)).to.equal(await creditsOf(world));
    });
  });

  describe("reclaim", function () {
    it("leaves the balance alone while a game is open", async function () {
      const world = await load(givenTwoGames1);
      const { dossier } = await claimOf(world, world);
      await expect(world.game.reclaim(dossier))
        .to.be.revertedWithCustomError(world.game, "TraceGameUndecided")
        .withArgs(world.claim);
    });

    it("gives the proposer its balance and the bonds that it won once no game is open", async function () {
      const world = await load(givenSmallGame);
      await answer(world);
      const row = await claimOf(world, world);
      const { bond, unit, since } = gameIn(row);
      await at(since + 12n * HOUR, () => world.game.timeout(row.dossier, gameIn(row)));
      await expect(world.game.connect(world.stranger).reclaim(row.dossier))
        .to.emit(world.game, "BalanceReclaimed")
        .withArgs(world.claim, world.operator, bond + unit);
      expect(await world.game.creditOf(world.operator)).to.equal(bond + unit);
      await expect(world.game.reclaim(row.dossier))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoCredit")
        .withArgs(world.operator);
    });

    it("keeps, after a fall, what the covered games have won", async function () {
      const world = await load(givenFall);
      const row = await claimOf(world, world);
      const { unit } = gameIn(row);
      await expect(world.game.reclaim(row.dossier)).to.be.revertedWithCustomError(world.game, "TraceGameNoCredit");
      const other = await claimRun(world, world.run, world.run.trace, "overpaid");
      await challenge(world, other, world.challenger);
      await world.game.fund(other.claim, { value: 3n * unit });
      const opened = await claimOf(world, other);
      await at(gameIn(opened).since + 25n * HOUR, () => world.game.timeout(opened.dossier, gameIn(opened)));
      await expect(world.game.reclaim(opened.dossier))
        .to.emit(world.game, "BalanceReclaimed")
        .withArgs(other.claim, world.operator, 3n * unit);
    });
  });

  describe("withdraw", function () {
    it("sends the whole credit where its owner says", async function () {
      const world = await load(givenFall);
      await settle(world, 1);
      const credit = await world.game.creditOf(world.challenger);
      const sent = world.game.connect(world.challenger).withdraw(world.curator.address);
      await expect(sent).to.emit(world.game, "Withdrawn").withArgs(world.challenger, world.curator, credit);
      await expect(sent).to.changeEtherBalances(ethers, [world.game, world.curator], [-credit, credit]);
      await expect(world.game.connect(world.challenger).withdraw(world.curator.address))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoCredit")
        .withArgs(world.challenger);
    });

    it("keeps the credit of a receiver that refuses the coin, threat 45", async function () {
      const world = await load(givenFall);
      await settle(world, 1);
      const credit = await world.game.creditOf(world.challenger);
      await expect(world.game.connect(world.challenger).withdraw(world.registry))
        .to.be.revertedWithCustomError(world.game, "TraceGameTransferFailed")
        .withArgs(world.registry, credit);
      expect(await world.game.creditOf(world.challenger)).to.equal(credit);
    });
  });

  describe("the challengers' part of the slash", function () {
    it("is shared equally by the challengers of covered games", async function () {
      const world = await load(givenReleasedSlash);
      const { game, slash, opg } = world;
      const share = BOND / 4n;
      await expect(game.connect(world.stranger).collect(slash))
        .to.emit(game, "SlashCollected")
        .withArgs(world.claim, share);
      for (const [number, challenger] of [
        [1, world.challenger],
        [2, world.friend],
      ] as const) {
        await expect(payShare(world, number, challenger))
          .to.be.revertedWithCustomError(game, "TraceGameNoShare")
          .withArgs(world.claim, challenger);
        await settle(world, number);
        const paid = payShare(world, number, challenger);
        await expect(paid).to.emit(game, "SharePaid").withArgs(world.claim, number, challenger, share);
        await expect(paid).to.changeTokenBalances(ethers, opg, [game, challenger], [-share, share]);
        await expect(payShare(world, number, challenger)).to.be.revertedWithCustomError(game, "TraceGameNoShare");
      }
      expect(await opg.balanceOf(game)).to.equal(0n);
    });

    it("is nobody's who was not covered while another was, threat 34", async function () {
      const world = await load(givenFallenSlash);
      await world.game.collect(world.slash);
      expect(await world.game.shareOf(world.claim)).to.equal(BOND / 2n);
      await settle(world, 2);
      await expect(payShare(world, 2, world.friend))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoShare")
        .withArgs(world.claim, world.friend);
    });

    it("cannot be taken by another name", async function () {
      const world = await load(givenReleasedSlash);
      await world.game.collect(world.slash);
      await settle(world, 1);
      await expect(payShare(world, 1, world.stranger))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoShare")
        .withArgs(world.claim, world.stranger);
    });

    it("is collected once, of this claim's own released slash", async function () {
      const world = await load(givenReleasedSlash);
      const { game, slash, escrow } = world;
      const forged: Slash = { ...slash, fromBond: slash.fromBond + 1n };
      await expect(game.collect(forged))
        .to.be.revertedWithCustomError(game, "TraceGameSlashNotReleased")
        .withArgs(await escrow.slashIdOf(forged), 0n);
      await expect(payShare(world, 1, world.challenger))
        .to.be.revertedWithCustomError(game, "TraceGameNotCollected")
        .withArgs(world.claim);
      await game.collect(slash);
      await expect(game.collect(slash)).to.be.revertedWithCustomError(game, "TraceGameCollected").withArgs(world.claim);
    });

    it("is not collected of a slash that went to others, nor for a claim that did not fall here", async function () {
      const world = await load(givenReleasedSlash);
      const { game, escrow, operator, keeper, staking } = world;
      await staking.connect(operator).bond(BOND);
      await keeper.lock(operator.address, BOND, (await now()) + 9n * DAY);
      for (const [challengers, error, half] of [
        [world.stranger.address, "TraceGameForeignSlash", BOND / 2n],
        [await game.getAddress(), "TraceGameUndecided", BOND / 4n],
      ] as const) {
        const id = `0x${"11".repeat(32)}`;
        const sent = await keeper.slash(operator.address, half, {
          id,
          victim: ZeroAddress,
          victimFee: 0n,
          challengers,
        });
        const slash = await slashOf(escrow, sent);
        await at((await timeOf(sent)) + 7n * DAY, () => escrow.release(slash));
        await expect(game.collect(slash)).to.be.revertedWithCustomError(game, error);
      }
    });
  });

  it("is what the contract holds: bonds, balances and credits", async function () {
    const world = await load(givenFall);
    const row = await claimOf(world, world);
    const owed = row.games.reduce((sum, { game }) => sum + game.bond, row.state.balance);
    expect(await ethers.provider.getBalance(world.game)).to.equal(owed + (await creditsOf(world)));
  });
});

async function givenTwoGames1() {
  return givenTwoGames(1);
}

async function givenFallenSlash() {
  return slashFor(await givenTwoGames(1));
}

function payShare(world: Played, number: number, challenger: HardhatEthersSigner) {
  return world.game.connect(world.stranger).payShare(world.claim, number, challenger);
}

async function creditsOf({ game, challenger, friend, operator }: Played): Promise<bigint> {
  const credits = await Promise.all([challenger, friend, operator].map((person) => game.creditOf(person)));
  return credits.reduce((sum, credit) => sum + credit, 0n);
}
