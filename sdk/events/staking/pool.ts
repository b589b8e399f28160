import { pairOf, rowOf, type Draft } from "../draft.ts";
import { changeLeaving, changePool } from "./change.ts";
import { drippedUntil, hastened, withIncome, type Drip } from "./drip.ts";
import type { Generation } from "./shares.ts";
import { poolRowOf, positionRowOf, type StakingState } from "./state.ts";
import { inGeneration } from "./views.ts";

// What ComputeStaking does to an operator's pool, line by line: its rounding depends on the order.

type StakingDraft = Draft<StakingState>;

/** Somebody joins or leaves a pool. */
type Move = {
  readonly operator: string;
  readonly delegator: string;
  readonly assets: bigint;
  readonly shares: bigint;
  readonly timestamp: bigint;
};

/** `IComputeStaking.StakeClass` */
const StakeClass = { Pool: 0n, PoolUnbonding: 1n } as const;

export function join(state: StakingDraft, { operator, delegator, assets, shares, timestamp }: Move): void {
  changePool(state, operator, (pool) => {
    const drip = drippedUntil(pool.drip, timestamp);
    return { drip: { ...drip, assets: drip.assets + assets }, shares: pool.shares + shares };
  });
  const mine = inGeneration(positionRowOf(state, operator, delegator), poolRowOf(state, operator).generation);
  state.positions.set(pairOf(operator, delegator), {
    ...mine,
    shares: mine.shares + shares,
    principal: mine.principal + assets,
  });
}

/** A pool that was over without what leaves has been emptied by the log before: nobody has shares of it any more. */
export function leave(state: StakingDraft, { operator, delegator, assets, shares, timestamp }: Move): void {
  if (!rowOf(state.operators, operator, "operator").hasPool) {
    state.positions.delete(pairOf(operator, delegator));
    changePool(state, operator, () => ({ shares: 0n }));
    return;
  }
  const mine = inGeneration(positionRowOf(state, operator, delegator), poolRowOf(state, operator).generation);
  state.positions.set(pairOf(operator, delegator), {
    ...mine,
    shares: mine.shares - shares,
    principal: (mine.principal * (mine.shares - shares)) / mine.shares,
  });
  changePool(state, operator, (pool) => {
    const drip = drippedUntil(pool.drip, timestamp);
    return { drip: { ...drip, assets: drip.assets - assets }, shares: pool.shares - shares };
  });
}

/** Nothing is left, and nothing drips. */
export function emptied(drip: Drip): Drip {
  return { ...hastened(drip), assets: 0n };
}

/** Starts a generation of one class of stake. */
export function renew(state: StakingDraft, operator: string, kind: bigint, { shares, generation }: Generation): void {
  const begin = (): Generation => ({ shares, generation });
  if (kind === StakeClass.Pool) changePool(state, operator, begin);
  else changeLeaving(state, operator, kind === StakeClass.PoolUnbonding ? "unbonding" : "bondUnbonding", begin);
}

/** Income whose part for the pool is `toPool`. A pool without assets gets none and is left as it is. */
export function receive(state: StakingDraft, operator: string, toPool: bigint, timestamp: bigint): void {
  const drip = drippedUntil(poolRowOf(state, operator).drip, timestamp);
  if (drip.assets !== 0n) changePool(state, operator, () => ({ drip: withIncome(drip, toPool) }));
}

/** What a slash took, as `OperatorSlashed` tells it. */
type Taken = {
  readonly operator: string;
  readonly unlocked: bigint;
  readonly fromBond: bigint;
  readonly fromBondUnbonding: bigint;
  readonly fromPool: bigint;
  readonly fromPoolUnbonding: bigint;
};

/**
 * Takes what a slash took of all but the active bond. A pool that lost something stands still, and what was to drip joins it first if it
 * would have been empty without. A slash that found nothing changes nothing.
 */
export function takeFrom(state: StakingDraft, taken: Taken, timestamp: bigint): void {
  const { operator, fromBondUnbonding, fromPool, fromPoolUnbonding } = taken;
  const fromBonds = taken.fromBond + fromBondUnbonding;
  const fromBoth = fromPool + fromPoolUnbonding;
  if (fromBonds + fromBoth === 0n) return;
  changePool(state, operator, ({ escrows }) => ({ escrows: escrows + 1n }));
  changeLeaving(state, operator, "bondUnbonding", ({ assets }) => ({ assets: assets - fromBondUnbonding }));
  if (fromBoth === 0n) return;
  changePool(state, operator, ({ drip, unbonding }) => {
    const present = drippedUntil(drip, timestamp);
    const isAll = taken.unlocked - fromBonds >= present.assets + unbonding.assets;
    const reached = isAll ? hastened(present) : present;
    return { drip: { ...reached, assets: reached.assets - fromPool, since: undefined } };
  });
  changeLeaving(state, operator, "unbonding", ({ assets }) => ({ assets: assets - fromPoolUnbonding }));
}

/** A slash was decided; after the last one it drips on. */
export function endEscrow(state: StakingDraft, operator: string, left: bigint, timestamp: bigint): void {
  changePool(state, operator, ({ drip }) => {
    const present = drippedUntil(drip, timestamp);
    return { escrows: left, drip: left === 0n ? { ...present, since: timestamp } : present };
  });
}
