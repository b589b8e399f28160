import { setTimeout as sleep } from "node:timers/promises";

import { AbiCoder, keccak256, toBeHex } from "ethers";

import { CliError } from "./errors.ts";
import { formatAddress, formatOpg } from "./format.ts";
import type { Session } from "./session.ts";
import type { StateOverride } from "./simulate.ts";

/** OPG that a contract is to pull and may not yet. */
export type Shortage = {
  readonly owner: string;
  readonly spender: string;
  /** OPG wei that the contract may pull now. */
  readonly allowed: bigint;
  /** OPG wei that it will pull. */
  readonly needed: bigint;
};

/**
 * Whether `spender` may pull `needed` OPG wei from `owner`.
 * @param mayApprove whether the user said `--approve`.
 * @returns what is to be approved first; `undefined` if nothing is.
 * @throws CliError `BALANCE_TOO_LOW`, `ALLOWANCE_TOO_LOW`.
 */
export async function checkAllowance(
  { suite: { opg }, known }: Session,
  owner: string,
  spender: string,
  needed: bigint,
  mayApprove: boolean,
): Promise<Shortage | undefined> {
  const [balance, allowed] = await Promise.all([opg.balanceOf(owner), opg.allowance(owner, spender)]);
  if (balance < needed) {
    throw new CliError(
      "BALANCE_TOO_LOW",
      `${owner} has ${formatOpg(balance)}, needed are ${formatOpg(needed)}`,
      "send OPG there, give a smaller amount, or choose another account with --from",
    );
  }
  if (allowed >= needed) return undefined;
  if (!mayApprove) {
    throw new CliError(
      "ALLOWANCE_TOO_LOW",
      `${formatAddress(spender, known)} may take ${formatOpg(allowed)} of ${owner}, needed are ${formatOpg(needed)}`,
      "add --approve to approve exactly that first",
    );
  }
  return { owner, spender, allowed, needed };
}

/** Milliseconds between two questions. */
const PAUSE = 250;

/** Slots of the allowances in OpenZeppelin's ERC-20: as a plain contract, and behind a proxy (ERC-7201). */
const ALLOWANCE_SLOTS = [1n, 0x52c63247e1f47db19d5ce0460030c497f067ca4cebf71ba98eeadabe20bace01n] as const;

/**
 * The state in which the shortage is made good, so that what comes after an approval can be tried before it is made. Nodes may not know
 * how to assume a state, and a token may keep its allowances elsewhere: what is assumed is asked back, and `undefined` if it did not work.
 */
export async function assumeApproved(
  { provider, suite: { opg } }: Session,
  { owner, spender, needed }: Shortage,
): Promise<StateOverride | undefined> {
  const token = await opg.getAddress();
  const question = { to: token, data: opg.interface.encodeFunctionData("allowance", [owner, spender]) };
  for (const slot of ALLOWANCE_SLOTS) {
    const assumed = { [token]: { stateDiff: { [nested(nested(slot, owner), spender)]: toBeHex(needed, 32) } } };
    const answer: unknown = await provider.send("eth_call", [question, "latest", assumed]).catch(() => undefined);
    if (typeof answer === "string" && answer === toBeHex(needed, 32)) return assumed;
  }
  return undefined;
}

/**
 * Waits until the node shows an approval that has been mined: behind one url there may be several nodes, and the next call may reach one
 * that lags.
 * @throws CliError `RPC_FAILED`.
 */
export async function untilApproved(
  { suite: { opg }, patience }: Session,
  { owner, spender, needed }: Shortage,
): Promise<void> {
  const end = Date.now() + patience;
  while ((await opg.allowance(owner, spender)) < needed) {
    if (Date.now() >= end) {
      throw new CliError(
        "RPC_FAILED",
        `the approval of ${formatOpg(needed)} was mined, and the node does not show it`,
        "run the same command again: what is approved stays approved",
      );
    }
    await sleep(PAUSE);
  }
}

/** The slot of `key` in the mapping at `slot`. */
function nested(slot: bigint | string, key: string): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [key, slot]));
}
