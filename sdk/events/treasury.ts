import { Treasury__factory, type Treasury } from "../generated/index.ts";
import type { Draft } from "./draft.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** What left in one token in the epoch of the last payment, in the token's smallest unit. */
export type BudgetRow = { readonly epoch: bigint; readonly spent: bigint; readonly cap: bigint };

/** All that Treasury remembers, by token. */
export type TreasuryState = { readonly budgets: ReadonlyMap<string, BudgetRow> };

export const NO_TREASURY: TreasuryState = { budgets: new Map() };

/** `Treasury.EPOCH`, seconds. */
const EPOCH = 604_800n;
/** `Treasury.CAP_BPS`. */
const CAP_BPS = 100n;

/**
 * What may still be paid at `timestamp`, as the view of that name says.
 * @param balance of the treasury in `token` now: the cap of an epoch without a payment so far follows from it.
 */
export function available(state: TreasuryState, token: string, balance: bigint, timestamp: bigint): bigint {
  const budget = state.budgets.get(token);
  return budget?.epoch === timestamp / EPOCH ? budget.cap - budget.spent : (balance * CAP_BPS) / 10_000n;
}

const HANDLERS: Handlers<Treasury, Draft<TreasuryState>> = {
  TreasuryPaid(state, { token, spent, cap }, { timestamp }) {
    state.budgets.set(token, { epoch: timestamp / EPOCH, spent, cap });
  },
  // The authority is fixed at deployment.
  AuthorityUpdated: IGNORED,
};

/** Applies a log of Treasury. */
export const applyTreasury = applying<Treasury, Draft<TreasuryState>>(Treasury__factory.createInterface(), HANDLERS);
