import { id, toBeHex, ZeroHash } from "ethers";

import { versionParams } from "../helpers/registry.ts";
import { pick, signerOf, type Action } from "./world.ts";

/** What people do with models. Every one may be refused. */
export const REGISTRY_ACTIONS: Readonly<Record<string, Action>> = {
  async registerModel({ registry, crowd }, random, memory) {
    await registry.connect(pick(random, crowd)).registerModel(random.int(0, 2), `ipfs://model/${random.uint32()}`);
    memory.models += 1n;
  },
  async setMetadataURI({ registry, crowd }, random, { models }) {
    const modelId = BigInt(random.int(1, Number(models)));
    const holder = signerOf(crowd, await registry.ownerOf(modelId));
    await registry.connect(holder).setMetadataURI(modelId, `ipfs://anew/${random.uint32()}`);
  },
  async publish({ registry, crowd }, random, memory) {
    const modelId = BigInt(random.int(1, Number(memory.models)));
    const parents = memory.versions
      .filter(() => random.int(0, 5) === 0)
      .sort((left, right) => (left < right ? -1 : 1))
      .slice(0, 4)
      .map((versionId) => ({ versionId, shareBps: BigInt(random.int(1, 2_000)) }));
    const params = versionParams({
      contentHash: id(random.uint32().toString()),
      programRoot: random.int(0, 1) === 0 ? ZeroHash : toBeHex(random.uint32(), 32),
      size: BigInt(random.uint32()) + 1n,
      royaltyBps: BigInt(random.int(0, 3_000)),
      parents,
    });
    await registry.connect(signerOf(crowd, await registry.ownerOf(modelId))).publish(modelId, params);
    memory.versions.push(await registry.latestVersionOf(modelId));
  },
  async deprecate({ registry, crowd }, random, { versions }) {
    const versionId = pick(random, versions);
    const replacement = random.int(0, 1) === 0 ? 0n : pick(random, versions);
    const holder = signerOf(crowd, await registry.ownerOf(versionId >> 32n));
    await registry.connect(holder).deprecate(versionId, replacement);
  },
  async transferModel({ registry, crowd }, random, { models }) {
    const modelId = BigInt(random.int(1, Number(models)));
    const holder = signerOf(crowd, await registry.ownerOf(modelId));
    await registry.connect(holder).transferFrom(holder, pick(random, crowd), modelId);
  },
  async approveMover({ registry, crowd }, random, { models }) {
    const modelId = BigInt(random.int(1, Number(models)));
    const holder = signerOf(crowd, await registry.ownerOf(modelId));
    await registry.connect(holder).approve(pick(random, crowd), modelId);
  },
  async setApprovalForAll({ registry, crowd }, random) {
    await registry.connect(pick(random, crowd)).setApprovalForAll(pick(random, crowd), random.int(0, 2) > 0);
  },
};
