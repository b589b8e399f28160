import { slashesIn, type Slash } from "../../../sdk/staking/slash.ts";
import { CliError } from "../../cli/errors.ts";
import { formatAddress, formatOpg } from "../../cli/format.ts";
import { printFields } from "../../cli/print.ts";
import type { Session } from "../../cli/session.ts";

/**
 * The sender's shares that are worth `assets` OPG wei, rounded up; all of them if left out.
 * @throws CliError `NOT_FOUND` for somebody without a stake there.
 */
export async function sharesOf(session: Session, operator: string, assets: bigint | undefined): Promise<bigint> {
  const { address } = await session.sender();
  const position = await session.suite.staking.positionOf(operator, address);
  if (position.shares === 0n) {
    throw new CliError("NOT_FOUND", `${address} has delegated nothing to ${operator}`, "check --operator and --from");
  }
  if (assets === undefined || position.assets === 0n) return position.shares;
  return (assets * position.shares + position.assets - 1n) / position.assets;
}

/** Prints one account's stake with one operator. */
export async function showPosition({ suite, known, print }: Session, operator: string, account: string): Promise<void> {
  const { staking, votes } = suite;
  const { assets, principal, countsVotes } = await staking.positionOf(operator, account);
  printFields({ print }, `${formatAddress(account, known)} with operator ${operator}`, [
    ["worth now", formatOpg(assets)],
    ["delegated", formatOpg(principal)],
    ["votes", `${formatOpg(await votes.stakedVotesOf(account, operator))}${countsVotes ? "" : ", not synced yet"}`],
    ["may be slashed", `${formatOpg(await staking.slashable(operator))} of this operator in all`],
  ]);
}

/**
 * A slash by its id, as the escrow wants it brought back.
 * @throws CliError `NOT_FOUND`.
 */
export async function findSlash(session: Session, id: string, fromBlock?: bigint): Promise<Slash> {
  const { escrow } = session.suite;
  const start = Number(fromBlock ?? session.book.contracts.escrow?.block ?? 0);
  const [opened] = await escrow.queryFilter(escrow.filters.SlashOpened(id), start);
  const receipt = await opened?.getTransactionReceipt();
  const slashes = receipt === undefined ? [] : slashesIn(receipt, await escrow.getAddress());
  const ids = await Promise.all(slashes.map((slash) => escrow.slashIdOf(slash)));
  const slash = slashes[ids.indexOf(id)];
  if (slash !== undefined) return slash;
  throw new CliError("NOT_FOUND", `there is no slash ${id}`, "check its id and --network");
}
