import { formatEther } from "ethers";

import type { AddressBook } from "../../deploy/address-book.ts";
import { kindOf } from "../../deploy/chain-kind.ts";
import { CONTRACT_NAMES, CONTRACTS } from "../../deploy/contracts.ts";
import type { Plan } from "../../deploy/plan.ts";
import type { Deployment } from "../../deploy/run.ts";
import type { Sent } from "../../deploy/send.ts";
import type { Step } from "../../deploy/steps.ts";

export const TEST_WARNING = [
  "!! TEST NETWORK. The code is unaudited and nothing governs it: nobody can ever spend its treasury, change a parameter or stop",
  "!! anything. Put in nothing that you could not lose.",
].join("\n");

/** Which network, which chain, by whom. */
export function title({ network, chain, deployer }: Deployment): string {
  return `${network}: chain ${chain.chainId} (${kindOf(chain.chainId)}), deployer ${deployer}`;
}

export function planTable(plan: Plan): string {
  const rows = plan.steps.map(({ id, missing, gas }) =>
    missing === undefined ? `  done   ${id}` : `  to do  ${id.padEnd(42)} ${gasText(gas).padStart(10)} gas  ${missing}`,
  );
  return [...rows, costText(plan)].join("\n");
}

/** What is to do, and whether the deployer can pay for it. */
export function costText({ steps, gas, cost, balance }: Plan): string {
  const missing = steps.filter((step) => step.missing !== undefined).length;
  if (missing === 0) return `Nothing to do: all ${steps.length} steps are done.`;
  return `${missing} of ${steps.length} steps to do: about ${gasText(gas)} gas, at most ${formatEther(cost)} ETH by the fees of now; the deployer has ${formatEther(balance)} ETH.`;
}

/** A transaction that was made: what, hash, block, gas. */
export function madeLine({ id }: Step, { hash, block, gasUsed }: Sent): string {
  return `${id.padEnd(42)} ${hash}  block ${block}  ${gasText(gasUsed).padStart(10)} gas`;
}

export function bookTable({ contracts }: AddressBook): string {
  return CONTRACT_NAMES.flatMap((name) => {
    const entry = contracts[name];
    if (entry === undefined) return [];
    const origin = entry.block === null ? "no transaction known" : `block ${entry.block}`;
    return [`${CONTRACTS[name].solidity.padEnd(16)} ${entry.address}  ${origin}`];
  }).join("\n");
}

function gasText(gas: bigint): string {
  return gas.toLocaleString("en-US");
}
