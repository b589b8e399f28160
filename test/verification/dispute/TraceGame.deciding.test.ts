import { expect } from "chai";
import { ZeroHash } from "ethers";

import { Outcome } from "../../../sdk/game/state.ts";
import { hashLeaf, merkleProof, nodeOf, toHex } from "../../../sdk/program/merkle.ts";
import { proveStep } from "../../../sdk/program/prove-step.ts";
import { ethers, load } from "../../helpers/network.ts";
import { at, DAY, timeOf } from "../../helpers/world.ts";
import { Mood } from "./helpers/keeper.ts";
import { flip, lying, smallRun } from "./helpers/runs.ts";
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

/** A lie in the last leaf of the trace, shown whole. */
async function givenLie() {
  const run = smallRun();
  const { traceLeaves } = run.program.header;
  const lies = [flip(run.trace, "trace", traceLeaves - 1, 3), flip(run.trace, "output", 0, 0)];
  const world = await givenChallenge(await givenGame(), run, lying(run.trace, lies));
  await answer(world);
  return world;
}

/** An honest trace, shown whole: it is the challenger's turn. */
async function givenTruth() {
  const world = await givenSmallGame();
  await answer(world);
  return world;
}

type Proof = Awaited<ReturnType<typeof proofOf>>;

/** Brings a proof, the challenger's next one unless said, with changes. */
async function prove(world: Played, changes: Partial<Proof> = {}, proof?: Proof) {
  const { dossier } = await claimOf(world, world);
  const { place, word, siblings, step } = { ...(proof ?? (await proofOf(world))), ...changes };
  return world.game.connect(world.stranger).prove(dossier, place, word, [...siblings], step);
}

async function proofOf(world: Played) {
  return askingOf(world, "prove");
}

