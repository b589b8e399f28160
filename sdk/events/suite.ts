import { getAddress } from "ethers";

import type { SuiteAddresses } from "../addresses.ts";
import { draftOf, type Draft } from "./draft.ts";
import { EventsError } from "./errors.ts";
import { applyEscrow, NO_ESCROW, type EscrowState } from "./escrow.ts";
import { applyGame, NO_GAMES, type GamesState } from "./game.ts";
import { follows, type ChainLog } from "./log.ts";
import { applyMarket, NO_MARKET, type MarketState } from "./market.ts";
import { applyRegistry, NO_REGISTRY, type RegistryState } from "./registry.ts";
import { applySplitter, NO_SPLITTER, type SplitterState } from "./splitter.ts";
import { applyStaking } from "./staking/reduce.ts";
import { lockOf, NO_STAKING, type StakingState } from "./staking/state.ts";
import { applyToken, NO_TOKEN, type TokenState } from "./token.ts";
import { applyTreasury, NO_TREASURY, type TreasuryState } from "./treasury.ts";
import { applyVotes, NO_VOTES, type VotesState } from "./votes.ts";

/** The public state of a deployment, contract by contract. */
export type SuiteState = {
  readonly registry: RegistryState;
  readonly staking: StakingState;
  readonly escrow: EscrowState;
  readonly votes: VotesState;
  readonly game: GamesState;
  readonly market: MarketState;
  readonly splitter: SplitterState;
  readonly treasury: TreasuryState;
  /** Empty unless the token's logs are given, too. */
  readonly token: TokenState;
};

/** Before the first log. */
export const NO_SUITE: SuiteState = {
  registry: NO_REGISTRY,
  staking: NO_STAKING,
  escrow: NO_ESCROW,
  votes: NO_VOTES,
  game: NO_GAMES,
  market: NO_MARKET,
  splitter: NO_SPLITTER,
  treasury: NO_TREASURY,
  token: NO_TOKEN,
};

type SuiteDraft = { readonly [Name in keyof SuiteState]: Draft<SuiteState[Name]> };

/**
 * The state after `logs`, which must be all logs of the suite's contracts in the blocks after those that made `state`, in their order; those
 * of the token and of the access manager may be left out. Leaves `state` as it is, so that it can be kept to go back to: every call copies
 * the tables, so give it many logs at a time.
 * @throws EventsError `LOGS_OUT_OF_ORDER`, `LOGS_INCOMPLETE`, or `UNKNOWN_EVENT`, also for a log of another contract.
 */
export function applyLogs(addresses: SuiteAddresses, state: SuiteState, logs: readonly ChainLog[]): SuiteState {
  if (logs.length === 0) return state;
  const draft: SuiteDraft = {
    registry: draftOf(state.registry),
    staking: draftOf(state.staking),
    escrow: draftOf(state.escrow),
    votes: draftOf(state.votes),
    game: draftOf(state.game),
    market: draftOf(state.market),
    splitter: draftOf(state.splitter),
    treasury: draftOf(state.treasury),
    token: draftOf(state.token),
  };
  let previous: ChainLog | undefined;
  for (const log of logs) {
    if (previous !== undefined && !follows(previous, log)) throw outOfOrder(previous, log);
    previous = log;
    apply(addresses, draft, log);
  }
  return draft;
}

function apply(at: SuiteAddresses, draft: SuiteDraft, log: ChainLog): void {
  switch (getAddress(log.address)) {
    case at.registry:
      applyRegistry(draft.registry, log);
      break;
    case at.staking:
      applyStaking(draft.staking, log);
      break;
    case at.escrow:
      applyEscrow(draft.escrow, log);
      break;
    case at.votes:
      applyVotes(draft.votes, log);
      break;
    case at.game:
      applyGame(draft.game, log);
      break;
    case at.market:
      applyMarket(
        { market: draft.market, lockEpochOf: (operator) => lockOf(draft.staking, operator, at.market).epoch },
        log,
      );
      break;
    case at.splitter:
      applySplitter(draft.splitter, log);
      break;
    case at.treasury:
      applyTreasury(draft.treasury, log);
      break;
    case at.opg:
      applyToken(draft.token, log);
      break;
    case at.manager:
      // Who may do what is no part of this state.
      break;
    default:
      throw stranger(log);
  }
}

function outOfOrder(previous: ChainLog, log: ChainLog): EventsError {
  return new EventsError({
    code: "LOGS_OUT_OF_ORDER",
    what: `log ${log.index} of block ${log.blockNumber} comes after log ${previous.index} of block ${previous.blockNumber}`,
    next: "give each log once, by block and then by index",
  });
}

function stranger({ address, transactionHash }: ChainLog): EventsError {
  return new EventsError({
    code: "UNKNOWN_EVENT",
    what: `${address}, which wrote a log in transaction ${transactionHash}, is no contract of this deployment`,
    next: "give the logs of the suite's contracts only",
  });
}
