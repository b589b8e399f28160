/** `opengradient-suite/sdk/events`: the public state of a deployment, rebuilt from its logs; `docs/events.md` explains. */
export { EventsError, type EventsErrorCode } from "../events/errors.ts";
export {
  isHeldByStop,
  isStopped,
  SlashStatus,
  type EscrowState,
  type SlashRow,
  type StopRow,
} from "../events/escrow.ts";
export { Follower, type Checkpoint, type FollowerOptions } from "../events/follow.ts";
export type { GamesState } from "../events/game.ts";
export type { ChainLog } from "../events/log.ts";
export { depositOf, Status, type MarketState, type RequestRow } from "../events/market.ts";
export { readLogs, type Node } from "../events/read-logs.ts";
export {
  isApprovedForAll,
  type ModelRow,
  type ParentRow,
  type RegistryState,
  type VersionRow,
} from "../events/registry.ts";
export { earned, type SplitterState } from "../events/splitter.ts";
export {
  lockOf,
  type LeavingRow,
  type LockRow,
  type OperatorRow,
  type RestRow,
  type PoolRow,
  type PositionRow,
  type RaiseRow,
  type StakingState,
} from "../events/staking/state.ts";
export type { Drip } from "../events/staking/drip.ts";
export {
  agentLimit,
  capacity,
  poolOf,
  positionOf,
  previewDelegate,
  slashable,
  ticketOf,
  type Pool,
  type Position,
  type Ticket,
} from "../events/staking/views.ts";
export { applyLogs, NO_SUITE, type SuiteState } from "../events/suite.ts";
export { balanceOf, type TokenState } from "../events/token.ts";
export { available, type BudgetRow, type TreasuryState } from "../events/treasury.ts";
export { delegatesOf, stakedVotesFor, stakedVotesOf, type VotesState } from "../events/votes.ts";
