import { descendantsOf } from "../program/openings.ts";
import { toHex } from "../program/merkle.ts";
import { WORD_BYTES } from "../program/tensor.ts";
import type { Committed, Trace } from "../program/trace.ts";
import { concat } from "ethers";

import { deadlineOf } from "./clocks.ts";
import type { Decision } from "./moves.ts";
import { LEVELS } from "./shown.ts";
import { NO_HASH, Outcome, Turn, type ClaimRow, type Game } from "./state.ts";

/** Up to so many words are posted at once: cheaper than a round, and nothing of the trace is left to ask for. */
const MOST_WORDS_POSTED = 64;

/**
 * What the proposer of a claim, or who plays for it, does next, from what logs tell of the claim and the trace that its output came from. A
 * proposer that follows it, and whose trace is right, loses no game.
 * @param now unix seconds.
 * @param isVoid whether the claim ended without a verdict, as the chain says.
 */
export function nextAnswer(claim: ClaimRow, trace: Trace, now: bigint, isVoid = false): Decision {
  const { state, dossier } = claim;
  const isOver = isVoid || state.outcome !== Outcome.Open;
  const kept = isOver && !isVoid && state.outcome !== Outcome.Void ? state.reserved : 0n;
  if (isOver) return state.balance > kept ? { kind: "reclaim" } : { kind: "nothing" };

  const open = claim.games.flatMap(({ game, status }) => (status === "open" ? [game] : []));
  const uncovered = open.filter(({ turn }) => turn === Turn.Cover);
  const value = missing(claim, uncovered);
  if (uncovered.length > 0) {
    const isPosted = dossier.traceRoot !== NO_HASH;
    if (isPosted) return { kind: "cover", games: uncovered, value };
    return { kind: "postTrace", content: postedContent(trace.trace), games: uncovered, value };
  }
  const asked = open.find(({ turn }) => turn === Turn.Reveal);
  if (asked !== undefined) return { kind: "reveal", game: asked, content: revealedContent(trace, asked) };
  const late = open.find((game) => now >= deadlineOf(game));
  if (late !== undefined) return { kind: "timeout", game: late };
  const deadlines = open.map(deadlineOf).sort((a, b) => (a < b ? -1 : 1));
  if (open.length > 0) return { kind: "wait", until: deadlines[0] };
  return state.balance > 0n ? { kind: "reclaim" } : { kind: "nothing" };
}

/** Native wei that the balance lacks to cover these games, too. */
function missing({ state }: ClaimRow, games: readonly Game[]): bigint {
  const needed = games.reduce((sum, { unit }) => sum + unit, state.reserved);
  return needed > state.balance ? needed - state.balance : 0n;
}

/** What is posted of a trace: all words where they are few, else the nodes four levels below the root. */
function postedContent({ words, tree }: Committed): string {
  const isSmall =
    tree.depth === LEVELS || (tree.depth === 2 * LEVELS && words.length <= MOST_WORDS_POSTED * WORD_BYTES);
  return isSmall ? toHex(words) : concat(descendantsOf(tree, tree.depth, 0));
}

function revealedContent(trace: Trace, { isOutput, level, index }: Game): string {
  const { words, tree } = isOutput ? trace.output : trace.trace;
  if (Number(level) > LEVELS) return concat(descendantsOf(tree, Number(level), Number(index)));
  const content = new Uint8Array(16 * WORD_BYTES);
  const start = Number(index) * content.length;
  content.set(words.subarray(start, start + content.length));
  return toHex(content);
}
