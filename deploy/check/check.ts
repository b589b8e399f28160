import type { AddressBook, BookEntry } from "../address-book.ts";
import type { Chain } from "../chain.ts";
import { CONTRACT_NAMES, CONTRACTS, type ContractName, type Wire } from "../contracts.ts";
import { notDeployed } from "../errors.ts";
import { argumentsOf, layOut, originOf, type Placed } from "../layout.ts";
import type { NetworkParameters } from "../parameters.ts";
import { checkCode, type Compiled } from "./code.ts";
import type { Finding } from "./finding.ts";
import { checkPowers } from "./powers.ts";
import { checkWiring } from "./wiring.ts";

/**
 * Compares the chain and its address book with what the code, the parameters and the power map say. Reads only.
 * @param artifactOf the compiler's output, by a contract's name in Solidity.
 * @returns all that differs.
 * @throws DeployError `NOT_DEPLOYED` if a contract is missing from the book, `RPC_FAILED`.
 */
export async function checkDeployment(
  chain: Chain,
  book: AddressBook,
  settings: NetworkParameters,
  artifactOf: (solidity: string) => Promise<Compiled>,
): Promise<readonly Finding[]> {
  const entries = entriesOf(book);
  const at = (name: ContractName) => entries[name].address;
  const deployer = String(entries.manager.arguments[0]);
  const origin = originOf(settings, deployer, at);
  const findings: Finding[] = [];
  for (const placed of layOut(settings, deployer).contracts) {
    const entry = entries[placed.name];
    findings.push(...(await checkBook(chain, placed, entry)));
    // From here on as the book has it: one contract in the wrong place is one finding, and not one more for each neighbour.
    const wires = placed.origin.kind === "existing" ? [] : CONTRACTS[placed.name].wires(origin);
    const booked = { ...placed, wires, address: entry.address };
    findings.push(...(await checkCode(chain, booked, artifactOf)));
    findings.push(...(await checkWiring(chain, { ...booked, wires: [...wires, ...childrenOf(placed.name, at)] })));
  }
  return [...findings, ...(await checkPowers(chain, at, entries.manager.block ?? 0))];
}

/** The views that tell where a contract has made others. */
function childrenOf(parent: ContractName, at: (name: ContractName) => string): readonly Wire[] {
  return CONTRACT_NAMES.flatMap((name) => {
    const { bornOf } = CONTRACTS[name];
    return bornOf?.name === parent ? [{ value: at(name), view: bornOf.view }] : [];
  });
}

/** Place, constructor arguments and transaction. A place follows from creation code and arguments: the right one proves both. */
async function checkBook({ provider }: Chain, placed: Placed, entry: BookEntry): Promise<readonly Finding[]> {
  const { solidity } = CONTRACTS[placed.name];
  const findings: Finding[] = [];
  const compare = (what: Finding["what"], expected: string, found: string) => {
    if (expected !== found) findings.push({ subject: solidity, what, expected, found });
  };
  compare("place", placed.address, entry.address);
  if (placed.address === entry.address)
    compare("book", `arguments ${argumentsOf(placed).join(" ")}`, `arguments ${entry.arguments.join(" ")}`);
  if (entry.transactionHash !== null) {
    const receipt = await provider.getTransactionReceipt(entry.transactionHash);
    const found = receipt === null ? "is not on the chain" : `in block ${receipt.blockNumber}`;
    compare("book", `${entry.transactionHash} in block ${entry.block ?? ""}`, `${entry.transactionHash} ${found}`);
  }
  return findings;
}

/** @throws DeployError `NOT_DEPLOYED`. */
function entriesOf({ chainId, contracts }: AddressBook): Readonly<Record<ContractName, BookEntry>> {
  const entries = CONTRACT_NAMES.map((name) => {
    const entry = contracts[name];
    if (entry !== undefined) return [name, entry] as const;
    throw notDeployed(`${CONTRACTS[name].solidity} is not in the address book of chain ${chainId}`);
  });
  return Object.fromEntries(entries) as Record<ContractName, BookEntry>;
}
