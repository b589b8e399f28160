import { formatEther } from "ethers";

import { SuiteError } from "../../sdk/errors.ts";
import type { VolatilityForecast } from "../../sdk/generated/index.ts";
import type { VersionId } from "../../sdk/registry/version-id.ts";
import type { Suite } from "../../sdk/suite.ts";
import type { Cast } from "./cast.ts";

/** OPG wei by place, every place where the demo's OPG can be. They add up to the supply ever minted. */
export type Balances = ReadonlyMap<string, bigint>;

const GENESIS_SUPPLY = 1_000_000_000n * 10n ** 18n;

/** Where `RevenueSplitter` sends what a token cannot burn. */
const DEAD = "0x000000000000000000000000000000000000dEaD";

export async function readBalances(
  { opg, staking, market, splitter, treasury }: Suite,
  { deployer, curator, publisher, operator, agent, consumerOwner }: Cast,
  forecast: VolatilityForecast,
  versions: readonly VersionId[],
): Promise<Balances> {
  const [toTreasury, toBurn] = await splitter.accrued();
  const earned = await Promise.all(versions.map((version) => splitter.earned(version)));
  const others = [deployer, operator, agent, consumerOwner];
  const wallets = await Promise.all(others.map((account) => opg.balanceOf(account)));
  return new Map([
    ["consumer contract: deposit", await market.depositOf(forecast)],
    ["held for open requests", (await opg.balanceOf(market)) - (await market.depositOf(forecast))],
    ["operator: bond", (await staking.operatorOf(operator)).bond],
    ["model publisher", await opg.balanceOf(publisher)],
    ["dataset curator", await opg.balanceOf(curator)],
    ["royalties to harvest", earned.reduce((sum, amount) => sum + amount, 0n)],
    ["accrued for treasury", toTreasury],
    ["accrued to burn", toBurn],
    ["treasury", await opg.balanceOf(treasury)],
    ["burnt", GENESIS_SUPPLY - (await opg.totalSupply()) + (await opg.balanceOf(DEAD))],
    ["everybody else", wallets.reduce((sum, amount) => sum + amount, 0n)],
  ]);
}

/** @throws SuiteError `NOT_CONSERVED` when the places do not add up to the supply: then a contract owes more or less than it holds. */
export function checkConserved(balances: Balances): void {
  const total = [...balances.values()].reduce((sum, amount) => sum + amount, 0n);
  if (total !== GENESIS_SUPPLY) {
    throw new SuiteError({
      code: "NOT_CONSERVED",
      what: `all places together hold ${formatEther(total)} OPG of ${formatEther(GENESIS_SUPPLY)}`,
      next: "this is a bug in the contracts or in the demo: please report it",
    });
  }
}

/** A table of every place before and after; places that were and are empty are left out. */
export function balanceTable(before: Balances, after: Balances): string {
  const rows = [...before]
    .map(([place, old]) => ({ place, old, current: after.get(place) ?? 0n }))
    .filter(({ old, current }) => old !== 0n || current !== 0n);
  const totals = [before, after].map((side) => [...side.values()].reduce((sum, amount) => sum + amount, 0n));
  const all = [...rows, { place: "sum", old: totals[0] ?? 0n, current: totals[1] ?? 0n }];
  const line = (place: string, ...figures: string[]): string =>
    `  ${place.padEnd(28)}${figures.map((figure) => figure.padStart(20)).join("")}`;
  return [
    line("OPG", "before", "after", "change"),
    ...all.map(({ place, old, current }) => line(place, opg(old), opg(current), signed(current - old))),
  ].join("\n");
}

/** All decimals there are, so that nothing hides in rounding. */
function opg(wei: bigint): string {
  const [whole = "0", fraction = "0"] = formatEther(wei).split(".");
  return `${BigInt(whole).toLocaleString("en-US")}.${fraction}`;
}

function signed(wei: bigint): string {
  if (wei === 0n) return "0";
  return wei > 0n ? `+${opg(wei)}` : `-${opg(-wei)}`;
}
