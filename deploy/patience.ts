import { setTimeout as sleep } from "node:timers/promises";

import { DeployError } from "./errors.ts";

/** What an RPC endpoint is asked through (EIP-1193). */
export type Rpc = {
  request(call: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
};

/** Milliseconds to wait before each new attempt: half a minute altogether. */
const PAUSES = [100, 300, 1_000, 2_000, 4_000, 8_000, 16_000] as const;

/** Hardhat's codes of an endpoint that could not be asked: unknown error (HTTP statuses, broken connections) and too many requests. */
const FAILURES: ReadonlySet<unknown> = new Set([-1, -32_005]);

/** Whether `error` is the node's own word on the call, and not a failure on the way to it or back. */
export function isAnswer(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "number" && !FAILURES.has(error.code);
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
          if (isAnswer(error)) throw error;
          await sleep(pause);
        }
      }
      return rpc.request(call).catch((cause: unknown) => {
        throw isAnswer(cause) ? cause : unreachable(call.method, pauses.length + 1, cause);
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
