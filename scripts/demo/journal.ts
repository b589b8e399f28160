import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";

/** Tells what happens while it happens. */
export type Journal = {
  chapter(title: string): void;
  note(text: string): void;
  /** Waits for a transaction and tells what it did, its gas and its hash. */
  done(what: string, transaction: Promise<ContractTransactionResponse>): Promise<ContractTransactionReceipt>;
};

export function createJournal(print: (line: string) => void): Journal {
  return {
    chapter(title) {
      print(`\n${title}`);
    },
    note(text) {
      print(`  · ${text}`);
    },
    async done(what, transaction) {
      const receipt = await (await transaction).wait();
      if (receipt?.status !== 1) {
        throw new SuiteError({ code: "TRANSACTION_FAILED", what, next: "look at the node's output for the reason" });
      }
      print(
        `  ✓ ${what.padEnd(64)} ${receipt.gasUsed.toLocaleString("en-US").padStart(9)} gas  ${short(receipt.hash)}`,
      );
      return receipt;
    },
  };
}

/** A hash shortened for reading: `0x1234…cdef`. */
export function short(hash: string): string {
  return `${hash.slice(0, 6)}…${hash.slice(-4)}`;
}
