import { setTimeout as sleep } from "node:timers/promises";

import { formatEther, type TransactionReceipt } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";
import { decodeRefusal, describeLog, refusalOf, revertData } from "./decode.ts";
import { CliError } from "./errors.ts";
import { nextStep } from "./next-steps.ts";
import type { Session } from "./session.ts";
import { estimateGas, type UnsentTransaction } from "./simulate.ts";

/** Estimates are exact for the state they see, which may be another one when the transaction is mined: a fifth and two slots more. */
const GAS_MARGIN = { part: 5n, slots: 50_000n } as const;
/** Milliseconds between two questions. */
const PAUSE = 250;

/**
 * Sends a call that has been simulated, waits until it is mined, and prints what it did, its hash, block and gas.
 * @throws CliError `TRANSACTION_REVERTED`, `NOT_MINED`: both name the hash, for the transaction is out.
 */
export async function send(
  session: Session,
  transaction: UnsentTransaction,
  name: string,
  gasLimit?: bigint,
): Promise<TransactionReceipt> {
  const gas = gasLimit ?? (await withMargin(estimateGas(session, transaction, name)));
  const sender = await session.sender();
  const hash = await sender.send({ ...transaction, gas }).catch((error: unknown) => {
    throw error instanceof SuiteError ? error : unsent(error, name, session);
  });
  session.print(`  sent          ${hash}`);
  const receipt = await waitForReceipt(session, hash);
  if (receipt === undefined) {
    throw new CliError(
      "NOT_MINED",
      `transaction ${hash} is sent, and was not mined in ${session.patience / 1_000} seconds`,
      "look for it in a block explorer before you try again",
    );
  }
  if (receipt.status !== 1) throw await reverted(session, transaction, receipt, name);
  report(session, receipt);
  return receipt;
}

/** Development nodes mine at once and answer with the failure instead of the hash; others refuse before they take a transaction. */
function unsent(error: unknown, name: string, { known }: Session): CliError {
  const data = revertData(error);
  if (data === undefined) return refusalOf(error, name, known);
  const { name: reason, text } = decodeRefusal(data, known);
  return new CliError("TRANSACTION_REVERTED", `${name} was sent and failed: ${text}`, nextStep(reason), error);
}

/** A node that fails in between is asked again: the transaction is out, and what came of it is what matters. */
async function waitForReceipt({ provider, patience }: Session, hash: string): Promise<TransactionReceipt | undefined> {
  const end = Date.now() + patience;
  do {
    const receipt = await provider.getTransactionReceipt(hash).catch(() => null);
    if (receipt !== null) return receipt;
    await sleep(PAUSE);
  } while (Date.now() < end);
  return undefined;
}

async function withMargin(estimate: Promise<bigint>): Promise<bigint> {
  const gas = await estimate;
  return gas + gas / GAS_MARGIN.part + GAS_MARGIN.slots;
}

function report({ known, print }: Session, receipt: TransactionReceipt): void {
  const events = receipt.logs.map((log) => describeLog(log, known));
  const others = events.filter((event) => event === undefined).length;
  for (const event of events) if (event !== undefined) print(`  ✓ ${event}`);
  if (others > 0) print(`  and events of other contracts: ${others}`);
  if (events.length === 0) print("  it changed nothing");
  print(`  block         ${receipt.blockNumber}`);
  print(`  gas           ${receipt.gasUsed.toLocaleString("en-US")}, ${formatEther(receipt.fee)} of the chain's coin`);
}

async function reverted(
  { provider, known }: Session,
  transaction: UnsentTransaction,
  { hash, blockNumber }: TransactionReceipt,
  name: string,
): Promise<CliError> {
  // After its block, which holds what came before it: the nearest state that every node can be asked about.
  const replay = provider.send("eth_call", [transaction, `0x${blockNumber.toString(16)}`]);
  const data = await replay.then(
    () => undefined,
    (error: unknown) => revertData(error),
  );
  const reason = data === undefined ? undefined : decodeRefusal(data, known);
  return new CliError(
    "TRANSACTION_REVERTED",
    `${name} was mined in block ${blockNumber} and failed: ${reason?.text ?? "the state changed before it was mined"} (transaction ${hash})`,
    reason === undefined ? "see what changed, and try again" : nextStep(reason.name),
  );
}
