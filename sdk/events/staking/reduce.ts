import { ComputeStaking__factory, type ComputeStaking } from "../../generated/index.ts";
import { parseTicketId } from "../../staking/ticket-id.ts";
import { pairOf, rowOf, type Draft } from "../draft.ts";
import { applying, IGNORED, textOf, type Handlers } from "../handlers.ts";
import { changeLeaving, changeLock, changeOperator, changePool, freeLock, type Leaving } from "./change.ts";
import { drippedUntil } from "./drip.ts";
import { emptied, endEscrow, join, leave, receive, renew, takeFrom } from "./pool.ts";
import { carried } from "./shares.ts";
import { type StakingState } from "./state.ts";

const HANDLERS: Handlers<ComputeStaking, Draft<StakingState>> = {
  OperatorRegistered(state, event) {
    state.operatorAt.set(event.index, event.operator);
    state.operators.set(event.operator, {
      bond: 0n,
      locked: 0n,
      index: event.index,
      commissionBps: event.commissionBps,
      active: false,
      hasPool: false,
      metadataURI: textOf(() => event.metadataURI),
    });
  },
  OperatorActivated(state, { operator }) {
    changeOperator(state, operator, () => ({ active: true }));
  },
  OperatorRetired(state, { operator }) {
    changeOperator(state, operator, () => ({ active: false }));
  },
  CommissionChanged(state, { operator, newBps }) {
    changeOperator(state, operator, () => ({ commissionBps: newBps }));
    state.raises.delete(operator);
  },
  CommissionRaiseAnnounced(state, { operator, newBps, effectiveFrom }) {
    state.raises.set(operator, { commissionBps: newBps, effectiveFrom });
  },
  AgentSet(state, { operator, agent, newLimit }) {
    if (newLimit === 0n) state.agents.delete(pairOf(operator, agent));
    else state.agents.set(pairOf(operator, agent), newLimit);
  },
  Bonded(state, { operator, bond }) {
    changeOperator(state, operator, () => ({ bond }));
  },
  Unbonded(state, { operator, ticketId, assets, bond, shares }) {
    changeOperator(state, operator, () => ({ bond }));
    openTicket(state, operator, ticketId, { assets, shares });
  },
  Delegated(state, { operator, delegator, assets, shares }, { timestamp }) {
    changeOperator(state, operator, () => ({ hasPool: true }));
    join(state, { operator, delegator, assets, shares, timestamp });
  },
  PoolEmptied(state, { operator, toBond }, { timestamp }) {
    changeOperator(state, operator, ({ bond }) => ({ bond: bond + toBond, hasPool: false }));
    changePool(state, operator, ({ drip }) => ({ drip: emptied(drippedUntil(drip, timestamp)) }));
  },
  Undelegated(state, { operator, delegator, ticketId, shares, assets, ticketShares }, { timestamp }) {
    leave(state, { operator, delegator, assets, shares, timestamp });
    openTicket(state, operator, ticketId, { assets, shares: ticketShares });
  },
  GenerationStarted(state, event) {
    renew(state, event.operator, event.class, event);
  },
  TicketWithdrawn(state, { ticketId, operator, assets }) {
    const shares = rowOf(state.tickets, ticketId, "ticket");
    const { generation } = parseTicketId(ticketId);
    state.tickets.delete(ticketId);
    changeLeaving(state, operator, classOf(ticketId), (row) => ({
      assets: row.assets - assets,
      shares: row.shares - carried(shares, generation, row.generation),
    }));
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
    freeLock(state, operator, locker, amount);
  },
  LockCleared(state, { operator, locker, amount, epoch }) {
    freeLock(state, operator, locker, amount);
    changeLock(state, operator, locker, () => ({ epoch: epoch + 1n }));
  },
  OperatorSlashed(state, event, { timestamp }) {
    freeLock(state, event.operator, event.locker, event.unlocked);
    changeOperator(state, event.operator, ({ bond }) => ({ bond: bond - event.fromBond }));
    takeFrom(state, event, timestamp);
  },
  BondForfeited(state, { operator, locker, unlocked, fromBond, fromBondUnbonding }) {
    freeLock(state, operator, locker, unlocked);
    changeOperator(state, operator, ({ bond }) => ({ bond: bond - fromBond }));
    changeLeaving(state, operator, "bondUnbonding", ({ assets }) => ({ assets: assets - fromBondUnbonding }));
  },
  EscrowEnded(state, { operator, left }, { timestamp }) {
    endEscrow(state, operator, left, timestamp);
  },
  StakeRestored(state, { operator, toBond, toPool, toPoolUnbonding }, { timestamp }) {
    changeOperator(state, operator, ({ bond }) => ({ bond: bond + toBond }));
    changePool(state, operator, ({ drip }) => {
      const present = drippedUntil(drip, timestamp);
      return { drip: { ...present, assets: present.assets + toPool } };
    });
    changeLeaving(state, operator, "unbonding", (row) => ({ assets: row.assets + toPoolUnbonding }));
  },
  Distributed(state, { operator, assets, toBond }, { timestamp }) {
    if (rowOf(state.operators, operator, "operator").hasPool) receive(state, operator, assets - toBond, timestamp);
    changeOperator(state, operator, ({ bond }) => ({ bond: bond + toBond }));
  },
  // The authority is fixed at deployment.
  AuthorityUpdated: IGNORED,
};

/** Applies a log of ComputeStaking. */
export const applyStaking = applying<ComputeStaking, Draft<StakingState>>(
  ComputeStaking__factory.createInterface(),
  HANDLERS,
);

function openTicket(
  state: Draft<StakingState>,
  operator: string,
  ticketId: bigint,
  { assets, shares }: { readonly assets: bigint; readonly shares: bigint },
): void {
  state.tickets.set(ticketId, (state.tickets.get(ticketId) ?? 0n) + shares);
  changeLeaving(state, operator, classOf(ticketId), (row) => ({
    assets: row.assets + assets,
    shares: row.shares + shares,
  }));
}

function classOf(ticketId: bigint): Leaving {
  return parseTicketId(ticketId).delegated ? "unbonding" : "bondUnbonding";
}
