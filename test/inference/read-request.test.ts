import { expect } from "chai";
import { hexlify, id, toBeHex } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { hashRequest, requestDomain } from "../../sdk/market/request.ts";
import { ethers, load } from "../helpers/network.ts";
import { DEPOSIT, givenMarket, INPUT, request, requested } from "./worlds.ts";

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

  it("says so when a node serves logs but not the transaction", async function () {
    const { market, requestId } = await requested();
    const { provider } = ethers;
    const honest = provider.getTransaction.bind(provider);
    provider.getTransaction = () => Promise.resolve(null);
    const error = await failure(readRequest(market, requestId));
    provider.getTransaction = honest;
    expect(error).to.be.instanceOf(SuiteError).with.property("code", "TRANSACTION_NOT_SERVED");
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

  it("does not believe a node that lies about both the request and its hash", async function () {
    const { market, r, requestId } = await requested();
    const lie = { ...r, maxFee: r.maxFee + 1n };
    const data = market.interface.encodeFunctionData("request", [lie, "0x"]);
    const liar = new Proxy(market, {
      get(target, key): unknown {
        if (key === "hashRequest") return () => Promise.resolve(requestId);
        if (key === "queryFilter") {
          return async (...query: Parameters<typeof target.queryFilter>) =>
            (await target.queryFilter(...query)).map((log) => ({
              args: log.args as unknown,
              blockNumber: log.blockNumber,
              getTransaction: () => Promise.resolve({ data }),
            }));
        }
        const member: unknown = Reflect.get(target, key);
        return member;
      },
    });
    const error = await failure(readRequest(liar, requestId));
    expect(error).to.be.instanceOf(SuiteError).with.property("code", "REQUEST_MISMATCH");
  });

  it("finds a request by its id in capital letters", async function () {
    const { market, r, requestId } = await requested();
    const { request: found } = await readRequest(market, `0x${requestId.slice(2).toUpperCase()}`);
    expect(found).to.deep.equal(r);
  });

  it("refuses with its own error what no string can hold", async function () {
    const world = await load(givenMarket);
    const { market, requester } = world;
    const r = await request(world, { inputURI: "zz" });
    const sane = market.interface.encodeFunctionData("request", [r, "0x"]);
    const data = sane.replace(toBeHex(0x7a7a).slice(2).padEnd(64, "0"), "ff80".padEnd(64, "0"));
    const receipt = await (await requester.sendTransaction({ to: market, data })).wait();
    const requestId = receipt?.logs[0]?.topics[1] ?? "";
    expect((await market.stateOf(requestId)).status).to.equal(1n);
    const error: unknown = await readRequest(market, requestId).catch((refusal: unknown) => refusal);
    expect(error).to.have.property("name", "SuiteError");
  });

  it("refuses input that is not what was asked", async function () {
    const world = await load(givenMarket);
    const r = await request(world);
    await world.market.connect(world.requester).request(r, INPUT);
    const requestId = await world.market.hashRequest(r);
    const liar = new Proxy(world.market, {
      get(target, key): unknown {
        if (key !== "queryFilter") return Reflect.get(target, key) as unknown;
        return async (...query: Parameters<typeof target.queryFilter>) =>
          (await target.queryFilter(...query)).map((log) => ({
            args: { input: hexlify(new Uint8Array(64)) },
            blockNumber: log.blockNumber,
            getTransaction: () => log.getTransaction(),
          }));
      },
    });
    const error = await failure(readRequest(liar, requestId));
    expect(error).to.be.instanceOf(SuiteError).with.property("code", "REQUEST_MISMATCH");
  });
});
