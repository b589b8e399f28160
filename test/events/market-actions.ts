import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { keccak256, type BytesLike } from "ethers";

import { Status } from "../../sdk/events/market.ts";
import { submitGasLimit } from "../../sdk/market/gas.ts";
import { flatRequest, type InferenceRequest } from "../../sdk/market/request.ts";
import { tensorRoot } from "../../sdk/program/tensor-hash.ts";
import type { Random } from "../program/helpers/random.ts";
import { now } from "../helpers/world.ts";
import { amount, pick, signerOf, type Action, type CrowdWorld, type Memory } from "./world.ts";

/** A tensor's word, which plain versions take as bytes, too. */
const WORD = new Uint8Array(32).fill(0x81);
const HOUR = 3_600n;
/** Consumer__Mock.Mood */
const MOODS = [0, 0, 1];

/** What people do with requests and fees. Every one may be refused. */
export const MARKET_ACTIONS: Readonly<Record<string, Action>> = {
  async deposit({ market, crowd, consumer }, random) {
    const payee = pick(random, [...crowd, consumer]);
    await market.connect(pick(random, crowd)).deposit(payee, amount(random, 1, 100));
  },
  async withdrawDeposit({ market, crowd }, random) {
    await market.connect(pick(random, crowd)).withdraw(amount(random, 1, 20));
  },
  async request(world, random, memory) {
    const requester = pick(random, world.crowd);
    const r = await draw(world, random, memory, requester.address);
    await world.market.connect(requester).request(r, random.int(0, 1) === 0 ? "0x" : WORD);
    memory.requests.push({ r, id: await world.market.hashRequest(r) });
  },
  async requestByContract(world, random, memory) {
    const { market, consumer, consumerAddress } = world;
    const r = await draw(world, random, memory, consumerAddress);
    await consumer.getFunction("run")(market, market.interface.encodeFunctionData("request", [r, "0x"]));
    memory.requests.push({ r, id: await market.hashRequest(r) });
  },
  async cancel({ market, crowd }, random, memory) {
    const { r } = pick(random, memory.requests);
    await market.connect(signerOf(crowd, r.requester)).cancel(r);
  },
  async expire({ market, stranger }, random, memory) {
    await market.connect(stranger).expire(pick(random, memory.requests).r);
  },
  async accept(world, random, memory) {
    const { r } = await pickIn(Status.Open, world.market, random, memory);
    const operator = await pickReady(world, random);
    await world.market.connect(operator).accept(r, operator);
  },
  async acceptByAgent(world, random, memory) {
    const { r } = await pickIn(Status.Open, world.market, random, memory);
    const operator = await pickReady(world, random);
    const agent = pick(random, world.crowd);
    if (operator === agent) throw new Error("nobody is its own agent");
    await world.market.connect(agent).accept(r, operator);
  },
  async submit({ market, crowd }, random, memory) {
    const { r, operator } = await pickIn(Status.Accepted, market, random, memory);
    const gasLimit = submitGasLimit(r, WORD.length) * 2n;
    await (await market.connect(signerOf(crowd, operator)).submit(r, WORD, [], { gasLimit })).wait();
  },
  async retryCallback({ market, stranger }, random, memory) {
    const { r } = await pickIn(Status.Final, market, random, memory);
    await market.connect(stranger).retryCallback(r, WORD);
  },
  async setMood({ consumer }, random) {
    await consumer.getFunction("setMood")(pick(random, MOODS), "0x");
  },
  async split({ splitter, crowd }, random, { versions }) {
    await splitter
      .connect(pick(random, crowd))
      .split(pick(random, crowd), pick(random, versions), amount(random, 1, 20));
  },
  async harvest({ splitter, stranger }, random, { versions }) {
    await splitter.connect(stranger).harvest(pick(random, versions));
  },
  async flush({ splitter, stranger }, random) {
    if (random.int(0, 2) === 0) await splitter.connect(stranger).flush();
    else throw new Error("flushed every third time only");
  },
};

/** One of the latest requests that stands at `status`. */
async function pickIn(
  status: bigint,
  market: CrowdWorld["market"],
  random: Random,
  { requests }: Memory,
): Promise<{ readonly r: InferenceRequest; readonly operator: string }> {
  const latest = requests.slice(-12);
  const states = await Promise.all(latest.map(({ id }) => market.stateOf(id)));
  const found = latest.flatMap(({ r }, index) => {
    const state = states[index];
    return state?.status === status ? [{ r, operator: state.operator }] : [];
  });
  return pick(random, found);
}

/** An operator that the market may lock. */
async function pickReady({ staking, market, crowd }: CrowdWorld, random: Random): Promise<HardhatEthersSigner> {
  const ready = await Promise.all(
    crowd.map(async (person) => {
      const { allowedFrom } = await staking.lockOf(person, market);
      return allowedFrom !== 0n && (await staking.capacity(person)) !== 0n ? [person] : [];
    }),
  );
  return pick(random, ready.flat());
}

async function draw(
  { registry, consumerAddress }: CrowdWorld,
  random: Random,
  { versions }: Memory,
  requester: string,
): Promise<InferenceRequest> {
  const versionId = pick(random, versions);
  const called = random.int(0, 2) > 0;
  const maxFee = amount(random, 1, 10);
  const flat = flatRequest({
    requester,
    versionId,
    inputHash: await hashFor(registry, versionId, WORD),
    fee: maxFee,
    collateral: amount(random, 100, 300),
    now: await now(),
    acceptWithin: BigInt(random.int(1, 72)) * HOUR,
    deliverWithin: BigInt(random.int(1, 48)) * HOUR,
    salt: BigInt(random.uint32()),
    ...(called ? { consumer: consumerAddress, callbackGas: random.int(0, 2) > 0 ? 200_000n : 0n } : {}),
  });
  return { ...flat, minFee: maxFee / 2n, rampEnd: flat.rampStart + BigInt(random.int(0, 10)) * HOUR };
}

async function hashFor(registry: CrowdWorld["registry"], versionId: bigint, bytes: BytesLike): Promise<string> {
  return (await registry.hasProgram(versionId)) ? tensorRoot(WORD) : keccak256(bytes);
}
