import type { AddressBook, BookEntry } from "./address-book.ts";
import type { Chain } from "./chain.ts";
import { kindOf } from "./chain-kind.ts";
import { CONTRACTS } from "./contracts.ts";
import { DeployError } from "./errors.ts";
import { creationOf, FACTORY } from "./factory.ts";
import { birthBlock, findTransaction } from "./history.ts";
import { argumentsOf, type Layout, type Placed } from "./layout.ts";

/**
 * The book's entry of a contract that is on the chain. What the book has is kept if the chain agrees; what is missing, because a run was
 * killed or somebody else created the contract, is looked up.
 */
export async function entryOf(chain: Chain, placed: Placed, known: BookEntry | undefined): Promise<BookEntry> {
  const entry = { address: placed.address, arguments: argumentsOf(placed) };
  if (known?.address === placed.address && (await isMined(chain, known))) return { ...known, ...entry };
  return { ...entry, ...(await birthOf(chain, placed)) };
}

async function isMined({ provider }: Chain, { transactionHash, block }: BookEntry): Promise<boolean> {
  if (transactionHash === null) return false;
  return (await provider.getTransactionReceipt(transactionHash))?.blockNumber === block;
}

/** Where a contract came from; nulls if it was there before the suite or the chain's history is not to be had. */
async function birthOf(
  chain: Chain,
  { address, origin }: Placed,
): Promise<Pick<BookEntry, "transactionHash" | "block">> {
  const unknown = { transactionHash: null, block: null };
  if (origin.kind !== "factory") return unknown;
  const block = await birthBlock(chain, address);
  if (block === undefined) return unknown;
  const factory = FACTORY.toLowerCase();
  const data = creationOf(origin.initCode).toLowerCase();
  const hash = await findTransaction(chain, block, block, (listed) => listed.to === factory && listed.data === data);
  return hash === undefined ? unknown : { transactionHash: hash, block };
}

/**
 * A book of other addresses means other code, parameters or deployer: a run would quietly put a second suite beside the first.
 * Development chains begin again and again, and their books with them.
 * @throws DeployError `BOOK_DIFFERS`.
 */
export function requireSameSuite(book: AddressBook | undefined, layout: Layout, network: string): void {
  if (book === undefined || kindOf(book.chainId) === "development") return;
  for (const { name, address } of layout.contracts) {
    const known = book.contracts[name];
    if (known === undefined || known.address === address) continue;
    throw new DeployError({
      code: "BOOK_DIFFERS",
      what: `${CONTRACTS[name].solidity} is at ${known.address} by the address book of ${network}, and this code, these parameters and the deployer ${layout.deployer} give ${address}`,
      next: "check out what was deployed and use its deployer, or remove the book to deploy a second suite",
    });
  }
}
