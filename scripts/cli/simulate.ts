import { refusalOf } from "./decode.ts";
import type { Session } from "./session.ts";

/** A call that has a sender but no gas yet. */
export type UnsentTransaction = { readonly from: string; readonly to: string; readonly data: string };

/** Storage words that a node is to assume, by contract and slot. */
export type StateOverride = Readonly<Record<string, { readonly stateDiff: Readonly<Record<string, string>> }>>;

/**
 * Runs a call on the chain's latest state without sending it.
 * @returns the bytes that the function returns.
 * @throws CliError `CONTRACT_REFUSED`, `RPC_FAILED`.
 */
export async function simulate(
  { provider, known }: Session,
  transaction: UnsentTransaction,
  name: string,
  assumed?: StateOverride,
): Promise<string> {
  try {
    const result: unknown = await provider.send("eth_call", [
      transaction,
      "latest",
      ...(assumed === undefined ? [] : [assumed]),
    ]);
    return String(result);
  } catch (error) {
    throw refusalOf(error, name, known);
  }
}

/**
 * Gas that a call takes on the chain's latest state.
 * @throws CliError `CONTRACT_REFUSED`, `RPC_FAILED`.
 */
export async function estimateGas(
  { provider, known }: Session,
  call: UnsentTransaction,
  name: string,
): Promise<bigint> {
  try {
    return BigInt(String(await provider.send("eth_estimateGas", [call])));
  } catch (error) {
    throw refusalOf(error, name, known);
  }
}
