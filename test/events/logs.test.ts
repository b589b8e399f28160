import { expect } from "chai";
import { AbiCoder, concat, dataSlice, id } from "ethers";

import { EventsError, type EventsErrorCode } from "../../sdk/events/errors.ts";
import type { ChainLog } from "../../sdk/events/log.ts";
import { readLogs } from "../../sdk/events/read-logs.ts";
import { applyLogs, NO_SUITE } from "../../sdk/events/suite.ts";
import { ethers, load } from "../helpers/network.ts";
import { givenCrowd } from "./world.ts";

/** One operator with a bond, and all logs of that. */
async function givenOperatorLogs() {
  const world = await givenCrowd();
  await world.staking.connect(world.operator).registerOperator(500, "ipfs://operator");
  await world.staking.connect(world.operator).bond(10n ** 22n);
  const head = await ethers.provider.getBlockNumber();
  const logs = await readLogs(ethers.provider, Object.values(world.addresses), world.firstBlock, head);
  return { ...world, logs, head };
}

function refusal(run: () => unknown): EventsErrorCode | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof EventsError) return error.code;
    throw error;
  }
  return undefined;
}

describe("applyLogs", function () {
  it("leaves the state it starts from as it was", async function () {
    const { addresses, logs, operator } = await load(givenOperatorLogs);
    const half = applyLogs(addresses, NO_SUITE, logs.slice(0, -3));
    const before = structuredClone(half);
    const whole = applyLogs(addresses, half, logs.slice(-3));
    expect(half).to.deep.equal(before);
    expect(NO_SUITE.staking.operators.size).to.equal(0);
    expect(whole.staking.operators.get(operator.address)?.bond).to.equal(10n ** 22n);
    expect(whole).to.deep.equal(applyLogs(addresses, NO_SUITE, logs));
  });

  it("takes addresses in any case, as raw nodes serve them", async function () {
    const { addresses, logs } = await load(givenOperatorLogs);
    const raw = logs.map((log): ChainLog => ({ ...log, address: log.address.toLowerCase() }));
    expect(applyLogs(addresses, NO_SUITE, raw)).to.deep.equal(applyLogs(addresses, NO_SUITE, logs));
  });

  it("refuses a log given twice and logs out of order", async function () {
    const { addresses, logs } = await load(givenOperatorLogs);
    expect(refusal(() => applyLogs(addresses, NO_SUITE, [...logs, ...logs.slice(-1)]))).to.equal("LOGS_OUT_OF_ORDER");
    expect(refusal(() => applyLogs(addresses, NO_SUITE, [...logs].reverse()))).to.equal("LOGS_OUT_OF_ORDER");
  });

  it("refuses logs that begin in the middle", async function () {
    const { addresses, logs, staking } = await load(givenOperatorLogs);
    const address = await staking.getAddress();
    const registered = staking.interface.getEvent("OperatorRegistered").topicHash;
    const rest = logs.filter((log) => log.address === address && log.topics[0] !== registered);
    expect(refusal(() => applyLogs(addresses, NO_SUITE, rest))).to.equal("LOGS_INCOMPLETE");
  });

  it("refuses the logs of another contract, and events it does not know", async function () {
    const { addresses, logs, stranger } = await load(givenOperatorLogs);
    const foreign = logs.map((log): ChainLog => ({ ...log, address: stranger.address }));
    expect(refusal(() => applyLogs(addresses, NO_SUITE, foreign))).to.equal("UNKNOWN_EVENT");
    const unheard = logs.map((log): ChainLog => ({ ...log, topics: [id("Unheard()")] }));
    expect(refusal(() => applyLogs(addresses, NO_SUITE, unheard))).to.equal("UNKNOWN_EVENT");
  });

  it("survives strings that are no UTF-8, which anybody may write", async function () {
    const { addresses, firstBlock, staking, registry, stranger } = await load(givenOperatorLogs);
    const [operatorCall, modelCall] = ["registerOperator(uint16,string)", "registerModel(uint8,string)"].map((name) =>
      concat([dataSlice(id(name), 0, 4), AbiCoder.defaultAbiCoder().encode(["uint256", "bytes"], [1, "0xff80c0"])]),
    );
    await stranger.sendTransaction({ to: staking, data: operatorCall ?? "0x" });
    await stranger.sendTransaction({ to: registry, data: modelCall ?? "0x" });
    const head = await ethers.provider.getBlockNumber();
    const logs = await readLogs(ethers.provider, Object.values(addresses), firstBlock, head);
    const state = applyLogs(addresses, NO_SUITE, logs);
    expect(state.staking.operators.get(stranger.address)).to.include({ commissionBps: 1n, metadataURI: undefined });
    expect(state.registry.models.get(1n)).to.include({ kind: 1n, metadataURI: undefined, holder: stranger.address });
  });
});

describe("readLogs", function () {
  it("says when each log was written", async function () {
    const { logs, head } = await load(givenOperatorLogs);
    const last = logs.filter(({ blockNumber }) => blockNumber === head);
    const block = await ethers.provider.getBlock(head);
    expect(last.map(({ timestamp }) => timestamp)).to.deep.equal(last.map(() => BigInt(block?.timestamp ?? 0)));
    expect(last.length).to.be.greaterThan(1);
  });
});
