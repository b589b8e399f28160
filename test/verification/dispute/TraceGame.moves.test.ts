import { expect } from "chai";
import { concat, hexlify, ZeroHash } from "ethers";

import { send } from "../../../sdk/game/moves.ts";
import { hashDossier, hashGame } from "../../../sdk/game/read.ts";
import { Outcome, Turn, type ClaimRow, type Game } from "../../../sdk/game/state.ts";
import { nodeOf, rootOf, toHex } from "../../../sdk/program/merkle.ts";
import { descendantsOf } from "../../../sdk/program/openings.ts";
import { load } from "../../helpers/network.ts";
import { at, timeOf } from "../../helpers/world.ts";
import { deepRun, flip, lying } from "./helpers/runs.ts";
import {
  answer,
  askingOf,
  challenge,
  claimOf,
  gameIn,
  givenChallenge,
  givenGame,
  givenSmallGame,
  HOUR,
  type Played,
} from "./worlds.ts";

/** A lie in a deep output, whose trace is posted. */
async function givenDeepGame() {
  const world = await givenGame();
  const run = deepRun();
  const lie = flip(run.trace, "trace", run.program.header.traceLeaves - 1, 3);
  const played = await givenChallenge(world, run, lying(run.trace, [lie, flip(run.trace, "output", 9, 1)]));
  await answer(played);
  return played;
}

/** … and a node is picked that is not revealed yet. */
async function givenPick() {
  const world = await givenDeepGame();
  const move = await askingOf(world, "pickFirst");
  await send(world.game.connect(world.challenger), await claimOf(world, world), move);
  return world;
}

/** … and revealed. */
async function givenReveal() {
  const world = await givenPick();
  await answer(world);
  return world;
}

function postOf(row: ClaimRow, { proposed }: Played): { readonly content: string; readonly games: Game[] } {
  return { content: toHex(proposed.trace.words), games: row.games.map(({ game }) => game) };
}

