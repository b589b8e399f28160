import { expect } from "chai";

import { Outcome } from "../../../sdk/game/state.ts";
import { programWords, weightsRoot } from "../../../sdk/program/commitments.ts";
import { rootOf } from "../../../sdk/program/merkle.ts";
import { findFault, proveForm } from "../../../sdk/program/prove-form.ts";
import { openHeader } from "../../../sdk/program/prove-step.ts";
import { RECORD_BYTES } from "../../../sdk/program/records.ts";
import { commit } from "../../../sdk/program/trace.ts";
import { ethers, load } from "../../helpers/network.ts";
import { BOND, publish, timeOf } from "../../helpers/world.ts";
import { smallRun } from "./helpers/runs.ts";
import { challenge, claimOf, claimRun, gameIn, givenGame, givenSmallGame, releasedSlash } from "./worlds.ts";

/** Byte of a record that holds the shift. */
const SHIFT = 3;

/** A claim about a version whose second record shifts by more than any may. */
async function givenMalformed() {
  const world = await givenGame();
  const run = smallRun();
  const words = programWords(run.program);
  words[2 * RECORD_BYTES + SHIFT] = 63;
  const records = commit(words);
  const versionId = await publish(world.registry, world.publisher, 0n, {
    programRoot: rootOf(records.tree),
    weightsRoot: weightsRoot(run.program),
  });
  const claimed = await claimRun(world, run, run.trace, "malformed", { versionId });
  const proof = proveForm(records, findFault(words)?.indices ?? []);
  return { ...world, ...claimed, header: openHeader(records), proof };
}

/** … under challenge, and felled by the stranger's proof. */
async function givenFelled() {
  const world = await givenMalformed();
  await challenge(world, world, world.challenger);
  await proveMalformed(world);
  const { dossier } = await claimOf(world, world);
  await world.game.fell(dossier);
  return world;
}

type Malformed = Awaited<ReturnType<typeof givenMalformed>>;

function proveMalformed({ game, stranger, versionId, proof }: Malformed) {
  return game.connect(stranger).proveMalformed(versionId, proof.header, proof.records);
}

describe("TraceGame: malformed programs", function () {
  it("bar their version for ever, by anybody's proof, once", async function () {
    const world = await load(givenMalformed);
    await expect(proveMalformed(world))
      .to.emit(world.game, "ProgramProvenMalformed")
      .withArgs(world.versionId, world.stranger, 4n);
    expect(await world.game.proverOf(world.versionId)).to.equal(world.stranger.address);
    const { malformed } = await world.game.standingOf(world.keeper.address, world.claimId, world.versionId);
    expect(malformed).to.equal(true);
    await expect(proveMalformed(world))
      .to.be.revertedWithCustomError(world.game, "TraceGameKnownMalformed")
      .withArgs(world.versionId, world.stranger);
  });

  it("are not what is well-formed, nor what is no program, nor what is judged while the game is stopped", async function () {
    const world = await load(givenSmallGame);
    const proof = proveForm(world.run.records, [1, 2]);
    await expect(world.game.proveMalformed(world.versionId, proof.header, proof.records))
      .to.be.revertedWithCustomError(world.game, "TraceGameWellFormed")
      .withArgs(world.versionId);
    const plain = await publish(world.registry, world.publisher, 0n);
    await expect(world.game.proveMalformed(plain, proof.header, proof.records))
      .to.be.revertedWithCustomError(world.game, "TraceGameNoProgram")
      .withArgs(plain);
    const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
    await expect(world.game.proveMalformed(world.versionId, proof.header, proof.records))
      .to.be.revertedWithCustomError(world.game, "TraceGameStopped")
      .withArgs(stoppedAt);
  });

  it("fell a claim under challenge, by anybody's call", async function () {
    const world = await load(givenMalformed);
    await challenge(world, world, world.challenger);
    const { dossier } = await claimOf(world, world);
    await expect(world.game.fell(dossier))
      .to.be.revertedWithCustomError(world.game, "TraceGameNotMalformed")
      .withArgs(world.versionId);
    await proveMalformed(world);
    await expect(world.game.fell(dossier))
      .to.emit(world.game, "ClaimDecided")
      .withArgs(world.claim, Outcome.Malformed, 2n);
    await expect(world.game.fell(dossier))
      .to.be.revertedWithCustomError(world.game, "TraceGameDecided")
      .withArgs(world.claim, Outcome.Malformed);
  });

  it("fell a claim that is challenged afterwards at once, whatever the header says", async function () {
    const world = await load(givenMalformed);
    await proveMalformed(world);
    const nonsense = { ...world, header: { data: "0x", siblings: [] } };
    await expect(challenge(world, nonsense, world.challenger))
      .to.emit(world.game, "ClaimDecided")
      .withArgs(world.claim, Outcome.Malformed, 2n);
    const row = await claimOf(world, world);
    await expect(world.game.settle(row.dossier, gameIn(row)))
      .to.emit(world.game, "GameSettled")
      .withArgs(world.claim, 1n, world.challenger, gameIn(row).bond);
  });

  it("let who proved it share in the slash, once", async function () {
    const world = await load(givenFelled);
    const { game, stranger, opg, claim } = world;
    await game.collect(await releasedSlash(world, world.claimId));
    const { dossier } = await claimOf(world, world);
    const share = BOND / 4n;
    const paid = game.payProver(dossier);
    await expect(paid).to.emit(game, "SharePaid").withArgs(claim, 0n, stranger, share);
    await expect(paid).to.changeTokenBalances(ethers, opg, [game, stranger], [-share, share]);
    await expect(game.payProver(dossier))
      .to.be.revertedWithCustomError(game, "TraceGameNoShare")
      .withArgs(claim, stranger);
    expect((await claimOf(world, world)).state).to.include({ collected: true, proverPaid: true });
  });

  it("pay nobody before the slash is collected", async function () {
    const world = await load(givenFelled);
    const { dossier } = await claimOf(world, world);
    await expect(world.game.payProver(dossier))
      .to.be.revertedWithCustomError(world.game, "TraceGameNotCollected")
      .withArgs(world.claim);
  });
});