describe("TraceGame: deciding a claim", function () {
  describe("prove", function () {
    it("fells the claim for everybody, whoever brings the proof, threat 27", async function () {
      const world = await load(givenLie);
      const sent = prove(world);
      await expect(sent).to.emit(world.game, "ClaimDecided").withArgs(world.claim, Outcome.Proven, 1n);
      await expect(sent).to.emit(world.game, "ElementProven");
      const standing = await world.game.standingOf(world.keeper.address, world.claimId, world.versionId);
      expect([...standing]).to.deep.equal([0n, true, false, false, 0n]);
    });

    it("refuses an element that is right, so that truth cannot lose", async function () {
      const world = await load(givenTruth);
      const { dossier } = await claimOf(world, world);
      const { program, records, trace } = world.run;
      const { place, step } = proveStep(program, records, trace, { tree: "trace", leaf: 2 }, 7);
      const word = toHex(trace.trace.words.subarray(64, 96));
      await expect(world.game.prove(dossier, place, word, [...merkleProof(trace.trace.tree, 2)], step))
        .to.be.revertedWithCustomError(world.game, "TraceGameElementRight")
        .withArgs(trace.trace.words[71]);
    });

    it("refuses a word that the proposer never committed to", async function () {
      const world = await load(givenLie);
      const { siblings } = await proofOf(world);
      const { dossier } = await claimOf(world, world);
      await expect(prove(world, { siblings: siblings.slice(1) }))
        .to.be.revertedWithCustomError(world.game, "TraceGamePathLength")
        .withArgs(3n, 4n);
      await expect(prove(world, { word: ZeroHash }))
        .to.be.revertedWithCustomError(world.game, "TraceGameWrongPath")
        .withArgs(dossier.traceRoot, (reached: string) => reached !== dossier.traceRoot);
    });

    it("refuses a node in the place of a leaf, and a place that the tree does not have, threat 74", async function () {
      const world = await load(givenLie);
      const { place, siblings } = await proofOf(world);
      const { leaf, lane } = place as { leaf: number; lane: number };
      const node = toHex(nodeOf(world.proposed.trace.tree, 1, leaf >> 1));
      await expect(prove(world, { word: node })).to.be.revertedWithCustomError(world.game, "TraceGameWrongPath");
      const beyond = { isOutput: false, leaf: leaf + 16, lane };
      await expect(prove(world, { place: beyond }))
        .to.be.revertedWithCustomError(world.steps, "StepVerifierNoLeaf")
        .withArgs(false, leaf + 16, 4n);
      expect(siblings.length).to.equal(4);
      expect(hashLeaf(new Uint8Array(32)).length).to.equal(32);
    });

    it("needs a trace, an open game, and a claim that is not decided", async function () {
      const world = await load(givenSmallGame);
      const early = await claimOf(world, world);
      const { program, records, trace } = world.run;
      const { place, step } = proveStep(program, records, trace, { tree: "trace", leaf: 2 }, 7);
      const at2 = [...merkleProof(trace.trace.tree, 2)];
      await expect(world.game.prove(early.dossier, place, ZeroHash, at2, step))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoTrace")
        .withArgs(world.claim);
      await answer(world);
      const row = await claimOf(world, world);
      await at(gameIn(row).since + 12n * HOUR, () => world.game.timeout(row.dossier, gameIn(row)));
      await expect(world.game.prove(row.dossier, place, ZeroHash, at2, step))
        .to.be.revertedWithCustomError(world.game, "TraceGameNoOpenGame")
        .withArgs(world.claim);
      const lie = await load(givenLie);
      const proof = await proofOf(lie);
      await prove(lie);
      await expect(prove(lie, {}, proof))
        .to.be.revertedWithCustomError(lie.game, "TraceGameDecided")
        .withArgs(lie.claim, Outcome.Proven);
    });

    it("is no verdict when it runs out of gas, threat 37", async function () {
      const world = await load(givenLie);
      const { dossier } = await claimOf(world, world);
      const { place, word, siblings, step } = await proofOf(world);
      const gas = await world.game.prove.estimateGas(dossier, place, word, [...siblings], step);
      for (const gasLimit of [gas - 30_000n, gas / 2n + 20_000n, 240_000n]) {
        const sent = world.game.prove(dossier, place, word, [...siblings], step, { gasLimit });
        await expect(sent).to.be.revert(ethers);
        expect((await claimOf(world, world)).state.outcome).to.equal(Outcome.Open);
      }
    });
  });

  describe("timeout", function () {
    it("waits for the end of the clock of whose turn it is", async function () {
      const world = await load(givenTruth);
      const row = await claimOf(world, world);
      const deadline = gameIn(row).since + 12n * HOUR;
      await expect(at(deadline - 1n, () => world.game.timeout(row.dossier, gameIn(row))))
        .to.be.revertedWithCustomError(world.game, "TraceGameNotLate")
        .withArgs(world.claim, 1n, deadline, deadline - 1n);
    });

    it("takes the bond of a challenger that does not move, and nothing else, threat 26", async function () {
      const world = await load(givenTruth);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const { bond, unit, since } = gameIn(row);
      const sent = at(since + 12n * HOUR, () => world.game.timeout(row.dossier, gameIn(row)));
      await expect(sent).to.emit(world.game, "GameForfeited").withArgs(world.claim, 1n, bond);
      const { state } = await claimOf(world, world);
      expect(state).to.include({ open: 1n, balance: bond + unit, reserved: 0n, outcome: Outcome.Open });
      await expect(world.game.timeout(row.dossier, gameIn(row))).to.be.revertedWithCustomError(
        world.game,
        "TraceGameStaleGame",
      );
    });

    it("fells the claim of a proposer that never answers, after 25 hours", async function () {
      const world = await load(givenSmallGame);
      const row = await claimOf(world, world);
      const sent = at(gameIn(row).since + 25n * HOUR, () => world.game.timeout(row.dossier, gameIn(row)));
      await expect(sent).to.emit(world.game, "ClaimDecided").withArgs(world.claim, Outcome.Silent, 1n);
    });

    it("fells it for any game that is not covered in time, though others are", async function () {
      const world = await load(givenTruth);
      await challenge(world, world, world.friend);
      const row = await claimOf(world, world);
      const { since } = gameIn(row, 2);
      await at(since + 25n * HOUR, () => world.game.timeout(row.dossier, gameIn(row, 2)));
      expect((await claimOf(world, world)).state.outcome).to.equal(Outcome.Silent);
    });
  });

  describe("a stop", function () {
    it("is the guardian's, and the arbiter's to end", async function () {
      const world = await load(givenTruth);
      for (const name of ["stop", "lift", "makePermanent"] as const) {
        await expect(world.game.connect(world.stranger)[name]())
          .to.be.revertedWithCustomError(world.game, "AccessManagedUnauthorized")
          .withArgs(world.stranger);
      }
      const sent = world.game.connect(world.guardian).stop();
      const stoppedAt = await timeOf(sent);
      await expect(sent)
        .to.emit(world.game, "GameStopped")
        .withArgs(stoppedAt + 35n * DAY);
      expect(await world.game.isUndecided()).to.equal(true);
      await expect(world.game.connect(world.arbiter).lift()).to.emit(world.game, "GameStopLifted");
      expect(await world.game.isUndecided()).to.equal(false);
      expect([...(await world.game.lastStop())]).to.deep.equal([stoppedAt, true, false]);
    });

    it("may be made permanent", async function () {
      const world = await load(givenTruth);
      await world.game.connect(world.guardian).stop();
      await expect(world.game.connect(world.arbiter).makePermanent()).to.emit(world.game, "GameStopMadePermanent");
      await expect(world.game.connect(world.arbiter).lift()).to.be.revertedWithCustomError(
        world.game,
        "StopsNoneUndecided",
      );
    });

    it("lets nobody win or lose while it lasts, nor afterwards, threat 70", async function () {
      const world = await load(givenLie);
      const row = await claimOf(world, world);
      const proof = await proofOf(world);
      const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
      const moves = [
        () => prove(world, {}, proof),
        () => world.game.timeout(row.dossier, gameIn(row)),
        () => world.game.cover(row.dossier, [gameIn(row)]),
      ];
      for (const move of moves) {
        await expect(move()).to.be.revertedWithCustomError(world.game, "TraceGameStopped").withArgs(stoppedAt);
      }
      await world.game.connect(world.arbiter).lift();
      for (const move of moves) {
        await expect(move()).to.be.revertedWithCustomError(world.game, "TraceGameVoidClaim").withArgs(world.claim);
      }
    });

    it("refuses a trace that was not posted before it", async function () {
      const world = await load(givenSmallGame);
      const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
      await expect(answer(world)).to.be.revertedWithCustomError(world.game, "TraceGameStopped").withArgs(stoppedAt);
    });

    it("leaves a claim decided that was decided before", async function () {
      const world = await load(givenLie);
      await prove(world);
      const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
      const standing = await world.game.standingOf(world.keeper.address, world.claimId, world.versionId);
      expect([...standing]).to.deep.equal([0n, true, false, true, stoppedAt]);
    });
  });

  describe("a claim that its keeper calls void", function () {
    it("can be neither proven nor timed out", async function () {
      const world = await load(givenLie);
      const row = await claimOf(world, world);
      const proof = await proofOf(world);
      await world.keeper.setVoid(world.claimId, true);
      for (const move of [() => prove(world, {}, proof), () => world.game.timeout(row.dossier, gameIn(row))]) {
        await expect(move()).to.be.revertedWithCustomError(world.game, "TraceGameVoidClaim").withArgs(world.claim);
      }
    });

    for (const mood of ["Garbage", "Short", "Revert", "BurnGas"] as const) {
      it(`is not void to a keeper that answers by ${mood}, threat 44`, async function () {
        const world = await load(givenLie);
        const proof = await proofOf(world);
        await world.keeper.setVoid(world.claimId, true);
        await world.keeper.setMood(Mood[mood]);
        await prove(world, {}, proof);
        expect((await claimOf(world, world)).state.outcome).to.equal(Outcome.Proven);
      });
    }

    it("cannot be made not void by a transaction with too little gas, threat 46", async function () {
      const world = await load(givenLie);
      const row = await claimOf(world, world);
      await world.keeper.setVoid(world.claimId, true);
      const { since } = gameIn(row);
      const sent = at(since + 12n * HOUR, () => world.game.timeout(row.dossier, gameIn(row), { gasLimit: 230_000n }));
      await expect(sent)
        .to.be.revertedWithCustomError(world.game, "TraceGameNotEnoughGas")
        .withArgs((left: bigint) => left < 212_500n, 200_000n);
    });
  });
});
