import type { TransactionReceipt } from "ethers";

import { SuiteError } from "../errors.ts";
import { SlashEscrow__factory, type ISlashEscrow } from "../generated/index.ts";

/** One slash, as `release` and `reverse` want it brought back: the escrow stores only its hash. OPG in wei. */
export type Slash = Readonly<Pick<ISlashEscrow.SlashStructOutput, keyof ISlashEscrow.SlashStruct>>;

/**
 * The slashes that a transaction opened, in order, read from the {@link SlashEscrow} events of `escrow`.
 * @param escrow the escrow's address.
 * @throws SuiteError `NO_SLASH` if it opened none.
 */
export function slashesIn(receipt: Pick<TransactionReceipt, "hash" | "logs">, escrow: string): readonly Slash[] {
  const abi = SlashEscrow__factory.createInterface();
  const { topicHash } = abi.getEvent("SlashOpened");
  const slashes = receipt.logs
    .filter(({ address, topics }) => address === escrow && topics[0] === topicHash)
    .map(({ data, topics }) =>
      plainSlash(abi.decodeEventLog("SlashOpened", data, topics)["slash"] as ISlashEscrow.SlashStructOutput),
    );
  if (slashes.length > 0) return slashes;
  throw new SuiteError({
    code: "NO_SLASH",
    what: `transaction ${receipt.hash} opened no slash at ${escrow}`,
    next: "give the transaction whose SlashOpened event names the slash, and the escrow of the same suite",
  });
}

/** A slash without what ethers adds to decoded structs, which cannot be passed back to a call. */
export function plainSlash(slash: ISlashEscrow.SlashStructOutput): Slash {
  return {
    operator: slash.operator,
    locker: slash.locker,
    verdict: slash.verdict,
    victim: slash.victim,
    victimFee: slash.victimFee,
    challengers: slash.challengers,
    openedAt: slash.openedAt,
    fromBond: slash.fromBond,
    fromPool: slash.fromPool,
    fromUnbonding: slash.fromUnbonding,
    poolShares: slash.poolShares,
    unbondingShares: slash.unbondingShares,
    poolGeneration: slash.poolGeneration,
    unbondingGeneration: slash.unbondingGeneration,
  };
}
