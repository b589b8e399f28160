import { networkHelpers } from "../helpers/network.ts";
import type { Random } from "../program/helpers/random.ts";
import { DELEGATION_ACTIONS } from "./delegation-actions.ts";
import { MARKET_ACTIONS } from "./market-actions.ts";
import { REGISTRY_ACTIONS } from "./registry-actions.ts";
import { SLASH_ACTIONS } from "./slash-actions.ts";
import { STAKING_ACTIONS } from "./staking-actions.ts";
import { pick, type CrowdWorld, type Memory } from "./world.ts";

const ACTIONS = { ...REGISTRY_ACTIONS, ...STAKING_ACTIONS, ...DELEGATION_ACTIONS, ...SLASH_ACTIONS, ...MARKET_ACTIONS };
/** The market's actions come up twice as often: a request goes through several hands in time, or comes to nothing. */
const DRAWN = [...Object.entries(ACTIONS), ...Object.entries(MARKET_ACTIONS)];
/** Often enough for locks and deadlines to pass, seldom enough for most work to be done in time. */
const PATIENCE = 30;

/** How often each action succeeded, with a 0 for those that never did. */
export type Tally = Map<string, number>;

export const newTally = (): Tally => new Map(Object.keys(ACTIONS).map((name) => [name, 0]));

/** Lets the crowd try `steps` things, and time pass between them. */
export async function play(
  world: CrowdWorld,
  random: Random,
  memory: Memory,
  tally: Tally,
  steps: number,
): Promise<void> {
  for (let step = 0; step < steps; ++step) {
    const [name, action] = pick(random, DRAWN);
    if (random.int(1, PATIENCE) === 1) await networkHelpers.time.increase(random.int(1, 3 * 86_400));
    if (await succeeds(() => action(world, random, memory))) tally.set(name, (tally.get(name) ?? 0) + 1);
  }
}

/** What cannot be done now is part of the story, too. */
async function succeeds(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch {
    return false;
  }
}
