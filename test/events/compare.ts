import { expect } from "chai";
import { ZeroHash } from "ethers";

import { isHeldByStop, isStopped, SlashStatus, type EscrowState } from "../../sdk/events/escrow.ts";
import { depositOf } from "../../sdk/events/market.ts";
import { isApprovedForAll, type RegistryState } from "../../sdk/events/registry.ts";
import { earned } from "../../sdk/events/splitter.ts";
import type { SuiteState } from "../../sdk/events/suite.ts";
import { balanceOf } from "../../sdk/events/token.ts";
import { available } from "../../sdk/events/treasury.ts";
import { delegatesOf, stakedVotesFor, stakedVotesOf, type VotesState } from "../../sdk/events/votes.ts";
import { now } from "../helpers/world.ts";
import { expectStaking, pairsOf } from "./compare-staking.ts";
import type { CrowdWorld, Memory } from "./world.ts";

/** Asks every view of every contract about everything that the story may have touched. */
export async function expectSame(state: SuiteState, world: CrowdWorld, memory: Memory): Promise<void> {
  await expectModels(state.registry, world, memory);
  await expectVersions(state.registry, world, memory);
  await expectStaking(state.staking, world, memory);
  await expectEscrow(state.escrow, world, memory);
  await expectVotes(state.votes, world);
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

async function expectEscrow(state: EscrowState, world: CrowdWorld, { slashes }: Memory): Promise<void> {
  const { escrow, crowd, locker, rival } = world;
  expect(state.slashes.size).to.equal(slashes.length);
  const timestamp = await now();
  for (const slash of slashes) {
    const id = await escrow.slashIdOf(slash);
    const row = state.slashes.get(id);
    expect(row?.slash).to.deep.equal(slash);
    const { status, toVictim, toChallengers } = await escrow.outcomeOf(id);
    expect(row).to.deep.include({ status, toVictim, toChallengers });
    if (row?.status === SlashStatus.Open) {
      expect(isHeldByStop(state, slash, timestamp)).to.equal(await escrow.isHeld(slash));
    } else {
      const taken = slash.fromBond + slash.fromPool + slash.fromUnbonding;
      expect(toVictim + toChallengers + (row?.returned ?? 0n) + (row?.burnt ?? 0n)).to.equal(taken);
    }
  }
  for (const { address } of [locker, rival, ...crowd]) {
    // By position: a field `at` is hidden by that of arrays.
    const [at, lifted, permanent] = await escrow.stopOf(address);
    expect(state.stops.get(address)).to.deep.equal(at === 0n ? undefined : { at, lifted, permanent });
    expect(isStopped(state, address)).to.equal(await escrow.isStopped(address));
  }
}

async function expectVotes(state: VotesState, { votes, opg, crowd }: CrowdWorld): Promise<void> {
  for (const { address } of crowd) {
    expect(delegatesOf(state, address)).to.equal(await votes.delegates(address));
    const inHand = await opg.getVotes(address);
    expect(inHand + stakedVotesFor(state, address)).to.equal(await votes.getVotes(address));
  }
  for (const [{ address }, operator] of pairsOf(crowd, crowd)) {
    expect(stakedVotesOf(state, address, operator.address)).to.equal(await votes.stakedVotesOf(address, operator));
  }
}

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
