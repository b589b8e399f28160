import { expect } from "chai";

import { Follower } from "../../sdk/events/follow.ts";
import { ethers, load } from "../helpers/network.ts";
import { Random } from "../program/helpers/random.ts";
import { expectSame } from "./compare.ts";
import { newTally, play } from "./story.ts";
import { givenCrowd, newMemory } from "./world.ts";

const CHAPTERS = 4;
const STEPS = 1_000;

describe("the state rebuilt from logs", function () {
  it("is what the views say, all along a random story in which everything happens", async function () {
    const world = await load(givenCrowd);
    const { addresses, firstBlock } = world;
    const follower = new Follower({ node: ethers.provider, addresses, balances: true, firstBlock, pageSize: 100 });
    const [random, memory, tally] = [new Random(2026), newMemory(), newTally()];
    for (let chapter = 1; chapter <= CHAPTERS; ++chapter) {
      await play(world, random, memory, tally, STEPS);
      await expectSame((await follower.catchUp()).state, world, memory);
    }
    const never = [...tally].filter(([, times]) => times === 0).map(([name]) => name);
    expect(never, "actions that never succeeded").to.deep.equal([]);
  });
});
