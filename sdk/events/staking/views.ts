import { parseTicketId } from "../../staking/ticket-id.ts";
import { pairOf, rowOf } from "../draft.ts";
import { drippedUntil } from "./drip.ts";
import { carried, renewed, toAssets, toShares } from "./shares.ts";
import { poolRowOf, positionRowOf, type PositionRow, type StakingState } from "./state.ts";

// The views of ComputeStaking, each as of `timestamp` where time alone changes it: unix seconds, not before the state's latest log.

/** As `IComputeStaking.Pool`. */
export type Pool = {
  readonly assets: bigint;
  readonly shares: bigint;
  readonly generation: bigint;
  readonly undripped: bigint;
  readonly dripsFor: bigint;
  readonly unbonding: bigint;
  readonly unbondingShares: bigint;
  readonly unbondingGeneration: bigint;
  readonly bondUnbonding: bigint;
  readonly bondUnbondingShares: bigint;
  readonly bondGeneration: bigint;
  readonly escrows: bigint;
};

/** As `IComputeStaking.Position` but for `countsVotes`, of which no log tells. */
export type Position = { readonly shares: bigint; readonly assets: bigint; readonly principal: bigint };

/** As `IComputeStaking.Ticket`. */
export type Ticket = {
  readonly operator: string;
  readonly owner: string;
  readonly withdrawableAt: bigint;
  readonly delegated: boolean;
  /** OPG wei it is worth now: it answers for slashes until withdrawn. */
  readonly assets: bigint;
};

const MAX_LOCKED_PER_BOND = 3n;
const MAX_LOCK = 864_000n;
const NOTHING_RESTS = { amount: 0n, since: 0n };

/** All zero for an operator without delegators so far, as the view of that name says. */
export function poolOf(state: StakingState, operator: string, timestamp: bigint): Pool {
  const { drip, shares, generation, unbonding, bondUnbonding, escrows } = poolRowOf(state, operator);
  const { assets, undripped, remaining } = drippedUntil(drip, timestamp);
  return {
    assets,
    shares,
    generation,
    undripped,
    dripsFor: remaining,
    unbonding: unbonding.assets,
    unbondingShares: unbonding.shares,
    unbondingGeneration: unbonding.generation,
    bondUnbonding: bondUnbonding.assets,
    bondUnbondingShares: bondUnbonding.shares,
    bondGeneration: bondUnbonding.generation,
    escrows,
  };
}

/** All zero for somebody who has delegated nothing to the present pool, as the view of that name says. */
export function positionOf(state: StakingState, operator: string, delegator: string, timestamp: bigint): Position {
  const pool = poolOf(state, operator, timestamp);
  const { shares, principal } = inGeneration(positionRowOf(state, operator, delegator), pool.generation);
  return { shares, principal, assets: toAssets(shares, pool.assets, pool.shares) };
}

/** A position in shares of `generation`; without any it is forgotten. */
export function inGeneration(row: PositionRow, generation: bigint): PositionRow {
  const shares = carried(row.shares, row.generation, generation);
  return { shares, principal: shares === 0n ? 0n : row.principal, generation };
}

/** Shares that `delegate` would give for `assets`, as the view of that name says. */
export function previewDelegate(state: StakingState, operator: string, assets: bigint, timestamp: bigint): bigint {
  const pool = poolOf(state, operator, timestamp);
  return toShares(assets, pool.assets, renewed(pool.assets + pool.undripped, pool).shares);
}

/** OPG wei that lockers together may still lock, as the view of that name says. */
export function capacity(state: StakingState, operator: string, timestamp: bigint): bigint {
  const row = state.operators.get(operator);
  if (row?.active !== true) return 0n;
  const [stake, most] = [row.bond + poolOf(state, operator, timestamp).assets, row.bond * MAX_LOCKED_PER_BOND];
  const lockable = stake < most ? stake : most;
  const used = row.locked + resting(state, operator, timestamp);
  return lockable > used ? lockable - used : 0n;
}

/** OPG wei that forfeits have taken from the capacity, as the view of that name says. */
export function resting(state: StakingState, operator: string, timestamp: bigint): bigint {
  const { amount, since } = state.rests.get(operator) ?? NOTHING_RESTS;
  const elapsed = timestamp - since;
  return elapsed < MAX_LOCK ? amount - (amount * elapsed) / MAX_LOCK : 0n;
}

/** OPG wei that slashes could reach, as the view of that name says. */
export function slashable(state: StakingState, operator: string): bigint {
  const { drip, unbonding, bondUnbonding } = poolRowOf(state, operator);
  const bond = state.operators.get(operator)?.bond ?? 0n;
  return bond + drip.assets + drip.undripped + unbonding.assets + bondUnbonding.assets;
}

/** `undefined` for a ticket that never was or has been withdrawn; else as the view of that name says. */
export function ticketOf(state: StakingState, id: bigint): Ticket | undefined {
  const shares = state.tickets.get(id);
  if (shares === undefined) return undefined;
  const { owner, operatorIndex, withdrawableAt, generation, delegated } = parseTicketId(id);
  const operator = rowOf(state.operatorAt, operatorIndex, "operator number");
  const leaving = poolRowOf(state, operator)[delegated ? "unbonding" : "bondUnbonding"];
  const assets = toAssets(carried(shares, generation, leaving.generation), leaving.assets, leaving.shares);
  return { operator, owner, withdrawableAt, delegated, assets };
}

/** OPG wei, 0 for nobody's agent, as the view of that name says. */
export function agentLimit(state: StakingState, operator: string, agent: string): bigint {
  return state.agents.get(pairOf(operator, agent)) ?? 0n;
}
