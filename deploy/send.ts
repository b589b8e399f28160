import { setTimeout as sleep } from "node:timers/promises";

import { Transaction } from "ethers";

import type { Chain } from "./chain.ts";
import { DeployError } from "./errors.ts";
import { findTransaction } from "./history.ts";
import { isFailure } from "./patience.ts";

/** A transaction to make: by the deployer, or one that somebody signed long ago. */
export type Call =
  { readonly to: string; readonly data: string; readonly value?: bigint } | { readonly signed: string };

/** A transaction that was mined and did not revert. */
export type Sent = { readonly hash: string; readonly block: number; readonly gasUsed: bigint };

/** Milliseconds between questions: short at first for development chains, then half a block of Ethereum's. */
const FIRST_PAUSE = 4;
const LONGEST_PAUSE = 6_000;
/** Milliseconds until a transaction that is not mined is given up; it may still be mined later. */
const DEADLINE = 600_000;
/** Gas that one transaction may have at most (EIP-7825). */
const MOST_GAS = 16_777_216n;

/**
 * Sends a transaction exactly once, whatever the endpoint loses on the way, and waits until it is mined: its nonce is fixed first, and
 * it is sent again only as long as the nonce is free.
 * @throws DeployError `TRANSACTION_REFUSED`, `NOT_MINED`, `RPC_FAILED`.
 */
export async function send(chain: Chain, from: string, call: Call): Promise<Sent> {
  return "signed" in call ? sendSigned(chain, call.signed) : sendFrom(chain, from, call);
}

/**
 * Waits until no transaction of the account is under way: one that was sent before a crash must not be sent again.
 * @throws DeployError `NOT_MINED`, `RPC_FAILED`.
 */
export async function settle({ provider }: Chain, account: string): Promise<void> {
  await until(`the transactions of ${account} that are under way`, async () => {
    const [mined, known] = [
      await provider.getTransactionCount(account, "latest"),
      await provider.getTransactionCount(account, "pending"),
    ];
    return known <= mined ? true : undefined;
  });
}

async function sendSigned(chain: Chain, signed: string): Promise<Sent> {
  const { hash } = Transaction.from(signed);
  if (hash === null) throw new Error("a signed transaction has a hash");
  try {
    await chain.rpc.request({ method: "eth_sendRawTransaction", params: [signed] });
  } catch (cause) {
    // A second attempt, after a lost answer, is refused as known.
    if (cause instanceof DeployError) throw cause;
    if ((await chain.provider.getTransaction(hash)) === null)
      throw refused("a transaction signed for all chains", cause);
  }
  return mined(chain, hash);
}

async function sendFrom(chain: Chain, from: string, call: Exclude<Call, { signed: string }>): Promise<Sent> {
  const { provider } = chain;
  const nonce = await provider.getTransactionCount(from, "latest");
  const before = await provider.getBlockNumber();
  const value = call.value ?? 0n;
  const estimate = await provider.estimateGas({ from, to: call.to, data: call.data, value }).catch((cause: unknown) => {
    throw cause instanceof DeployError ? cause : refused(`a call of ${call.to}`, cause);
  });
  const gas = min((estimate * 12n) / 10n, MOST_GAS);
  const fees = await feesOf(chain);
  const fields = { value: hex(value), gas: hex(gas), nonce: hex(BigInt(nonce)), ...fees };
  const params = [{ from, to: call.to, data: call.data, ...fields }];

  let hash: string | undefined;
  await until(`transaction ${nonce} of ${from}`, async () => {
    if ((await provider.getTransactionCount(from, "latest")) > nonce) return true;
    if (hash !== undefined || (await provider.getTransactionCount(from, "pending")) > nonce) return undefined;
    try {
      hash = String(await chain.rpc.request({ method: "eth_sendTransaction", params }));
    } catch (error) {
      // The node refuses a nonce that it has already: then an earlier attempt did arrive, and its answer was lost.
      const isTaken = (await provider.getTransactionCount(from, "pending")) > nonce;
      if (!isFailure(error) && !isTaken && !isKnown(error)) throw refused(`a call of ${call.to}`, error);
    }
    return undefined;
  });
  if (hash !== undefined && (await provider.getTransactionReceipt(hash)) !== null) return mined(chain, hash);
  return mined(chain, await hashOf(chain, from, nonce, before));
}

/** By the base fee and the node's own advice. Hardhat's would follow the tips of recent blocks, which may hold nothing but our own. */
async function feesOf({ provider }: Chain): Promise<Readonly<Record<string, string>>> {
  const { maxFeePerGas, maxPriorityFeePerGas, gasPrice } = await provider.getFeeData();
  if (maxFeePerGas === null || maxPriorityFeePerGas === null) return { gasPrice: hex(gasPrice ?? 0n) };
  return { maxFeePerGas: hex(maxFeePerGas), maxPriorityFeePerGas: hex(maxPriorityFeePerGas) };
}

/** Finds a transaction whose hash was lost, by its nonce. */
async function hashOf(chain: Chain, from: string, nonce: number, before: number): Promise<string> {
  const sender = from.toLowerCase();
  return until(`the block of transaction ${nonce} of ${from}`, async () => {
    const last = await chain.provider.getBlockNumber();
    return findTransaction(chain, before, last, (listed) => listed.from === sender && listed.nonce === nonce);
  });
}

async function mined({ provider }: Chain, hash: string): Promise<Sent> {
  const receipt = await until(hash, async () => (await provider.getTransactionReceipt(hash)) ?? undefined);
  if (receipt.status === 1) return { hash, block: receipt.blockNumber, gasUsed: receipt.gasUsed };
  throw refused(hash, new Error("it was mined and reverted"));
}

/**
 * Asks `question` until it has an answer.
 * @throws DeployError `NOT_MINED` at the deadline.
 */
async function until<T>(what: string, question: () => Promise<T | undefined>): Promise<T> {
  const started = Date.now();
  for (let pause = FIRST_PAUSE; Date.now() - started < DEADLINE; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    const answer = await question();
    if (answer !== undefined) return answer;
    await sleep(pause);
  }
  throw new DeployError({
    code: "NOT_MINED",
    what: `${what}: still not mined after ${DEADLINE / 60_000} minutes`,
    next: "wait, or replace it with a higher fee from a wallet, and run the same command again",
  });
}

function isKnown(error: unknown): boolean {
  return error instanceof Error && /already known|known transaction|already imported|nonce/i.test(error.message);
}

function refused(what: string, cause: unknown): DeployError {
  return new DeployError({
    code: "TRANSACTION_REFUSED",
    what: `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
    next: "correct the cause and run the same command again",
    cause,
  });
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
