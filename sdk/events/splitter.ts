import { RevenueSplitter__factory, type RevenueSplitter } from "../generated/index.ts";
import type { VersionId } from "../registry/version-id.ts";
import { add, type Draft } from "./draft.ts";
import { applying, type Handlers } from "./handlers.ts";

/** All of RevenueSplitter that its views show, in OPG wei. */
export type SplitterState = {
  /** Not yet harvested, see {@link earned}. */
  readonly earned: ReadonlyMap<VersionId, bigint>;
  /** What the next flush pays. */
  readonly toTreasury: bigint;
  /** What the next flush burns. */
  readonly toBurn: bigint;
};

export const NO_SPLITTER: SplitterState = { earned: new Map(), toTreasury: 0n, toBurn: 0n };

/** OPG wei, as the view of that name says. */
export function earned(state: SplitterState, versionId: VersionId): bigint {
  return state.earned.get(versionId) ?? 0n;
}

const HANDLERS: Handlers<RevenueSplitter, Draft<SplitterState>> = {
  FeeSplit(state, { versionId, royalty, toTreasury, toBurn }) {
    add(state.earned, versionId, royalty);
    state.toTreasury += toTreasury;
    state.toBurn += toBurn;
  },
  LineageShared(state, { child, parent, amount }) {
    add(state.earned, child, -amount);
    add(state.earned, parent, amount);
  },
  Harvested(state, { versionId, paid }) {
    add(state.earned, versionId, -paid);
  },
  Flushed(state, { toTreasury, burnt }) {
    state.toTreasury -= toTreasury;
    state.toBurn -= burnt;
  },
};

/** Applies a log of RevenueSplitter. */
export const applySplitter = applying<RevenueSplitter, Draft<SplitterState>>(
  RevenueSplitter__factory.createInterface(),
  HANDLERS,
);
