import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { hexlify, keccak256, MaxUint256, parseEther, ZeroHash } from "ethers";

import { ModelKind } from "../../sdk/registry/terms.ts";
import { submitGasLimit } from "../../sdk/market/gas.ts";
import { flatRequest } from "../../sdk/market/request.ts";
import { tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { at, BOND, DAY, now, publish } from "../helpers/world.ts";
import {
  accepted,
  COLLATERAL,
  delivered,
  DEPOSIT,
  FEE,
  givenMarket,
  HOUR,
  OUTPUT,
  request,
  requested,
} from "./worlds.ts";

const Status = { Open: 1n, Accepted: 2n, Final: 3n, Refunded: 4n };
const ROYALTY = parseEther("2");
const TREASURY = parseEther("0.5");
const BURN = parseEther("1");
const OPERATOR = parseEther("6.5");

describe("InferenceMarket: delivery", function () {
  describe("priceAt", function () {
    it("rises along the ramp, rounded up, and is flat outside", async function () {
      const world = await load(givenMarket);
      const r = await request(world, { minFee: 1n, maxFee: 4n, rampStart: 100n, rampEnd: 200n });
      const prices: [bigint, bigint][] = [
        [0n, 1n],
        [100n, 1n],
        [101n, 2n],
        [133n, 2n],
        [134n, 3n],
        [199n, 4n],
        [200n, 4n],
        [MaxUint256, 4n],
      ];
      for (const [timestamp, price] of prices) {
        expect(await world.market.priceAt(r, timestamp), `at ${timestamp}`).to.equal(price);
      }
    });

    it("without a ramp jumps to the highest fee", async function () {
      const world = await load(givenMarket);
      const r = await request(world, { minFee: 1n, maxFee: 4n, rampStart: 100n, rampEnd: 100n });
      expect(await world.market.priceAt(r, 99n)).to.equal(1n);
      expect(await world.market.priceAt(r, 100n)).to.equal(4n);
    });
  });

  describe("accept", function () {
    it("refuses a request that was changed after it was made: threat 53", async function () {
      const { market, operator, r } = await requested();
      const changed = { ...r, consumer: operator.address };
      await expect(market.connect(operator).accept(changed, operator))
        .to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus")
        .withArgs(await market.hashRequest(changed), 0n, Status.Open);
    });

    it("refuses what somebody has accepted already", async function () {
      const { market, operator, r, requestId } = await accepted();
      await expect(market.connect(operator).accept(r, operator))
        .to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus")
        .withArgs(requestId, Status.Accepted, Status.Open);
    });

    it("refuses from acceptBy on, not a second earlier", async function () {
      const { market, operator, r, requestId } = await requested();
      await expect(at(r.acceptBy, () => market.connect(operator).accept(r, operator)))
        .to.be.revertedWithCustomError(market, "InferenceMarketTooLate")
        .withArgs(requestId, r.acceptBy, r.acceptBy);
      const other = await requested();
      await at(other.r.acceptBy - 1n, () => other.market.connect(other.operator).accept(other.r, other.operator));
      expect((await other.market.stateOf(other.requestId)).status).to.equal(Status.Accepted);
    });

    it("refuses when the delivery deadline would lie beyond expireAt, takes one that falls on it", async function () {
      const world = await load(givenMarket);
      const r = { ...(await request(world)), expireAt: (await now()) + HOUR + 100n };
      await world.market.connect(world.requester).request(r, "0x");
      const requestId = await world.market.hashRequest(r);
      const last = r.expireAt - HOUR;
      await expect(at(last + 1n, () => world.market.connect(world.operator).accept(r, world.operator)))
        .to.be.revertedWithCustomError(world.market, "InferenceMarketTooLate")
        .withArgs(requestId, last + 1n, last + 1n);
      const timely = { ...r, salt: r.salt + 1n, acceptBy: last + HOUR, expireAt: last + HOUR + 100n };
      await world.market.connect(world.requester).request(timely, "0x");
      await at(last + 100n, () => world.market.connect(world.operator).accept(timely, world.operator));
      expect((await world.market.stateOf(await world.market.hashRequest(timely))).status).to.equal(Status.Accepted);
    });

    it("refuses anybody but the operator that the requester named", async function () {
      const world = await load(givenMarket);
      const { market, operator, requester, stranger } = world;
      const r = await request(world, { operator: stranger.address });
      await market.connect(requester).request(r, "0x");
      await expect(market.connect(operator).accept(r, operator))
        .to.be.revertedWithCustomError(market, "InferenceMarketOperatorNamed")
        .withArgs(stranger, operator);
    });

    it("threat 58: refuses who is neither the operator nor its agent", async function () {
      const { market, operator, stranger, r } = await requested();
      await expect(market.connect(stranger).accept(r, operator))
        .to.be.revertedWithCustomError(market, "InferenceMarketNotOperator")
        .withArgs(stranger, operator);
    });

    it("refuses an unknown version before any stake is locked", async function () {
      const world = await load(givenMarket);
      const { market, registry, operator, requester } = world;
      const r = await request(world, { versionId: 99n << 32n });
      await market.connect(requester).request(r, "0x");
      await expect(market.connect(operator).accept(r, operator))
        .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownVersion")
        .withArgs(99n << 32n);
    });

    it("refuses an operator that has not allowed the market", async function () {
      const { market, staking, stranger, r } = await requested();
      await expect(market.connect(stranger).accept(r, stranger))
        .to.be.revertedWithCustomError(staking, "ComputeStakingLockerNotAllowed")
        .withArgs(stranger, market, 0n);
    });

    it("refuses an operator without enough free stake", async function () {
      const { market, staking, operator, r } = await requested({ collateral: BOND + 1n });
      await expect(market.connect(operator).accept(r, operator))
        .to.be.revertedWithCustomError(staking, "ComputeStakingInsufficientCapacity")
        .withArgs(operator, BOND, BOND + 1n);
    });

    it("locks the collateral and tells the deadline", async function () {
      const { market, staking, operator, r, requestId } = await requested();
      const then = (await now()) + 10n;
      const tx = at(then, () => market.connect(operator).accept(r, operator));
      await expect(tx)
        .to.emit(market, "InferenceAccepted")
        .withArgs(requestId, operator, FEE, then + HOUR);
      await expect(tx)
        .to.emit(staking, "StakeLocked")
        .withArgs(operator, market, COLLATERAL, then + HOUR + 45n * HOUR + 2n * DAY, 0n);
      expect(await market.stateOf(requestId)).to.deep.equal([
        Status.Accepted,
        false,
        false,
        then,
        0n,
        operator.address,
      ]);
    });

    it("fixes the price of this moment and returns what was held above it", async function () {
      const start = (await now()) + 1_000n;
      const { market, opg, operator, requester, r, requestId } = await requested({
        minFee: parseEther("1"),
        maxFee: parseEther("3"),
        rampStart: start,
        rampEnd: start + 100n,
      });
      const tx = at(start + 50n, () => market.connect(operator).accept(r, operator));
      await expect(tx)
        .to.emit(market, "InferenceAccepted")
        .withArgs(requestId, operator, parseEther("2"), start + 50n + HOUR);
      await expect(tx).to.changeTokenBalances(ethers, opg, [market, requester], [0n, 0n]);
      // The most, 3, comes apart into a price of 2 and a return of 1.
      expect(await market.depositOf(requester)).to.equal(DEPOSIT - parseEther("2"));
      const submitted = market.connect(operator).submit(r, OUTPUT, []);
      await expect(submitted).to.emit(market, "RequestFinalized").withArgs(requestId, operator, parseEther("2"));
      await expect(submitted).to.changeTokenBalances(ethers, opg, [market, requester], [-parseEther("2"), 0n]);
    });

    describe("given an agent", function () {
      async function givenAgent(limit: bigint) {
        const world = await requested();
        await world.staking.connect(world.operator).setAgent(world.agent, limit);
        return world;
      }

      it("accepts and submits for its operator, up to its limit exactly", async function () {
        const { market, agent, operator, r, requestId } = await givenAgent(COLLATERAL);
        await market.connect(agent).accept(r, operator);
        await expect(market.connect(agent).submit(r, OUTPUT, []))
          .to.emit(market, "RequestFinalized")
          .withArgs(requestId, operator, FEE);
      });

      it("threat 55: cannot lock a wei above its limit", async function () {
        const { market, agent, operator, r } = await givenAgent(COLLATERAL - 1n);
        await expect(market.connect(agent).accept(r, operator))
          .to.be.revertedWithCustomError(market, "InferenceMarketAgentLimitExceeded")
          .withArgs(operator, agent, COLLATERAL, COLLATERAL - 1n);
      });

      it("counts what the operator itself has locked", async function () {
        const { market, requester, agent, operator, r } = await givenAgent(COLLATERAL);
        await market.connect(operator).accept(r, operator);
        const second = { ...r, salt: 2n };
        await market.connect(requester).request(second, "0x");
        await expect(market.connect(agent).accept(second, operator))
          .to.be.revertedWithCustomError(market, "InferenceMarketAgentLimitExceeded")
          .withArgs(operator, agent, 2n * COLLATERAL, COLLATERAL);
      });

      it("acts for nobody else", async function () {
        const { market, agent, stranger, r } = await givenAgent(COLLATERAL);
        await expect(market.connect(agent).accept(r, stranger))
          .to.be.revertedWithCustomError(market, "InferenceMarketNotOperator")
          .withArgs(agent, stranger);
      });
    });
  });

  describe("submit", function () {
    it("refuses what nobody accepted", async function () {
      const { market, operator, r, requestId } = await requested();
      await expect(market.connect(operator).submit(r, OUTPUT, []))
        .to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus")
        .withArgs(requestId, Status.Open, Status.Accepted);
    });

    it("threat 58: refuses anybody but the operator that accepted and its agents", async function () {
      const { market, operator, stranger, r } = await accepted();
      await expect(market.connect(stranger).submit(r, OUTPUT, []))
        .to.be.revertedWithCustomError(market, "InferenceMarketNotOperator")
        .withArgs(stranger, operator);
    });

    it("refuses from the deadline on, not a second earlier", async function () {
      const late = await accepted();
      await expect(at(late.deliverBy, () => late.market.connect(late.operator).submit(late.r, OUTPUT, [])))
        .to.be.revertedWithCustomError(late.market, "InferenceMarketTooLate")
        .withArgs(late.requestId, late.deliverBy, late.deliverBy);
      const timely = await accepted();
      await at(timely.deliverBy - 1n, () => timely.market.connect(timely.operator).submit(timely.r, OUTPUT, []));
      expect((await timely.market.stateOf(timely.requestId)).status).to.equal(Status.Final);
    });

    it("refuses proofs that nobody asked for", async function () {
      const { market, operator, r } = await accepted();
      await expect(market.connect(operator).submit(r, OUTPUT, ["0x01"]))
        .to.be.revertedWithCustomError(market, "InferenceMarketUnexpectedProofs")
        .withArgs(1n, 0n);
    });

    it("refuses an output above 4,096 bytes, of part of a word, or of nothing", async function () {
      const { market, operator, r } = await accepted();
      const submit = (output: Uint8Array) => market.connect(operator).submit(r, output, []);
      await expect(submit(new Uint8Array(4_128)))
        .to.be.revertedWithCustomError(market, "InferenceMarketBytesTooLong")
        .withArgs(4_128n, 4_096n);
      await expect(submit(new Uint8Array(33)))
        .to.be.revertedWithCustomError(market, "TensorHashPartialWord")
        .withArgs(33n);
      await expect(submit(new Uint8Array(0)))
        .to.be.revertedWithCustomError(market, "TensorHashPartialWord")
        .withArgs(0n);
    });

    it("finishes everything in one transaction, to the wei", async function () {
      const { market, staking, splitter, opg, operator, requester, version, r, requestId } = await accepted();
      const tx = market.connect(operator).submit(r, OUTPUT, []);
      const outputHash = tensorRoot(OUTPUT);
      await expect(tx).to.emit(market, "ResultSubmitted").withArgs(requestId, operator, outputHash, hexlify(OUTPUT));
      await expect(tx).to.emit(market, "RequestFinalized").withArgs(requestId, operator, FEE);
      await expect(tx).to.emit(staking, "StakeUnlocked").withArgs(operator, market, COLLATERAL, 0n);
      await expect(tx)
        .to.emit(splitter, "FeeSplit")
        .withArgs(operator, version, FEE, ROYALTY, TREASURY, BURN, OPERATOR);
      await expect(tx).to.changeTokenBalances(
        ethers,
        opg,
        [market, splitter, staking, requester, operator],
        [-FEE, FEE - OPERATOR, OPERATOR, 0n, 0n],
      );
      expect(await market.outputHashOf(requestId)).to.equal(ZeroHash);
      expect((await market.stateOf(requestId)).status).to.equal(Status.Final);
      expect(await market.depositOf(requester)).to.equal(DEPOSIT - FEE);
      const { bond, locked } = await staking.operatorOf(operator);
      expect([bond, locked]).to.deep.equal([BOND + OPERATOR, 0n]);
    });

    it("keeps the output's hash for a consumer that looks for itself", async function () {
      const { market, operator, r, requestId } = await accepted({
        consumer: "0x000000000000000000000000000000000000bEEF",
      });
      expect(await market.outputHashOf(requestId)).to.equal(ZeroHash);
      await market.connect(operator).submit(r, OUTPUT, []);
      expect(await market.outputHashOf(requestId)).to.equal(tensorRoot(OUTPUT));
    });

    it("hashes the plain bytes for a version without a program, an empty answer too", async function () {
      const world = await load(givenMarket);
      const { market, operator, requester, plainVersion } = world;
      for (const [salt, output] of [
        [1n, "0xc0ffee"],
        [2n, "0x"],
      ] as const) {
        const r = await request(world, { versionId: plainVersion, salt, consumer: requester.address });
        await market.connect(requester).request(r, "0x");
        await market.connect(operator).accept(r, operator);
        await market.connect(operator).submit(r, output, []);
        expect(await market.outputHashOf(await market.hashRequest(r))).to.equal(keccak256(output));
      }
    });

    it("takes a request for nothing: no fee, no split", async function () {
      const { market, splitter, operator, r, requestId } = await accepted({ minFee: 0n, maxFee: 0n });
      const tx = market.connect(operator).submit(r, OUTPUT, []);
      await expect(tx).to.emit(market, "RequestFinalized").withArgs(requestId, operator, 0n);
      await expect(tx).not.to.emit(splitter, "FeeSplit");
    });

    it("unlocks its own collateral and no other request's", async function () {
      const { market, staking, operator, requester, r } = await accepted({
        deliverWithin: 2n * DAY,
        expireAt: (await now()) + 5n * DAY,
      });
      const second = { ...r, salt: 2n };
      await market.connect(requester).request(second, "0x");
      await market.connect(operator).accept(second, operator);
      expect((await staking.lockOf(operator, market)).amount).to.equal(2n * COLLATERAL);
      await market.connect(operator).submit(r, OUTPUT, []);
      expect((await staking.lockOf(operator, market)).amount).to.equal(COLLATERAL);
    });

    it("unlocks its collateral though an earlier epoch of the lock was cleared", async function () {
      const { market, staking, operator, requester, r } = await accepted();
      const { lastUntil } = await staking.lockOf(operator, market);
      await at(lastUntil, () => staking.clear(operator, market));
      const second = { ...r, salt: 2n, acceptBy: lastUntil + HOUR, expireAt: lastUntil + 3n * HOUR };
      await market.connect(requester).request(second, "0x");
      await market.connect(operator).accept(second, operator);
      expect((await market.stateOf(await market.hashRequest(second))).lockEpoch).to.equal(1n);
      await expect(market.connect(operator).submit(second, OUTPUT, []))
        .to.emit(staking, "StakeUnlocked")
        .withArgs(operator, market, COLLATERAL, 1n);
      expect((await staking.operatorOf(operator)).locked).to.equal(0n);
    });

    it("is final: nothing changes it afterwards", async function () {
      const { market, operator, requester, r, requestId } = await delivered();
      const before = await market.stateOf(requestId);
      for (const attempt of [
        () => market.connect(operator).submit(r, OUTPUT, []),
        () => market.connect(operator).accept(r, operator),
        () => market.connect(requester).cancel(r),
        () => market.expire(r),
      ]) {
        await expect(attempt()).to.be.revertedWithCustomError(market, "InferenceMarketWrongStatus");
      }
      expect(await market.stateOf(requestId)).to.deep.equal(before);
    });
  });

  describe("callback", function () {
    const Mood = { Kind: 0, Revert: 1, ReturnBomb: 2, BurnGas: 3, Reenter: 4, Picky: 5 };

    /** 64/63 of the 500,000 that the request states, and 32,000 for the market itself. */
    const GAS_NEEDED = 539_936n;

    async function givenConsumer() {
      const world = await load(givenMarket);
      const consumer = await ethers.deployContract("Consumer__Mock");
      const r = await request(world, { consumer: await consumer.getAddress(), callbackGas: 500_000n });
      await world.market.connect(world.requester).request(r, "0x");
      await world.market.connect(world.operator).accept(r, world.operator);
      return { ...world, consumer, r, requestId: await world.market.hashRequest(r) };
    }

    async function givenFailedCallback() {
      const world = await givenConsumer();
      await world.consumer.getFunction("setMood")(Mood.Revert, "0x");
      await world.market.connect(world.operator).submit(world.r, OUTPUT, []);
      return world;
    }

    it("hands the consumer everything about the result", async function () {
      const { market, operator, requester, version, consumer, r, requestId } = await givenConsumer();
      const tx = market.connect(operator).submit(r, OUTPUT, []);
      await expect(tx)
        .to.emit(consumer, "Received")
        .withArgs(requestId, requester, version, r.inputHash, hexlify(OUTPUT));
      await expect(tx).not.to.emit(market, "CallbackFailed");
      expect((await market.stateOf(requestId)).callbackFailed).to.equal(false);
      expect(await market.outputHashOf(requestId)).to.equal(ZeroHash);
    });

    it("calls nobody when the request states no gas", async function () {
      const { market, operator, requester, consumer, r } = await givenConsumer();
      const pull = { ...r, callbackGas: 0n, salt: 5n };
      await market.connect(requester).request(pull, "0x");
      await market.connect(operator).accept(pull, operator);
      const tx = market.connect(operator).submit(pull, OUTPUT, []);
      await expect(tx).not.to.emit(consumer, "Received");
      await expect(tx).not.to.emit(market, "CallbackFailed");
    });

    for (const [threat, mood] of [
      ["threat 45: a consumer that reverts", "Revert"],
      ["threat 43: a consumer that returns a bomb", "ReturnBomb"],
      ["threat 42: a consumer that burns all its gas", "BurnGas"],
    ] as const) {
      it(`${threat} holds nothing up`, async function () {
        const { market, opg, staking, operator, consumer, r, requestId } = await givenConsumer();
        await consumer.getFunction("setMood")(Mood[mood], "0x");
        const tx = await market.connect(operator).submit(r, OUTPUT, []);
        await expect(tx).to.emit(market, "CallbackFailed").withArgs(requestId, consumer);
        await expect(tx).to.emit(market, "RequestFinalized").withArgs(requestId, operator, FEE);
        await expect(tx).to.changeTokenBalances(ethers, opg, [staking], [OPERATOR]);
        const receipt = await tx.wait();
        expect(receipt?.gasUsed).to.be.lessThan(900_000n);
        const state = await market.stateOf(requestId);
        expect([state.status, state.callbackFailed]).to.deep.equal([Status.Final, true]);
      });
    }

    describe("threat 42: a consumer that changes its mind after the estimate", function () {
      async function givenCallback(callbackGas: bigint) {
        const world = await load(givenMarket);
        const consumer = await ethers.deployContract("Consumer__Mock");
        const r = await request(world, { consumer: await consumer.getAddress(), callbackGas });
        await world.market.connect(world.requester).request(r, "0x");
        await world.market.connect(world.operator).accept(r, world.operator);
        return { ...world, consumer, r, requestId: await world.market.hashRequest(r) };
      }

      it("is given what was estimated for a kind one, and the delivery stands", async function () {
        const { market, operator, consumer, r, requestId } = await givenCallback(500_000n);
        const submit = market.connect(operator).getFunction("submit");
        const gasLimit = await submit.estimateGas(r, OUTPUT, []);
        await consumer.getFunction("setMood")(Mood.BurnGas, "0x");
        await submit(r, OUTPUT, [], { gasLimit });
        expect((await market.stateOf(requestId)).status).to.equal(Status.Final);
      });

      for (const callbackGas of [1n, 200_000n, 500_000n]) {
        it(`cannot undo it at any gas limit, with ${callbackGas} gas of its own`, async function () {
          const { market, operator, consumer, r, requestId } = await givenCallback(callbackGas);
          const submit = market.connect(operator).getFunction("submit");
          await consumer.getFunction("setMood")(Mood.BurnGas, "0x");
          const limit = submitGasLimit(r, OUTPUT.length);
          const answers = { delivered: 0, refused: 0 };
          for (let gasLimit = limit; gasLimit > limit - 150_000n; gasLimit -= 1_500n) {
            const snapshot = await networkHelpers.takeSnapshot();
            const refusal = await submit(r, OUTPUT, [], { gasLimit }).then(
              () => "",
              (error: unknown) => (error instanceof Error ? error.message : "unknown"),
            );
            if (refusal === "") answers.delivered += 1;
            else {
              expect(refusal, `gas limit ${gasLimit}`).to.include("InferenceMarketInsufficientGas");
              answers.refused += 1;
            }
            await snapshot.restore();
          }
          expect(answers.delivered).to.be.greaterThan(0);
          expect(answers.refused).to.be.greaterThan(0);
          await submit(r, OUTPUT, [], { gasLimit: limit });
          expect((await market.stateOf(requestId)).callbackFailed).to.equal(true);
        });
      }
    });

    it("threat 46: a caller with too little gas cannot make the callback fail", async function () {
      const { market, operator, consumer, r, requestId } = await givenConsumer();
      await consumer.getFunction("setMood")(Mood.Picky, "0x");
      const submit = market.connect(operator).getFunction("submit");
      const enough = await submit.estimateGas(r, OUTPUT, []);
      for (const gasLimit of [enough / 2n, enough - 40_000n, enough - 3_000n]) {
        await expect(submit(r, OUTPUT, [], { gasLimit }))
          .to.be.revertedWithCustomError(market, "InferenceMarketInsufficientGas")
          .withArgs(anyValue, GAS_NEEDED);
      }
      expect((await market.stateOf(requestId)).status).to.equal(Status.Accepted);
      await submit(r, OUTPUT, [], { gasLimit: enough });
      expect(await consumer.getFunction("gasSeen")()).to.be.at.least(499_000n);
    });

    it("threat 42: a consumer gets the gas that the request states, however much there is", async function () {
      const { market, operator, consumer, r } = await givenConsumer();
      await market.connect(operator).submit(r, OUTPUT, [], { gasLimit: 5_000_000n });
      expect(await consumer.getFunction("gasSeen")()).to.be.within(499_000n, 500_000n);
    });

    it("threat 47: an account without code is called in vain, and nothing fails", async function () {
      const { market, operator, stranger, r, requestId } = await accepted({
        consumer: "0x000000000000000000000000000000000000bEEF",
        callbackGas: 100_000n,
      });
      await market.connect(operator).submit(r, OUTPUT, []);
      expect((await market.stateOf(requestId)).callbackFailed).to.equal(false);
      await expect(market.connect(stranger).retryCallback(r, OUTPUT))
        .to.be.revertedWithCustomError(market, "InferenceMarketNoFailedCallback")
        .withArgs(requestId);
    });

    describe("threat 48: a consumer that calls back", function () {
      it("cannot finish or undo its own request again", async function () {
        const { market, opg, splitter, operator, consumer, r } = await givenConsumer();
        for (const call of [
          market.interface.encodeFunctionData("expire", [r]),
          market.interface.encodeFunctionData("retryCallback", [r, OUTPUT]),
          market.interface.encodeFunctionData("submit", [r, OUTPUT, []]),
        ]) {
          const snapshot = await networkHelpers.takeSnapshot();
          await consumer.getFunction("setMood")(Mood.Reenter, call);
          const tx = market.connect(operator).submit(r, OUTPUT, []);
          await expect(tx).to.changeTokenBalances(ethers, opg, [market, splitter], [-FEE, FEE - OPERATOR]);
          expect(await consumer.getFunction("reentryWorked")()).to.equal(false);
          expect(await consumer.getFunction("calls")()).to.equal(1n);
          await snapshot.restore();
        }
      });

      it("may make its next request from within", async function () {
        const { market, operator, consumer, stranger, version, r } = await givenConsumer();
        const requester = await consumer.getAddress();
        await market.connect(stranger).deposit(requester, FEE);
        const next = {
          ...flatRequest({
            requester,
            versionId: version,
            inputHash: r.inputHash,
            fee: FEE,
            collateral: COLLATERAL,
            now: await now(),
            acceptWithin: HOUR,
            deliverWithin: HOUR,
          }),
        };
        const call = market.interface.encodeFunctionData("request", [next, "0x"]);
        await consumer.getFunction("setMood")(Mood.Reenter, call);
        await market.connect(operator).submit(r, OUTPUT, []);
        expect((await market.stateOf(await market.hashRequest(next))).status).to.equal(Status.Open);
        expect(await market.depositOf(requester)).to.equal(0n);
      });
    });

    describe("retryCallback", function () {
      it("refuses when no callback has failed", async function () {
        const { market, r, requestId } = await requested();
        await expect(market.retryCallback(r, OUTPUT))
          .to.be.revertedWithCustomError(market, "InferenceMarketNoFailedCallback")
          .withArgs(requestId);
      });

      it("refuses another output than the one delivered", async function () {
        const { market, stranger, r } = await givenFailedCallback();
        const other = new Uint8Array(32).fill(8);
        await expect(market.connect(stranger).retryCallback(r, other))
          .to.be.revertedWithCustomError(market, "InferenceMarketOutputMismatch")
          .withArgs(tensorRoot(OUTPUT), tensorRoot(other));
      });

      it("reverts while the consumer does, so that it can be tried again", async function () {
        const { market, stranger, consumer, r, requestId } = await givenFailedCallback();
        await expect(market.connect(stranger).retryCallback(r, OUTPUT))
          .to.be.revertedWithCustomError(market, "InferenceMarketCallbackReverted")
          .withArgs(requestId, consumer);
        expect((await market.stateOf(requestId)).callbackFailed).to.equal(true);
      });

      it("hands the result over once the consumer takes it, once, whoever calls", async function () {
        const { market, stranger, consumer, r, requestId, requester, version } = await givenFailedCallback();
        await consumer.getFunction("setMood")(Mood.Kind, "0x");
        const tx = market.connect(stranger).retryCallback(r, OUTPUT);
        await expect(tx).to.emit(market, "CallbackRetried").withArgs(requestId, consumer);
        await expect(tx)
          .to.emit(consumer, "Received")
          .withArgs(requestId, requester, version, r.inputHash, hexlify(OUTPUT));
        expect(await market.outputHashOf(requestId)).to.equal(ZeroHash);
        await expect(market.connect(stranger).retryCallback(r, OUTPUT))
          .to.be.revertedWithCustomError(market, "InferenceMarketNoFailedCallback")
          .withArgs(requestId);
      });

      it("passes on all the gas that its caller gives", async function () {
        const { market, stranger, consumer, r } = await givenFailedCallback();
        await consumer.getFunction("setMood")(Mood.Kind, "0x");
        await market.connect(stranger).retryCallback(r, OUTPUT, { gasLimit: 5_000_000n });
        expect(await consumer.getFunction("gasSeen")()).to.be.greaterThan(4_000_000n);
      });

      it("threat 48: cannot be entered twice", async function () {
        const { market, stranger, consumer, r } = await givenFailedCallback();
        const call = market.interface.encodeFunctionData("retryCallback", [r, OUTPUT]);
        await consumer.getFunction("setMood")(Mood.Reenter, call);
        await market.connect(stranger).retryCallback(r, OUTPUT);
        expect(await consumer.getFunction("reentryWorked")()).to.equal(false);
        expect(await consumer.getFunction("calls")()).to.equal(1n);
      });

      it("threat 46: passes on at least the gas that the request states", async function () {
        const { market, stranger, consumer, r } = await givenFailedCallback();
        await consumer.getFunction("setMood")(Mood.Picky, "0x");
        const retry = market.connect(stranger).getFunction("retryCallback");
        await expect(retry(r, OUTPUT, { gasLimit: 400_000n }))
          .to.be.revertedWithCustomError(market, "InferenceMarketInsufficientGas")
          .withArgs(anyValue, GAS_NEEDED);
        await retry(r, OUTPUT, { gasLimit: 700_000n });
        expect(await consumer.getFunction("calls")()).to.equal(1n);
      });
    });
  });

  it("threat 49: an operator is paid for its own version and requests only what the parts say", async function () {
    const world = await load(givenMarket);
    const { market, opg, staking, splitter, registry, operator } = world;
    const own = await publish(registry, operator, ModelKind.Model, { royaltyBps: 3_000n, programRoot: ZeroHash });
    await market.connect(operator).deposit(operator, FEE);
    const r = await request(world, { requester: operator.address, versionId: own });
    const wealth = async () =>
      (await opg.balanceOf(operator)) +
      (await staking.operatorOf(operator)).bond +
      (await market.depositOf(operator)) +
      (await splitter.earned(own));
    const before = await wealth();
    await market.connect(operator).request(r, "0x");
    await market.connect(operator).accept(r, operator);
    await market.connect(operator).submit(r, "0x00", []);
    await splitter.harvest(own);
    expect(before - (await wealth())).to.equal(TREASURY + BURN);
  });
});