describe("TraceGame: the proposer's answers", function () {
  describe("postTrace", function () {
    it("refuses a dossier and a game that are not what they were, threat 39", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const { content, games } = postOf(row, world);
      const forged = { ...row.dossier, outputHash: ZeroHash };
      const mine = world.game.connect(world.operator);
      await expect(mine.postTrace(forged, content, games))
        .to.be.revertedWithCustomError(world.game, "TraceGameStaleDossier")
        .withArgs(world.claim, hashDossier(row.dossier), hashDossier(forged));
      const other = { ...gameIn(row), unit: 0n };
      await expect(mine.postTrace(row.dossier, content, [other]))
        .to.be.revertedWithCustomError(world.game, "TraceGameStaleGame")
        .withArgs(world.claim, 1n, hashGame(gameIn(row)), hashGame(other));
    });

    it("is for the proposer, and for whom the keeper lets play", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const { content, games } = postOf(row, world);
      const value = gameIn(row).unit;
      await expect(world.game.connect(world.stranger).postTrace(row.dossier, content, games, { value }))
        .to.be.revertedWithCustomError(world.game, "TraceGameNotProposer")
        .withArgs(world.stranger, world.operator);
      await world.keeper.letPlay(world.operator, world.agent.address);
      await expect(world.game.connect(world.agent).postTrace(row.dossier, content, games, { value }))
        .to.emit(world.game, "TracePosted")
        .withArgs(world.claim, rootOf(world.run.trace.trace.tree), content);
    });

    it("gives the turn to the challenger, at the cost of what went beyond the hour of grace", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const before = gameIn(row);
      const sent = at(before.since + 3n * HOUR, () => answer(world));
      await expect(sent).to.emit(world.game, "GameCovered").withArgs(world.claim, 1n);
      const after = await claimOf(world, world);
      expect(gameIn(after)).to.include({
        turn: Turn.Challenger,
        since: before.since + 3n * HOUR,
        proposerUsed: 2n * HOUR,
      });
      expect(after.state).to.include({ covered: 1n, balance: before.unit, reserved: before.unit });
      expect(await world.game.stateOf(world.claim)).to.deep.equal(Object.values(after.state));
    });

    it("costs nothing of the clock within the hour of grace", async function () {
      const world = await load(givenSmallGame);
      const { since } = gameIn(await claimOf(world, world));
      await at(since + HOUR, () => answer(world));
      expect(gameIn(await claimOf(world, world)).proposerUsed).to.equal(0n);
    });

    it("is in time up to the last second, and too late after it", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const deadline = gameIn(row).since + 25n * HOUR;
      expect(await world.game.deadlineOf(gameIn(row))).to.equal(deadline);
      const { content, games } = postOf(row, world);
      const post = () =>
        world.game.connect(world.operator).postTrace(row.dossier, content, games, { value: gameIn(row).unit });
      await expect(at(deadline, post))
        .to.be.revertedWithCustomError(world.game, "TraceGameLate")
        .withArgs(world.claim, 1n, deadline, deadline);
      const again = await load(givenSmallGame);
      await expect(at(deadline - 1n, () => answer(again))).to.emit(world.game, "TracePosted");
    });

    it("takes as many words as decide the depth, or sixteen nodes", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const { games } = postOf(row, world);
      const mine = world.game.connect(world.operator);
      for (const bytes of [0, 31, 33, 17 * 32]) {
        await expect(mine.postTrace(row.dossier, hexlify(new Uint8Array(bytes)), games))
          .to.be.revertedWithCustomError(world.game, "TraceGameTraceSize")
          .withArgs(bytes, 4n);
      }
      const deep = await load(givenUnansweredDeepGame);
      const deepRow = await claimOf(deep, deep);
      for (const words of [1, 15, 17, 256, 4_097]) {
        const content = hexlify(new Uint8Array(32 * words));
        await expect(deep.game.connect(deep.operator).postTrace(deepRow.dossier, content, [gameIn(deepRow)]))
          .to.be.revertedWithCustomError(deep.game, "TraceGameTraceSize")
          .withArgs(32 * words, 12n);
      }
    });

    it("makes the same root of sixteen nodes as of all words", async function () {
      const nodes = await load(givenUnansweredDeepGame);
      await answer(nodes);
      const whole = await load(givenUnansweredDeepGame);
      const row = await claimOf(whole, whole);
      const { content, games } = postOf(row, whole);
      await whole.game.connect(whole.operator).postTrace(row.dossier, content, games, { value: gameIn(row).unit });
      const { dossier } = await claimOf(whole, whole);
      expect(dossier.traceRoot).to.equal(rootOf(whole.run.trace.trace.tree));
    });

    it("happens once", async function () {
      const world = await load(givenDeepGame);
      const row = await claimOf(world, world);
      const { content, games } = postOf(row, world);
      await expect(world.game.connect(world.operator).postTrace(row.dossier, content, games))
        .to.be.revertedWithCustomError(world.game, "TraceGameTracePosted")
        .withArgs(row.dossier.traceRoot);
    });

    it("needs a unit of balance for every game that it covers", async function () {
      const world = await load(givenSmallGame);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const { content, games } = postOf(row, world);
      const units = games.reduce((sum, { unit }) => sum + unit, 0n);
      const mine = world.game.connect(world.operator);
      await expect(mine.postTrace(row.dossier, content, games, { value: units - 1n }))
        .to.be.revertedWithCustomError(world.game, "TraceGameUnderfunded")
        .withArgs(units - 1n, units);
      await expect(mine.postTrace(row.dossier, content, games, { value: units }))
        .to.emit(world.game, "BalanceFunded")
        .withArgs(world.claim, units);
    });

    it("covers one game at least, in order", async function () {
      const world = await load(givenSmallGame);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const { content, games } = postOf(row, world);
      const mine = world.game.connect(world.operator);
      await expect(mine.postTrace(row.dossier, content, []))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoOpenGame")
        .withArgs(world.claim);
      await expect(mine.postTrace(row.dossier, content, games.slice(1)))
        .to.be.revertedWithCustomError(world.game, "TraceGameCoverOrder")
        .withArgs(2n, 1n);
    });
  });

  describe("cover", function () {
    it("needs a trace", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      await expect(world.game.cover(row.dossier, [gameIn(row)]))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoTrace")
        .withArgs(world.claim);
    });

    it("covers later games with anybody's coin, and gives the turn to their challengers", async function () {
      const world = await load(givenDeepGame);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const second = gameIn(row, 2);
      await world.game.connect(world.stranger).fund(world.claim, { value: second.unit });
      await expect(world.game.connect(world.requester).cover(row.dossier, [second]))
        .to.emit(world.game, "GameCovered")
        .withArgs(world.claim, 2n);
      const after = await claimOf(world, world);
      expect(after.state).to.include({ covered: 2n, balance: 2n * second.unit, reserved: 2n * second.unit });
      expect(gameIn(after, 2).turn).to.equal(Turn.Challenger);
    });

    it("is too late once the game's clock ran out, threat 32", async function () {
      const world = await load(givenDeepGame);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const second = gameIn(row, 2);
      const deadline = second.since + 25n * HOUR;
      await expect(at(deadline, () => world.game.cover(row.dossier, [second], { value: second.unit })))
        .to.be.revertedWithCustomError(world.game, "TraceGameLate")
        .withArgs(world.claim, 2n, deadline, deadline);
    });
  });

  describe("fund", function () {
    it("needs a claim that is played", async function () {
      const world = await load(givenSmallGame);
      const unknown = await world.game.claimKey(world.stranger, ZeroHash);
      await expect(world.game.fund(unknown, { value: 1n }))
        .to.be.revertedWithCustomError(world.game, "TraceGameUnknownClaim")
        .withArgs(unknown);
    });
  });

  describe("reveal", function () {
    it("answers a pick only", async function () {
      const world = await load(givenDeepGame);
      const game = gameIn(await claimOf(world, world));
      await expect(world.game.reveal(world.claim, game, "0x"))
        .to.be.revertedWithCustomError(world.game, "TraceGameWrongTurn")
        .withArgs(world.claim, 1n, Turn.Challenger);
    });

    it("takes sixteen nodes that make the picked one, from anybody", async function () {
      const world = await load(givenPick);
      const game = gameIn(await claimOf(world, world));
      const right = concat(descendantsOf(world.proposed.trace.tree, 8, Number(game.index)));
      const wrong = concat(descendantsOf(world.proposed.trace.tree, 8, Number(game.index) - 1));
      await expect(world.game.reveal(world.claim, game, right.slice(0, -2)))
        .to.be.revertedWithCustomError(world.game, "TraceGameContentSize")
        .withArgs(511n);
      const other = toHex(nodeOf(world.proposed.trace.tree, 8, Number(game.index) - 1));
      await expect(world.game.reveal(world.claim, game, wrong))
        .to.be.revertedWithCustomError(world.game, "TraceGameWrongContent")
        .withArgs(game.node, other);
      await expect(world.game.connect(world.stranger).reveal(world.claim, game, right))
        .to.emit(world.game, "NodeRevealed")
        .withArgs(world.claim, 1n, right);
    });

    it("is in time up to the last second of what the cover has left", async function () {
      const world = await load(givenPick);
      const game = gameIn(await claimOf(world, world));
      const deadline = game.since + 25n * HOUR;
      const content = concat(descendantsOf(world.proposed.trace.tree, 8, Number(game.index)));
      await expect(at(deadline, () => world.game.reveal(world.claim, game, content)))
        .to.be.revertedWithCustomError(world.game, "TraceGameLate")
        .withArgs(world.claim, 1n, deadline, deadline);
      const again = await load(givenPick);
      await at(deadline - 1n, () => answer(again));
      expect(gameIn(await claimOf(again, again)).proposerUsed).to.equal(24n * HOUR - 1n);
    });
  });
});

