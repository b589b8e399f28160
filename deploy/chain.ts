import { BrowserProvider, getAddress, type Provider } from "ethers";

import { DeployError } from "./errors.ts";
import { patient, type Rpc } from "./patience.ts";

/** A chain, through an endpoint that may fail now and then. */
export type Chain = {
  readonly chainId: bigint;
  readonly rpc: Rpc;
  /** The same endpoint for typed reads. */
  readonly provider: Provider;
};

/**
 * @param pauses milliseconds between attempts to reach the endpoint; otherwise half a minute altogether.
 * @throws DeployError `RPC_FAILED`.
 */
export async function connectChain(endpoint: Rpc, pauses?: readonly number[]): Promise<Chain> {
  const rpc = patient(endpoint, pauses);
  const chainId = BigInt(String(await rpc.request({ method: "eth_chainId" })));
  const source = {
    request: ({ method, params }: { method: string; params?: unknown[] | Record<string, unknown> }) =>
      rpc.request({ method, params: Array.isArray(params) ? params : [] }),
  };
  // Uncached: what was asked a moment ago may have changed by our own transaction.
  const provider = new BrowserProvider(source, chainId, { staticNetwork: true, cacheTimeout: -1 });
  return { chainId, rpc, provider };
}

/**
 * The account that the endpoint, or Hardhat with a key from its keystore, signs for.
 * @throws DeployError `NO_DEPLOYER`.
 */
export async function deployerOf({ rpc, chainId }: Chain): Promise<string> {
  const accounts = await rpc.request({ method: "eth_accounts" });
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof first === "string") return getAddress(first);
  throw new DeployError({
    code: "NO_DEPLOYER",
    what: `there is no account to deploy from on chain ${chainId}`,
    next: "run: npx hardhat keystore set DEPLOYER_PRIVATE_KEY",
  });
}
