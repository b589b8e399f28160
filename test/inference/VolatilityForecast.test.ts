import { expect } from "chai";
import { ZeroHash } from "ethers";

import { VolatilityForecast__factory } from "../../sdk/generated/index.ts";
import { flatRequest } from "../../sdk/market/request.ts";
import { encodeTensor } from "../../sdk/program/tensor-hash.ts";
import { ethers, load } from "../helpers/network.ts";
import { now } from "../helpers/world.ts";
import { COLLATERAL, DEPOSIT, FEE, givenMarket, HOUR } from "./worlds.ts";

const Volatility = { Unknown: 0n, Calm: 1n, Volatile: 2n };

/** A forecast contract with a deposit, owned by the requester. */
async function givenForecast() {
  const world = await givenMarket();
  const forecast = await new VolatilityForecast__factory(world.requester).deploy(world.market, world.version);
  await world.market.connect(world.requester).deposit(forecast, DEPOSIT);
  return { ...world, forecast };
}

async function asked(change: { readonly requester?: string; readonly versionId?: bigint } = {}) {
  const world = await load(givenForecast);
  const address = await world.forecast.getAddress();
  const r = {
    ...flatRequest({
      requester: address,
      consumer: address,
      versionId: world.version,
      inputHash: "0x".padEnd(66, "ab"),
      fee: FEE,
      collateral: COLLATERAL,
      callbackGas: 200_000n,
      now: await now(),
      acceptWithin: HOUR,
      deliverWithin: HOUR,
    }),
    ...change,
  };
  if (r.requester === address) await world.forecast.connect(world.requester).ask(r, "0x");
  else await world.market.connect(world.requester).request(r, "0x");
  await world.market.connect(world.operator).accept(r, world.operator);
  return { ...world, r, requestId: await world.market.hashRequest(r) };
}

const answer = (value: number): Uint8Array => encodeTensor({ dtype: "int32", values: Int32Array.of(value) });

describe("VolatilityForecast", function () {
  it("lets only its owner spend its deposit", async function () {
    const { forecast, market, stranger, requester, r } = await asked();
    await expect(forecast.connect(stranger).ask({ ...r, salt: 1n }, "0x"))
      .to.be.revertedWithCustomError(forecast, "VolatilityForecastNotOwner")
      .withArgs(stranger, requester);
    expect(await market.depositOf(forecast)).to.equal(DEPOSIT - FEE);
  });

  for (const [value, expected] of [
    [0, Volatility.Calm],
    [1, Volatility.Volatile],
  ] as const) {
    it(`understands class ${value}`, async function () {
      const { forecast, market, operator, r, requestId } = await asked();
      const tx = market.connect(operator).submit(r, answer(value), []);
      await expect(tx).to.emit(forecast, "ForecastReceived").withArgs(requestId, r.inputHash, expected);
      expect(await forecast.latest()).to.equal(expected);
      expect(await forecast.latestInputHash()).to.equal(r.inputHash);
    });
  }

  for (const [what, output] of [
    ["a class it does not know", answer(2)],
    ["a negative class", answer(-1)],
    ["more than one word", new Uint8Array(64)],
  ] as const) {
    it(`refuses ${what} and forgets nothing`, async function () {
      const { forecast, market, operator, r, requestId } = await asked();
      const tx = market.connect(operator).submit(r, output, []);
      await expect(tx).to.emit(market, "CallbackFailed").withArgs(requestId, forecast);
      expect(await forecast.latest()).to.equal(Volatility.Unknown);
      expect(await forecast.latestInputHash()).to.equal(ZeroHash);
    });
  }

  it("keeps the forecast that was asked for last, in whatever order results arrive", async function () {
    const { forecast, market, requester, operator, r } = await asked();
    const later = { ...r, inputHash: "0x".padEnd(66, "cd") };
    await forecast.connect(requester).ask(later, "0x");
    await market.connect(operator).accept(later, operator);
    await market.connect(operator).submit(later, answer(1), []);
    const tx = market.connect(operator).submit(r, answer(0), []);
    await expect(tx).not.to.emit(forecast, "ForecastReceived");
    await expect(tx).not.to.emit(market, "CallbackFailed");
    expect(await forecast.latest()).to.equal(Volatility.Volatile);
    expect(await forecast.latestInputHash()).to.equal(later.inputHash);
    expect(await forecast.latestAsk()).to.equal(2n);
  });

  it("gives its owner, and nobody else, what is left of its deposit", async function () {
    const { forecast, market, opg, requester, stranger } = await asked();
    await expect(forecast.connect(stranger).withdraw(1n))
      .to.be.revertedWithCustomError(forecast, "VolatilityForecastNotOwner")
      .withArgs(stranger, requester);
    const left = DEPOSIT - FEE;
    await expect(forecast.connect(requester).withdraw(left)).to.changeTokenBalances(
      ethers,
      opg,
      [requester, market, forecast],
      [left, -left, 0n],
    );
  });

  it("takes back what nobody has accepted, for its owner only", async function () {
    const { forecast, market, requester, stranger, r } = await asked();
    const open = { ...r, salt: 4n };
    await forecast.connect(requester).ask(open, "0x");
    await expect(forecast.connect(stranger).cancel(open))
      .to.be.revertedWithCustomError(forecast, "VolatilityForecastNotOwner")
      .withArgs(stranger, requester);
    await forecast.connect(requester).cancel(open);
    expect(await market.depositOf(forecast)).to.equal(DEPOSIT - FEE);
  });

  it("refuses results from anybody but the market", async function () {
    const { forecast, market, stranger, version } = await asked();
    await expect(forecast.connect(stranger).onResult(ZeroHash, forecast, version, ZeroHash, answer(1)))
      .to.be.revertedWithCustomError(forecast, "InferenceConsumerNotMarket")
      .withArgs(stranger, market);
  });

  it("threat 40: refuses what a stranger asked for in its name", async function () {
    const { requester } = await load(givenForecast);
    const { forecast, market, operator, r, requestId } = await asked({ requester: requester.address });
    await expect(market.connect(operator).submit(r, answer(1), []))
      .to.emit(market, "CallbackFailed")
      .withArgs(requestId, forecast);
    await expect(market.retryCallback(r, answer(1))).to.be.revertedWithCustomError(
      market,
      "InferenceMarketCallbackReverted",
    );
    expect(await forecast.latest()).to.equal(Volatility.Unknown);
  });

  it("threat 53: refuses another version's answer", async function () {
    const { plainVersion } = await load(givenForecast);
    const { forecast, market, operator, r, requestId } = await asked({ versionId: plainVersion });
    await expect(market.connect(operator).submit(r, answer(1), []))
      .to.emit(market, "CallbackFailed")
      .withArgs(requestId, forecast);
    expect(await forecast.latest()).to.equal(Volatility.Unknown);
  });
});
