import { DAY, now } from "../helpers/world.ts";
import { ticketsOf } from "./tickets.ts";
import { amount, pick, type Action } from "./world.ts";

/** What people do with stake and money. Every one may be refused. */
export const STAKING_ACTIONS: Readonly<Record<string, Action>> = {
  /** Once there are delegators, a new locker waits for weeks: whoever is wise allows first. */
  async registerOperator({ staking, market, locker, rival, crowd }, random) {
    const operator = staking.connect(pick(random, crowd));
    await operator.registerOperator(random.int(0, 5_000), `ipfs://${random.uint32()}`);
    for (const first of [market, locker, rival]) await operator.allow(first);
  },
  async bond({ staking, crowd }, random) {
    await staking.connect(pick(random, crowd)).bond(amount(random, 10_000, 20_000));
  },
  async unbond({ staking, crowd }, random, memory) {
    const sent = await staking.connect(pick(random, crowd)).unbond(amount(random, 1, 5_000));
    memory.tickets.push(...(await ticketsOf(staking, sent)));
  },
  async retire({ staking, crowd }, random) {
    if (random.int(0, 2) === 0) await staking.connect(pick(random, crowd)).retire();
    else throw new Error("people rarely retire");
  },
  async withdrawTicket({ staking, stranger }, random, { tickets }) {
    await staking.connect(stranger).withdraw(pick(random, tickets));
  },
  async setCommission({ staking, crowd }, random) {
    await staking.connect(pick(random, crowd)).setCommission(random.int(0, 5_000));
  },
  async raiseCommission({ staking, crowd, stranger }, random) {
    await staking.connect(stranger).raiseCommission(pick(random, crowd));
  },
  async setAgent({ staking, crowd }, random) {
    const limit = random.int(0, 3) === 0 ? 0n : amount(random, 1, 2_000);
    await staking.connect(pick(random, crowd)).setAgent(pick(random, crowd), limit);
  },
  async allow({ staking, market, locker, rival, crowd }, random) {
    await staking.connect(pick(random, crowd)).allow(pick(random, [market, market, locker, rival]));
  },
  async disallow({ staking, market, locker, rival, crowd }, random) {
    if (random.int(0, 3) !== 0) throw new Error("operators want work");
    await staking.connect(pick(random, crowd)).disallow(pick(random, [market, locker, rival]));
  },
  async lock({ staking, locker, rival, crowd }, random) {
    const until = (await now()) + BigInt(random.int(1, 9)) * DAY;
    await staking.connect(pick(random, [locker, rival])).lock(pick(random, crowd), amount(random, 1, 500), until);
  },
  async unlock({ staking, locker, rival, crowd }, random) {
    const [operator, by] = [pick(random, crowd), pick(random, [locker, rival])];
    const { epoch } = await staking.lockOf(operator, by);
    await staking.connect(by).unlock(operator, amount(random, 1, 300), epoch);
  },
  async clear({ staking, market, locker, rival, crowd, stranger }, random) {
    await staking.connect(stranger).clear(pick(random, crowd), pick(random, [market, locker, rival]));
  },
  async distribute({ staking, crowd }, random) {
    await staking.connect(pick(random, crowd)).distribute(pick(random, crowd), amount(random, 1, 50));
  },
  async transferOPG({ opg, crowd }, random) {
    await opg.connect(pick(random, crowd)).transfer(pick(random, crowd), amount(random, 1, 50));
  },
  async payFromTreasury({ treasury, opg, treasurer, crowd }, random) {
    await treasury.connect(treasurer).pay(opg, pick(random, crowd), amount(random, 1, 500));
  },
};
