import type { SuiteAddresses } from "../addresses.ts";
import type { Node } from "./read-logs.ts";
import { blockAt, readLogs } from "./read-logs.ts";
import { applyLogs, NO_SUITE, type SuiteState } from "./suite.ts";

/** The state after a block. */
export type Checkpoint = {
  readonly blockNumber: number;
  /** `undefined` before the first block that was read. */
  readonly blockHash: string | undefined;
  readonly state: SuiteState;
};

export type FollowerOptions = {
  readonly node: Node;
  readonly addresses: SuiteAddresses;
  /** Whether to read the token's logs, too: who holds how much. A token's history is long. */
  readonly balances?: boolean;
  /** The block of the suite's first contract, or an earlier one. */
  readonly firstBlock: number;
  /** Blocks asked for at once; nodes have different limits. */
  readonly pageSize?: number;
  /** How many blocks back states are kept, 1 or more: a deeper reorganisation costs more reading, never a wrong state. */
  readonly depth?: number;
};

const PAGE_SIZE = 2_000;
const DEPTH = 64;

/**
 * Keeps the state of a deployment up with a chain that may reorganise. A page counts only if its last block and the checkpoint it builds on
 * are both on the chain after its logs were read; checkpoints that have left the chain are dropped, back to the beginning if need be.
 */
export class Follower {
  readonly #options: Required<FollowerOptions>;
  readonly #beginning: Checkpoint;
  /** Newest last. */
  #checkpoints: readonly Checkpoint[] = [];

  constructor(options: FollowerOptions) {
    this.#options = { pageSize: PAGE_SIZE, depth: DEPTH, balances: false, ...options };
    this.#beginning = { blockNumber: options.firstBlock - 1, blockHash: undefined, state: NO_SUITE };
  }

  /**
   * Reads up to the chain's head, page by page. When it throws, what was read stays read: call it again.
   * @throws EventsError `BLOCK_NOT_SERVED` when the node takes back what it just said, and what the node throws.
   */
  async catchUp(): Promise<Checkpoint> {
    for (;;) {
      const base = await this.#standing();
      const head = await this.#options.node.getBlockNumber();
      if (base.blockNumber >= head) return base;
      const next = await this.#read(base, head);
      if (next !== undefined) this.#keep(next);
    }
  }

  /** The newest state that is on the chain; what the chain has left behind is dropped. */
  async #standing(): Promise<Checkpoint> {
    for (;;) {
      const newest = this.#checkpoints.at(-1);
      if (newest === undefined) return this.#beginning;
      if (await this.#stands(newest)) return newest;
      this.#checkpoints = this.#checkpoints.slice(0, -1);
    }
  }

  async #stands({ blockNumber, blockHash }: Omit<Checkpoint, "state">): Promise<boolean> {
    if (blockHash === undefined) return true;
    const block = await this.#options.node.getBlock(blockNumber);
    return block?.hash === blockHash;
  }

  /** The checkpoint after the next page; `undefined` when the chain changed under the reading. */
  async #read(base: Checkpoint, head: number): Promise<Checkpoint | undefined> {
    const { node, addresses, balances, pageSize, depth } = this.#options;
    const from = base.blockNumber + 1;
    // A page ends where the deep part of the chain ends, so that a reorganisation of usual depth does not cost a whole page.
    const deep = head - depth;
    const to = Math.min(from + pageSize - 1, deep >= from ? deep : head);
    const { hash } = await blockAt(node, to);
    const logs = await readLogs(node, writersOf(addresses, balances), from, to);
    const stands = (await this.#stands({ blockNumber: to, blockHash: hash })) && (await this.#stands(base));
    return stands ? { blockNumber: to, blockHash: hash, state: applyLogs(addresses, base.state, logs) } : undefined;
  }

  /**
   * For each power of two up to the depth: the newest checkpoint of each of the last three spans of so many blocks. The oldest of them is
   * more than one span back and at most two, so few states are kept, and a reorganisation costs about as much reading as it is deep.
   */
  #keep(next: Checkpoint): void {
    const checkpoints = [...this.#checkpoints, next];
    const kept = new Set<Checkpoint | undefined>();
    for (let length = 1; length <= this.#options.depth; length *= 2) {
      const spanOf = ({ blockNumber }: Checkpoint): number => Math.floor(blockNumber / length);
      for (const span of [spanOf(next) - 2, spanOf(next) - 1, spanOf(next)]) {
        kept.add(checkpoints.findLast((checkpoint) => spanOf(checkpoint) === span));
      }
    }
    this.#checkpoints = checkpoints.filter((checkpoint) => kept.has(checkpoint));
  }
}

function writersOf(at: SuiteAddresses, balances: boolean): readonly string[] {
  const writers = [at.registry, at.staking, at.escrow, at.votes, at.game, at.market, at.splitter, at.treasury];
  return balances ? [...writers, at.opg] : writers;
}
