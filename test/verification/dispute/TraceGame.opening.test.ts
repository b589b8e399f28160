import { expect } from "chai";
import { ZeroHash } from "ethers";

import { hashDossier, hashGame } from "../../../sdk/game/read.ts";
import { Outcome, Turn } from "../../../sdk/game/state.ts";
import { programRoot } from "../../../sdk/program/commitments.ts";
import { load } from "../../helpers/network.ts";
import { at, DAY, now, publish, timeOf } from "../../helpers/world.ts";
import { smallRun } from "./helpers/runs.ts";
import { challenge, claimOf, claimRun, EVIDENCE, givenGame, givenSmallGame, PURSE, WINDOW } from "./worlds.ts";

/** A claim that nobody has challenged yet. */
async function givenClaim() {
  const world = await givenGame();
  const run = smallRun();
  return { ...world, run, claimed: await claimRun(world, run) };
}

describe("TraceGame: opening a game", function () {
  it("takes no challenge while the game is stopped", async function () {
    const world = await load(givenClaim);
    const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
    await expect(challenge(world, world.claimed, world.challenger))
      .to.be.revertedWithCustomError(world.game, "TraceGameStopped")
      .withArgs(stoppedAt);
  });

  it("takes none, after a lifted stop, of a claim accepted at the stop or before, and takes one accepted after", async function () {
    const world = await load(givenClaim);
    const stoppedAt = await timeOf(world.game.connect(world.guardian).stop());
    await world.game.connect(world.arbiter).lift();
    const { run } = world;
    const before = await claimRun(world, run, run.trace, "at the stop", { acceptedAt: stoppedAt });
    await expect(challenge(world, before, world.challenger))
      .to.be.revertedWithCustomError(world.game, "TraceGameAcceptedBeforeStop")
      .withArgs(stoppedAt, stoppedAt);
    const after = await claimRun(world, run, run.trace, "after it", { acceptedAt: stoppedAt + 1n });
    await expect(challenge(world, after, world.challenger)).to.emit(world.game, "GameOpened");
  });

  it("is open up to the last second before the claim's window ends", async function () {
    const world = await load(givenClaim);
    const challengeBy = (await now()) + WINDOW;
    const claimed = await claimRun(world, world.run, world.run.trace, "timed", { challengeBy });
    await at(challengeBy - 1n, () => challenge(world, claimed, world.challenger));
    await expect(at(challengeBy, () => challenge(world, claimed, world.challenger)))
      .to.be.revertedWithCustomError(world.game, "TraceGameTooLate")
      .withArgs(challengeBy, challengeBy);
  });

  it("needs a program to recompute by", async function () {
    const world = await load(givenClaim);
    const versionId = await publish(world.registry, world.publisher, 0n);
    const claimed = await claimRun(world, world.run, world.run.trace, "plain", { versionId });
    await expect(challenge(world, claimed, world.challenger))
      .to.be.revertedWithCustomError(world.game, "TraceGameNoProgram")
      .withArgs(versionId);
  });

  it("asks the keeper, who may refuse", async function () {
    const world = await load(givenClaim);
    const { claimId, header } = world.claimed;
    const { contract } = world.keeper;
    await expect(world.game.challenge(world.keeper.address, claimId, "0x", header, { value: PURSE }))
      .to.be.revertedWithCustomError(contract, "NoClaim")
      .withArgs(claimId);
  });

  it("refuses another program's header", async function () {
    const world = await load(givenClaim);
    const { claimId, header } = world.claimed;
    const forged = { ...header, data: `${String(header.data).slice(0, -2)}01` };
    const sent = world.game.challenge(world.keeper.address, claimId, EVIDENCE, forged, { value: PURSE });
    await expect(sent)
      .to.be.revertedWithCustomError(world.steps, "ProgramTreeOtherProgram")
      .withArgs(programRoot(world.run.program), (proven: string) => proven !== programRoot(world.run.program));
  });

  it("names the bond that is needed, and takes exactly that", async function () {
    const world = await load(givenClaim);
    const { traceDepth, outputDepth, worstStep } = world.run.program.header;
    const shape = { traceDepth, outputDepth, worstStep };
    const [bond, unit] = await world.game.bondAt(world.claimed.claim, shape, 1n);
    expect(bond).to.equal(unit);
    await expect(challenge(world, world.claimed, world.challenger, bond - 1n))
      .to.be.revertedWithCustomError(world.game, "TraceGameBondTooSmall")
      .withArgs(bond - 1n, bond);
    const sent = challenge(world, world.claimed, world.challenger, bond);
    await expect(sent)
      .to.emit(world.game, "GameOpened")
      .withArgs(world.claimed.claim, 1n, world.challenger, bond, unit);
    expect(await world.game.creditOf(world.challenger)).to.equal(0n);
  });

  it("keeps two hashes, and tells what they are of", async function () {
    const world = await load(givenClaim);
    const sent = challenge(world, world.claimed, world.challenger);
    await expect(sent).to.emit(world.game, "ClaimChallenged");
    const openedAt = await timeOf(sent);
    const row = await claimOf(world, world.claimed);
    expect(row.dossier).to.include({ proposer: world.operator.address, traceRoot: ZeroHash, openedAt, traceDepth: 4n });
    expect(row.games[0]?.game).to.include({ turn: Turn.Cover, since: openedAt, node: ZeroHash });
    const [first] = row.games;
    if (first === undefined) throw new Error("there is no game");
    expect(await world.game.dossierHashOf(world.claimed.claim)).to.equal(hashDossier(row.dossier));
    expect(await world.game.gameHashOf(world.claimed.claim, 1)).to.equal(hashGame(first.game));
    const standing = await world.game.standingOf(world.keeper.address, world.claimed.claimId, world.claimed.versionId);
    expect([...standing]).to.deep.equal([1n, false, false, false, 0n]);
  });

  it("makes what was sent above the bond credit", async function () {
    const world = await load(givenClaim);
    await challenge(world, world.claimed, world.challenger, PURSE);
    const { games } = await claimOf(world, world.claimed);
    expect(await world.game.creditOf(world.challenger)).to.equal(PURSE - (games[0]?.game.bond ?? 0n));
  });

  it("asks an eighth of a unit more for every game that is open, threat 31", async function () {
    const world = await load(givenSmallGame);
    const openedBy = [world.friend, world.stranger, world.requester];
    for (const person of openedBy) await challenge(world, world, person);
    const { games } = await claimOf(world, world);
    const unit = games[0]?.game.unit ?? 0n;
    expect(games.map(({ game }) => game.bond)).to.deep.equal(
      [8n, 9n, 10n, 11n].map((eighths) => (unit * eighths + 7n) / 8n),
    );
  });

  it("lets several claims of one keeper, and the same name at two keepers, be told apart, threat 79", async function () {
    const world = await load(givenSmallGame);
    const other = await claimRun(world, world.run, world.run.trace, "another");
    await challenge(world, other, world.challenger);
    expect(other.claim).to.not.equal(world.claim);
    expect(await world.game.claimKey(world.stranger, world.claimId)).to.not.equal(world.claim);
    expect((await world.game.stateOf(other.claim)).games).to.equal(1n);
    expect((await world.game.stateOf(world.claim)).games).to.equal(1n);
  });

  it("goes on about the claim as it first was, whatever its keeper says later", async function () {
    const world = await load(givenSmallGame);
    const { dossier } = await claimOf(world, world);
    await world.keeper.set(world.claimId, {
      proposer: world.stranger.address,
      acceptedAt: 1n,
      challengeBy: (await now()) + DAY,
      versionId: world.versionId,
      inputHash: ZeroHash,
      outputHash: ZeroHash,
    });
    await challenge(world, world, world.friend);
    const later = await claimOf(world, world);
    expect(later.dossier).to.deep.equal(dossier);
    expect(later.state.games).to.equal(2n);
  });

  it("is closed once the claim is decided, threat 36", async function () {
    const world = await load(givenSmallGame);
    const { dossier, games } = await claimOf(world, world);
    const [first] = games;
    if (first === undefined) throw new Error("there is no game");
    await at(first.game.since + 25n * 3_600n, () => world.game.timeout(dossier, first.game));
    await expect(challenge(world, world, world.friend))
      .to.be.revertedWithCustomError(world.game, "TraceGameDecided")
      .withArgs(world.claim, Outcome.Silent);
  });
});
