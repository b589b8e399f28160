import { pairOf } from "../draft.ts";
import { DRY, type Drip } from "./drip.ts";

/** As `IComputeStaking.Operator` but for `countsVotes`, of which no log tells; and how to reach it. */
export type OperatorRow = {
  readonly bond: bigint;
  readonly locked: bigint;
  readonly index: bigint;
  readonly commissionBps: bigint;
  readonly active: boolean;
  readonly hasPool: boolean;
  /** `undefined` when its bytes are no UTF-8. */
  readonly metadataURI: string | undefined;
};

/** What forfeits had used up of an operator's capacity when it last failed; `resting` says how much of it still is at a time. */
export type RestRow = { readonly amount: bigint; readonly since: bigint };

/** As `IComputeStaking.Lock`. */
export type LockRow = {
  readonly amount: bigint;
  readonly lastUntil: bigint;
  readonly epoch: bigint;
  readonly allowedFrom: bigint;
};

/** A class of stake on its way out: what its tickets have shares of. */
export type LeavingRow = { readonly assets: bigint; readonly shares: bigint; readonly generation: bigint };

/** An operator's pool as it was at its latest log, and what is on its way out; `poolOf` says what it is at a time. */
export type PoolRow = {
  readonly drip: Drip;
  readonly shares: bigint;
  readonly generation: bigint;
  readonly unbonding: LeavingRow;
  readonly bondUnbonding: LeavingRow;
  /** Slashes that are not decided yet. */
  readonly escrows: bigint;
};

/** What somebody put into a pool, in shares of `generation`; `positionOf` says what it is worth at a time. */
export type PositionRow = { readonly shares: bigint; readonly principal: bigint; readonly generation: bigint };

/** As `IComputeStaking.CommissionRaise`. */
export type RaiseRow = { readonly commissionBps: bigint; readonly effectiveFrom: bigint };

/** All of ComputeStaking that its views show. OPG in wei, times in unix seconds. */
export type StakingState = {
  readonly operators: ReadonlyMap<string, OperatorRow>;
  /** Operators by their index, from 1. */
  readonly operatorAt: ReadonlyMap<bigint, string>;
  /** By operator, once it has had one. */
  readonly pools: ReadonlyMap<string, PoolRow>;
  /** By operator and delegator. */
  readonly positions: ReadonlyMap<string, PositionRow>;
  /** By operator and locker. */
  readonly locks: ReadonlyMap<string, LockRow>;
  /** By operator, once it has forfeited something. */
  readonly rests: ReadonlyMap<string, RestRow>;
  /** Shares of each ticket that is not withdrawn, by its id. */
  readonly tickets: ReadonlyMap<bigint, bigint>;
  /** Limits above 0 by operator and agent. */
  readonly agents: ReadonlyMap<string, bigint>;
  /** Announced raises by operator. */
  readonly raises: ReadonlyMap<string, RaiseRow>;
};

export const NO_STAKING: StakingState = {
  operators: new Map(),
  operatorAt: new Map(),
  pools: new Map(),
  positions: new Map(),
  locks: new Map(),
  rests: new Map(),
  tickets: new Map(),
  agents: new Map(),
  raises: new Map(),
};

const NO_LOCK: LockRow = { amount: 0n, lastUntil: 0n, epoch: 0n, allowedFrom: 0n };
const NOTHING_LEAVES: LeavingRow = { assets: 0n, shares: 0n, generation: 0n };
const NO_POOL: PoolRow = {
  drip: DRY,
  shares: 0n,
  generation: 0n,
  unbonding: NOTHING_LEAVES,
  bondUnbonding: NOTHING_LEAVES,
  escrows: 0n,
};
const NO_POSITION: PositionRow = { shares: 0n, principal: 0n, generation: 0n };

/** All zero when `locker` was never allowed, as the view of that name says. */
export function lockOf(state: StakingState, operator: string, locker: string): LockRow {
  return state.locks.get(pairOf(operator, locker)) ?? NO_LOCK;
}

/** What is stored of an operator's pool; all zero without one. */
export function poolRowOf(state: StakingState, operator: string): PoolRow {
  return state.pools.get(operator) ?? NO_POOL;
}

/** What is stored of a delegator's position; all zero without one. */
export function positionRowOf(state: StakingState, operator: string, delegator: string): PositionRow {
  return state.positions.get(pairOf(operator, delegator)) ?? NO_POSITION;
}
