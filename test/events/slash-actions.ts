import { hexlify, toBeHex } from "ethers";

import { SlashStatus } from "../../sdk/events/escrow.ts";
import { slashesIn, type Slash } from "../../sdk/staking/slash.ts";
import type { Random } from "../program/helpers/random.ts";
import { DAY, now } from "../helpers/world.ts";
import { amount, filter, pick, type Action, type CrowdWorld, type Memory } from "./world.ts";

/** What lockers, guardian and arbiter do. Every one may be refused. */
export const SLASH_ACTIONS: Readonly<Record<string, Action>> = {
  async slash(world, random, memory) {
    const [operator, by] = await pickLocked(world, random);
    const { amount: locked } = await world.staking.lockOf(operator, by);
    await slash(world, random, memory, { operator, by, taken: 1n + (locked * BigInt(random.int(1, 10))) / 10n });
  },
  async forfeit(world, random) {
    const [operator, by] = await pickLocked(world, random);
    const { amount: locked, epoch } = await world.staking.lockOf(operator, by);
    await world.staking.connect(by).forfeit(operator, 1n + (locked * BigInt(random.int(1, 10))) / 10n, epoch);
  },
  /** All that lockers can reach: the bond, its tickets and the pool. */
  async ruin(world, random, memory) {
    if (random.int(0, 2) !== 0) throw new Error("few are ruined");
    const [operator, by] = [pick(random, world.crowd), pick(random, [world.locker, world.rival])];
    const free = await world.staking.capacity(operator);
    await world.staking.connect(by).lock(operator, free, (await now()) + DAY);
    await slash(world, random, memory, { operator, by, taken: (await world.staking.lockOf(operator, by)).amount });
  },
  async release({ escrow, stranger }, random, memory) {
    const slashed = pick(random, await openSlashes(escrow, memory));
    await escrow.connect(stranger).release(slashed);
  },
  async reverse({ escrow, arbiter }, random, memory) {
    const open = await openSlashes(escrow, memory);
    const held = await filter(open, (slashed) => escrow.isHeld(slashed));
    await escrow.connect(arbiter).reverse(pick(random, held));
  },
  async stop({ escrow, guardian, crowd }, random, memory) {
    if (random.int(0, 2) !== 0) throw new Error("guardians rarely act");
    const judges = (await openSlashes(escrow, memory)).map(({ locker }) => locker);
    await escrow.connect(guardian).stop(pick(random, judges.length > 0 ? judges : crowd.map(({ address }) => address)));
  },
  async lift({ escrow, arbiter, locker, rival, crowd }, random) {
    await escrow.connect(arbiter).lift(pick(random, [locker, rival, locker, rival, ...crowd]));
  },
  async makePermanent({ escrow, arbiter, crowd }, random) {
    await escrow.connect(arbiter).makePermanent(pick(random, crowd));
  },
};

/** An operator, and a locker that has some of its stake. */
async function pickLocked({ staking, locker, rival, crowd }: CrowdWorld, random: Random) {
  const pairs = crowd.flatMap((operator) => [locker, rival].map((by) => [operator, by] as const));
  return pick(random, await filter(pairs, async ([operator, by]) => (await staking.lockOf(operator, by)).amount > 0n));
}

type Blow = {
  readonly operator: CrowdWorld["operator"];
  readonly by: CrowdWorld["locker"];
  readonly taken: bigint;
};

async function slash(
  { staking, escrow, crowd }: CrowdWorld,
  random: Random,
  memory: Memory,
  { operator, by, taken }: Blow,
): Promise<void> {
  const { epoch } = await staking.lockOf(operator, by);
  const verdict = {
    id: hexlify(toBeHex(random.uint32(), 32)),
    victim: pick(random, crowd),
    victimFee: amount(random, 1, 50),
    challengers: pick(random, crowd),
  };
  const receipt = await (await staking.connect(by).slash(operator, taken, epoch, verdict)).wait();
  if (receipt !== null) memory.slashes.push(...slashesIn(receipt, await escrow.getAddress()));
}

function openSlashes(escrow: CrowdWorld["escrow"], { slashes }: Memory): Promise<readonly Slash[]> {
  return filter(slashes, async (slash) => {
    const { status } = await escrow.outcomeOf(await escrow.slashIdOf(slash));
    return status === SlashStatus.Open;
  });
}
