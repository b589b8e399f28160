import type { TransactionReceipt } from "ethers";

import { assumeApproved, checkAllowance, untilApproved, type Shortage } from "./allowance.ts";
import { encodeCall } from "./encode.ts";
import { formatOpg } from "./format.ts";
import { send } from "./send.ts";
import type { Session } from "./session.ts";
import { estimateGas, simulate } from "./simulate.ts";
import type { Call, WriteFlags } from "./rows.ts";

/** What came of a write. */
export type Outcome = {
  /** What the function returned when it was tried, just before it was sent; `undefined` if it could not be tried. */
  readonly returned: readonly unknown[] | undefined;
  /** `undefined` after a dry run. */
  readonly receipt: TransactionReceipt | undefined;
};

/**
 * Tries a call, sends it, waits for it, and prints what it did: events, hash, block and gas. A dry run says what would be done instead.
 * @throws CliError with the contract's refusal decoded, and before anything is sent whenever the chain can tell.
 */
export async function execute(session: Session, call: Call, { dryRun, approve }: WriteFlags): Promise<Outcome> {
  const { suite, known, print } = session;
  const { address: from } = await session.sender();
  const to = await suite[call.contract].getAddress();
  const encoded = encodeCall(call, known);
  const { name, text, data } = encoded;
  const transaction = { from, to, data };
  const shortage = call.pulls === undefined ? undefined : await checkAllowance(session, from, to, call.pulls, approve);

  const assumed = shortage === undefined ? undefined : await assumeApproved(session, shortage);
  const canTry = shortage === undefined || assumed !== undefined;
  const result = canTry ? await simulate(session, transaction, name, assumed) : undefined;
  const returned = result === undefined ? undefined : encoded.decodeResult(result);

  if (!dryRun) {
    if (shortage !== undefined) await approveExactly(session, shortage);
    print(text);
    print(`  from          ${from}`);
    return { returned, receipt: await send(session, transaction, name, call.gasLimit) };
  }
  print("Dry run, nothing is sent.");
  if (shortage !== undefined) print(`  would approve ${formatOpg(shortage.needed)} to ${call.contract} first`);
  print(`  would call    ${text}`);
  print(`  from          ${from}`);
  if (result === undefined) print("  outcome       cannot be told before the approval");
  else if (result !== "0x") print(`  returns       ${encoded.describeResult(result)}`);
  if (call.gasLimit !== undefined) print(`  gas           at most ${grouped(call.gasLimit)}`);
  else if (shortage === undefined)
    print(`  gas           about ${grouped(await estimateGas(session, transaction, name))}`);
  return { returned, receipt: undefined };
}

function grouped(gas: bigint): string {
  return gas.toLocaleString("en-US");
}

/** Approves what the call will pull and nothing more. */
async function approveExactly(session: Session, shortage: Shortage): Promise<void> {
  const { owner, spender, needed } = shortage;
  const call = encodeCall({ contract: "opg", method: "approve", args: [spender, needed] }, session.known);
  const to = await session.suite.opg.getAddress();
  session.print(call.text);
  session.print(`  from          ${owner}`);
  await send(session, { from: owner, to, data: call.data }, call.name);
  await untilApproved(session, shortage);
}
