import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { ContractRunner } from "ethers";

import { connectSuite } from "../sdk/addresses.ts";
import { DeployError, notDeployed } from "./errors.ts";
import type { Suite } from "../sdk/suite.ts";
import { CONTRACT_NAMES, CONTRACTS, type ContractName } from "./contracts.ts";
import { parseAddressBook } from "./parse-address-book.ts";

/** Where one contract is and how it came there. */
export type BookEntry = {
  readonly address: string;
  /** `null`, and `block` too: it was there before the suite (an OPG of the chain's own), or the RPC endpoint keeps no history. */
  readonly transactionHash: string | null;
  readonly block: number | null;
  /** Of the constructor; numbers as decimal text. Empty for a contract that was there before. */
  readonly arguments: readonly (string | boolean)[];
};

/** The suite on one chain. A contract is missing while its deployment is under way. */
export type AddressBook = {
  readonly chainId: bigint;
  /** The network's name in hardhat.config.ts. */
  readonly network: string;
  readonly contracts: Readonly<Partial<Record<ContractName, BookEntry>>>;
};

/** The folder of the address books, one `<chainId>.json` for each chain. */
export const ADDRESSES = fileURLToPath(new URL("addresses", import.meta.url));

/**
 * The address book of a chain.
 * @throws DeployError `NOT_DEPLOYED` if there is none, `BAD_ADDRESS_BOOK`.
 */
export async function readAddressBook(chainId: bigint, folder: string = ADDRESSES): Promise<AddressBook> {
  const book = await findAddressBook(chainId, folder);
  if (book === undefined) throw notDeployed(`there is no address book of chain ${chainId}`);
  return book;
}

/**
 * The address book of a chain, `undefined` if there is none.
 * @throws DeployError `BAD_ADDRESS_BOOK`.
 */
export async function findAddressBook(chainId: bigint, folder: string = ADDRESSES): Promise<AddressBook | undefined> {
  const file = fileOf(chainId, folder);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const book = parseAddressBook(text, file);
  if (book.chainId === chainId) return book;
  throw new DeployError({
    code: "BAD_ADDRESS_BOOK",
    what: `${file} says chain ${book.chainId}`,
    next: "give the file the name of its chain",
  });
}

/** Writes the address book of its chain, whole or not at all. */
export async function writeAddressBook(book: AddressBook, folder: string = ADDRESSES): Promise<void> {
  const file = fileOf(book.chainId, folder);
  const draft = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(draft, `${JSON.stringify({ ...book, chainId: Number(book.chainId) }, null, 2)}\n`, { flush: true });
  await rename(draft, file);
}

/**
 * The typed contracts at the book's addresses.
 * @throws DeployError `NOT_DEPLOYED` if a contract is missing from the book.
 */
export function suiteFrom(book: AddressBook, runner: ContractRunner | null): Suite {
  const addresses = CONTRACT_NAMES.map((name) => {
    const entry = book.contracts[name];
    if (entry === undefined)
      throw notDeployed(`${CONTRACTS[name].solidity} is not in the address book of chain ${book.chainId}`);
    return [name, entry.address] as const;
  });
  return connectSuite(Object.fromEntries(addresses) as Record<ContractName, string>, runner);
}

function fileOf(chainId: bigint, folder: string): string {
  return join(folder, `${chainId}.json`);
}
