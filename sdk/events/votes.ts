import { ZeroAddress } from "ethers";

import { VotingPower__factory, type VotingPower } from "../generated/index.ts";
import { pairOf, type Draft } from "./draft.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** Who may decide how much by stake; votes in hand are the token's. OPG in wei. */
export type VotesState = {
  /** By account and operator. */
  readonly staked: ReadonlyMap<string, bigint>;
  /** Whom each account has chosen. */
  readonly delegates: ReadonlyMap<string, string>;
  /** Staked votes by whom they were delegated to. */
  readonly votes: ReadonlyMap<string, bigint>;
};

export const NO_VOTES: VotesState = { staked: new Map(), delegates: new Map(), votes: new Map() };

/** OPG wei that the stake of `account` with `operator` counted when it was last synced, as the view of that name says. */
export function stakedVotesOf(state: VotesState, account: string, operator: string): bigint {
  return state.staked.get(pairOf(account, operator)) ?? 0n;
}

/** The zero address for who has chosen nobody, as the view of that name says. */
export function delegatesOf(state: VotesState, account: string): string {
  return state.delegates.get(account) ?? ZeroAddress;
}

/** Staked votes delegated to `account`: the view `getVotes` adds those in hand. */
export function stakedVotesFor(state: VotesState, account: string): bigint {
  return state.votes.get(account) ?? 0n;
}

const HANDLERS: Handlers<VotingPower, Draft<VotesState>> = {
  StakedVotesChanged(state, { account, operator, newUnits }) {
    state.staked.set(pairOf(account, operator), newUnits);
  },
  DelegateChanged(state, { delegator, toDelegate }) {
    state.delegates.set(delegator, toDelegate);
  },
  DelegateVotesChanged(state, { delegate, newVotes }) {
    state.votes.set(delegate, newVotes);
  },
  // The domain is fixed at deployment.
  EIP712DomainChanged: IGNORED,
};

/** Applies a log of VotingPower. */
export const applyVotes = applying<VotingPower, Draft<VotesState>>(VotingPower__factory.createInterface(), HANDLERS);
