import { concat } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { nextChallenge, type Run } from "../../../../sdk/game/challenger.ts";
import { send, type Decision } from "../../../../sdk/game/moves.ts";
import { nextAnswer } from "../../../../sdk/game/proposer.ts";
import type { ClaimRow } from "../../../../sdk/game/state.ts";
import { descendantsOf } from "../../../../sdk/program/openings.ts";
import type { Trace } from "../../../../sdk/program/trace.ts";
import { networkHelpers } from "../../../helpers/network.ts";
import { now } from "../../../helpers/world.ts";
import { claimOf, type Claimed, type GameWorld } from "../worlds.ts";

/** Somebody at the board. */
export type Player = {
  readonly signer: HardhatEthersSigner;
  readonly decide: (claim: ClaimRow, now: bigint) => Decision;
};

/** One move that was made. */
export type Played = { readonly kind: string; readonly by: string; readonly gas: bigint };

export function challengerOf(signer: HardhatEthersSigner, run: Run): Player {
  return { signer, decide: (claim, time) => nextChallenge(claim, run, signer.address, time) };
}

export function proposerOf(signer: HardhatEthersSigner, trace: Trace): Player {
  return { signer, decide: (claim, time) => nextAnswer(claim, trace, time) };
}

/** A proposer that posts nodes even where all words are few, so that it is asked for every leaf. */
export function terse(player: Player, { trace: { tree } }: Trace): Player {
  return {
    ...player,
    decide(claim, time) {
      const decision = player.decide(claim, time);
      if (decision.kind !== "postTrace" || tree.depth === 4) return decision;
      return { ...decision, content: concat(descendantsOf(tree, tree.depth, 0)) };
    },
  };
}

/** A player that makes the first `moves` moves and falls silent. */
export function silentAfter(moves: number, player: Player): Player {
  let left = moves;
  return {
    ...player,
    decide(claim, time) {
      const decision = player.decide(claim, time);
      if (decision.kind === "wait" || decision.kind === "nothing") return decision;
      left -= 1;
      return left < 0 ? { kind: "wait", until: undefined } : decision;
    },
  };
}

/** Everybody moves in turn, as long as anybody does; when all wait, time goes on to the first end of a clock. */
export async function play(
  world: GameWorld,
  claimed: Claimed,
  players: readonly Player[],
): Promise<{ readonly row: ClaimRow; readonly moves: readonly Played[] }> {
  const moves: Played[] = [];
  for (;;) {
    const before = moves.length;
    const waits: bigint[] = [];
    for (const { signer, decide } of players) {
      const row = await claimOf(world, claimed);
      const decision = decide(row, (await now()) + 1n);
      if (decision.kind === "wait" && decision.until !== undefined) waits.push(decision.until);
      if (decision.kind === "wait" || decision.kind === "nothing") continue;
      const sent = await send(world.game.connect(signer), row, decision);
      const receipt = await sent.wait();
      moves.push({ kind: decision.kind, by: signer.address, gas: receipt?.gasUsed ?? 0n });
    }
    if (moves.length > before) continue;
    const next = waits.sort((a, b) => (a < b ? -1 : 1))[0];
    if (next === undefined) return { row: await claimOf(world, claimed), moves };
    if (next > (await now()) + 1n) await networkHelpers.time.setNextBlockTimestamp(next);
    await networkHelpers.mine();
  }
}
