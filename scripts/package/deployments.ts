import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { ADDRESSES, type AddressBook } from "../../deploy/address-book.ts";
import { kindOf } from "../../deploy/chain-kind.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { parseAddressBook } from "../../deploy/parse-address-book.ts";
import type { SuiteAddresses } from "../../sdk/addresses.ts";
import type { Deployment } from "./sources.ts";

/**
 * What the address books say, by chain id: whole deployments on chains that others can reach.
 * @throws DeployError `BAD_ADDRESS_BOOK`.
 */
export async function readDeployments(folder: string = ADDRESSES): Promise<readonly Deployment[]> {
  const files = await readdir(folder).catch((): string[] => []);
  const books = await Promise.all(
    files
      .filter((file) => file.endsWith(".json"))
      .map(async (file) => parseAddressBook(await readFile(join(folder, file), "utf8"), file)),
  );
  return books
    .filter(({ chainId }) => kindOf(chainId) !== "development")
    .flatMap(deploymentOf)
    .sort((left, right) => Number(left.chainId - right.chainId));
}

/** None when a contract is missing, as while a deployment is under way. */
function deploymentOf({ chainId, contracts }: AddressBook): readonly Deployment[] {
  const entries = CONTRACT_NAMES.flatMap((name) => {
    const entry = contracts[name];
    return entry === undefined ? [] : [{ name, ...entry }];
  });
  if (entries.length !== CONTRACT_NAMES.length) return [];
  const blocks = entries.flatMap(({ block }) => block ?? []);
  const addresses = Object.fromEntries(entries.map(({ name, address }) => [name, address])) as SuiteAddresses;
  return [{ chainId, firstBlock: blocks.length === 0 ? 0 : Math.min(...blocks), addresses }];
}
