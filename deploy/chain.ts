import { BrowserProvider, getAddress, type JsonRpcPayload, type Provider } from "ethers";

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
  return { chainId, rpc, provider: new PatientProvider(rpc, chainId) };
}

/** Ethers over our endpoint: reads are never cached, since our own transactions change what was read, and our refusals come through whole. */
class PatientProvider extends BrowserProvider {
  readonly #rpc: Rpc;

  constructor(rpc: Rpc, chainId: bigint) {
    super({ request: () => Promise.reject(new Error("asked past send")) }, chainId, {
      staticNetwork: true,
      cacheTimeout: -1,
    });
    this.#rpc = rpc;
  }

  override async send(method: string, params: unknown[] | Record<string, unknown>): Promise<unknown> {
    try {
      return await this.#rpc.request({ method, params: Array.isArray(params) ? params : [params] });
    } catch (error) {
      if (!(error instanceof Error) || error instanceof DeployError) throw error;
      const payload: JsonRpcPayload = { id: 0, jsonrpc: "2.0", method, params };
      const code = "code" in error ? Number(error.code) : 0;
      const data = "data" in error ? error.data : undefined;
      throw this.getRpcError(payload, { id: 0, error: { code, message: error.message, data } });
    }
  }
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
