import { expect } from "chai";
import { ZeroHash } from "ethers";

import { depositOf } from "../../sdk/events/market.ts";
import { isApprovedForAll, type RegistryState } from "../../sdk/events/registry.ts";
import { earned } from "../../sdk/events/splitter.ts";
import { agentLimit, capacity, lockOf, type StakingState } from "../../sdk/events/staking.ts";
import type { SuiteState } from "../../sdk/events/suite.ts";
import { balanceOf } from "../../sdk/events/token.ts";
import { available } from "../../sdk/events/treasury.ts";
import { now } from "../helpers/world.ts";
import type { CrowdWorld, Memory } from "./world.ts";

/** Asks every view of every contract about everything that the story may have touched. */
export async function expectSame(state: SuiteState, world: CrowdWorld, memory: Memory): Promise<void> {
  await expectModels(state.registry, world, memory);
  await expectVersions(state.registry, world, memory);
  await expectStaking(state.staking, world, memory);
  await expectMarket(state, world, memory);
  await expectMoney(state, world, memory);
}

async function expectModels(state: RegistryState, { registry, crowd }: CrowdWorld, { models }: Memory): Promise<void> {
  expect(state.models.size).to.equal(Number(models));
  for (const [id, model] of state.models) {
    expect(model).to.deep.equal({
      kind: await registry.kindOf(id),
      holder: await registry.ownerOf(id),
      approved: await registry.getApproved(id),
      metadataURI: await registry.tokenURI(id),
      latestVersion: await registry.latestVersionOf(id),
    });
  }
  for (const [holder, mover] of pairsOf(crowd, crowd)) {
    const onChain = await registry.isApprovedForAll(holder, mover);
    expect(isApprovedForAll(state, holder.address, mover.address)).to.equal(onChain);
  }
}

async function expectVersions(state: RegistryState, { registry }: CrowdWorld, { versions }: Memory): Promise<void> {
  expect([...state.versions.keys()]).to.have.members(versions);
  for (const [id, version] of state.versions) {
    const { contentHash, programRoot, weightsRoot, terms } = await registry.versionOf(id);
    const { deprecated, replacement } = await registry.deprecationOf(id);
    const { uri, licence, publisher, parents, ...shown } = version;
    expect(shown).to.deep.equal({
      contentHash,
      programRoot,
      weightsRoot,
      size: terms.size,
      royaltyBps: terms.royaltyBps,
      acceptedProofs: terms.acceptedProofs,
      runtime: terms.runtime,
      arithmetic: terms.arithmetic,
      publishedAt: terms.publishedAt,
      publishedBlock: terms.publishedBlock,
      deprecated,
      replacement,
    });
    const onChain = (await registry.parentsOf(id)).map(({ versionId, shareBps }) => ({ versionId, shareBps }));
    expect(parents).to.deep.equal(onChain);
    // No view shows these three: the log is their only home.
    expect([uri?.slice(0, 7), licence, publisher.length]).to.deep.equal(["ipfs://", "Apache-2.0", 42]);
  }
}

async function expectStaking(state: StakingState, world: CrowdWorld, { tickets }: Memory): Promise<void> {
  const { staking, crowd } = world;
  const lockers = [world.addresses.market, world.locker.address, world.rival.address];
  for (const { address } of crowd) {
    const { bond, locked, registeredAt, commissionBps, active } = await staking.operatorOf(address);
    expect(state.operators.has(address)).to.equal(registeredAt !== 0n);
    const { metadataURI, ...row } = state.operators.get(address) ?? { ...NO_OPERATOR };
    expect(row).to.deep.equal({ bond, locked, registeredAt, commissionBps, active });
    expect(metadataURI).to.match(/^ipfs:/);
    expect(capacity(state, address)).to.equal(await staking.capacity(address));
  }
  for (const [{ address }, locker] of pairsOf(crowd, lockers)) {
    const { amount, lastUntil, epoch, allowedFrom } = await staking.lockOf(address, locker);
    expect(lockOf(state, address, locker)).to.deep.equal({ amount, lastUntil, epoch, allowedFrom });
  }
  for (const [operator, agent] of pairsOf(crowd, crowd)) {
    const limit = await staking.agentLimit(operator, agent);
    expect(agentLimit(state, operator.address, agent.address)).to.equal(limit);
  }
  for (let id = 1n; id <= tickets; ++id) {
    const { operator, withdrawableAt, owner, assets } = await staking.ticketOf(id);
    const row = assets === 0n ? undefined : { operator, withdrawableAt, owner, assets };
    expect(state.tickets.get(id)).to.deep.equal(row);
  }
}

const NO_OPERATOR = {
  bond: 0n,
  locked: 0n,
  registeredAt: 0n,
  commissionBps: 0n,
  active: false,
  metadataURI: "ipfs://nobody",
};

async function expectMarket({ market: state }: SuiteState, world: CrowdWorld, { requests }: Memory): Promise<void> {
  const { market, crowd, consumerAddress } = world;
  for (const account of [...crowd.map(({ address }) => address), consumerAddress]) {
    expect(depositOf(state, account)).to.equal(await market.depositOf(account));
  }
  expect([...state.requests.keys()]).to.have.members(requests.map(({ id }) => id));
  for (const { id, r } of requests) {
    const row = state.requests.get(id);
    const { status, inputPublic, callbackFailed, acceptedAt, lockEpoch, operator } = await market.stateOf(id);
    expect(row).to.deep.include({ status, inputPublic, callbackFailed, acceptedAt, lockEpoch, operator });
    expect(row).to.deep.include({ requester: r.requester, versionId: r.versionId, held: r.maxFee });
    if (acceptedAt !== 0n) {
      expect(row).to.deep.include({
        price: await market.priceAt(r, acceptedAt),
        deliverBy: acceptedAt + r.deliverWithin,
      });
    }
    const awaited = await market.outputHashOf(id);
    if (awaited !== ZeroHash) expect(row?.outputHash).to.equal(awaited);
  }
}

async function expectMoney(state: SuiteState, world: CrowdWorld, { versions }: Memory): Promise<void> {
  const { splitter, treasury, opg, addresses, crowd, genesis } = world;
  for (const version of versions) expect(earned(state.splitter, version)).to.equal(await splitter.earned(version));
  const { toTreasury, toBurn } = await splitter.accrued();
  expect(state.splitter).to.deep.include({ toTreasury, toBurn });

  const held = await opg.balanceOf(treasury);
  expect(available(state.treasury, addresses.opg, held, await now())).to.equal(await treasury.available(opg));
  for (const account of [...Object.values(addresses), genesis.address, ...crowd.map(({ address }) => address)]) {
    expect(balanceOf(state.token, account)).to.equal(await opg.balanceOf(account));
  }
  expect(state.token.totalSupply).to.equal(await opg.totalSupply());
}

function pairsOf<A, B>(first: readonly A[], second: readonly B[]): readonly (readonly [A, B])[] {
  return first.flatMap((left) => second.map((right) => [left, right] as const));
}
