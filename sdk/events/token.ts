import { ZeroAddress } from "ethers";

import { OPG__factory, type OPG } from "../generated/index.ts";
import { add, type Draft } from "./draft.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** Who holds how much OPG, in wei. Of allowances and votes the token itself is the better witness. */
export type TokenState = { readonly balances: ReadonlyMap<string, bigint>; readonly totalSupply: bigint };

export const NO_TOKEN: TokenState = { balances: new Map(), totalSupply: 0n };

/** OPG wei, as the view of that name says. */
export function balanceOf(state: TokenState, account: string): bigint {
  return state.balances.get(account) ?? 0n;
}

const HANDLERS: Handlers<OPG, Draft<TokenState>> = {
  Transfer(state, { from, to, value }) {
    if (from === ZeroAddress) state.totalSupply += value;
    else add(state.balances, from, -value);
    if (to === ZeroAddress) state.totalSupply -= value;
    else add(state.balances, to, value);
  },
  Approval: IGNORED,
  AuthorizationUsed: IGNORED,
  AuthorizationCanceled: IGNORED,
  DelegateChanged: IGNORED,
  DelegateVotesChanged: IGNORED,
  EIP712DomainChanged: IGNORED,
};

/** Applies a log of OPG. */
export const applyToken = applying<OPG, Draft<TokenState>>(OPG__factory.createInterface(), HANDLERS);
