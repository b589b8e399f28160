import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import type { Run } from "../../../../sdk/game/challenger.ts";
import { deadlineOf } from "../../../../sdk/game/clocks.ts";
import type { Decision, Move } from "../../../../sdk/game/moves.ts";
import { NO_HASH, Turn, type ClaimRow, type Game } from "../../../../sdk/game/state.ts";
import { merkleProof, nodeOf, toHex } from "../../../../sdk/program/merkle.ts";
import type { Random } from "../../../program/helpers/random.ts";
import type { Player } from "./play.ts";

/** A challenger of a true claim that asks for anything it may, and gives up at some time. */
export function nuisance(signer: HardhatEthersSigner, { trace }: Run, random: Random): Player {
  let patience = random.int(0, 6);
  return {
    signer,
    decide(claim, now): Decision {
      const mine = claim.games.find(({ game, status }) => status === "open" && game.challenger === signer.address);
      if (mine === undefined) return { kind: "nothing" };
      const { game } = mine;
      if (game.turn !== Turn.Challenger || now >= deadlineOf(game)) return { kind: "wait", until: deadlineOf(game) };
      patience -= 1;
      const pick = patience < 0 ? undefined : anyPick(claim, trace, game, random);
      return pick ?? { kind: "wait", until: deadlineOf(game) };
    },
  };
}

function anyPick(
  { dossier }: ClaimRow,
  trace: Run["trace"],
  game: Game,
  random: Random,
): Extract<Move, { readonly kind: "pickFirst" | "pickNext" }> | undefined {
  const isFirst = game.node === NO_HASH;
  const isOutput = isFirst ? random.int(0, 1) === 1 : game.isOutput;
  const { tree } = isOutput ? trace.output : trace.trace;
  const from = isFirst ? tree.depth : Number(game.level);
  if (isFirst && isOutput && random.int(0, 1) === 0) {
    const pick = { isOutput, level: tree.depth, index: 0, node: dossier.outputHash, siblings: [] };
    return { kind: "pickFirst", game, pick };
  }
  if (from <= 4) return undefined;
  const level = 4 * random.int(1, from / 4 - 1);
  const index = Number(game.index) * 2 ** (from - level) + random.int(0, 2 ** (from - level) - 1);
  const siblings = merkleProof(tree, index, level).slice(0, from - level);
  const pick = { isOutput, level, index, node: toHex(nodeOf(tree, level, index)), siblings };
  return { kind: isFirst ? "pickFirst" : "pickNext", game, pick };
}
