/** A log as nodes serve it, and when it was written. */
export type ChainLog = {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  /** Position in the block. */
  readonly index: number;
  readonly transactionHash: string;
  /** Of the block, unix seconds. */
  readonly timestamp: bigint;
};

/** Whether `next` comes after `previous` on the chain. */
export function follows(previous: ChainLog, next: ChainLog): boolean {
  const blocks = next.blockNumber - previous.blockNumber;
  return blocks > 0 || (blocks === 0 && next.index > previous.index);
}
