import { hexlify, id as hashOf, parseEther, toUtf8Bytes, ZeroAddress, type ContractTransactionResponse } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { ROLES } from "../../../deploy/powers.ts";
import { nextChallenge, type Run } from "../../../sdk/game/challenger.ts";
import { send, type Move } from "../../../sdk/game/moves.ts";
import { nextAnswer } from "../../../sdk/game/proposer.ts";
import { readClaim } from "../../../sdk/game/read.ts";
import type { ClaimRow, Game } from "../../../sdk/game/state.ts";
import { programRoot, weightsRoot } from "../../../sdk/program/commitments.ts";
import { rootOf } from "../../../sdk/program/merkle.ts";
import { openHeader } from "../../../sdk/program/prove-step.ts";
import type { Trace } from "../../../sdk/program/trace.ts";
import type { IClaims } from "../../../sdk/generated/index.ts";
import { ethers } from "../../helpers/network.ts";
import type { Slash } from "../../../sdk/staking/slash.ts";
import { at, BOND, DAY, givenContracts, now, publish, timeOf } from "../../helpers/world.ts";
import { slashOf } from "../../staking/worlds.ts";
import { keeperOf } from "./helpers/keeper.ts";
import { smallRun } from "./helpers/runs.ts";

export const EVIDENCE = hexlify(toUtf8Bytes("evidence"));
export const HOUR = 3_600n;
/** How long claims can be challenged. */
export const WINDOW = DAY;
/** Enough for every bond in these tests. */
export const PURSE = parseEther("1");

/** The game with all it asks, and a keeper of claims that may slash. */
export async function givenGame() {
  const world = await givenContracts();
  const { rival: friend } = world;
  const keeper = await keeperOf(await ethers.deployContract("Claims__Mock", [world.staking], world.genesis));
  return { ...world, friend, keeper };
}

export type GameWorld = Awaited<ReturnType<typeof givenGame>>;

/** Publishes a run's program, and claims about it the output that `proposed` has. */
export async function claimRun(
  world: GameWorld,
  run: Run,
  proposed: Trace = run.trace,
  name = "claim",
  changes: Partial<IClaims.ClaimStruct> = {},
) {
  const roots = { programRoot: programRoot(run.program), weightsRoot: weightsRoot(run.program) };
  const versionId = changes.versionId ?? (await publish(world.registry, world.publisher, 0n, roots));
  const claimId = hashOf(name);
  const made = {
    proposer: world.operator.address,
    acceptedAt: await now(),
    challengeBy: (await now()) + WINDOW,
    versionId,
    inputHash: rootOf(run.trace.input.tree),
    outputHash: rootOf(proposed.output.tree),
    ...changes,
  };
  await world.keeper.set(claimId, made);
  const block = await ethers.provider.getBlockNumber();
  const claim = await world.game.claimKey(world.keeper.address, claimId);
  return { claimId, claim, versionId, header: openHeader(run.records), block };
}

export type Claimed = Awaited<ReturnType<typeof claimRun>>;

/** Opens a game with just its bond. */
export async function challenge(
  world: GameWorld,
  { claimId, header }: Claimed,
  challenger: HardhatEthersSigner,
  value = PURSE,
): Promise<ContractTransactionResponse> {
  return world.game.connect(challenger).challenge(world.keeper.address, claimId, EVIDENCE, header, { value });
}

export async function claimOf(world: GameWorld, { claim, block }: Claimed): Promise<ClaimRow> {
  return readClaim(world.game, ethers.provider, claim, block);
}

/** A game of a claim, the first unless said. */
export function gameIn({ games }: ClaimRow, number = 1): Game {
  const row = games[number - 1];
  if (row === undefined) throw new Error(`there is no game ${number}`);
  return row.game;
}

/** A claim under challenge by one challenger. */
export async function givenChallenge(world: GameWorld, run: Run, proposed: Trace = run.trace) {
  const claimed = await claimRun(world, run, proposed);
  await challenge(world, claimed, world.challenger);
  return { ...world, ...claimed, run, proposed };
}

/** A whole small game's beginning. */
export async function givenSmallGame() {
  const run = smallRun();
  return givenChallenge(await givenGame(), run);
}

/** A claim that is played, the run that it should come from and the one that its proposer commits to. */
export type Played = GameWorld & Claimed & { readonly run: Run; readonly proposed: Trace };

/** Makes the proposer's next move. */
export async function answer(world: Played): Promise<ContractTransactionResponse> {
  const row = await claimOf(world, world);
  const decision = nextAnswer(row, world.proposed, await now());
  if (decision.kind === "wait" || decision.kind === "nothing") throw new Error("the proposer has no move");
  return send(world.game.connect(world.operator), row, decision);
}

/** The challenger's next move, which must be of this kind. */
export async function askingOf<Kind extends Move["kind"]>(
  world: Played,
  kind: Kind,
): Promise<Extract<Move, { readonly kind: Kind }>> {
  const decision = nextChallenge(await claimOf(world, world), world.run, world.challenger.address, await now());
  if (decision.kind !== kind) throw new Error(`the challenger's move is ${decision.kind}`);
  return decision as Extract<Move, { readonly kind: Kind }>;
}

/** All that the operator stakes is locked by the keeper, slashed by a verdict for the game's challengers, and released. */
export async function releasedSlash(world: GameWorld, verdict: string): Promise<Slash> {
  const { staking, operator, keeper, manager, escrow, game } = world;
  await manager.grantRole(ROLES.LOCKER, keeper.address, 0);
  const mine = staking.connect(operator);
  await mine.registerOperator(1_000, "ipfs://operator");
  await mine.allow(keeper.address);
  await mine.bond(BOND);
  await keeper.lock(operator.address, BOND, (await now()) + 9n * DAY);
  const challengers = await game.getAddress();
  const sent = await keeper.slash(operator.address, BOND, {
    id: verdict,
    victim: ZeroAddress,
    victimFee: 0n,
    challengers,
  });
  const slash = await slashOf(escrow, sent);
  await at((await timeOf(sent)) + 7n * DAY, () => escrow.release(slash));
  return slash;
}
