import { AbiCoder, keccak256 } from "ethers";

import { draftOf } from "../events/draft.ts";
import { applyGame, NO_GAMES, type GamesState } from "../events/game.ts";
import { readLogs, type Node } from "../events/read-logs.ts";
import type { TraceGame } from "../generated/index.ts";
import { GameError } from "./errors.ts";
import type { ClaimRow, Dossier, Game } from "./state.ts";

/** All that the logs of a game tell, from `fromBlock` (its own block or earlier) up to `toBlock`. */
export async function readGames(game: TraceGame, node: Node, fromBlock = 0, toBlock?: number): Promise<GamesState> {
  const state = draftOf(NO_GAMES);
  const to = toBlock ?? (await node.getBlockNumber());
  for (const log of await readLogs(node, [await game.getAddress()], fromBlock, to)) applyGame(state, log);
  return state;
}

/**
 * One claim as its players need it, checked against what the contract keeps: what a node that forgets logs tells is not played on.
 * @throws GameError `NEVER_CHALLENGED`, or `LOGS_STALE` when logs and contract disagree.
 */
export async function readClaim(game: TraceGame, node: Node, claim: string, fromBlock = 0): Promise<ClaimRow> {
  const row = (await readGames(game, node, fromBlock)).claims.get(claim);
  if (row === undefined) {
    const what = `nobody challenged claim ${claim} since block ${fromBlock}`;
    throw new GameError({ code: "NEVER_CHALLENGED", what, next: "search from an earlier block, or challenge it" });
  }
  const open = row.games.flatMap(({ game: one, status }) => (status === "open" ? [one] : []));
  const [dossier, ...games] = await Promise.all([
    game.dossierHashOf(claim),
    ...open.map(({ number }) => game.gameHashOf(claim, number)),
  ]);
  const stale = dossier !== hashDossier(row.dossier) ? -1 : open.findIndex((one, at) => games[at] !== hashGame(one));
  if (dossier === hashDossier(row.dossier) && stale === -1) return row;
  const which = dossier === hashDossier(row.dossier) ? `game ${open[stale]?.number}` : "dossier";
  throw new GameError({
    code: "LOGS_STALE",
    what: `the ${which} of claim ${claim} is not what the logs up to now make it`,
    next: "read again: the chain moved on meanwhile, or the node does not serve all logs",
  });
}

/** What `dossierHashOf` keeps. */
export function hashDossier(dossier: Dossier): string {
  return hashWords(DOSSIER_TYPES, [
    ...[dossier.keeper, dossier.claimId, dossier.proposer, dossier.versionId, dossier.inputHash, dossier.outputHash],
    ...[dossier.programRoot, dossier.weightsRoot, dossier.traceRoot, dossier.openedAt],
    ...[dossier.traceDepth, dossier.outputDepth],
  ]);
}

/** What `gameHashOf` keeps. */
export function hashGame(game: Game): string {
  return hashWords(GAME_TYPES, [
    ...[game.number, game.challenger, game.bond, game.unit, game.turn, game.since, game.proposerUsed],
    ...[game.challengerUsed, game.isOutput, game.level, game.index, game.node],
  ]);
}

const DOSSIER_TYPES = "address bytes32 address uint256 bytes32 bytes32 bytes32 bytes32 bytes32 uint40 uint8 uint8";
const GAME_TYPES = "uint24 address uint80 uint80 uint8 uint40 uint24 uint24 bool uint8 uint32 bytes32";

function hashWords(types: string, values: readonly unknown[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types.split(" "), values));
}
