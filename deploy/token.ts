import { Contract, type Provider } from "ethers";

import type { Chain } from "./chain.ts";
import { DeployError } from "./errors.ts";

const DECIMALS = ["function decimals() view returns (uint8)"];
/** Parameters are in wei of it. */
const EXPECTED = 18n;

/** @throws DeployError `NOT_A_TOKEN` unless an ERC-20 of 18 decimals is at `address`. */
export async function requireToken({ provider, chainId }: Chain, address: string): Promise<void> {
  const decimals = await decimalsOf(provider, address);
  if (decimals === EXPECTED) return;
  throw new DeployError({
    code: "NOT_A_TOKEN",
    what: `${address} on chain ${chainId} ${decimals === undefined ? "is no ERC-20 token" : `has ${decimals} decimals, not ${EXPECTED}`}`,
    next: "correct the network's opg in deploy/parameters.ts",
  });
}

async function decimalsOf(provider: Provider, address: string): Promise<bigint | undefined> {
  if ((await provider.getCode(address)) === "0x") return undefined;
  try {
    return BigInt(String(await new Contract(address, DECIMALS, provider).getFunction("decimals").staticCall()));
  } catch (error) {
    // What ethers makes of a revert or of an answer that is no number.
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "CALL_EXCEPTION" || code === "BAD_DATA") return undefined;
    throw error;
  }
}
