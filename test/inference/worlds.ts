import { keccak256, parseEther, ZeroAddress, ZeroHash } from "ethers";

import { ModelKind } from "../../sdk/registry/terms.ts";
import { flatRequest, type InferenceRequest } from "../../sdk/market/request.ts";
import { tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { load } from "../helpers/network.ts";
import { BOND, givenSuite, now, publish } from "../helpers/world.ts";

export const FEE = parseEther("10");
export const COLLATERAL = parseEther("100");
export const DEPOSIT = parseEther("1000");
export const INPUT = new Uint8Array(64).fill(0x81);
export const OUTPUT = new Uint8Array(32).fill(7);
export const HOUR = 3_600n;

/** An operator that takes the market's requests, a program version that takes 20 % royalty, and a requester with a deposit. */
export async function givenMarket() {
  const world = await givenSuite();
  const { staking, market, registry, operator, publisher, requester } = world;
  await staking.connect(operator).registerOperator(1_000, "ipfs://operator");
  await staking.connect(operator).bond(BOND);
  await staking.connect(operator).allow(market);
  const version = await publish(registry, publisher, ModelKind.Model, {
    programRoot: keccak256("0x01"),
    weightsRoot: keccak256("0x02"),
  });
  const plainVersion = await publish(registry, publisher, ModelKind.Model, { programRoot: ZeroHash });
  await market.connect(requester).deposit(requester, DEPOSIT);
  return { ...world, version, plainVersion };
}

export type MarketWorld = Awaited<ReturnType<typeof givenMarket>>;

/** A request that is in order, but for what `change` says. */
export async function request(world: MarketWorld, change: Partial<InferenceRequest> = {}): Promise<InferenceRequest> {
  return {
    ...flatRequest({
      requester: world.requester.address,
      versionId: world.version,
      inputHash: tensorRoot(INPUT),
      fee: FEE,
      collateral: COLLATERAL,
      now: await now(),
      acceptWithin: HOUR,
      deliverWithin: HOUR,
      inputURI: "ipfs://input",
      operator: ZeroAddress,
    }),
    ...change,
  };
}

/** The same, requested by its requester. */
export async function requested(change: Partial<InferenceRequest> = {}) {
  const world = await load(givenMarket);
  const r = await request(world, change);
  await world.market.connect(world.requester).request(r, "0x");
  return { ...world, r, requestId: await world.market.hashRequest(r) };
}

/** The same, accepted by the operator. */
export async function accepted(change: Partial<InferenceRequest> = {}) {
  const world = await requested(change);
  await world.market.connect(world.operator).accept(world.r, world.operator);
  const { acceptedAt } = await world.market.stateOf(world.requestId);
  return { ...world, deliverBy: acceptedAt + world.r.deliverWithin };
}

/** The same, delivered. */
export async function delivered(change: Partial<InferenceRequest> = {}) {
  const world = await accepted(change);
  await world.market.connect(world.operator).submit(world.r, OUTPUT, []);
  return world;
}
