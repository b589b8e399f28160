import { refusalOf, revertData } from "./decode.ts";
import type { Session } from "./session.ts";

/** A call that has a sender but no gas yet. */
export type UnsentTransaction = { readonly from: string; readonly to: string; readonly data: string };

/** Storage words that a node is to assume, by contract and slot. */
export type StateOverride = Readonly<Record<string, { readonly stateDiff: Readonly<Record<string, string>> }>>;

/**
 * Runs a call on the state that the next block will see, without sending it.
 * @returns the bytes that the function returns.
 * @throws CliError `CONTRACT_REFUSED`, `RPC_FAILED`.
 */
export async function simulate(
  { provider, known }: Session,
  transaction: UnsentTransaction,
  name: string,
  assumed?: StateOverride,
): Promise<string> {
  const overrides = assumed === undefined ? [] : [assumed];
  try {
    return String(await onNextBlock((block) => provider.send("eth_call", [transaction, block, ...overrides])));
  } catch (error) {
    throw refusalOf(error, name, known);
  }
}

/**
 * Gas that a call takes in the next block.
 * @throws CliError `CONTRACT_REFUSED`, `RPC_FAILED`.
 */
export async function estimateGas(
  { provider, known }: Session,
  call: UnsentTransaction,
  name: string,
): Promise<bigint> {
  try {
    return BigInt(String(await onNextBlock((block) => provider.send("eth_estimateGas", [call, block]))));
  } catch (error) {
    throw refusalOf(error, name, known);
  }
}

/** A block's time counts: a ticket may be payable in the next one, and a second checkpoint in the same one is cheaper. */
async function onNextBlock(ask: (block: "pending" | "latest") => Promise<unknown>): Promise<unknown> {
  try {
    return await ask("pending");
  } catch (error) {
    if (revertData(error) !== undefined) throw error;
    // Not every node has a pending block.
    return ask("latest");
  }
}
