import { readFileSync } from "node:fs";

import type { SuiteAddresses } from "opengradient-suite/sdk";

/** Where the clients find a chain with the suite on it, and the compiled consumer contract. */
export type Setting = {
  readonly url: string;
  readonly addresses: SuiteAddresses;
  readonly priceGuard: { readonly abi: string; readonly bytecode: `0x${string}` };
};

export function readSetting(): Setting {
  const [, , file] = process.argv;
  if (file === undefined) throw new Error("give the path of the setting's file");
  return JSON.parse(readFileSync(file, "utf8")) as Setting;
}

/** What the requester pays, and what answers for it. */
export const FEE = 10n ** 18n;
export const COLLATERAL = 100n * 10n ** 18n;
export const BOND = 10_000n * 10n ** 18n;
