import { getAddress, isAddress, isHexString } from "ethers";

import { DeployError } from "./errors.ts";
import type { AddressBook, BookEntry } from "./address-book.ts";
import { CONTRACT_NAMES, type ContractName } from "./contracts.ts";

/**
 * Reads the text of an address book and believes nothing in it.
 * @param source names the text in errors.
 * @throws DeployError `BAD_ADDRESS_BOOK`.
 */
export function parseAddressBook(text: string, source: string): AddressBook {
  const refuse = (what: string, cause?: unknown) =>
    new DeployError({
      code: "BAD_ADDRESS_BOOK",
      what: `${source}: ${what}`,
      next: "take it from git again, or remove it and let npm run deploy find the contracts on the chain",
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw refuse("is not JSON", cause);
  }
  const book = fieldsOf(json);
  const contracts = fieldsOf(book?.["contracts"]);
  if (book === undefined || contracts === undefined) throw refuse("has no contracts");
  const { chainId, network } = book;
  if (!isCount(chainId) || chainId === 0) throw refuse("chainId is not a positive whole number");
  if (typeof network !== "string" || network === "") throw refuse("network is not a name");

  const entries = Object.entries(contracts).map(([name, value]) => {
    if (!isContractName(name)) throw refuse(`${name} is no contract of the suite`);
    const entry = parseEntry(value);
    if (typeof entry === "string") throw refuse(`${name}: ${entry}`);
    return [name, entry] as const;
  });
  return { chainId: BigInt(chainId), network, contracts: Object.fromEntries(entries) };
}

/** The entry, or what is wrong with it. */
function parseEntry(json: unknown): BookEntry | string {
  const entry = fieldsOf(json);
  if (entry === undefined) return "is no object";
  const { address, transactionHash, block, arguments: args } = entry;
  if (!isAddress(address) || getAddress(address) !== address) return "address is not a checksummed address";
  if (transactionHash !== null && !isHexString(transactionHash, 32)) return "transactionHash is not 32 bytes";
  if (block !== null && !isCount(block)) return "block is not a whole number";
  if ((block === null) !== (transactionHash === null)) return "has one of transactionHash and block without the other";
  if (!Array.isArray(args) || !args.every((value) => typeof value === "string" || typeof value === "boolean"))
    return "arguments is not a list of texts and booleans";
  return { address, transactionHash, block, arguments: args };
}

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isContractName(name: string): name is ContractName {
  return CONTRACT_NAMES.some((known) => known === name);
}
