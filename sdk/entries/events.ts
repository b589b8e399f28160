/** `opengradient-suite/sdk/events`: the public state of a deployment, rebuilt from its logs; `docs/events.md` explains. */
export { EventsError, type EventsErrorCode } from "../events/errors.ts";
export { Follower, type Checkpoint, type FollowerOptions } from "../events/follow.ts";
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
  agentLimit,
  capacity,
  lockOf,
  type LockRow,
  type OperatorRow,
  type StakingState,
  type TicketRow,
} from "../events/staking.ts";
export { applyLogs, NO_SUITE, type SuiteState } from "../events/suite.ts";
export { balanceOf, type TokenState } from "../events/token.ts";
export { available, type BudgetRow, type TreasuryState } from "../events/treasury.ts";
