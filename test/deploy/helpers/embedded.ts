import { network } from "hardhat";

import type { AddressBook } from "../../../deploy/address-book.ts";
import { connectChain, deployerOf, type Chain } from "../../../deploy/chain.ts";
import type { NetworkParameters } from "../../../deploy/parameters.ts";
import { DEVELOPMENT } from "../../../deploy/parameters.ts";
import type { Rpc } from "../../../deploy/patience.ts";
import { runDeployment, type Audience, type Deployment } from "../../../deploy/run.ts";
import type { Step } from "../../../deploy/steps.ts";

/** A fresh embedded chain. */
export async function freshChain(chainId = 84_532n) {
  const { ethers, provider } = await network.create({ override: { chainId: Number(chainId) } });
  const chain = await connectChain(provider);
  return { ethers, provider, chain, deployer: await deployerOf(chain) };
}

/** What is deployed where nothing else is said. */
export function settingsFor(chainId: bigint, changes: Partial<NetworkParameters> = {}): NetworkParameters {
  return { chainId, opg: { kind: "new" }, parameters: DEVELOPMENT, ...changes };
}

/** A deployment of the usual settings. */
export function deploymentOn(chain: Chain, deployer: string, changes: Partial<Deployment> = {}): Deployment {
  return { chain, network: "somewhere", settings: settingsFor(chain.chainId), deployer, known: undefined, ...changes };
}

/** Runs a deployment, and remembers which steps it made and which books it kept. */
export async function runAndWatch(deployment: Deployment) {
  const made: string[] = [];
  const kept: AddressBook[] = [];
  const audience: Audience = {
    made: ({ id }: Step) => made.push(id),
    keep: (book) => {
      kept.push(book);
      return Promise.resolve();
    },
  };
  return { book: await runDeployment(deployment, audience), made, kept };
}

/** The endpoint, with what `meddle` makes of a request; it may answer itself, throw, or ask the endpoint. */
export function meddling(
  endpoint: Rpc,
  meddle: (call: Parameters<Rpc["request"]>[0], ask: () => Promise<unknown>) => Promise<unknown>,
): Rpc {
  return { request: (call) => meddle(call, () => endpoint.request(call)) };
}

/** A failure of the way to an endpoint, as Hardhat reports it. */
export class Broken extends Error {
  readonly code = -1;
}

/** Whether a request sends a transaction. */
export function isWrite({ method }: { readonly method: string }): boolean {
  return method === "eth_sendTransaction" || method === "eth_sendRawTransaction";
}
