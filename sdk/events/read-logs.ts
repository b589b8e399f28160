import type { Block, Provider } from "ethers";

import { rowOf } from "./draft.ts";
import { EventsError } from "./errors.ts";
import type { ChainLog } from "./log.ts";

/** What is asked of a node. */
export type Node = Pick<Provider, "getLogs" | "getBlock" | "getBlockNumber">;

/**
 * All logs of `addresses` in the blocks `from` … `to`, in order, each with its block's time: one call for the logs, one for each block
 * that has any, all at once: give fewer blocks to a node that finds them too many.
 * @throws EventsError `BLOCK_NOT_SERVED` when the node does not know a block of these logs any more.
 */
export async function readLogs(
  node: Node,
  addresses: readonly string[],
  from: number,
  to: number,
): Promise<readonly ChainLog[]> {
  const logs = await node.getLogs({ address: [...addresses], fromBlock: from, toBlock: to });
  const hashes = [...new Set(logs.map(({ blockHash }) => blockHash))];
  const blocks = await Promise.all(hashes.map((hash) => blockAt(node, hash)));
  const times = new Map(blocks.map(({ hash, timestamp }) => [hash, BigInt(timestamp)]));
  return logs.map(({ address, topics, data, blockNumber, blockHash, index, transactionHash }) => ({
    address,
    topics,
    data,
    blockNumber,
    blockHash,
    index,
    transactionHash,
    timestamp: rowOf(times, blockHash, "block"),
  }));
}

/** A block by number or hash. @throws EventsError `BLOCK_NOT_SERVED`. */
export async function blockAt(node: Node, which: number | string): Promise<Block & { readonly hash: string }> {
  const block = await node.getBlock(which);
  if (isMined(block)) return block;
  throw new EventsError({
    code: "BLOCK_NOT_SERVED",
    what: `the node does not serve block ${which}`,
    next: "try again; if it stays so, ask another node",
  });
}

function isMined(block: Block | null): block is Block & { readonly hash: string } {
  return typeof block?.hash === "string";
}
