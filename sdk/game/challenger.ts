import { hexlify } from "ethers";

import { merkleProof, nodeOf, rootOf, toHex } from "../program/merkle.ts";
import { lanesAt } from "../program/open-step.ts";
import type { Leaf } from "../program/open-step.ts";
import type { Program } from "../program/program.ts";
import { proveStep } from "../program/prove-step.ts";
import { WORD_BYTES } from "../program/tensor.ts";
import type { Committed, Trace } from "../program/trace.ts";
import { wordAt } from "../program/words.ts";
import { deadlineOf } from "./clocks.ts";
import { GameError } from "./errors.ts";
import { findFault, type Fault } from "./find-fault.ts";
import type { Decision, Move } from "./moves.ts";
import { sightOf, wholeSight, type Sight } from "./shown.ts";
import { NO_HASH, Outcome, Turn, type ClaimRow, type Game } from "./state.ts";

/** A challenger's own run of what a claim is about. */
export type Run = {
  readonly program: Program;
  /** See `commitProgram`. */
  readonly records: Committed;
  readonly trace: Trace;
  /** The leaf words of the claimed output, if they are public: then nobody need be asked for them. */
  readonly output?: Uint8Array;
};

/** Where the proposer contradicts itself, or what must be asked to find out. */
type Finding = { readonly tree: Leaf["tree"]; readonly sight: Sight; readonly fault: Fault };

/**
 * What `me` does next as a challenger of a claim, from what logs tell of it and one's own run. A challenger that follows it, and whose run
 * is right, wins against every proposer whose claim is wrong: it is shown a contradiction or waits until the proposer's clock runs out.
 * @param now unix seconds.
 * @param isVoid whether the claim ended without a verdict, as the chain says.
 * @throws GameError `WRONG_RUN` for a run of another program or input.
 */
export function nextChallenge(claim: ClaimRow, run: Run, me: string, now: bigint, isVoid = false): Decision {
  checkRun(claim, run);
  const mine = claim.games.filter(({ game, status }) => status === "open" && game.challenger === me);
  const [first] = mine;
  if (first === undefined) return { kind: "nothing" };
  if (isVoid || claim.state.outcome !== Outcome.Open) return { kind: "settle", game: first.game };
  const late = mine.find(({ game }) => game.turn !== Turn.Challenger && now >= deadlineOf(game));
  if (late !== undefined) return { kind: "timeout", game: late.game };
  if (claim.dossier.traceRoot === NO_HASH) return { kind: "wait", until: deadlineOf(first.game) };

  const finding = findContradiction(claim, run);
  if (finding.fault.kind === "none") return { kind: "nothing" };
  if (finding.fault.kind === "leaf") return proof(run, finding, finding.fault);
  const asking = mine.find(({ game }) => game.turn === Turn.Challenger && now < deadlineOf(game));
  if (asking !== undefined) return pick(claim, finding, finding.fault, asking.game);
  return { kind: "wait", until: deadlineOf(first.game) };
}

/** Whether the claim is wrong, by one's own run: its output is another. */
export function isWrong({ outputHash }: { readonly outputHash: string }, { trace }: Run): boolean {
  return rootOf(trace.output.tree) !== outputHash;
}

function findContradiction({ dossier, shown }: ClaimRow, { trace, output }: Run): Finding {
  const inTrace = sightOf(trace.trace, false, shown);
  const fault = findFault(trace.trace.tree, dossier.traceRoot, inTrace);
  if (fault.kind !== "none") return { tree: "trace", sight: inTrace, fault };
  const known = output === undefined ? undefined : wholeSight(output);
  const isKnown = known !== undefined && rootOf(known.tree) === dossier.outputHash;
  const inOutput = isKnown ? known : sightOf(trace.output, true, shown);
  return { tree: "output", sight: inOutput, fault: findFault(trace.output.tree, dossier.outputHash, inOutput) };
}

/** The first element of the leaf that differs from one's own. All that it depends on lies to the left, where nothing differs. */
function proof(run: Run, { tree, sight }: Finding, { leaf, word }: Extract<Fault, { kind: "leaf" }>): Move {
  const { program, records, trace } = run;
  const at: Leaf = { tree, leaf };
  const own = wordAt(trace[tree].words, leaf);
  const size = WORD_BYTES / lanesAt(program, at);
  const differs = word.findIndex((byte, index) => byte !== own[index]);
  const theirs: Trace = {
    ...trace,
    [tree]: { ...trace[tree], tree: { ...sight.tree, leaves: trace[tree].tree.leaves } },
  };
  const { place, step } = proveStep(program, records, theirs, at, Math.floor(differs / size));
  return { kind: "prove", place, word: hexlify(word), siblings: merkleProof(sight.tree, leaf), step };
}

/** Asks for what stands below a node, from the node asked for last, or a root. */
function pick({ dossier }: ClaimRow, finding: Finding, at: Extract<Fault, { kind: "hidden" }>, game: Game): Decision {
  const { sight, tree } = finding;
  const isOutput = tree === "output";
  const isFirst = game.node === NO_HASH;
  const from = isFirst ? Number(isOutput ? dossier.outputDepth : dossier.traceDepth) : Number(game.level);
  const siblings = merkleProof(sight.tree, at.index, at.level).slice(0, Math.max(from - at.level, 0));
  const node = at.level === sight.tree.depth ? dossier.outputHash : toHex(nodeOf(sight.tree, at.level, at.index));
  const named = { isOutput, level: at.level, index: at.index, node, siblings };
  if (isFirst) return { kind: "pickFirst", game, pick: named };
  const isBelow = game.isOutput === isOutput && siblings.length > 0;
  return isBelow ? { kind: "pickNext", game, pick: named } : { kind: "nothing" };
}

function checkRun({ dossier }: ClaimRow, { records, trace }: Run): void {
  const expected = [dossier.programRoot, dossier.weightsRoot, dossier.inputHash];
  const given = [records, trace.weights, trace.input].map(({ tree }) => rootOf(tree));
  if (given.every((root, index) => root === expected[index])) return;
  throw new GameError({
    code: "WRONG_RUN",
    what: `the run is of program, weights and input ${given.join(", ")}, the claim of ${expected.join(", ")}`,
    next: "run the version's own program on the request's own input",
  });
}
