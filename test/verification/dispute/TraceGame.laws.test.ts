import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { isWrong } from "../../../sdk/game/challenger.ts";
import { longestGame } from "../../../sdk/game/clocks.ts";
import { readGames } from "../../../sdk/game/read.ts";
import { NO_HASH, Outcome, type ClaimRow } from "../../../sdk/game/state.ts";
import { rootOf } from "../../../sdk/program/merkle.ts";
import { ethers, load } from "../../helpers/network.ts";
import { now } from "../../helpers/world.ts";
import { drawGraph } from "../../program/helpers/drawn-graphs.ts";
import { Random } from "../../program/helpers/random.ts";
import { CHEATS } from "./helpers/cheats.ts";
import { challengerOf, play, proposerOf, silentAfter, terse, type Player } from "./helpers/play.ts";
import { flip, lying, runOf, smallRun } from "./helpers/runs.ts";
import { nuisance } from "./helpers/nuisance.ts";
import { challenge, claimOf, claimRun, givenGame, type Claimed, type GameWorld } from "./worlds.ts";

const IS_LONG = process.env["npm_lifecycle_event"] === "test:long";
/** Games against lies of random networks: 2,000 at length. */
const GAMES = IS_LONG ? 2_000 : 40;

/** Everything an account can get of native coin, what the game owes it included. */
async function wealthOf({ game }: GameWorld, { address }: HardhatEthersSigner): Promise<bigint> {
  return (await ethers.provider.getBalance(address)) + (await game.creditOf(address));
}

/** What a player paid for gas in the blocks from `from` on. */
async function gasOf({ address }: HardhatEthersSigner, from: number): Promise<bigint> {
  let paid = 0n;
  for (let block = from; block <= (await ethers.provider.getBlockNumber()); block++) {
    for (const hash of (await ethers.provider.getBlock(block))?.transactions ?? []) {
      const receipt = await ethers.provider.getTransactionReceipt(hash);
      if (receipt?.from === address) paid += receipt.fee;
    }
  }
  return paid;
}

/** What the contract holds of native coin is what it owes: bonds of games not settled, balances, credits. */
async function expectConservation({ game }: GameWorld): Promise<void> {
  const { claims, credits } = await readGames(game, ethers.provider);
  const bonds = [...claims.values()].flatMap(({ games }) =>
    games.filter(({ status }) => status === "open").map(({ game: { bond } }) => bond),
  );
  const balances = [...claims.values()].map(({ state }) => state.balance);
  const owed = [...bonds, ...balances, ...credits.values()].reduce((sum, amount) => sum + amount, 0n);
  expect(await ethers.provider.getBalance(game)).to.equal(owed);
}

/** Plays on until nobody has a move. */
async function finish(world: GameWorld, claimed: Claimed, players: readonly Player[]): Promise<ClaimRow> {
  const { row } = await play(world, claimed, players);
  return row;
}

