import type { ContractRunner } from "ethers";

import { FACTORIES } from "./factories.ts";
import type { Suite } from "./suite.ts";

/** Where the contracts of one deployment are: checksummed, in the form that ethers and viem both take. */
export type SuiteAddresses = { readonly [Name in keyof Suite]: `0x${string}` };

/**
 * The typed contracts at `addresses`.
 * @param runner a provider to read; a signer to write as well; `null` for neither, as in encoding calls.
 */
export function connectSuite(
  addresses: { readonly [Name in keyof Suite]: string },
  runner: ContractRunner | null,
): Suite {
  const contracts = NAMES.map((name) => [name, FACTORIES[name].connect(addresses[name], runner)] as const);
  return Object.fromEntries(contracts) as Suite;
}

const NAMES = Object.keys(FACTORIES) as readonly (keyof Suite)[];
