import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { HardhatEthers } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { writeAddressBook } from "../../deploy/address-book.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { ROLES } from "../../deploy/powers.ts";
import { deployContracts, grantPowers, renouncePower } from "../../deploy/suite.ts";
import { SuiteError } from "../../sdk/errors.ts";
import type { Suite } from "../../sdk/suite.ts";
import { withNetwork } from "./cli.config.ts";

export type Texts = Readonly<Record<string, string | boolean>>;

/** The project's own tasks, connected to one node as a user's are: by `--network`. */
export type CommandLine = {
  /** Runs a task and returns what it printed. */
  run(task: string, texts?: Texts): Promise<string>;
  /** Runs a task that must refuse, and returns the refusal. */
  refusal(task: string, texts?: Texts): Promise<SuiteError>;
};

/** A local node with the whole suite on it. */
export type World = CommandLine & {
  readonly url: string;
  /** Folder of the address book. */
  readonly addresses: string;
  readonly suite: Suite;
  /** The node's own accounts; the first holds all OPG and has every role that a person may have, and may lock. */
  readonly accounts: readonly string[];
  /** The project's environment with this node as its network. */
  readonly hre: HardhatRuntimeEnvironment;
  /** The node itself. */
  readonly ethers: HardhatEthers;
  close(): Promise<void>;
};

/** Starts a node on a free port of this computer, and deploys. */
export async function startWorld(): Promise<World> {
  const server = await network.createServer({ network: "node" }, "127.0.0.1");
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const hre = await environment(url, "remote");
  const { ethers } = await hre.network.create();
  const signers = await ethers.getSigners();
  const [deployer] = signers;
  if (deployer === undefined) throw new Error("the node has no accounts");
  const suite = await deployContracts(deployer, deployer.address, DEVELOPMENT);
  await grantPowers(suite, deployer);
  for (const role of [ROLES.TREASURER, ROLES.GUARDIAN, ROLES.ARBITER, ROLES.LOCKER]) {
    await (await suite.manager.grantRole(role, deployer, 0)).wait();
  }
  await renouncePower(suite, deployer);
  const addresses = await mkdtemp(join(tmpdir(), "address-books-"));
  await writeBook(addresses, suite);
  return {
    ...commandLine(hre, addresses),
    url,
    hre,
    addresses,
    suite,
    accounts: signers.map(({ address }) => address),
    ethers,
    async close() {
      await rm(addresses, { recursive: true });
      await server.close();
    },
  };
}

/** The command line on a network whose accounts are `accounts`: private keys, as the keystore would give them, or the node's own. */
export async function connect(url: string, accounts: "remote" | string[], addresses: string): Promise<CommandLine> {
  return commandLine(await environment(url, accounts), addresses);
}

function environment(url: string, accounts: "remote" | string[]): Promise<HardhatRuntimeEnvironment> {
  return createHardhatRuntimeEnvironment(withNetwork(url, accounts), { network: "underTest" }, process.cwd());
}

function commandLine(hre: HardhatRuntimeEnvironment, addresses: string): CommandLine {
  const start = (name: string, texts: Texts): Promise<unknown> => {
    const task = hre.tasks.getTask(name.split(" "));
    // What needs no chain has no address book.
    return task.run({ ...(task.options.has("addresses") ? { addresses } : {}), ...texts });
  };
  return {
    run: (task, texts = {}) => printed(() => start(task, texts)),
    refusal: (task, texts = {}) => refused(() => start(task, texts)),
  };
}

async function writeBook(folder: string, suite: Suite): Promise<void> {
  const entries = await Promise.all(
    CONTRACT_NAMES.map(async (name) => {
      const address = await suite[name].getAddress();
      return [name, { address, transactionHash: null, block: null, arguments: [] }] as const;
    }),
  );
  await writeAddressBook({ chainId: 31_337n, network: "underTest", contracts: Object.fromEntries(entries) }, folder);
}

/** What tasks print while `run` runs. */
export async function printed(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await run();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

async function refused(run: () => Promise<unknown>): Promise<SuiteError> {
  try {
    await printed(run);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof SuiteError) return error.cause;
    throw error;
  }
  throw new Error("nothing was refused");
}
