import { expect } from "chai";
import { hexlify, id } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { hashRequest, requestDomain } from "../../sdk/market/request.ts";
import { ethers, load } from "../helpers/network.ts";
import { DEPOSIT, givenMarket, INPUT, request } from "./worlds.ts";

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("readRequest", function () {
  it("given a wallet asked: finds the request in the calldata", async function () {
    const world = await load(givenMarket);
    const r = await request(world);
    await world.market.connect(world.requester).request(r, INPUT);
    const requestId = await world.market.hashRequest(r);
    expect(await readRequest(world.market, requestId)).to.deep.equal({ request: r, input: hexlify(INPUT) });
  });

  it("given a contract asked: finds the request in the log", async function () {
    const world = await load(givenMarket);
    const consumer = await ethers.deployContract("Consumer__Mock");
    const address = await consumer.getAddress();
    await world.market.connect(world.requester).deposit(address, DEPOSIT);
    const r = await request(world, { requester: address });
    const call = world.market.interface.encodeFunctionData("request", [r, "0x"]);
    await consumer.getFunction("run")(await world.market.getAddress(), call);
    const domain = requestDomain((await ethers.provider.getNetwork()).chainId, await world.market.getAddress());
    expect(await readRequest(world.market, hashRequest(domain, r))).to.deep.equal({ request: r, input: "0x" });
  });

  it("refuses an id that was never requested", async function () {
    const { market } = await load(givenMarket);
    const error = await failure(readRequest(market, id("nothing")));
    expect(error).to.be.instanceOf(SuiteError).with.property("code", "REQUEST_NOT_FOUND");
  });

  it("refuses a node that shows another transaction: the id is the proof", async function () {
    const world = await load(givenMarket);
    const r = await request(world);
    const [asked, other] = [r, { ...r, salt: 9n }];
    const sent = await world.market.connect(world.requester).request(asked, "0x");
    const swapped = await world.market.connect(world.requester).request(other, "0x");
    const { provider } = ethers;
    const honest = provider.getTransaction.bind(provider);
    provider.getTransaction = (hash: string) => honest(hash === sent.hash ? swapped.hash : hash);
    const error = await failure(readRequest(world.market, await world.market.hashRequest(asked)));
    provider.getTransaction = honest;
    expect(error).to.be.instanceOf(SuiteError).with.property("code", "REQUEST_MISMATCH");
  });
});
