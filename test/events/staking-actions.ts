import { DAY, now } from "../helpers/world.ts";
import { amount, pick, type Action } from "./world.ts";

/** What people do with stake and money. Every one may be refused. */
export const STAKING_ACTIONS: Readonly<Record<string, Action>> = {
  async registerOperator({ staking, crowd }, random) {
    await staking.connect(pick(random, crowd)).registerOperator(random.int(0, 5_000), `ipfs://${random.uint32()}`);
  },
  async bond({ staking, crowd }, random) {
    await staking.connect(pick(random, crowd)).bond(amount(random, 10_000, 20_000));
  },
  async unbond({ staking, crowd }, random, memory) {
    await staking.connect(pick(random, crowd)).unbond(amount(random, 1, 5_000));
    memory.tickets += 1n;
  },
  async retire({ staking, crowd }, random) {
    if (random.int(0, 2) === 0) await staking.connect(pick(random, crowd)).retire();
    else throw new Error("people rarely retire");
  },
  async withdrawTicket({ staking, stranger }, random, { tickets }) {
    await staking.connect(stranger).withdraw(random.int(1, Number(tickets)));
  },
  async setAgent({ staking, crowd }, random) {
    const limit = random.int(0, 3) === 0 ? 0n : amount(random, 1, 2_000);
    await staking.connect(pick(random, crowd)).setAgent(pick(random, crowd), limit);
  },
  async allow({ staking, market, locker, rival, crowd }, random) {
    await staking.connect(pick(random, crowd)).allow(pick(random, [market, market, locker, rival]));
  },
  async disallow({ staking, market, locker, rival, crowd }, random) {
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
