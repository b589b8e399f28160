import type { AddressBook, BookEntry } from "./address-book.ts";
import type { Chain } from "./chain.ts";
import { CONTRACTS, type ContractName } from "./contracts.ts";
import { DeployError } from "./errors.ts";
import { argumentsOf, layOut, type Layout } from "./layout.ts";
import type { NetworkParameters } from "./parameters.ts";
import { entryOf, requireSameSuite } from "./record.ts";
import { send, settle, type Sent } from "./send.ts";
import { stepsOf, type Step } from "./steps.ts";
import { requireToken } from "./token.ts";

/** What one deployment works with. */
export type Deployment = {
  readonly chain: Chain;
  /** The network's name in hardhat.config.ts. */
  readonly network: string;
  readonly settings: NetworkParameters;
  readonly deployer: string;
  /** The address book so far. */
  readonly known: AddressBook | undefined;
};

/** Whoever follows a deployment. */
export type Audience = {
  /** A step that was made in this run. */
  made(step: Step, sent: Sent): void;
  /** The book after a contract was added to it; the next step waits until it is kept. */
  keep(book: AddressBook): Promise<void>;
};

/**
 * Asks every step what is missing, and makes it. May be killed anywhere and run again, with the same outcome.
 * @throws DeployError `WRONG_CHAIN`, `BOOK_DIFFERS`, `NOT_A_TOKEN`, and what {@link send} and the steps refuse.
 */
export async function runDeployment(deployment: Deployment, audience: Audience): Promise<AddressBook> {
  const { chain, network, deployer, known } = deployment;
  const layout = await layOutFor(deployment);
  await settle(chain, deployer);

  let contracts: AddressBook["contracts"] = existingOf(layout);
  for (const step of stepsOf(chain, layout)) {
    const sent = await makeIfMissing(chain, deployer, step);
    if (sent !== undefined) audience.made(step, sent);
    if (step.creates === undefined) continue;
    const entry = await entryFor(chain, layout, step.creates, sent, known);
    contracts = { ...contracts, [step.creates]: entry, ...childrenOf(layout, step.creates, entry) };
    await audience.keep(inOrder({ chainId: chain.chainId, network, contracts }));
  }
  return inOrder({ chainId: chain.chainId, network, contracts });
}

/**
 * Where everything will be, once nothing speaks against deploying there.
 * @throws DeployError `WRONG_CHAIN`, `BOOK_DIFFERS`, `NOT_A_TOKEN`.
 */
export async function layOutFor({ chain, network, settings, deployer, known }: Deployment): Promise<Layout> {
  if (chain.chainId !== settings.chainId)
    throw new DeployError({
      code: "WRONG_CHAIN",
      what: `the RPC endpoint of ${network} answers for chain ${chain.chainId}, not ${settings.chainId}`,
      next: "correct the endpoint's URL",
    });
  const layout = layOut(settings, deployer);
  requireSameSuite(known, layout, network);
  if (settings.opg.kind === "existing") await requireToken(chain, settings.opg.address);
  return layout;
}

async function makeIfMissing(chain: Chain, deployer: string, step: Step): Promise<Sent | undefined> {
  if ((await step.pending()) === undefined) return undefined;
  const sent = await send(chain, deployer, step.call);
  const missing = await step.pending();
  if (missing === undefined) return sent;
  throw new DeployError({
    code: "NO_EFFECT",
    what: `"${step.id}" was mined as ${sent.hash}, and still: ${missing}`,
    next: "if the endpoint lags behind the chain, run the same command again; otherwise please report it",
  });
}

async function entryFor(
  chain: Chain,
  { contracts }: Layout,
  name: ContractName,
  sent: Sent | undefined,
  known: AddressBook | undefined,
): Promise<BookEntry> {
  const placed = contracts.find((contract) => contract.name === name);
  if (placed === undefined) throw new Error(`${name} is not laid out`);
  if (sent === undefined) return entryOf(chain, placed, known?.contracts[name]);
  const { hash, block } = sent;
  return { address: placed.address, transactionHash: hash, block, arguments: argumentsOf(placed) };
}

/** Contracts that another one made in its constructor came with its transaction. */
function childrenOf({ contracts }: Layout, parent: ContractName, entry: BookEntry): AddressBook["contracts"] {
  const born = contracts.filter(({ origin }) => origin.kind === "born" && origin.of === parent);
  return Object.fromEntries(
    born.map((child) => [child.name, { ...entry, address: child.address, arguments: argumentsOf(child) }]),
  );
}

/** Contracts that were there before the suite. */
function existingOf({ contracts }: Layout): AddressBook["contracts"] {
  const existing = contracts.filter(({ origin }) => origin.kind === "existing");
  return Object.fromEntries(
    existing.map(({ name, address }) => [name, { address, transactionHash: null, block: null, arguments: [] }]),
  );
}

function inOrder(book: AddressBook): AddressBook {
  const names = Object.keys(CONTRACTS) as ContractName[];
  const entries = names.flatMap((name) => {
    const entry = book.contracts[name];
    return entry === undefined ? [] : [[name, entry] as const];
  });
  return { ...book, contracts: Object.fromEntries(entries) };
}
