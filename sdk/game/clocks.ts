import { Turn, type Game } from "./state.ts";

const HOUR = 3_600n;
/** Seconds of the proposer, all its moves together, and of each move besides; and of the challenger. As `GameClocks` has them. */
export const PROPOSER_BUDGET = 24n * HOUR;
export const GRACE = HOUR;
export const CHALLENGER_BUDGET = 12n * HOUR;

/** The first second that is too late for whose turn it is, as `deadlineOf`. */
export function deadlineOf({ turn, since, proposerUsed, challengerUsed }: Game): bigint {
  if (turn === Turn.Challenger) return since + CHALLENGER_BUDGET - challengerUsed;
  return since + GRACE + PROPOSER_BUDGET - proposerUsed;
}

/** The game after a move of the proposer at `now`. */
export function afterProposer(game: Game, now: bigint): Game {
  const over = now - game.since - GRACE;
  return { ...game, turn: Turn.Challenger, since: now, proposerUsed: game.proposerUsed + (over > 0n ? over : 0n) };
}

/** The game after a move of its challenger at `now`. */
export function afterChallenger(game: Game, now: bigint): Game {
  return { ...game, turn: Turn.Reveal, since: now, challengerUsed: game.challengerUsed + now - game.since };
}

/**
 * The longest that a game can last, in seconds, over trees of these depths, if whoever can calls `timeout`: both budgets and one grace for
 * each move of the proposer, which are the trace or cover and a reveal for every four levels (of the trace but its first).
 */
export function longestGame(traceDepth: bigint, outputDepth: bigint): bigint {
  const reveals = traceDepth / 4n - 1n > outputDepth / 4n ? traceDepth / 4n - 1n : outputDepth / 4n;
  return PROPOSER_BUDGET + CHALLENGER_BUDGET + (1n + reveals) * GRACE;
}
