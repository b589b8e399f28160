import { expect } from "chai";
import { getCreateAddress, toBeHex, ZeroHash } from "ethers";

import { hashRequest, requestDomain } from "../../sdk/market/request.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { FEE, givenMarket, OUTPUT, request, requested } from "./worlds.ts";

const Status = { None: 0n, Open: 1n, Accepted: 2n, Final: 3n, Refunded: 4n };
const Mood = { Kind: 0, Revert: 1, ReturnBomb: 2, BurnGas: 3, Reenter: 4, Picky: 5 };

async function givenCallback(callbackGas: bigint) {
  const world = await load(givenMarket);
  const consumer = await ethers.deployContract("Consumer__Mock");
  const r = await request(world, { consumer: await consumer.getAddress(), callbackGas });
  await world.market.connect(world.requester).request(r, "0x");
  await world.market.connect(world.operator).accept(r, world.operator);
  return { ...world, consumer, r, requestId: await world.market.hashRequest(r) };
}

/** Failing tests of the audit: each shows one bug. */
describe("InferenceMarket: audit", function () {
  describe("threat 42: a consumer that changes its mind cannot undo the delivery", function () {
    it("gas that was enough for a kind consumer is enough for one that burns all it is given", async function () {
      const { market, operator, consumer, r, requestId } = await givenCallback(500_000n);
      const submit = market.connect(operator).getFunction("submit");
      const gasLimit = await submit.estimateGas(r, OUTPUT, []);
      await consumer.getFunction("setMood")(Mood.BurnGas, "0x");
      await submit(r, OUTPUT, [], { gasLimit }).catch(() => undefined);
      expect((await market.stateOf(requestId)).status).to.equal(Status.Final);
    });

    for (const callbackGas of [1n, 200_000n, 500_000n]) {
      it(`callback gas ${callbackGas}: whatever passes the gas check is delivered`, async function () {
        const { market, operator, consumer, r } = await givenCallback(callbackGas);
        const submit = market.connect(operator).getFunction("submit");
        const enough = await submit.estimateGas(r, OUTPUT, []).catch(() => 185_000n);
        await consumer.getFunction("setMood")(Mood.BurnGas, "0x");
        for (let gasLimit = enough + 16_000n; gasLimit > enough - 2_000n; gasLimit -= 500n) {
          const snapshot = await networkHelpers.takeSnapshot();
          const refusal = await submit(r, OUTPUT, [], { gasLimit }).then(
            () => "",
            (error: unknown) => (error instanceof Error ? error.message : "unknown"),
          );
          if (refusal !== "") expect(refusal, `gas limit ${gasLimit}`).to.include("InferenceMarketInsufficientGas");
          await snapshot.restore();
        }
      });
    }
  });

  it("tells no output hash once the consumer has taken the output", async function () {
    const { market, operator, consumer, r, requestId } = await givenCallback(500_000n);
    await consumer.getFunction("setMood")(Mood.Revert, "0x");
    await market.connect(operator).submit(r, OUTPUT, []);
    await consumer.getFunction("setMood")(Mood.Kind, "0x");
    await market.retryCallback(r, OUTPUT);
    expect(await market.outputHashOf(requestId)).to.equal(ZeroHash);
  });

  it("publishes the request of a contract that is still being built", async function () {
    const world = await load(givenMarket);
    const { market, requester } = world;
    const address = getCreateAddress({ from: requester.address, nonce: (await requester.getNonce()) + 1 });
    await market.connect(requester).deposit(address, FEE);
    const r = await request(world, { requester: address });
    const call = market.interface.encodeFunctionData("request", [r, "0x"]);
    const factory = await ethers.getContractFactory("ConstructionRequester__Mock", requester);
    const built = await factory.deploy(market, call);
    expect(await built.getAddress()).to.equal(address);
    await expect(built.deploymentTransaction()).to.emit(market, "RequestPublished");
    expect((await readRequest(market, await market.hashRequest(r))).request).to.deep.equal(r);
  });

  describe("readRequest", function () {
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
      const domain = requestDomain((await ethers.provider.getNetwork()).chainId, await market.getAddress());
      const shown = await readRequest(liar, requestId).catch((error: unknown) => error as Error);
      if (shown instanceof Error) expect(shown).to.have.property("code", "REQUEST_MISMATCH");
      else expect(hashRequest(domain, shown.request)).to.equal(requestId);
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
      expect((await market.stateOf(requestId)).status).to.equal(Status.Open);
      const error: unknown = await readRequest(market, requestId).catch((refusal: unknown) => refusal);
      expect(error).to.have.property("name", "SuiteError");
    });
  });
});
