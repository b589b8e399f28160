import { getAddress, isAddress } from "ethers";

import { CliError } from "./errors.ts";
import { callRpc, type Rpc } from "./rpc.ts";

/** A transaction as the command line sends it; fees and nonce are the signer's business. */
export type Transaction = { readonly to: string; readonly data: string; readonly gas: bigint };

/** Whoever signs and sends. No key is ever seen here. */
export type Sender = {
  readonly address: string;
  /** Sends and returns the hash, before the transaction is mined. */
  send(transaction: Transaction): Promise<string>;
};

/** Where a sender is looked for. */
export type SenderChoice = {
  /** `--from`: an address, or a position among the accounts, from 0. */
  readonly from: string | undefined;
  /** `--signer`: the url of an external signer; else the network's own accounts are used. */
  readonly signerUrl: string | undefined;
};

/**
 * The account that sends: one of the network's (from the Hardhat keystore, or unlocked at its node), or one of an external signer, which
 * asks its owner and sends by `eth_sendTransaction`.
 * @throws CliError `NO_ACCOUNT`, `UNKNOWN_ACCOUNT`, `KEY_ON_COMMAND_LINE`, `WRONG_CHAIN`, `SIGNER_UNREACHABLE`, `SIGNER_REFUSED`.
 */
export async function findSender(network: Rpc, chainId: bigint, choice: SenderChoice): Promise<Sender> {
  const { from, signerUrl } = choice;
  refuseKey(from);
  const signer: Rpc = signerUrl === undefined ? network : (method, params) => callRpc(signerUrl, method, params);
  if (signerUrl !== undefined) await requireChain(signer, signerUrl, chainId);
  const address = pick(toAddresses(await signer("eth_accounts", [])), from, signerUrl);
  return {
    address,
    async send({ to, data, gas }) {
      const hash = await signer("eth_sendTransaction", [{ from: address, to, data, gas: `0x${gas.toString(16)}` }]);
      return String(hash);
    },
  };
}

/** A key typed here would stay in the shell's history. It is not repeated in the message. */
function refuseKey(from: string | undefined): void {
  if (from === undefined || !/^(0x)?[0-9a-fA-F]{64}$/.test(from.trim())) return;
  throw new CliError(
    "KEY_ON_COMMAND_LINE",
    "--from looks like a private key, which now stands in your shell's history",
    "treat the key as lost; store keys with hardhat keystore set, and give --from an address",
  );
}

async function requireChain(signer: Rpc, url: string, chainId: bigint): Promise<void> {
  const theirs = BigInt(String(await signer("eth_chainId", [])));
  if (theirs === chainId) return;
  throw new CliError(
    "WRONG_CHAIN",
    `the signer at ${url} is on chain ${theirs}, the network on ${chainId}`,
    "switch it",
  );
}

function toAddresses(accounts: unknown): readonly string[] {
  if (!Array.isArray(accounts)) return [];
  return accounts.filter((account): account is string => isAddress(account)).map((account) => getAddress(account));
}

function pick(accounts: readonly string[], from: string | undefined, signerUrl: string | undefined): string {
  const where = signerUrl === undefined ? "the network" : `the signer at ${signerUrl}`;
  const next =
    signerUrl === undefined
      ? "name its accounts in hardhat.config.ts as configVariable and store them with hardhat keystore set, or give --signer"
      : "unlock or connect an account there";
  const wanted = from?.trim() ?? "0";
  if (accounts.length === 0) throw new CliError("NO_ACCOUNT", `${where} has no account to send from`, next);
  const found = accounts.find(
    (account, index) => account.toLowerCase() === wanted.toLowerCase() || `${index}` === wanted,
  );
  if (found !== undefined) return found;
  const list = accounts.slice(0, 5).join(", ") + (accounts.length > 5 ? ", …" : "");
  throw new CliError("UNKNOWN_ACCOUNT", `${where} has no account ${wanted}, only ${accounts.length}: ${list}`, next);
}
