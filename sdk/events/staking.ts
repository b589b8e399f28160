import { ComputeStaking__factory, type ComputeStaking } from "../generated/index.ts";
import { change, pairOf, rowOf, type Draft } from "./draft.ts";
import { applying, IGNORED, textOf, type Handlers } from "./handlers.ts";

/** As `IComputeStaking.Operator`, and how to reach it. */
export type OperatorRow = {
  readonly bond: bigint;
  readonly locked: bigint;
  readonly registeredAt: bigint;
  readonly commissionBps: bigint;
  readonly active: boolean;
  /** `undefined` when its bytes are no UTF-8. */
  readonly metadataURI: string | undefined;
};

/** As `IComputeStaking.Lock`. */
export type LockRow = {
  readonly amount: bigint;
  readonly lastUntil: bigint;
  readonly epoch: bigint;
  readonly allowedFrom: bigint;
};

/** As `IComputeStaking.Ticket`. */
export type TicketRow = {
  readonly operator: string;
  readonly withdrawableAt: bigint;
  readonly owner: string;
  readonly assets: bigint;
};

/** All of ComputeStaking that its views show. OPG in wei, times in unix seconds. */
export type StakingState = {
  readonly operators: ReadonlyMap<string, OperatorRow>;
  /** By operator and locker, see {@link lockOf}. */
  readonly locks: ReadonlyMap<string, LockRow>;
  /** Those not withdrawn. */
  readonly tickets: ReadonlyMap<bigint, TicketRow>;
  /** Limits above 0 by operator and agent, see {@link agentLimit}. */
  readonly agents: ReadonlyMap<string, bigint>;
};

export const NO_STAKING: StakingState = {
  operators: new Map(),
  locks: new Map(),
  tickets: new Map(),
  agents: new Map(),
};

const NO_LOCK: LockRow = { amount: 0n, lastUntil: 0n, epoch: 0n, allowedFrom: 0n };

/** All zero when `locker` was never allowed, as the view of that name says. */
export function lockOf(state: StakingState, operator: string, locker: string): LockRow {
  return state.locks.get(pairOf(operator, locker)) ?? NO_LOCK;
}

/** OPG wei, 0 for nobody's agent, as the view of that name says. */
export function agentLimit(state: StakingState, operator: string, agent: string): bigint {
  return state.agents.get(pairOf(operator, agent)) ?? 0n;
}

/** OPG wei that lockers together may still lock, as the view of that name says. */
export function capacity(state: StakingState, operator: string): bigint {
  const row = state.operators.get(operator);
  return row?.active === true && row.bond > row.locked ? row.bond - row.locked : 0n;
}

const HANDLERS: Handlers<ComputeStaking, Draft<StakingState>> = {
  OperatorRegistered(state, event, { timestamp }) {
    state.operators.set(event.operator, {
      bond: 0n,
      locked: 0n,
      registeredAt: timestamp,
      commissionBps: event.commissionBps,
      active: false,
      metadataURI: textOf(() => event.metadataURI),
    });
  },
  OperatorActivated(state, { operator }) {
    changeOperator(state, operator, () => ({ active: true }));
  },
  OperatorRetired(state, { operator }) {
    changeOperator(state, operator, () => ({ active: false }));
  },
  Bonded(state, { operator, bond }) {
    changeOperator(state, operator, () => ({ bond }));
  },
  Unbonded(state, { operator, ticketId, assets, bond, withdrawableAt }) {
    changeOperator(state, operator, () => ({ bond }));
    state.tickets.set(ticketId, { operator, withdrawableAt, owner: operator, assets });
  },
  TicketWithdrawn(state, { ticketId }) {
    rowOf(state.tickets, ticketId, "ticket");
    state.tickets.delete(ticketId);
  },
  Distributed(state, { operator, toBond }) {
    changeOperator(state, operator, ({ bond }) => ({ bond: bond + toBond }));
  },
  AgentSet(state, { operator, agent, newLimit }) {
    if (newLimit === 0n) state.agents.delete(pairOf(operator, agent));
    else state.agents.set(pairOf(operator, agent), newLimit);
  },
  LockerAllowed(state, { operator, locker, allowedFrom }) {
    changeLock(state, operator, locker, () => ({ allowedFrom }));
  },
  LockerDisallowed(state, { operator, locker }) {
    changeLock(state, operator, locker, () => ({ allowedFrom: 0n }));
  },
  StakeLocked(state, { operator, locker, amount, until, epoch }) {
    changeLock(state, operator, locker, (lock) => ({
      amount: lock.amount + amount,
      lastUntil: until > lock.lastUntil ? until : lock.lastUntil,
      epoch,
    }));
    changeOperator(state, operator, ({ locked }) => ({ locked: locked + amount }));
  },
  StakeUnlocked(state, { operator, locker, amount }) {
    changeLock(state, operator, locker, (lock) => ({ amount: lock.amount - amount }));
    changeOperator(state, operator, ({ locked }) => ({ locked: locked - amount }));
  },
  LockCleared(state, { operator, locker, amount, epoch }) {
    changeLock(state, operator, locker, () => ({ amount: 0n, epoch: epoch + 1n }));
    changeOperator(state, operator, ({ locked }) => ({ locked: locked - amount }));
  },
  // The authority is fixed at deployment.
  AuthorityUpdated: IGNORED,
};

/** Applies a log of ComputeStaking. */
export const applyStaking = applying<ComputeStaking, Draft<StakingState>>(
  ComputeStaking__factory.createInterface(),
  HANDLERS,
);

function changeOperator(
  state: Draft<StakingState>,
  operator: string,
  changes: (row: OperatorRow) => Partial<OperatorRow>,
): void {
  change(state.operators, operator, "operator", changes);
}

function changeLock(
  state: Draft<StakingState>,
  operator: string,
  locker: string,
  changes: (row: LockRow) => Partial<LockRow>,
): void {
  const row = lockOf(state, operator, locker);
  state.locks.set(pairOf(operator, locker), { ...row, ...changes(row) });
}
