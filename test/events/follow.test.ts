import { expect } from "chai";
import type { Filter } from "ethers";

import { EventsError } from "../../sdk/events/errors.ts";
import { Follower, type Checkpoint } from "../../sdk/events/follow.ts";
import type { Node } from "../../sdk/events/read-logs.ts";
import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { Random } from "../program/helpers/random.ts";
import { newTally, play } from "./story.ts";
import { givenCrowd, newMemory, type CrowdWorld } from "./world.ts";

/** A story of its own for every seed: two seeds after one point are two branches of the chain. */
async function continueWith(world: CrowdWorld, seed: number, steps: number): Promise<void> {
  await play(world, new Random(seed), newMemory(), newTally(), steps);
}

/** What somebody who reads the whole chain at once sees. */
function afresh({ addresses, firstBlock }: CrowdWorld): Promise<Checkpoint> {
  return new Follower({ node: ethers.provider, addresses, balances: true, firstBlock, pageSize: 1_000_000 }).catchUp();
}

/** Counts what a node is asked for, and lets `meddle` change the chain before its logs are served. */
function watched(meddle: () => Promise<void> = () => Promise.resolve()): {
  readonly node: Node;
  calls: number;
  blocks: number;
} {
  const { provider } = ethers;
  const watch = {
    calls: 0,
    blocks: 0,
    node: {
      getBlock: (which: Parameters<Node["getBlock"]>[0]) => provider.getBlock(which),
      getBlockNumber: () => provider.getBlockNumber(),
      async getLogs(filter: Filter) {
        watch.calls += 1;
        watch.blocks += Number(filter.toBlock) - Number(filter.fromBlock) + 1;
        await meddle();
        return provider.getLogs(filter);
      },
    },
  };
  return watch;
}

describe("Follower", function () {
  for (const pageSize of [1, 7, 64, 10_000]) {
    it(`comes to the same state by pages of ${pageSize} blocks as by one page`, async function () {
      const world = await load(givenCrowd);
      await continueWith(world, 1, 80);
      const { addresses, firstBlock } = world;
      const follower = new Follower({
        node: ethers.provider,
        addresses,
        balances: true,
        firstBlock,
        pageSize,
        depth: 5,
      });
      expect(await follower.catchUp()).to.deep.equal(await afresh(world));
    });
  }

  it("reads nothing again while nothing happens", async function () {
    const { addresses, firstBlock } = await load(givenCrowd);
    const watch = watched();
    const follower = new Follower({ node: watch.node, addresses, balances: true, firstBlock });
    const first = await follower.catchUp();
    const calls = watch.calls;
    expect(await follower.catchUp()).to.equal(first);
    expect(watch.calls).to.equal(calls);
  });

  for (const { depth, title } of [
    { depth: 64, title: "within the depth it keeps" },
    { depth: 2, title: "far below the depth it keeps" },
  ]) {
    it(`follows the chain through a reorganisation ${title}`, async function () {
      const world = await load(givenCrowd);
      const { addresses, firstBlock } = world;
      const follower = new Follower({
        node: ethers.provider,
        addresses,
        balances: true,
        firstBlock,
        depth,
        pageSize: 10,
      });
      await continueWith(world, 1, 60);
      await follower.catchUp();
      const fork = await networkHelpers.takeSnapshot();
      await continueWith(world, 2, 40);
      const abandoned = await follower.catchUp();
      await fork.restore();
      await continueWith(world, 3, 40);
      const current = await follower.catchUp();
      expect(current).to.deep.equal(await afresh(world));
      expect(current.state).not.to.deep.equal(abandoned.state);
    });
  }

  it("reads about as much again as a reorganisation is deep", async function () {
    const { addresses, firstBlock } = await load(givenCrowd);
    const watch = watched();
    const follower = new Follower({ node: watch.node, addresses, firstBlock });
    const follow = async (blocks: number): Promise<void> => {
      for (let block = 0; block < blocks; ++block) {
        await networkHelpers.mine();
        await follower.catchUp();
      }
    };
    await follow(100);
    for (const depth of [1, 5, 20]) {
      // Up to where all spans of blocks that states are kept for end at once.
      await follow(63 - ((await ethers.provider.getBlockNumber()) % 64));
      const fork = await networkHelpers.takeSnapshot();
      await follow(depth);
      await fork.restore();
      // At another pace, or the blocks would be the same ones.
      await networkHelpers.time.increase(7);
      await networkHelpers.mine(depth);
      watch.blocks = 0;
      await follower.catchUp();
      expect(watch.blocks, `after ${depth} blocks`).to.be.within(depth + 1, 4 * depth + 2);
    }
  });

  it("goes back when the chain became shorter", async function () {
    const world = await load(givenCrowd);
    const { addresses, firstBlock } = world;
    const follower = new Follower({ node: ethers.provider, addresses, balances: true, firstBlock, pageSize: 10 });
    const fork = await networkHelpers.takeSnapshot();
    await continueWith(world, 2, 40);
    await follower.catchUp();
    await fork.restore();
    expect(await follower.catchUp()).to.deep.equal(await afresh(world));
  });

  it("believes no page whose chain changed while it was read", async function () {
    const world = await load(givenCrowd);
    const { addresses, firstBlock } = world;
    const fork = await networkHelpers.takeSnapshot();
    await continueWith(world, 2, 40);
    let isReorganised = false;
    const { node } = watched(async () => {
      if (isReorganised) return;
      isReorganised = true;
      await fork.restore();
      await continueWith(world, 3, 60);
    });
    const follower = new Follower({ node, addresses, balances: true, firstBlock });
    expect(await follower.catchUp()).to.deep.equal(await afresh(world));
    expect(isReorganised).to.equal(true);
  });

  it("says so when a node takes back a block, and goes on from what it has", async function () {
    const world = await load(givenCrowd);
    const { addresses, firstBlock } = world;
    const { node } = watched();
    let missing = true;
    const forgetful: Node = {
      ...node,
      getBlock: (which) => (missing ? Promise.resolve(null) : node.getBlock(which)),
    };
    const follower = new Follower({ node: forgetful, addresses, balances: true, firstBlock });
    const error = await follower.catchUp().catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(EventsError).with.property("code", "BLOCK_NOT_SERVED");
    missing = false;
    expect(await follower.catchUp()).to.deep.equal(await afresh(world));
  });
});