/** … before anybody answered. */
async function givenUnansweredDeepGame() {
  const world = await givenGame();
  return givenChallenge(world, deepRun());
}

describe("TraceGame: the challenger's picks", function () {
  it("begin below a root and go on below what was picked, naming the node itself, threat 39", async function () {
    const world = await load(givenDeepGame);
    const first = await askingOf(world, "pickFirst");
    const mine = world.game.connect(world.challenger);
    const row = await claimOf(world, world);
    await expect(send(mine, row, first))
      .to.emit(world.game, "NodePicked")
      .withArgs(world.claim, 1n, false, 8n, first.pick.index, first.pick.node);
    await answer(world);
    const next = await askingOf(world, "pickNext");
    expect(next.pick.level).to.equal(4);
    await expect(send(mine, await claimOf(world, world), next))
      .to.emit(world.game, "NodePicked")
      .withArgs(world.claim, 1n, false, 4n, next.pick.index, next.pick.node);
  });

  it("take of the challenger's clock what they took", async function () {
    const world = await load(givenDeepGame);
    const { since } = gameIn(await claimOf(world, world));
    const move = await askingOf(world, "pickFirst");
    const row = await claimOf(world, world);
    await at(since + 5n * HOUR, () => send(world.game.connect(world.challenger), row, move));
    expect(gameIn(await claimOf(world, world))).to.include({ challengerUsed: 5n * HOUR, turn: Turn.Reveal });
    await answer(world);
    const after = gameIn(await claimOf(world, world));
    expect(await world.game.deadlineOf(after)).to.equal(after.since + 7n * HOUR);
  });

  it("are for the game's challenger, in its turn, in time, threat 27", async function () {
    const world = await load(givenDeepGame);
    const row = await claimOf(world, world);
    const move = await askingOf(world, "pickFirst");
    await expect(send(world.game.connect(world.stranger), row, move))
      .to.be.revertedWithCustomError(world.game, "TraceGameNotChallenger")
      .withArgs(world.stranger, world.challenger);
    await challenge(world, world, world.challenger);
    const second = gameIn(await claimOf(world, world), 2);
    await expect(send(world.game.connect(world.challenger), row, { ...move, game: second }))
      .to.be.revertedWithCustomError(world.game, "TraceGameWrongTurn")
      .withArgs(world.claim, 2n, Turn.Cover);
    const deadline = gameIn(row).since + 12n * HOUR;
    await expect(at(deadline, () => send(world.game.connect(world.challenger), row, move)))
      .to.be.revertedWithCustomError(world.game, "TraceGameLate")
      .withArgs(world.claim, 1n, deadline, deadline);
  });

  it("come in order: one first, then further ones", async function () {
    const world = await load(givenReveal);
    const row = await claimOf(world, world);
    const mine = world.game.connect(world.challenger);
    const { pick } = await askingOf(world, "pickNext");
    await expect(send(mine, row, { kind: "pickFirst", game: gameIn(row), pick }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickOrder")
      .withArgs(world.claim, 1n, gameIn(row).node);
    const before = await load(givenDeepGame);
    const earlier = await claimOf(before, before);
    await expect(
      send(before.game.connect(before.challenger), earlier, { kind: "pickNext", game: gameIn(earlier), pick }),
    )
      .to.be.revertedWithCustomError(world.game, "TraceGamePickOrder")
      .withArgs(before.claim, 1n, ZeroHash);
  });

  it("go down by fours and stop at level four", async function () {
    const world = await load(givenReveal);
    const row = await claimOf(world, world);
    const game = gameIn(row);
    const mine = world.game.connect(world.challenger);
    const { pick } = await askingOf(world, "pickNext");
    for (const [level, siblings] of [
      [8, 0],
      [7, 1],
      [5, 3],
      [4, 3],
      [0, 8],
    ] as const) {
      const wrong = { ...pick, level, siblings: Array.from({ length: siblings }, () => ZeroHash) };
      await expect(send(mine, row, { kind: "pickNext", game, pick: wrong }))
        .to.be.revertedWithCustomError(world.game, "TraceGamePickLevel")
        .withArgs(level, siblings, 8n);
    }
  });

  it("stay below the node before, with their true path", async function () {
    const world = await load(givenReveal);
    const row = await claimOf(world, world);
    const game = gameIn(row);
    const mine = world.game.connect(world.challenger);
    const { pick } = await askingOf(world, "pickNext");
    const outside = { ...pick, index: pick.index + 16 };
    await expect(send(mine, row, { kind: "pickNext", game, pick: outside }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickOutside")
      .withArgs(outside.index, game.index);
    await expect(send(mine, row, { kind: "pickNext", game, pick: { ...pick, isOutput: true } }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickOutside")
      .withArgs(pick.index, game.index);
    await expect(send(mine, row, { kind: "pickNext", game, pick: { ...pick, node: ZeroHash } }))
      .to.be.revertedWithCustomError(world.game, "TraceGameWrongPath")
      .withArgs(game.node, (reached: string) => reached !== game.node);
  });

  it("may go down at once as far as is known", async function () {
    const world = await load(givenDeepGame);
    const row = await claimOf(world, world);
    const { tree } = world.proposed.trace;
    const siblings = Array.from({ length: 8 }, (_, up) => {
      const index = Math.floor(36 / 2 ** up);
      return toHex(nodeOf(tree, 4 + up, index % 2 === 0 ? index + 1 : index - 1));
    });
    const pick = { isOutput: false, level: 4, index: 36, node: toHex(nodeOf(tree, 4, 36)), siblings };
    await expect(send(world.game.connect(world.challenger), row, { kind: "pickFirst", game: gameIn(row), pick }))
      .to.emit(world.game, "NodePicked")
      .withArgs(world.claim, 1n, false, 4n, 36n, pick.node);
  });

  it("name the output's root itself only as what it is", async function () {
    const world = await load(givenDeepGame);
    const row = await claimOf(world, world);
    const mine = world.game.connect(world.challenger);
    const game = gameIn(row);
    const pick = { isOutput: true, level: 8, index: 0, node: row.dossier.outputHash, siblings: [] };
    await expect(send(mine, row, { kind: "pickFirst", game, pick: { ...pick, level: 4 } }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickLevel")
      .withArgs(4n, 0n, 8n);
    await expect(send(mine, row, { kind: "pickFirst", game, pick: { ...pick, index: 1 } }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickOutside")
      .withArgs(1n, 0n);
    await expect(send(mine, row, { kind: "pickFirst", game, pick: { ...pick, node: ZeroHash } }))
      .to.be.revertedWithCustomError(world.game, "TraceGameWrongPath")
      .withArgs(row.dossier.outputHash, ZeroHash);
    const trace = { ...pick, isOutput: false, level: 12, node: row.dossier.traceRoot };
    await expect(send(mine, row, { kind: "pickFirst", game, pick: trace }))
      .to.be.revertedWithCustomError(world.game, "TraceGamePickLevel")
      .withArgs(12n, 0n, 12n);
    await expect(send(mine, row, { kind: "pickFirst", game, pick })).to.emit(world.game, "NodePicked");
    await answer(world);
    expect((await claimOf(world, world)).state.outcome).to.equal(Outcome.Open);
  });

  it("cannot go on from what has changed since, threat 39", async function () {
    const world = await load(givenReveal);
    const row = await claimOf(world, world);
    const { pick } = await askingOf(world, "pickNext");
    const old = { ...gameIn(row), turn: Turn.Reveal };
    await expect(send(world.game.connect(world.challenger), row, { kind: "pickNext", game: old, pick }))
      .to.be.revertedWithCustomError(world.game, "TraceGameStaleGame")
      .withArgs(world.claim, 1n, hashGame(gameIn(row)), hashGame(old));
  });

  it("are told when they happened", async function () {
    const world = await load(givenDeepGame);
    const row = await claimOf(world, world);
    const sent = await send(world.game.connect(world.challenger), row, await askingOf(world, "pickFirst"));
    expect(gameIn(await claimOf(world, world)).since).to.equal(await timeOf(sent));
  });
});
