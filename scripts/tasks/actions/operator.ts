import { formatTime } from "../../cli/duration.ts";
import { formatAddress, formatOpg, formatShare } from "../../cli/format.ts";
import { printFields } from "../../cli/print.ts";
import type { Session } from "../../cli/session.ts";

/** Prints an operator's stake: bond, locks by contract, tickets on their way out, and agents. */
export async function showOperator(session: Session, operator: string, fromBlock?: bigint): Promise<void> {
  const { staking } = session.suite;
  const { bond, locked, index, commissionBps, active } = await staking.operatorOf(operator);
  printFields(session, `Operator ${operator}`, [
    ["registered", index === 0n ? "no: hardhat operator register" : `yes, as number ${index}`],
    ["takes new work", active ? "yes" : "no, it has not bonded or has retired"],
    ["commission", formatShare(commissionBps)],
    ["bond", `${formatOpg(bond)} (the least is ${formatOpg(await staking.minimumBond())})`],
    ["pool", `${formatOpg((await staking.poolOf(operator)).assets)} of its delegators`],
    ["locked", formatOpg(locked)],
    ["free capacity", formatOpg(await staking.capacity(operator))],
  ]);
  const start = Number(fromBlock ?? session.book.contracts.staking?.block ?? 0);
  printSection(session, "Locks", await locksOf(session, operator, start));
  printSection(session, "Tickets", await ticketsOf(session, operator, start));
  printSection(session, "Agents", await agentsOf(session, operator, start));
}

type Rows = readonly (readonly [string, string])[];

async function locksOf({ suite: { staking }, known, now }: Session, operator: string, start: number): Promise<Rows> {
  const allowed = await staking.queryFilter(staking.filters.LockerAllowed(operator), start);
  const lockers = [...new Set(allowed.map(({ args }) => args.locker))];
  return Promise.all(
    lockers.map(async (locker) => {
      const { amount, lastUntil, allowedFrom } = await staking.lockOf(operator, locker);
      const may = allowedFrom === 0n ? "disallowed" : `allowed from ${formatTime(allowedFrom)}`;
      const end = amount === 0n ? "" : now < lastUntil ? `, until ${formatTime(lastUntil)}` : ", may be cleared";
      return [formatAddress(locker, known), `${formatOpg(amount)}${end}; ${may}`] as const;
    }),
  );
}

async function ticketsOf({ suite: { staking }, now }: Session, operator: string, start: number): Promise<Rows> {
  const unbonded = await staking.queryFilter(staking.filters.Unbonded(operator), start);
  const tickets = await Promise.all(
    unbonded.map(async ({ args }) => ({ id: args.ticketId, ...fields(await staking.ticketOf(args.ticketId)) })),
  );
  return tickets
    .filter(({ assets }) => assets !== 0n)
    .map(({ id, assets, withdrawableAt }) => {
      const when =
        now < withdrawableAt ? `from ${formatTime(withdrawableAt)}` : `now: hardhat operator withdraw --ticket ${id}`;
      return [`ticket ${id}`, `${formatOpg(assets)}, payable ${when}`] as const;
    });
}

async function agentsOf({ suite: { staking }, known }: Session, operator: string, start: number): Promise<Rows> {
  const set = await staking.queryFilter(staking.filters.AgentSet(operator), start);
  const agents = [...new Set(set.map(({ args }) => args.agent))];
  const limits = await Promise.all(agents.map((agent) => staking.agentLimit(operator, agent)));
  return agents
    .map((agent, index) => ({ agent, limit: limits[index] ?? 0n }))
    .filter(({ limit }) => limit !== 0n)
    .map(({ agent, limit }) => [formatAddress(agent, known), `while the market's lock is at most ${formatOpg(limit)}`]);
}

function fields({ assets, withdrawableAt }: { assets: bigint; withdrawableAt: bigint }): {
  readonly assets: bigint;
  readonly withdrawableAt: bigint;
} {
  return { assets, withdrawableAt };
}

function printSection(session: Session, title: string, rows: Rows): void {
  if (rows.length === 0) session.print(`${title}: none`);
  else printFields(session, title, rows);
}
