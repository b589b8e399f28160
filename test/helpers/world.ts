import { MaxUint256, parseEther, ZeroHash, type ContractTransactionResponse } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { ROLES } from "../../deploy/powers.ts";
import { deployContracts, deploySuite, grantPowers } from "../../deploy/suite.ts";
import type { ModelRegistry } from "../../sdk/generated/index.ts";
import type { Suite } from "../../sdk/suite.ts";
import { toVersionId, type VersionId } from "../../sdk/registry/version-id.ts";
import { versionParams, type VersionParams } from "./registry.ts";
import { actors, ethers, networkHelpers } from "./network.ts";
import { givenToken } from "./token.ts";

export const BOND = parseEther("10000");
export const DAY = 86_400n;

/** Every contract as it is deployed; every actor holds OPG and has approved the contracts that pull it. */
export async function givenSuite() {
  const people = await actors("genesis", "publisher", "curator", "operator", "agent", "requester", "stranger");
  const token = await givenToken(ethers, people.genesis);
  const suite = await deploySuite(people.genesis, people.genesis.address, DEVELOPMENT, undefined, token);
  await fund(suite, people);
  return { ...people, ...suite };
}

/** The same contracts, with plain accounts in the place of the market: `locker` and `rival` may lock, `treasurer` may spend. */
export async function givenContracts() {
  const people = await actors(
    "genesis",
    "publisher",
    "curator",
    "operator",
    "agent",
    "requester",
    "stranger",
    "locker",
    "rival",
    "treasurer",
    "delegator",
    "challenger",
    "guardian",
    "arbiter",
  );
  const token = await givenToken(ethers, people.genesis);
  const suite = await deployContracts(people.genesis, people.genesis.address, DEVELOPMENT, undefined, token);
  await grantPowers(suite, people.genesis);
  await suite.manager.grantRole(ROLES.LOCKER, people.locker, 0);
  await suite.manager.grantRole(ROLES.LOCKER, people.rival, 0);
  await suite.manager.grantRole(ROLES.TREASURER, people.treasurer, 0);
  await suite.manager.grantRole(ROLES.GUARDIAN, people.guardian, 0);
  await suite.manager.grantRole(ROLES.ARBITER, people.arbiter, 0);
  await fund(suite, people);
  return { ...people, ...suite };
}

async function fund(suite: Suite, people: { readonly genesis: HardhatEthersSigner }): Promise<void> {
  for (const person of Object.values(people)) {
    if (person !== people.genesis) await suite.opg.connect(people.genesis).transfer(person, parseEther("1000000"));
    for (const spender of [suite.staking, suite.splitter, suite.market]) {
      await suite.opg.connect(person).approve(spender, MaxUint256);
    }
  }
}

/** Registers a model of `kind` and publishes its first version: without a program and with a royalty of 20 %, but for `changes`. */
export async function publish(
  registry: ModelRegistry,
  publisher: HardhatEthersSigner,
  kind: bigint,
  changes: Partial<VersionParams> = {},
): Promise<VersionId> {
  const connected = registry.connect(publisher);
  const modelId = await connected.registerModel.staticCall(kind, "ipfs://model");
  await connected.registerModel(kind, "ipfs://model");
  const params = { programRoot: ZeroHash, weightsRoot: ZeroHash, royaltyBps: 2_000n, ...changes };
  await connected.publish(modelId, versionParams(params));
  return toVersionId(modelId, 1n);
}

/** Sends a transaction in a block at exactly `timestamp`. */
export async function at<T>(timestamp: bigint, send: () => Promise<T>): Promise<T> {
  await networkHelpers.time.setNextBlockTimestamp(timestamp);
  return send();
}

/** Unix seconds of the block that mined `sent`. */
export async function timeOf(
  sent: Promise<ContractTransactionResponse> | ContractTransactionResponse,
): Promise<bigint> {
  const transaction = await sent;
  const block = await transaction.getBlock();
  if (block === null) throw new Error("the transaction is not mined");
  return BigInt(block.timestamp);
}

/** Unix seconds of the latest block. */
export async function now(): Promise<bigint> {
  return BigInt(await networkHelpers.time.latest());
}
