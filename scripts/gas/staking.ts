import { id as hashOf, parseEther } from "ethers";

import { slashesIn } from "../../sdk/staking/slash.ts";
import { toTicketId } from "../../sdk/staking/ticket-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import { CID, type Cast } from "./cast.ts";
import type { GasMeter } from "./measure.ts";

const DAY = 86_400n;
const BOND = parseEther("10000");
const FEE = parseEther("10");
/** Shares a wei of a pool that was never slashed. */
const PAR = 1_000n;

/** Everything that operators, delegators and lockers do, at an operator whose pool others have joined before. */
export async function measureStaking(meter: GasMeter, suite: Suite, cast: Cast): Promise<void> {
  const { staking, market } = suite;
  const { operator, stranger, locker } = cast;
  // Somebody has bonded before, so that the contract's own balance is no longer zero.
  await meter.send(() => staking.connect(stranger).registerOperator(1_000, "ipfs://other"));
  await meter.send(() => staking.connect(stranger).bond(BOND));

  const mine = staking.connect(operator);
  await meter.measure("register operator", 95_000, () => mine.registerOperator(1_000, CID));
  await meter.measure("bond, first", 85_000, () => mine.bond(BOND));
  await meter.measure("bond, again", 52_000, () => mine.bond(BOND));
  await meter.measure("allow a locker", undefined, () => mine.allow(market));
  await meter.send(() => mine.allow(locker));
  await meter.measure("set an agent", undefined, () => mine.setAgent(stranger, BOND));
  await meter.send(() => mine.unbond(1n));
  await meter.measure("unbond (opens a ticket)", 95_000, () => mine.unbond(BOND / 2n));
  const withdrawableAt = meter.last + 21n * DAY;
  meter.wait(21n * DAY);
  const ticket = ticketOf(operator.address, withdrawableAt, false);
  await meter.measure("withdraw a ticket of the bond", 60_000, () => mine.withdraw(ticket));
  await meter.measure("distribute, no pool", 55_000, () => staking.connect(stranger).distribute(operator, FEE));
  await measureDelegation(meter, suite, cast);
  await measureSlashes(meter, suite, cast);
  await meter.send(() => mine.bond(2n * BOND));
}

async function measureDelegation(
  meter: GasMeter,
  { staking, votes, opg }: Suite,
  { operator, delegator, stranger, requester }: Cast,
): Promise<void> {
  const mine = staking.connect(delegator);
  // The pool has had members before, and some of them leave.
  await meter.send(() => staking.connect(requester).delegate(operator, BOND, 0n));
  await meter.send(() => staking.connect(requester).undelegate(operator, (BOND / 2n) * PAR));
  await meter.measure("delegate, first", 92_000, () => mine.delegate(operator, BOND, 0n));
  // Four slots and the token's own: 62,000 gas before the first line is executed. See docs/staking.md.
  await meter.measure("delegate, again", 71_000, () => mine.delegate(operator, BOND, 0n));
  await meter.measure("undelegate (opens a ticket)", 95_000, () => mine.undelegate(operator, BOND * PAR));
  const withdrawableAt = meter.last + 21n * DAY;
  await meter.measure("distribute, first", undefined, () => staking.connect(stranger).distribute(operator, FEE));
  await meter.measure("distribute, with a pool", undefined, () => staking.connect(stranger).distribute(operator, FEE));
  meter.wait(21n * DAY);
  await meter.measure("withdraw a ticket of a pool", 60_000, () =>
    staking.connect(stranger).withdraw(ticketOf(delegator.address, withdrawableAt, true)),
  );
  await meter.send(() => opg.connect(delegator).delegate(delegator));
  await meter.send(() => votes.connect(delegator).delegate(delegator));
  await meter.measure("sync votes, first", undefined, () => staking.syncVotes(delegator, operator));
  await meter.measure("delegate, again, by a voter", undefined, () => mine.delegate(operator, BOND, 0n));
}

async function measureSlashes(
  meter: GasMeter,
  { staking, escrow }: Suite,
  { operator, delegator, locker, requester }: Cast,
): Promise<void> {
  const judge = staking.connect(locker);
  const slash = (amount: bigint, verdict: string) => () =>
    judge.slash(operator, amount, 0, {
      id: hashOf(verdict),
      victim: requester.address,
      victimFee: FEE,
      challengers: locker.address,
    });
  const until = meter.clock + 5n * DAY;
  await meter.measure("lock", undefined, () => judge.lock(operator, 2n * BOND, until));
  await meter.measure("unlock", undefined, () => judge.unlock(operator, 1n, 0));
  await meter.measure("forfeit, first", undefined, () => judge.forfeit(operator, BOND / 100n, 0));
  await meter.measure("forfeit, again", undefined, () => judge.forfeit(operator, BOND / 100n, 0));
  // The escrow has held something before.
  await meter.send(() => judge.slash(operator, 1n, 0, verdictFor("before")));
  await meter.measure("slash, of the bond", 110_000, slash(BOND / 10n, "bond"));
  await meter.send(() => staking.connect(delegator).undelegate(operator, BOND * PAR));
  // Two more slots than of the bond alone.
  await meter.measure("slash, of bond and pool", 121_000, slash((3n * BOND) / 2n, "pool"));
  const slashes = slashesIn(meter.receipt, await escrow.getAddress());
  meter.wait(7n * DAY);
  for (const taken of slashes) {
    await meter.measure("release a slash", undefined, () => escrow.connect(requester).release(taken));
  }
}

function verdictFor(name: string) {
  const nobody = "0x0000000000000000000000000000000000000000";
  return { id: hashOf(name), victim: nobody, victimFee: 0n, challengers: nobody };
}

/** A ticket of the second operator that ever registered. */
function ticketOf(owner: string, withdrawableAt: bigint, delegated: boolean): bigint {
  return toTicketId({ owner, operatorIndex: 2n, withdrawableAt, generation: 0n, delegated });
}
