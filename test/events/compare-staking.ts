import { expect } from "chai";

import { lockOf, type StakingState } from "../../sdk/events/staking/state.ts";
import {
  agentLimit,
  capacity,
  poolOf,
  positionOf,
  previewDelegate,
  resting,
  slashable,
  ticketOf,
} from "../../sdk/events/staking/views.ts";
import { networkHelpers } from "../helpers/network.ts";
import { now } from "../helpers/world.ts";
import type { CrowdWorld, Memory } from "./world.ts";

/** Long enough for something to drip, too short for all of it. */
const WHILE = 40_000;
const DELEGATION = 10n ** 21n + 7n;

/** Asks every view of ComputeStaking, and those that time changes once more some hours later. */
export async function expectStaking(state: StakingState, world: CrowdWorld, { tickets }: Memory): Promise<void> {
  await expectOperators(state, world);
  await expectPools(state, world);
  for (const id of tickets) {
    const { operator, owner, withdrawableAt, delegated, assets } = await world.staking.ticketOf(id);
    const row = withdrawableAt === 0n ? undefined : { operator, owner, withdrawableAt, delegated, assets };
    expect(ticketOf(state, id)).to.deep.equal(row);
  }
  await networkHelpers.time.increase(WHILE);
  await expectPools(state, world);
}

async function expectOperators(state: StakingState, world: CrowdWorld): Promise<void> {
  const { staking, crowd } = world;
  const lockers = [world.addresses.market, world.locker.address, world.rival.address];
  for (const { address } of crowd) {
    const { bond, locked, index, commissionBps, active, hasPool } = await staking.operatorOf(address);
    expect(state.operators.has(address)).to.equal(index !== 0n);
    const { metadataURI, ...row } = state.operators.get(address) ?? { ...NO_OPERATOR };
    expect(row).to.deep.equal({ bond, locked, index, commissionBps, active, hasPool });
    expect(metadataURI).to.match(/^ipfs:/);
    if (index !== 0n) expect(state.operatorAt.get(index)).to.equal(await staking.operatorAt(index));
    const raise = await staking.commissionRaiseOf(address);
    expect(state.raises.get(address) ?? NO_RAISE).to.deep.equal({
      commissionBps: raise.commissionBps,
      effectiveFrom: raise.effectiveFrom,
    });
  }
  expect(BigInt(state.operatorAt.size)).to.equal(await staking.operatorCount());
  for (const [{ address }, locker] of pairsOf(crowd, lockers)) {
    const { amount, lastUntil, epoch, allowedFrom } = await staking.lockOf(address, locker);
    expect(lockOf(state, address, locker)).to.deep.equal({ amount, lastUntil, epoch, allowedFrom });
  }
  for (const [operator, agent] of pairsOf(crowd, crowd)) {
    const limit = await staking.agentLimit(operator, agent);
    expect(agentLimit(state, operator.address, agent.address)).to.equal(limit);
  }
}

async function expectPools(state: StakingState, { staking, crowd }: CrowdWorld): Promise<void> {
  const timestamp = await now();
  for (const { address } of crowd) {
    expect(Object.values(poolOf(state, address, timestamp))).to.deep.equal([...(await staking.poolOf(address))]);
    expect(capacity(state, address, timestamp)).to.equal(await staking.capacity(address));
    expect(resting(state, address, timestamp)).to.equal(await staking.resting(address));
    expect(slashable(state, address)).to.equal(await staking.slashable(address));
    const shares = await staking.previewDelegate(address, DELEGATION);
    expect(previewDelegate(state, address, DELEGATION, timestamp)).to.equal(shares);
  }
  for (const [operator, delegator] of pairsOf(crowd, crowd)) {
    const { shares, assets, principal } = await staking.positionOf(operator, delegator);
    const row = positionOf(state, operator.address, delegator.address, timestamp);
    expect(row).to.deep.equal({ shares, assets, principal });
  }
}

const NO_RAISE = { commissionBps: 0n, effectiveFrom: 0n };
const NO_OPERATOR = {
  bond: 0n,
  locked: 0n,
  index: 0n,
  commissionBps: 0n,
  active: false,
  hasPool: false,
  metadataURI: "ipfs://nobody",
};

/** Every one of `first` with every one of `second`. */
export function pairsOf<A, B>(first: readonly A[], second: readonly B[]): readonly (readonly [A, B])[] {
  return first.flatMap((left) => second.map((right) => [left, right] as const));
}
