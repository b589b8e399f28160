import { expect } from "chai";
import { parseEther, ZeroAddress, ZeroHash, type ContractTransactionResponse } from "ethers";

import { Follower } from "../../sdk/events/follow.ts";
import { poolOf } from "../../sdk/events/staking/views.ts";
import type { StakingState } from "../../sdk/events/staking/state.ts";
import { slashesIn } from "../../sdk/staking/slash.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { BOND, DAY, now } from "../helpers/world.ts";
import { expectStaking } from "./compare-staking.ts";
import { ticketsOf } from "./tickets.ts";
import { givenCrowd, newMemory, type CrowdWorld } from "./world.ts";

/** With the bond less than three times the bond: lockers can reach all of it. */
const DELEGATION = parseEther("18000");
const VERDICT = { id: ZeroHash, victim: ZeroAddress, victimFee: 0n, challengers: ZeroAddress };

/** `operator` with a bond, a pool of `requester` and `stranger` that has income to drip, and `locker` let in. */
async function givenPool() {
  const world = await givenCrowd();
  const { staking, operator, locker, requester, stranger, curator } = world;
  await staking.connect(operator).registerOperator(1_000, "ipfs://operator");
  await staking.connect(operator).allow(locker);
  await staking.connect(operator).bond(BOND);
  for (const delegator of [requester, stranger]) {
    await staking.connect(delegator).delegate(operator, DELEGATION / 2n, 0);
  }
  await staking.connect(curator).distribute(operator, parseEther("100"));
  return { ...world, memory: newMemory() };
}

type PoolWorld = Awaited<ReturnType<typeof givenPool>>;

/** Leaves the pool but for `kept` shares. */
async function leave(
  { staking, operator, memory }: PoolWorld,
  delegator: CrowdWorld["stranger"],
  kept: bigint,
): Promise<ContractTransactionResponse> {
  const { shares } = await staking.positionOf(operator, delegator);
  const sent = await staking.connect(delegator).undelegate(operator, shares - kept);
  memory.tickets.push(...(await ticketsOf(staking, sent)));
  return sent;
}

/** Takes all there is, once nothing drips any more, wherever it went `meanwhile`; then pays it out. */
async function ruin(world: PoolWorld, meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  const { staking, escrow, operator, locker, stranger } = world;
  await networkHelpers.time.increase(8n * DAY);
  await staking.connect(locker).lock(operator, await staking.capacity(operator), (await now()) + DAY);
  await meanwhile();
  const { amount, epoch } = await staking.lockOf(operator, locker);
  const receipt = await (await staking.connect(locker).slash(operator, amount, epoch, VERDICT)).wait();
  if (receipt === null) throw new Error("the slash is not mined");
  await networkHelpers.time.increase(8n * DAY);
  for (const slash of slashesIn(receipt, await escrow.getAddress())) await escrow.connect(stranger).release(slash);
}

async function read(world: PoolWorld): Promise<StakingState> {
  const { addresses, firstBlock, memory } = world;
  const { state } = await new Follower({ node: ethers.provider, addresses, firstBlock }).catchUp();
  await expectStaking(state.staking, world, memory);
  return state.staking;
}

function happened(world: CrowdWorld, name: "GenerationStarted" | "PoolEmptied", sent: ContractTransactionResponse) {
  return expect(sent).to.emit(world.staking, name);
}

describe("staking rebuilt from logs", function () {
  it("knows what drips at any time between two logs", async function () {
    const world = await load(givenPool);
    await read(world);
    await networkHelpers.time.increase(3n * DAY);
    await world.staking.connect(world.curator).distribute(world.operator, parseEther("33"));
    const state = await read(world);
    const { undripped } = poolOf(state, world.operator.address, (await now()) + 30n * DAY);
    expect(undripped).to.equal(0n);
  });

  it("follows a pool that lost everything into its next generation", async function () {
    const world = await load(givenPool);
    const { staking, operator, requester } = world;
    await ruin(world);
    await read(world);
    await staking.connect(operator).bond(BOND);
    await staking.connect(requester).delegate(operator, DELEGATION, 0);
    const state = await read(world);
    expect(poolOf(state, operator.address, await now())).to.include({ generation: 12n, escrows: 0n });
  });

  it("follows tickets that lost everything into the next generation of tickets", async function () {
    const world = await load(givenPool);
    const { staking, operator, requester, stranger } = world;
    await ruin(world, () => leave(world, stranger, 0n));
    await staking.connect(operator).bond(BOND);
    await staking.connect(requester).delegate(operator, DELEGATION, 0);
    await leave(world, requester, 10n ** 18n);
    const state = await read(world);
    expect(poolOf(state, operator.address, await now())).to.include({ generation: 12n, unbondingGeneration: 12n });
  });

  it("sees a pool end with the last one who leaves a whole wei's worth", async function () {
    const world = await load(givenPool);
    await leave(world, world.stranger, 0n);
    const sent = await leave(world, world.requester, 1n);
    await happened(world, "PoolEmptied", sent);
    await happened(world, "GenerationStarted", sent);
    const state = await read(world);
    expect(state.operators.get(world.operator.address)?.hasPool).to.equal(false);
  });
});
