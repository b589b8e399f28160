import { setTimeout as sleep } from "node:timers/promises";

import { DeployError } from "./errors.ts";

/** What an RPC endpoint is asked through (EIP-1193). */
export type Rpc = {
  request(call: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
};

/** Milliseconds to wait before each new attempt: half a minute altogether. */
const PAUSES = [100, 300, 1_000, 2_000, 4_000, 8_000, 16_000] as const;

/** Of an endpoint that could not be asked, by Hardhat: HTTP statuses and broken connections, too many requests. */
const FAILURE_CODES: ReadonlySet<unknown> = new Set([-1, -32_005]);
/** And its errors HHE702 to 704: no JSON, connection refused, timeout. */
const FAILURE_NUMBERS: ReadonlySet<unknown> = new Set([702, 703, 704]);

/** Whether a request failed on its way to the node or back, so that it may or may not have arrived. All else is an answer. */
export function isFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("number" in error && FAILURE_NUMBERS.has(error.number)) return true;
  return "code" in error && FAILURE_CODES.has(error.code);
}

/**
 * Asks again when an endpoint fails on the way. Transactions to be signed by the endpoint's side are passed on once: whether a lost one arrived
 * is for their sender to find out. The requests it makes throw DeployError `RPC_FAILED` when patience ends, and the node's own errors as they are.
 */
export function patient(rpc: Rpc, pauses: readonly number[] = PAUSES): Rpc {
  return {
    async request(call) {
      if (call.method === "eth_sendTransaction") return rpc.request(call);
      for (const pause of pauses) {
        try {
          return await rpc.request(call);
        } catch (error) {
          if (!isFailure(error)) throw error;
          await sleep(pause);
        }
      }
      return rpc.request(call).catch((cause: unknown) => {
        throw isFailure(cause) ? unreachable(call.method, pauses.length + 1, cause) : cause;
      });
    },
  };
}

function unreachable(method: string, attempts: number, cause: unknown): DeployError {
  return new DeployError({
    code: "RPC_FAILED",
    what: `${method} failed ${attempts} times: ${cause instanceof Error ? cause.message : String(cause)}`,
    next: "check the RPC endpoint and run the same command again: it goes on where it stopped",
    cause,
  });
}
