import { formatEther, type TransactionReceipt } from "ethers";

import { decodeRefusal, describeLog, revertData } from "./decode.ts";
import { CliError } from "./errors.ts";
import { nextStep } from "./next-steps.ts";
import type { Session } from "./session.ts";
import { estimateGas, type UnsentTransaction } from "./simulate.ts";

/** Estimates are exact for the state they see, which may be another one when the transaction is mined: a fifth more. */
const GAS_MARGIN = 5n;
/** Milliseconds to wait for a block. */
const PATIENCE = 600_000;

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
  const hash = await sender.send({ to: transaction.to, data: transaction.data, gas });
  session.print(`  sent          ${hash}`);
  const receipt = await session.provider.waitForTransaction(hash, 1, PATIENCE).catch(() => null);
  if (receipt === null) {
    throw new CliError(
      "NOT_MINED",
      `transaction ${hash} is sent, and was not mined in ${PATIENCE / 60_000} minutes`,
      "look for it in a block explorer before you try again",
    );
  }
  if (receipt.status !== 1) throw await reverted(session, transaction, receipt, name);
  report(session, receipt);
  return receipt;
}

async function withMargin(estimate: Promise<bigint>): Promise<bigint> {
  const gas = await estimate;
  return gas + gas / GAS_MARGIN;
}

function report({ known, print }: Session, receipt: TransactionReceipt): void {
  const events = receipt.logs.map((log) => describeLog(log, known));
  const others = events.filter((event) => event === undefined).length;
  for (const event of events) if (event !== undefined) print(`  ✓ ${event}`);
  if (others > 0) print(`  ${others} events of other contracts`);
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
  // The state before its block is the nearest that a node can be asked about.
  const replay = provider.send("eth_call", [transaction, `0x${(blockNumber - 1).toString(16)}`]);
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