describe("TraceGame: the laws of the game", function () {
  this.timeout(0);

  it(`an honest challenger wins against any lie: ${GAMES} random networks and lies`, async function () {
    const world = await load(givenGame);
    const random = new Random(77);
    for (let number = 0; number < GAMES; number++) {
      const run = runOf(drawGraph(random), random);
      const cheat = CHEATS[number % CHEATS.length];
      if (cheat === undefined) throw new Error("there is no cheat");
      const proposed = cheat.make(run, random);
      const isLie = rootOf(proposed.output.tree) !== rootOf(run.trace.output.tree);
      const isLyingTrace = rootOf(proposed.trace.tree) !== rootOf(run.trace.trace.tree);
      if (!isLie && !isLyingTrace) continue;
      const claimed = await claimRun(world, run, proposed, `${number}`);
      const before = await wealthOf(world, world.challenger);
      await challenge(world, claimed, world.challenger);
      const liar = proposerOf(world.operator, proposed);
      const row = await finish(world, claimed, [
        number % 2 === 0 ? liar : terse(liar, proposed),
        challengerOf(world.challenger, run),
      ]);

      expect(row.state.outcome, `${cheat.name}, number ${number}`).to.equal(Outcome.Proven);
      expect(isWrong(row.dossier, run)).to.equal(isLie);
      const spent = await gasOf(world.challenger, claimed.block + 1);
      const unit = row.games[0]?.game.unit ?? 0n;
      expect(await wealthOf(world, world.challenger)).to.equal(before - spent + unit);
      const { timestamp = 0 } = (await ethers.provider.getBlock("latest")) ?? {};
      const longest = longestGame(row.dossier.traceDepth, row.dossier.outputDepth);
      expect(BigInt(timestamp) - row.dossier.openedAt <= longest).to.equal(true);
    }
    await expectConservation(world);
  });

  it("an honest challenger wins against every silence: whatever move is the proposer's last", async function () {
    const world = await load(givenGame);
    const random = new Random(78);
    for (let number = 0; number < (IS_LONG ? 200 : 12); number++) {
      const run = runOf(drawGraph(random), random);
      const proposed = CHEATS[1]?.make(run, random) ?? run.trace;
      const claimed = await claimRun(world, run, proposed, `silence ${number}`);
      await challenge(world, claimed, world.challenger);
      const openedAt = await now();
      const row = await finish(world, claimed, [
        silentAfter(number % 4, terse(proposerOf(world.operator, proposed), proposed)),
        challengerOf(world.challenger, run),
      ]);
      expect([Outcome.Silent, Outcome.Proven]).to.include(row.state.outcome);
      if (number % 4 === 0) expect(row.state.outcome).to.equal(Outcome.Silent);
      expect((await now()) - openedAt <= longestGame(row.dossier.traceDepth, row.dossier.outputDepth)).to.equal(true);
    }
  });

  it("an honest proposer loses to nobody, and is paid for every game", async function () {
    const world = await load(givenGame);
    const random = new Random(79);
    for (let number = 0; number < (IS_LONG ? 300 : 15); number++) {
      const run = runOf(drawGraph(random), random);
      const claimed = await claimRun(world, run, run.trace, `truth ${number}`);
      const challengers = [world.challenger, world.friend, world.stranger];
      for (const person of challengers) await challenge(world, claimed, person);
      const before = await wealthOf(world, world.operator);
      const row = await finish(world, claimed, [
        terse(proposerOf(world.operator, run.trace), run.trace),
        ...challengers.map((person) => nuisance(person, run, random)),
      ]);

      expect(row.state).to.include({ outcome: Outcome.Open, open: 0n, reserved: 0n });
      const bonds = row.games.reduce((sum, { game }) => sum + game.bond, 0n);
      const spent = await gasOf(world.operator, claimed.block + 1);
      expect(await wealthOf(world, world.operator)).to.equal(before - spent + bonds);
      expect(spent < bonds).to.equal(true);
    }
    await expectConservation(world);
  });

  it("a friend of the liar that plays first shields nothing, threat 26", async function () {
    const world = await load(givenGame);
    const run = smallRun();
    const lies = [flip(run.trace, "trace", 2, 9), flip(run.trace, "output", 0, 0)];
    const proposed = lying(run.trace, lies);
    const claimed = await claimRun(world, run, proposed);
    await challenge(world, claimed, world.friend);
    await challenge(world, claimed, world.challenger);
    const before = await wealthOf(world, world.challenger);
    const silent: Player = { signer: world.friend, decide: () => ({ kind: "wait", until: undefined }) };
    const row = await finish(world, claimed, [
      silent,
      proposerOf(world.operator, proposed),
      challengerOf(world.challenger, run),
    ]);
    expect(row.state.outcome).to.equal(Outcome.Proven);
    const second = row.games[1]?.game;
    const spent = await gasOf(world.challenger, claimed.block + 3);
    expect(await wealthOf(world, world.challenger)).to.equal(
      before - spent + (second?.bond ?? 0n) + (second?.unit ?? 0n),
    );
  });

  it("fifty socks delay the honest challenger by nothing, and pay for it, threat 31", async function () {
    const world = await load(givenGame);
    const run = smallRun();
    const proposed = lying(run.trace, [flip(run.trace, "output", 0, 0)]);
    const claimed = await claimRun(world, run, proposed);
    for (let sock = 0; sock < 50; sock++) await challenge(world, claimed, world.friend);
    await challenge(world, claimed, world.challenger);
    const { openedAt } = (await claimOf(world, claimed)).dossier;
    const row = await finish(world, claimed, [
      proposerOf(world.operator, proposed),
      challengerOf(world.challenger, run),
    ]);
    expect(row.state.outcome).to.equal(Outcome.Proven);
    expect(row.dossier.traceRoot).to.not.equal(NO_HASH);
    const [first, last] = [row.games[0]?.game, row.games[50]?.game];
    expect(last?.bond).to.equal(((first?.unit ?? 0n) * 58n + 7n) / 8n);
    expect((await now()) - openedAt < 3_600n).to.equal(true);
  });

  it("a flipped bit anywhere in a trace of sixteen leaves is proven wrong", async function () {
    const world = await load(givenGame);
    const run = smallRun();
    const { versionId } = await claimRun(world, run);
    const step = IS_LONG ? 1 : 157;
    for (let bit = 0; bit < 2 * 16 * 256; bit += step) {
      const tree = bit < 16 * 256 ? "trace" : "output";
      const leaf = (bit >> 8) % 16;
      const proposed = lying(run.trace, [flip(run.trace, tree, leaf, bit & 255)]);
      const claimed = await claimRun(world, run, proposed, `bit ${bit}`, { versionId });
      await challenge(world, claimed, world.challenger);
      const row = await finish(world, claimed, [
        proposerOf(world.operator, proposed),
        challengerOf(world.challenger, run),
      ]);
      expect(row.state.outcome, `bit ${bit & 255} of leaf ${leaf} of the ${tree}`).to.equal(Outcome.Proven);
    }
  });
});
