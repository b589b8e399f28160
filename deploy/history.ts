import type { Log } from "ethers";

import type { Chain } from "./chain.ts";
import { DeployError } from "./errors.ts";

/** A transaction as a block lists it; hashes and data in lower case. */
export type Listed = {
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly nonce: number;
  readonly data: string;
};

/** The first block with code at `address`; `undefined` if there is none, or if the endpoint keeps no history. */
export async function birthBlock({ provider }: Chain, address: string): Promise<number | undefined> {
  const hasCodeAt = async (block: number) => (await provider.getCode(address, block)) !== "0x";
  try {
    let born = await provider.getBlockNumber();
    if (!(await hasCodeAt(born))) return undefined;
    for (let empty = -1; born - empty > 1;) {
      const middle = Math.floor((empty + born) / 2);
      if (await hasCodeAt(middle)) born = middle;
      else empty = middle;
    }
    return born;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** The first transaction from `block` on, up to and with `last`, for which `matches` holds. */
export async function findTransaction(
  chain: Chain,
  block: number,
  last: number,
  matches: (listed: Listed) => boolean,
): Promise<string | undefined> {
  for (let number = block; number <= last; number++) {
    const found = (await transactionsOf(chain, number)).find(matches);
    if (found !== undefined) return found.hash;
  }
  return undefined;
}

/** Read without ethers, which does not know the kinds of transactions that rollups add. */
async function transactionsOf({ rpc }: Chain, block: number): Promise<readonly Listed[]> {
  const listed = await rpc.request({ method: "eth_getBlockByNumber", params: [`0x${block.toString(16)}`, true] });
  if (typeof listed !== "object" || listed === null || !("transactions" in listed)) return [];
  if (!Array.isArray(listed.transactions)) return [];
  const transactions: readonly Readonly<Record<string, unknown>>[] = listed.transactions;
  return transactions.map(({ hash, from, to, nonce, input }) => ({
    hash: textOf(hash),
    from: textOf(from),
    to: textOf(to),
    nonce: Number(nonce),
    data: textOf(input),
  }));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.toLowerCase() : "";
}

/** Blocks asked for at once, before an endpoint has said that it is too many. */
const WIDEST = 100_000;
const NARROWEST = 10;

/** All logs of `address` from `block` on, oldest first, in as many requests as the endpoint's limits demand. */
export async function logsOf({ provider }: Chain, address: string, block: number): Promise<readonly Log[]> {
  const last = await provider.getBlockNumber();
  const logs: Log[] = [];
  let width = WIDEST;
  for (let from = block; from <= last;) {
    const to = Math.min(from + width - 1, last);
    try {
      logs.push(...(await provider.getLogs({ address, fromBlock: from, toBlock: to })));
      from = to + 1;
    } catch (error) {
      if (!isRefusal(error) || width <= NARROWEST) throw error;
      width = Math.max(NARROWEST, Math.floor(width / 4));
    }
  }
  return logs;
}

/** Whether the node itself said no, as opposed to an endpoint that cannot be reached. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && !(error instanceof DeployError);
}
