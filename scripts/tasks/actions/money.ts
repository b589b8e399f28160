import { isError, parseUnits, ZeroAddress } from "ethers";

import { OPG__factory, type OPG } from "../../../sdk/generated/index.ts";
import { revertData } from "../../cli/decode.ts";
import { CliError } from "../../cli/errors.ts";
import { formatAddress, formatAmount, formatOpg, formatShare } from "../../cli/format.ts";
import { printFields } from "../../cli/print.ts";
import type { Session } from "../../cli/session.ts";

/** Prints an account's OPG, votes and open allowances. */
export async function showAccount(session: Session, account: string): Promise<void> {
  const { opg, staking, splitter, market } = session.suite;
  const spenders = Object.entries({ staking, splitter, market });
  const allowances = await Promise.all(
    spenders.map(
      async ([name, contract]) => [`${name} may take`, formatOpg(await opg.allowance(account, contract))] as const,
    ),
  );
  printFields(session, `Account ${formatAddress(account, session.known)}`, [
    ["holds", formatOpg(await opg.balanceOf(account))],
    ...(await votesOf(session, account)),
    ...allowances,
  ]);
}

/** An OPG that was there before the suite may be without votes. */
async function votesOf({ suite: { opg }, known }: Session, account: string): Promise<readonly [string, string][]> {
  try {
    const delegate = await opg.delegates(account);
    return [
      ["votes", formatOpg(await opg.getVotes(account))],
      ["delegates to", delegate === ZeroAddress ? "nobody, so its OPG does not vote" : formatAddress(delegate, known)],
    ];
  } catch (error) {
    if (isUnknownFunction(error)) return [["votes", "this OPG has none"]];
    throw error;
  }
}

/** Prints what a requester may spend. */
export async function showRequester(session: Session, requester: string): Promise<void> {
  const { opg, market } = session.suite;
  printFields(session, `Requester ${formatAddress(requester, session.known)}`, [
    ["deposit", formatOpg(await market.depositOf(requester))],
    ["wallet", formatOpg(await opg.balanceOf(requester))],
  ]);
}

/** Prints what the treasury holds and may pay of a token. */
export async function showTreasury(session: Session, address: string): Promise<void> {
  const { treasury, splitter } = session.suite;
  const token = await tokenAt(session, address);
  const held = await token.contract.balanceOf(treasury);
  const [toTreasury] = await splitter.accrued();
  printFields(session, "Treasury", [
    ["holds", formatAmount(held, token)],
    ["may pay now", formatAmount(await treasury.available(address), token)],
    ["comes with the next flush", formatOpg(toTreasury)],
  ]);
}

/** Prints how fees are divided and what waits to be flushed. */
export async function showSplitter(session: Session): Promise<void> {
  const { splitter } = session.suite;
  const [toTreasury, toBurn] = await splitter.accrued();
  printFields(session, "Of each fee, besides the version's royalty", [
    ["to the treasury", `${formatShare(await splitter.treasuryBps())}, accrued ${formatOpg(toTreasury)}`],
    ["burnt", `${formatShare(await splitter.burnBps())}, accrued ${formatOpg(toBurn)}`],
    ["to the operator", "the rest, at once"],
  ]);
}

/**
 * An amount of a token in its smallest unit.
 * @throws CliError `OPTION_INVALID` for more decimals than the token has; `NOT_FOUND` for an address that is no token.
 */
export async function amountOf(session: Session, address: string, amount: string): Promise<bigint> {
  const { decimals, symbol } = await tokenAt(session, address);
  const [, fraction = ""] = amount.split(".");
  if (fraction.length <= decimals) return parseUnits(amount, decimals);
  throw new CliError(
    "OPTION_INVALID",
    `--amount is "${amount}": ${symbol} has ${decimals} decimals, not ${fraction.length}`,
    "give an amount that the token can pay",
  );
}

type Token = { readonly contract: OPG; readonly decimals: number; readonly symbol: string };

/** Any ERC-20 with decimals and a symbol. */
async function tokenAt({ provider }: Session, address: string): Promise<Token> {
  const contract = OPG__factory.connect(address, provider);
  try {
    return { contract, decimals: Number(await contract.decimals()), symbol: await contract.symbol() };
  } catch (cause) {
    if (!isUnknownFunction(cause)) throw cause;
    throw new CliError("NOT_FOUND", `there is no token at ${address}`, "check --token and --network", cause);
  }
}

/** Whether a contract reverted or answered nothing, as one does that has no such function. */
function isUnknownFunction(error: unknown): boolean {
  return revertData(error) !== undefined || isError(error, "BAD_DATA");
}
