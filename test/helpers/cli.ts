import { rm } from "node:fs/promises";
import { join } from "node:path";

import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { network } from "hardhat";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { JsonRpcServer } from "hardhat/types/network";

import { ADDRESSES, writeAddressBook } from "../../deploy/address-book.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { grantPowers, renouncePower, ROLES } from "../../deploy/powers.ts";
import { deployContracts } from "../../deploy/suite.ts";
import config from "../../hardhat.config.ts";
import { SuiteError } from "../../sdk/errors.ts";
import type { Suite } from "../../sdk/suite.ts";

/** A local node with the whole suite on it, and the command line connected to it as a user's is: by `--network`. */
export type CommandLine = {
  readonly url: string;
  readonly suite: Suite;
  readonly accounts: readonly string[];
  /** Runs a task and returns what it printed. */
  run(task: string, texts?: Readonly<Record<string, string | boolean>>): Promise<string>;
  /** Runs a task that must refuse, and returns the refusal. */
  refusal(task: string, texts?: Readonly<Record<string, string | boolean>>): Promise<SuiteError>;
  /** Sends a raw call to the node, for its clock and the like. */
  rpc(method: string, ...params: unknown[]): Promise<unknown>;
  close(): Promise<void>;
};

/** No other test has this chain's address book, so that files that run at once do not meet. */
export async function startCommandLine(chainId: number): Promise<CommandLine> {
  const server = await network.createServer({ network: "node", override: { chainId } }, "127.0.0.1");
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const hre = await connectTo(url);
  const { ethers } = await hre.network.create();
  const signers = await ethers.getSigners();
  const [deployer] = signers;
  if (deployer === undefined) throw new Error("the node has no accounts");
  const suite = await deployContracts(deployer, deployer.address, DEVELOPMENT);
  await grantPowers(suite);
  await (await suite.manager.grantRole(ROLES.TREASURER, deployer, 0)).wait();
  await renouncePower(suite, deployer);
  await writeBook(chainId, suite);
  return {
    url,
    suite,
    accounts: signers.map(({ address }) => address),
    run: (task, texts = {}) => printed(() => hre.tasks.getTask(task.split(" ")).run({ ...texts })),
    refusal: (task, texts = {}) => refusalOf(() => hre.tasks.getTask(task.split(" ")).run({ ...texts })),
    rpc: (method, ...params) => ethers.provider.send(method, params),
    close: () => close(server, chainId),
  };
}

/** The project's own environment, with one more network. */
export function connectTo(url: string, accounts: "remote" | string[] = "remote"): Promise<HardhatRuntimeEnvironment> {
  const networks = {
    ...config.networks,
    underTest: { type: "http" as const, chainType: "l1" as const, url, accounts },
  };
  return createHardhatRuntimeEnvironment({ ...config, networks }, { network: "underTest" }, process.cwd());
}

async function writeBook(chainId: number, suite: Suite): Promise<void> {
  const entries = await Promise.all(
    CONTRACT_NAMES.map(async (name) => {
      const address = await suite[name].getAddress();
      return [name, { address, transactionHash: null, block: null, arguments: [] }] as const;
    }),
  );
  await writeAddressBook({ chainId: BigInt(chainId), network: "underTest", contracts: Object.fromEntries(entries) });
}

async function close(server: JsonRpcServer, chainId: number): Promise<void> {
  await rm(join(ADDRESSES, `${chainId}.json`), { force: true });
  await server.close();
}

async function printed(run: () => Promise<unknown>): Promise<string> {
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

async function refusalOf(run: () => Promise<unknown>): Promise<SuiteError> {
  try {
    await printed(run);
  } catch (error) {
    if (error instanceof Error && error.cause instanceof SuiteError) return error.cause;
    throw error;
  }
  throw new Error("nothing was refused");
}
