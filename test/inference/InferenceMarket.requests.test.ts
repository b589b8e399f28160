import { expect } from "chai";
import { hexlify, keccak256, MaxUint256, parseEther, ZeroAddress } from "ethers";

import { InferenceMarket__factory } from "../../sdk/generated/index.ts";
import { hashRequest, requestDomain, type InferenceRequest } from "../../sdk/market/request.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { at, DAY, now } from "../helpers/world.ts";
import {
  accepted,
  COLLATERAL,
  delivered,
  DEPOSIT,
  FEE,
  givenMarket,
  HOUR,
  INPUT,
  request,
  requested,
} from "./worlds.ts";

const Status = { None: 0n, Open: 1n, Accepted: 2n, Final: 3n, Refunded: 4n };

describe("InferenceMarket: deposits and requests", function () {
  describe("constructor", function () {
    for (const floor of [parseEther("1") - 1n, parseEther("10000") + 1n]) {
      it(`refuses a collateral floor of ${floor} wei`, async function () {
        const { opg, registry, staking, splitter, genesis } = await load(givenMarket);
        const factory = new InferenceMarket__factory(genesis);
        await expect(factory.deploy(opg, registry, staking, splitter, floor))
          .to.be.revertedWithCustomError(factory, "InferenceMarketCollateralFloorOutOfRange")
          .withArgs(floor, parseEther("1"), parseEther("10000"));
      });
    }

    for (const floor of [parseEther("1"), parseEther("10000")]) {
      it(`takes a collateral floor of ${floor} wei`, async function () {
        const { opg, registry, staking, splitter, genesis } = await load(givenMarket);
        const factory = new InferenceMarket__factory(genesis);
        const market = await factory.deploy(opg, registry, staking, splitter, floor);
        expect(await market.collateralFloor()).to.equal(floor);
      });
    }

    it("threat 33: the longest collateral fits into the longest lock", async function () {
      const { market, staking } = await load(givenMarket);
      const parts = await Promise.all([
        market.MAX_DELIVER_WITHIN(),
        market.MAX_WINDOW(),
        market.GAME_MAX(),
        market.LOCK_MARGIN(),
      ]);
      const longest = parts.reduce((sum, part) => sum + part, 0n);
      expect(longest).to.equal(237n * HOUR);
      expect(longest).to.be.at.most(await staking.MAX_LOCK());
    });
  });

  describe("deposit and withdraw", function () {
    it("credits whoever the payer names", async function () {
      const { market, opg, stranger, requester } = await load(givenMarket);
      const tx = market.connect(stranger).deposit(requester, 5n);
      await expect(tx).to.emit(market, "Deposited").withArgs(requester, stranger, 5n);
      await expect(tx).to.changeTokenBalances(ethers, opg, [stranger, market, requester], [-5n, 5n, 0n]);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT + 5n);
      expect(await market.depositOf(stranger)).to.equal(0n);
    });

    it("pays back to the depositor, up to the last wei", async function () {
      const { market, opg, requester } = await load(givenMarket);
      await expect(market.connect(requester).withdraw(DEPOSIT + 1n))
        .to.be.revertedWithCustomError(market, "InferenceMarketInsufficientDeposit")
        .withArgs(requester, DEPOSIT, DEPOSIT + 1n);
      const tx = market.connect(requester).withdraw(DEPOSIT);
      await expect(tx).to.emit(market, "DepositWithdrawn").withArgs(requester, DEPOSIT);
      await expect(tx).to.changeTokenBalances(ethers, opg, [market, requester], [-DEPOSIT, DEPOSIT]);
      expect(await market.depositOf(requester)).to.equal(0n);
    });

    it("does not let out what an open request holds", async function () {
      const { market, requester } = await requested();
      await expect(market.connect(requester).withdraw(DEPOSIT))
        .to.be.revertedWithCustomError(market, "InferenceMarketInsufficientDeposit")
        .withArgs(requester, DEPOSIT - FEE, DEPOSIT);
    });
  });

  describe("hashRequest", function () {
    it("threat 52: is the EIP-712 hash that ethers computes, every field in its place", async function () {
      const world = await load(givenMarket);
      const { chainId } = await ethers.provider.getNetwork();
      const domain = requestDomain(chainId, await world.market.getAddress());
      const distinct: InferenceRequest = {
        requester: "0x0000000000000000000000000000000000000001",
        consumer: "0x0000000000000000000000000000000000000002",
        versionId: 3n,
        inputHash: keccak256("0x04"),
        inputURI: "ipfs://five",
        requiredProofs: 6n,
        minFee: 7n,
        maxFee: 8n,
        rampStart: 9n,
        rampEnd: 10n,
        acceptBy: 11n,
        deliverWithin: 12n,
        window: 13n,
        expireAt: 14n,
        collateral: 15n,
        operator: "0x0000000000000000000000000000000000000010",
        callbackGas: 17n,
        salt: MaxUint256,
      };
      expect(await world.market.hashRequest(distinct)).to.equal(hashRequest(domain, distinct));
    });
  });

  describe("request", function () {
    it("refuses anybody but the requester: threat 58", async function () {
      const world = await load(givenMarket);
      const r = await request(world);
      await expect(world.market.connect(world.stranger).request(r, "0x"))
        .to.be.revertedWithCustomError(world.market, "InferenceMarketNotRequester")
        .withArgs(world.stranger, world.requester);
    });

    const now_ = 2_000_000_000n;
    const refused: {
      readonly when: string;
      readonly change: Partial<InferenceRequest>;
      readonly error: string;
      readonly args: readonly unknown[];
    }[] = [
      ...[1n, 2n, 16n, 0xffffffffn].map((bits) => ({
        when: `it requires proofs ${bits}: threat 30`,
        change: { requiredProofs: bits },
        error: "InferenceMarketProofsNotGrantable",
        args: [bits, 0n],
      })),
      {
        when: "it asks for a window in which nothing could be challenged",
        change: { window: 1n },
        error: "InferenceMarketWindowOutOfRange",
        args: [1n, 0n, 0n],
      },
      {
        when: "the fee falls along the ramp",
        change: { minFee: FEE + 1n },
        error: "InferenceMarketFeeRange",
        args: [FEE + 1n, FEE],
      },
      {
        when: "the ramp ends before it starts",
        change: { rampStart: 2n, rampEnd: 1n },
        error: "InferenceMarketRampRange",
        args: [2n, 1n],
      },
      {
        when: "accepting is already too late",
        change: { acceptBy: now_ },
        error: "InferenceMarketAcceptByOutOfRange",
        args: [now_, now_ + 1n, now_ + 30n * DAY],
      },
      {
        when: "accepting is open for a second more than 30 days",
        change: { acceptBy: now_ + 30n * DAY + 1n, expireAt: now_ + 30n * DAY + 1n },
        error: "InferenceMarketAcceptByOutOfRange",
        args: [now_ + 30n * DAY + 1n, now_ + 1n, now_ + 30n * DAY],
      },
      {
        when: "there is no time to deliver",
        change: { deliverWithin: 0n },
        error: "InferenceMarketDeliverWithinOutOfRange",
        args: [0n, 1n, 2n * DAY],
      },
      {
        when: "there is a second more than two days to deliver",
        change: { deliverWithin: 2n * DAY + 1n },
        error: "InferenceMarketDeliverWithinOutOfRange",
        args: [2n * DAY + 1n, 1n, 2n * DAY],
      },
      {
        when: "it expires before anybody could deliver",
        change: { expireAt: now_ + HOUR - 1n },
        error: "InferenceMarketExpireAtOutOfRange",
        args: [now_ + HOUR - 1n, now_ + HOUR, now_ + HOUR + 7n * DAY],
      },
      {
        when: "it expires a second more than 7 days after accepting ends",
        change: { expireAt: now_ + HOUR + 7n * DAY + 1n },
        error: "InferenceMarketExpireAtOutOfRange",
        args: [now_ + HOUR + 7n * DAY + 1n, now_ + HOUR, now_ + HOUR + 7n * DAY],
      },
      {
        when: "the collateral is a wei below the floor",
        change: { collateral: COLLATERAL - 1n },
        error: "InferenceMarketCollateralTooLow",
        args: [COLLATERAL - 1n, COLLATERAL],
      },
      {
        when: "the collateral is a wei below a fee above the floor",
        change: { maxFee: COLLATERAL + 2n, collateral: COLLATERAL + 1n },
        error: "InferenceMarketCollateralTooLow",
        args: [COLLATERAL + 1n, COLLATERAL + 2n],
      },
      {
        when: "its URI is a byte too long, so that whoever accepts could be unable to deliver: threat 82",
        change: { inputURI: "x".repeat(2_049) },
        error: "InferenceMarketURITooLong",
        args: [2_049n, 2_048n],
      },
      {
        when: "the callback may burn more gas than anyone should pay for: threat 82",
        change: { callbackGas: 500_001n, consumer: "0x0000000000000000000000000000000000000001" },
        error: "InferenceMarketCallbackGasTooHigh",
        args: [500_001n, 500_000n],
      },
      {
        when: "there is gas for a callback but nobody to call",
        change: { callbackGas: 1n },
        error: "InferenceMarketCallbackWithoutConsumer",
        args: [1n],
      },
    ];
    for (const { when, change, error, args } of refused) {
      it(`refuses when ${when}`, async function () {
        const world = await load(givenMarket);
        await networkHelpers.time.increaseTo(now_ - 1n);
        const r = await request(world, { acceptBy: now_ + HOUR, expireAt: now_ + 2n * HOUR, ...change });
        await expect(at(now_, () => world.market.connect(world.requester).request(r, "0x")))
          .to.be.revertedWithCustomError(world.market, error)
          .withArgs(...args);
      });
    }

    it("takes every bound exactly", async function () {
      const world = await load(givenMarket);
      const r = await request(world, {
        acceptBy: now_ + 30n * DAY,
        deliverWithin: 2n * DAY,
        expireAt: now_ + 37n * DAY,
        maxFee: COLLATERAL,
        inputURI: "x".repeat(2_048),
        callbackGas: 500_000n,
        consumer: world.stranger.address,
      });
      await at(now_, () => world.market.connect(world.requester).request(r, "0x"));
      expect((await world.market.stateOf(await world.market.hashRequest(r))).status).to.equal(Status.Open);
    });

    it("takes the earliest end that leaves time to deliver at once", async function () {
      const world = await load(givenMarket);
      const r = await request(world, { acceptBy: now_ + 1n, expireAt: now_ + HOUR });
      await at(now_, () => world.market.connect(world.requester).request(r, "0x"));
      expect((await world.market.stateOf(await world.market.hashRequest(r))).status).to.equal(Status.Open);
    });

    it("refuses what the deposit cannot pay", async function () {
      const world = await load(givenMarket);
      const r = await request(world, { maxFee: DEPOSIT + 1n, collateral: DEPOSIT + 1n });
      await expect(world.market.connect(world.requester).request(r, "0x"))
        .to.be.revertedWithCustomError(world.market, "InferenceMarketInsufficientDeposit")
        .withArgs(world.requester, DEPOSIT, DEPOSIT + 1n);
    });

    it("holds the fee and says so", async function () {
      const world = await load(givenMarket);
      const r = await request(world);
      const requestId = await world.market.hashRequest(r);
      const tx = world.market.connect(world.requester).request(r, "0x");
      await expect(tx)
        .to.emit(world.market, "InferenceRequested")
        .withArgs(requestId, world.requester, world.version, FEE, "0x");
      await expect(tx).not.to.emit(world.market, "RequestPublished");
      expect(await world.market.depositOf(world.requester)).to.equal(DEPOSIT - FEE);
      expect(await world.market.stateOf(requestId)).to.deep.equal([Status.Open, false, false, 0n, 0n, ZeroAddress]);
    });

    it("publishes the request of a contract, whose calldata others cannot read", async function () {
      const world = await load(givenMarket);
      const { market, requester, version } = world;
      const consumer = await ethers.deployContract("Consumer__Mock");
      const address = await consumer.getAddress();
      await market.connect(requester).deposit(address, FEE);
      const r = await request(world, { requester: address });
      const call = market.interface.encodeFunctionData("request", [r, "0x"]);
      const requestId = await market.hashRequest(r);
      const tx = consumer.getFunction("run")(await market.getAddress(), call);
      await expect(tx).to.emit(market, "InferenceRequested").withArgs(requestId, address, version, FEE, "0x");
      await expect(tx).to.emit(market, "RequestPublished").withArgs(requestId, Object.values(r));
    });

    it("threat 41: refuses fields with stray high bits, so that a request has one form", async function () {
      const world = await load(givenMarket);
      const { market, requester } = world;
      const data = market.interface.encodeFunctionData("request", [await request(world), "0x"]);
      // Words of the request's head: everything but the full words versionId, inputHash, salt and the string's offset.
      for (const field of [0, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]) {
        const at_ = 2 + 8 + 64 * (2 + field);
        const dirty = data.slice(0, at_) + "ff" + data.slice(at_ + 2);
        const sent = requester.sendTransaction({ to: market, data: dirty, gasLimit: 1_000_000n });
        await expect(sent, `field ${field}`).to.be.revertedWithoutReason(ethers);
      }
      await requester.sendTransaction({ to: market, data });
    });

    it("threat 26: the same request cannot be made again, whatever became of it", async function () {
      const open = await requested();
      const again = open.market.connect(open.requester).request(open.r, "0x");
      await expect(again)
        .to.be.revertedWithCustomError(open.market, "InferenceMarketAlreadyRequested")
        .withArgs(open.requestId, Status.Open);
      await open.market.connect(open.requester).cancel(open.r);
      await expect(open.market.connect(open.requester).request(open.r, "0x"))
        .to.be.revertedWithCustomError(open.market, "InferenceMarketAlreadyRequested")
        .withArgs(open.requestId, Status.Refunded);
      const final = await delivered();
      await expect(final.market.connect(final.requester).request(final.r, "0x"))
        .to.be.revertedWithCustomError(final.market, "InferenceMarketAlreadyRequested")
        .withArgs(final.requestId, Status.Final);
    });

    it("another salt makes another request", async function () {
      const { market, requester, r } = await requested();
      await market.connect(requester).request({ ...r, salt: r.salt + 1n }, "0x");
      expect(await market.depositOf(requester)).to.equal(DEPOSIT - 2n * FEE);
    });

    describe("given public input", function () {
      it("emits bytes whose tensor root is the input hash, and remembers that it did", async function () {
        const world = await load(givenMarket);
        const r = await request(world);
        const tx = await world.market.connect(world.requester).request(r, INPUT);
        await expect(tx)
          .to.emit(world.market, "InferenceRequested")
          .withArgs(await world.market.hashRequest(r), world.requester, world.version, FEE, hexlify(INPUT));
        expect((await world.market.stateOf(await world.market.hashRequest(r))).inputPublic).to.equal(true);
      });

      it("refuses other bytes than the input hash says", async function () {
        const world = await load(givenMarket);
        const r = await request(world, { inputHash: keccak256(INPUT) });
        await expect(world.market.connect(world.requester).request(r, INPUT))
          .to.be.revertedWithCustomError(world.market, "InferenceMarketInputMismatch")
          .withArgs(keccak256(INPUT), (await request(world)).inputHash);
      });

      it("hashes the plain bytes for a version without a program, of any length", async function () {
        const world = await load(givenMarket);
        const r = await request(world, { versionId: world.plainVersion, inputHash: keccak256("0xabcdef") });
        await world.market.connect(world.requester).request(r, "0xabcdef");
        expect((await world.market.stateOf(await world.market.hashRequest(r))).inputPublic).to.equal(true);
      });

      it("refuses part of a word for a version with a program", async function () {
        const world = await load(givenMarket);
        const r = await request(world);
        await expect(world.market.connect(world.requester).request(r, "0xabcdef"))
          .to.be.revertedWithCustomError(world.market, "TensorHashPartialWord")
          .withArgs(3n);
      });

      it("takes 4,096 bytes and no more", async function () {
        const world = await load(givenMarket);
        const bytes = new Uint8Array(4_097).fill(1);
        const long = await request(world, { versionId: world.plainVersion, inputHash: keccak256(bytes) });
        await expect(world.market.connect(world.requester).request(long, bytes))
          .to.be.revertedWithCustomError(world.market, "InferenceMarketBytesTooLong")
          .withArgs(4_097n, 4_096n);
        const fits = { ...long, inputHash: keccak256(bytes.slice(1)) };
        await world.market.connect(world.requester).request(fits, bytes.slice(1));
      });
    });
  });

  describe("cancel", function () {
    it("refuses anybody but the requester, and what is not open", async function () {
      const { market, stranger, requester, r, requestId } = await accepted();
      await expect(market.connect(stranger).cancel(r))
        .to.be.revertedWithCustomError(market, "InferenceMarketNotRequester")
        .withArgs(stranger, requester);
      await expect(market.connect(requester).cancel(r))
        .to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus")
        .withArgs(requestId, Status.Accepted, Status.Open);
    });

    it("returns the whole fee to the deposit, once", async function () {
      const { market, requester, r, requestId } = await requested();
      await expect(market.connect(requester).cancel(r))
        .to.emit(market, "RequestRefunded")
        .withArgs(requestId, requester, FEE);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT);
      await expect(market.connect(requester).cancel(r))
        .to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus")
        .withArgs(requestId, Status.Refunded, Status.Open);
    });
  });

  it("given a ramp that has not begun: holds the highest fee and returns it whole, cancelled or expired", async function () {
    const { market, requester, r } = await requested({
      minFee: 1n,
      rampStart: 2n ** 40n - 2n,
      rampEnd: 2n ** 40n - 1n,
    });
    expect(await market.depositOf(requester)).to.equal(DEPOSIT - FEE);
    await market.connect(requester).cancel(r);
    expect(await market.depositOf(requester)).to.equal(DEPOSIT);
    await market.connect(requester).request({ ...r, salt: 2n }, "0x");
    expect(await market.depositOf(requester)).to.equal(DEPOSIT - FEE);
    await at(r.acceptBy, () => market.expire({ ...r, salt: 2n }));
    expect(await market.depositOf(requester)).to.equal(DEPOSIT);
  });

  describe("expire", function () {
    it("refuses what was never requested, is final or refunded", async function () {
      const world = await load(givenMarket);
      const r = await request(world, { salt: 77n });
      await expect(world.market.expire(r))
        .to.be.revertedWithCustomError(world.market, "InferenceMarketWrongStatus")
        .withArgs(await world.market.hashRequest(r), Status.None, Status.Accepted);
      const final = await delivered();
      await networkHelpers.time.increaseTo(final.r.expireAt);
      await expect(final.market.expire(final.r))
        .to.be.revertedWithCustomError(final.market, "InferenceMarketWrongStatus")
        .withArgs(final.requestId, Status.Final, Status.Accepted);
    });

    it("given nobody accepted: refunds from acceptBy on, not a second earlier", async function () {
      const { market, stranger, requester, r, requestId } = await requested();
      await expect(at(r.acceptBy - 1n, () => market.connect(stranger).expire(r)))
        .to.be.revertedWithCustomError(market, "InferenceMarketTooEarly")
        .withArgs(requestId, r.acceptBy, r.acceptBy - 1n);
      await expect(at(r.acceptBy, () => market.connect(stranger).expire(r)))
        .to.emit(market, "RequestRefunded")
        .withArgs(requestId, requester, FEE);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT);
    });

    it("given nothing was delivered: refunds and unlocks from the deadline on, not a second earlier", async function () {
      const { market, staking, operator, stranger, requester, r, requestId, deliverBy } = await accepted();
      await expect(at(deliverBy - 1n, () => market.connect(stranger).expire(r)))
        .to.be.revertedWithCustomError(market, "InferenceMarketTooEarly")
        .withArgs(requestId, deliverBy, deliverBy - 1n);
      const tx = at(deliverBy, () => market.connect(stranger).expire(r));
      await expect(tx).to.emit(market, "RequestRefunded").withArgs(requestId, requester, FEE);
      await expect(tx).to.emit(staking, "StakeUnlocked").withArgs(operator, market, COLLATERAL, 0n);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT);
      expect((await staking.operatorOf(operator)).locked).to.equal(0n);
    });

    it("given a price on the ramp: refunds what was accepted, neither the price of now nor the highest", async function () {
      await load(givenMarket);
      const start = (await now()) + 1_000n;
      const { market, operator, requester, r, requestId } = await requested({
        minFee: parseEther("1"),
        maxFee: parseEther("3"),
        rampStart: start,
        rampEnd: start + 2n * HOUR,
        expireAt: start + 2n * HOUR,
      });
      await at(start + 360n, () => market.connect(operator).accept(r, operator));
      expect(await market.depositOf(requester)).to.equal(DEPOSIT - parseEther("1.1"));
      await expect(at(start + 360n + HOUR, () => market.expire(r)))
        .to.emit(market, "RequestRefunded")
        .withArgs(requestId, requester, parseEther("1.1"));
      expect(await market.depositOf(requester)).to.equal(DEPOSIT);
    });

    it("still refunds after the collateral was cleared under it", async function () {
      const { market, staking, operator, stranger, requester, r, deliverBy } = await accepted();
      const { lastUntil } = await staking.lockOf(operator, market);
      expect(lastUntil).to.equal(deliverBy + 45n * HOUR + 2n * DAY);
      await at(lastUntil, () => staking.connect(stranger).clear(operator, market));
      const next = { ...r, salt: 2n, acceptBy: lastUntil + HOUR, expireAt: lastUntil + 3n * HOUR };
      await market.connect(requester).request(next, "0x");
      await market.connect(operator).accept(next, operator);
      await market.connect(stranger).expire(r);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT - FEE);
      // What is locked by now is another request's.
      expect((await staking.operatorOf(operator)).locked).to.equal(COLLATERAL);
    });
  });
});
