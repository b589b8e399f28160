import type { ContractTransactionReceipt, ContractTransactionResponse } from "ethers";
import type { NetworkHelpers } from "@nomicfoundation/hardhat-network-helpers/types";

import { SuiteError } from "../../sdk/errors.ts";

/** One measured operation: gas as its sender pays it, 21,000 and calldata included, storage cold, refunds deducted. */
export type Measurement = { readonly operation: string; readonly gas: number; readonly budget: number | undefined };

/**
 * Measures operations at fixed block times, so that the same code always costs the same: the bytes of a timestamp are part of the price
 * of calldata.
 */
export class GasMeter {
  readonly measurements: Measurement[] = [];
  readonly #time: NetworkHelpers["time"];
  #clock: bigint;
  #last: { readonly time: bigint; readonly receipt: ContractTransactionReceipt | undefined };

  constructor(time: NetworkHelpers["time"], start: bigint) {
    this.#time = time;
    this.#clock = start;
    this.#last = { time: start, receipt: undefined };
  }

  /** Unix seconds of the next transaction. */
  get clock(): bigint {
    return this.#clock;
  }

  /** Unix seconds of the latest transaction. */
  get last(): bigint {
    return this.#last.time;
  }

  /** What the latest transaction did. */
  get receipt(): ContractTransactionReceipt {
    if (this.#last.receipt !== undefined) return this.#last.receipt;
    throw new SuiteError({ code: "NOTHING_SENT", what: "nothing was sent yet", next: "send something first" });
  }

  /** Sends at the clock's time, without a row in the table. Returns the gas. */
  async send(transaction: () => Promise<ContractTransactionResponse>): Promise<number> {
    await this.#time.setNextBlockTimestamp(this.#clock);
    const time = this.#clock;
    this.#clock += 12n;
    const receipt = await (await transaction()).wait();
    if (receipt?.status !== 1) {
      throw new SuiteError({
        code: "TRANSACTION_FAILED",
        what: "a measured transaction reverted",
        next: "mend the operation in scripts/gas/operations.ts",
      });
    }
    this.#last = { time, receipt };
    return Number(receipt.gasUsed);
  }

  async measure(
    operation: string,
    budget: number | undefined,
    transaction: () => Promise<ContractTransactionResponse>,
  ): Promise<number> {
    const gas = await this.send(transaction);
    this.measurements.push({ operation, gas, budget });
    return gas;
  }

  /** A figure that follows from measured ones. */
  derive(operation: string, budget: number, gas: number): void {
    this.measurements.push({ operation, gas: Math.ceil(gas), budget });
  }

  wait(seconds: bigint): void {
    this.#clock += seconds;
  }
}

export function aboveBudget(measurements: readonly Measurement[]): readonly Measurement[] {
  return measurements.filter(({ gas, budget }) => budget !== undefined && gas > budget);
}

/** The rows that are in one table only: `- row` of the old one, `+ row` of the new one. */
export function changedRows(before: string, after: string): readonly string[] {
  const old = before.split("\n");
  const current = after.split("\n");
  return [
    ...old.filter((row) => !current.includes(row)).map((row) => `- ${row}`),
    ...current.filter((row) => !old.includes(row)).map((row) => `+ ${row}`),
  ];
}

/** The table of the snapshot. */
export function render(measurements: readonly Measurement[]): string {
  const width = Math.max(
    ...["operation", ...measurements.map(({ operation }) => operation)].map(({ length }) => length),
  );
  const line = (operation: string, gas: string, budget: string): string =>
    `${operation.padEnd(width)}  ${gas.padStart(9)}  ${budget.padStart(9)}\n`;
  const rows = measurements.map(({ operation, gas, budget }) =>
    line(operation, grouped(gas), budget === undefined ? "" : grouped(budget)),
  );
  return line("operation", "gas", "budget") + rows.join("");
}

function grouped(figure: number): string {
  return figure.toLocaleString("en-US");
}
