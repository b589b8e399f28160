import type { ContractTransactionResponse, Overrides } from "ethers";

import type { IStepVerifier, TraceGame } from "../generated/index.ts";
import type { Dossier, Game } from "./state.ts";

/** `IGamePlay.Pick`. */
export type Pick = {
  readonly isOutput: boolean;
  readonly level: number;
  readonly index: number;
  readonly node: string;
  readonly siblings: readonly string[];
};

/** What a player can do. `value` is native wei sent along. */
export type Move =
  | { readonly kind: "postTrace"; readonly content: string; readonly games: readonly Game[]; readonly value: bigint }
  | { readonly kind: "cover"; readonly games: readonly Game[]; readonly value: bigint }
  | { readonly kind: "reveal"; readonly game: Game; readonly content: string }
  | { readonly kind: "pickFirst"; readonly game: Game; readonly pick: Pick }
  | { readonly kind: "pickNext"; readonly game: Game; readonly pick: Pick }
  | {
      readonly kind: "prove";
      readonly place: IStepVerifier.PlaceStruct;
      readonly word: string;
      readonly siblings: readonly string[];
      readonly step: IStepVerifier.StepStruct;
    }
  | { readonly kind: "timeout"; readonly game: Game }
  | { readonly kind: "settle"; readonly game: Game }
  | { readonly kind: "reclaim" };

/** What a player does next: a move, or nothing before `until` (unix seconds) or before the other side moves, or nothing any more. */
export type Decision =
  Move | { readonly kind: "wait"; readonly until: bigint | undefined } | { readonly kind: "nothing" };

/** Sends a move. The contract must be connected to the player. */
export function send(
  game: TraceGame,
  { claim, dossier }: Named,
  move: Move,
  overrides: Overrides = {},
): Promise<ContractTransactionResponse> {
  switch (move.kind) {
    case "postTrace":
      return game.postTrace(dossier, move.content, [...move.games], { ...overrides, value: move.value });
    case "cover":
      return game.cover(dossier, [...move.games], { ...overrides, value: move.value });
    case "reveal":
      return game.reveal(claim, move.game, move.content, overrides);
    case "pickFirst":
      return game.pickFirst(dossier, move.game, asStruct(move.pick), overrides);
    case "pickNext":
      return game.pickNext(claim, move.game, asStruct(move.pick), overrides);
    case "prove":
      return game.prove(dossier, move.place, move.word, [...move.siblings], move.step, overrides);
    case "timeout":
      return game.timeout(dossier, move.game, overrides);
    case "settle":
      return game.settle(dossier, move.game, overrides);
    case "reclaim":
      return game.reclaim(dossier, overrides);
  }
}

type Named = { readonly claim: string; readonly dossier: Dossier };

function asStruct({ siblings, ...rest }: Pick): Omit<Pick, "siblings"> & { readonly siblings: string[] } {
  return { ...rest, siblings: [...siblings] };
}
