import { change, pairOf, type Draft } from "../draft.ts";
import {
  lockOf,
  poolRowOf,
  type LeavingRow,
  type LockRow,
  type OperatorRow,
  type PoolRow,
  type StakingState,
} from "./state.ts";

/** Where a pool keeps each class of stake that is on its way out. */
export type Leaving = "unbonding" | "bondUnbonding";

type StakingDraft = Draft<StakingState>;

/** @throws EventsError `LOGS_INCOMPLETE` when there is no such operator. */
export function changeOperator(
  state: StakingDraft,
  operator: string,
  changes: (row: OperatorRow) => Partial<OperatorRow>,
): void {
  change(state.operators, operator, "operator", changes);
}

export function changePool(state: StakingDraft, operator: string, changes: (row: PoolRow) => Partial<PoolRow>): void {
  const row = poolRowOf(state, operator);
  state.pools.set(operator, { ...row, ...changes(row) });
}

export function changeLeaving(
  state: StakingDraft,
  operator: string,
  kind: Leaving,
  changes: (row: LeavingRow) => Partial<LeavingRow>,
): void {
  changePool(state, operator, (pool) => {
    const row = { ...pool[kind], ...changes(pool[kind]) };
    return kind === "unbonding" ? { unbonding: row } : { bondUnbonding: row };
  });
}

export function changeLock(
  state: StakingDraft,
  operator: string,
  locker: string,
  changes: (row: LockRow) => Partial<LockRow>,
): void {
  const row = lockOf(state, operator, locker);
  state.locks.set(pairOf(operator, locker), { ...row, ...changes(row) });
}

/** Takes `amount` off a lock and off what all lockers hold of the operator. */
export function freeLock(state: StakingDraft, operator: string, locker: string, amount: bigint): void {
  changeLock(state, operator, locker, (lock) => ({ amount: lock.amount - amount }));
  changeOperator(state, operator, ({ locked }) => ({ locked: locked - amount }));
}
