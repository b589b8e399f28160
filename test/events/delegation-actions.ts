import { ticketsOf } from "./tickets.ts";
import { amount, filter, pick, type Action } from "./world.ts";

/** What delegators and voters do. Every one may be refused. */
export const DELEGATION_ACTIONS: Readonly<Record<string, Action>> = {
  async delegate({ staking, crowd }, random) {
    const open = await filter(crowd, async (operator) => (await staking.poolOf(operator)).escrows === 0n);
    await staking.connect(pick(random, crowd)).delegate(pick(random, open), amount(random, 1, 8_000), 0);
  },
  async undelegate({ staking, crowd }, random, memory) {
    const operator = pick(random, crowd);
    const invested = await filter(crowd, async (account) => (await staking.positionOf(operator, account)).shares > 0n);
    const delegator = pick(random, invested);
    const { shares } = await staking.positionOf(operator, delegator);
    const leaving = random.int(0, 2) === 0 ? shares : shares / BigInt(random.int(2, 5));
    const sent = await staking.connect(delegator).undelegate(operator, leaving);
    memory.tickets.push(...(await ticketsOf(staking, sent)));
  },
  async chooseDelegate({ votes, crowd }, random) {
    await votes.connect(pick(random, crowd)).delegate(pick(random, crowd));
  },
  async syncVotes({ staking, crowd, stranger }, random) {
    await staking.connect(stranger).syncVotes(pick(random, crowd), pick(random, crowd));
  },
};
