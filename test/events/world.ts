import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { MaxUint256, parseEther } from "ethers";

import type { SuiteAddresses } from "../../sdk/addresses.ts";
import type { InferenceRequest } from "../../sdk/market/request.ts";
import type { Slash } from "../../sdk/staking/slash.ts";
import { ethers } from "../helpers/network.ts";
import { givenContracts } from "../helpers/world.ts";
import type { Random } from "../program/helpers/random.ts";

/** What a story remembers of itself: enough to try what may succeed. */
export type Memory = {
  readonly requests: { readonly id: string; readonly r: InferenceRequest }[];
  readonly versions: bigint[];
  readonly tickets: bigint[];
  readonly slashes: Slash[];
  models: bigint;
};

export const newMemory = (): Memory => ({ requests: [], versions: [], tickets: [], slashes: [], models: 0n });

/** One thing that somebody may try. It rejects when it cannot be done. */
export type Action = (world: CrowdWorld, random: Random, memory: Memory) => Promise<unknown>;

/** Everybody plays every part; a consumer contract that can be told to refuse asks, too. */
export async function givenCrowd() {
  const firstBlock = (await ethers.provider.getBlockNumber()) + 1;
  const suite = await givenContracts();
  const { manager, registry, staking, escrow, votes, steps, form, game, market, splitter, treasury, opg, genesis } =
    suite;
  const crowd = [suite.publisher, suite.curator, suite.operator, suite.agent, suite.requester, suite.stranger];
  const consumer = await ethers.deployContract("Consumer__Mock");
  for (const locker of [suite.locker, suite.rival]) await opg.connect(locker).approve(staking, MaxUint256);
  await opg.connect(genesis).transfer(treasury, parseEther("100000"));
  const addresses: SuiteAddresses = {
    manager: await addressOf(manager),
    opg: await addressOf(opg),
    registry: await addressOf(registry),
    treasury: await addressOf(treasury),
    staking: await addressOf(staking),
    escrow: await addressOf(escrow),
    votes: await addressOf(votes),
    steps: await addressOf(steps),
    form: await addressOf(form),
    game: await addressOf(game),
    splitter: await addressOf(splitter),
    market: await addressOf(market),
  };
  return { ...suite, consumer, consumerAddress: await consumer.getAddress(), crowd, addresses, firstBlock };
}

export type CrowdWorld = Awaited<ReturnType<typeof givenCrowd>>;

export function pick<T>(random: Random, list: readonly T[]): T {
  const item = list[random.int(0, list.length - 1)];
  if (item === undefined) throw new Error("there is nothing to pick from");
  return item;
}

/** Those of `list` that `holds` is true of. */
export async function filter<T>(list: readonly T[], holds: (item: T) => Promise<boolean>): Promise<readonly T[]> {
  const answers = await Promise.all(list.map(holds));
  return list.filter((_, index) => answers[index]);
}

/** `from` … `to` OPG and a few wei, so that nothing divides evenly. */
export function amount(random: Random, from: number, to: number): bigint {
  return parseEther(random.int(from, to).toString()) + BigInt(random.int(0, 999));
}

export function signerOf(crowd: readonly HardhatEthersSigner[], address: string): HardhatEthersSigner {
  const signer = crowd.find((person) => person.address === address);
  if (signer === undefined) throw new Error(`nobody of the crowd is ${address}`);
  return signer;
}

async function addressOf(contract: { getAddress(): Promise<string> }): Promise<`0x${string}`> {
  const address = await contract.getAddress();
  return `0x${address.slice(2)}`;
}
