import type { AbiParameter } from "./abi.ts";

/** How a number is shown. */
export type Unit = "opg" | "coin" | "time" | "duration" | "share" | "plain" | "proofs";

/** What the numbers of this suite's functions, events and errors are called, and what they count. */
const BY_NAME: Readonly<Record<string, Unit>> = {
  ...names("opg", ["amount", "assets", "balance", "allowance", "value", "bond", "minimumBond", "free", "needed"]),
  ...names("opg", ["available", "held", "price", "paid", "spent", "cap", "royalty", "burnt", "unlocked", "locked"]),
  ...names("opg", ["toBond", "toBurn", "toOperator", "toTreasury", "floor", "lowest", "highest", "minimum", "limit"]),
  ...names("opg", ["newVotes", "previousVotes"]),
  ...names("opg", [
    "pool",
    "supply",
    "left",
    "requested",
    "fromBond",
    "fromBondUnbonding",
    "fromPool",
    "fromUnbonding",
  ]),
  ...names("opg", ["fromPoolUnbonding", "toPool", "toPoolUnbonding", "toVictim", "toChallengers", "returned"]),
  ...names("opg", ["oldUnits", "newUnits", "units"]),
  ...names("plain", ["index", "escrows", "generation", "poolGeneration", "unbondingGeneration"]),
  ...names("plain", ["shares", "minShares", "ticketShares", "poolShares", "unbondingShares"]),
  ...names("time", ["heldUntil", "allowedFrom", "releasableAt", "possibleFrom"]),
  ...names("time", ["deadline", "earliest", "latest", "from", "now_", "expiry", "timepoint", "timestamp"]),
  ...names("time", ["validAfter", "validBefore"]),
  ...names("duration", ["longest", "shortest", "deliverWithin", "window", "delay"]),
  ...names("plain", ["ticketId", "tokenId", "epoch", "length", "maximum", "count", "given", "currentNonce", "nonce"]),
  ...names("plain", ["bits", "role", "modelId", "size", "callbackGas", "salt", "runtime", "arithmetic", "v"]),
  ...names("plain", ["increasedSupply", "operationId", "roleId", "_tokenId", "_fromTokenId", "_toTokenId"]),
  ...names("plain", [
    "first",
    "second",
    "end",
    "depth",
    "level",
    "traceDepth",
    "outputDepth",
    "siblings",
    "number",
    "next",
  ]),
  ...names("plain", ["leaf", "firstLeaf", "leaves", "lane", "lanes", "record", "records", "opening", "fault"]),
  ...names("plain", ["claimed", "right", "sharers"]),
  ...names("opg", ["share"]),
  ...names("coin", ["unit"]),
  ...names("duration", ["proposerUsed", "challengerUsed"]),
  ...names("proofs", ["requiredProofs", "acceptedProofs", "grantable", "required"]),
};

/** Where a name counts something else than elsewhere: `owner.parameter`. */
export const EXCEPTIONS: Readonly<Record<string, Unit>> = {
  "InferenceMarketInsufficientGas.available": "plain",
  "InferenceMarketInsufficientGas.needed": "plain",
  "ComputeStakingInsufficientShares.available": "plain",
  "ComputeStakingInsufficientShares.needed": "plain",
  "ComputeStakingSupplyTooLarge.maximum": "opg",
  "SlashEscrowNotEnoughGas.available": "plain",
  "SlashEscrowNotEnoughGas.needed": "plain",
  "InferenceMarketUnexpectedProofs.required": "plain",
  "RevenueSplitterTreasuryShareOutOfRange.lowest": "share",
  "RevenueSplitterTreasuryShareOutOfRange.highest": "share",
  "RevenueSplitterBurnShareOutOfRange.lowest": "share",
  "RevenueSplitterBurnShareOutOfRange.highest": "share",
  "SafeCastOverflowedUintDowncast.value": "plain",
  "GameOpened.bond": "coin",
  "GameForfeited.bond": "coin",
  "BalanceFunded.amount": "coin",
  "BalanceReclaimed.amount": "coin",
  "GameSettled.amount": "coin",
  "Credited.amount": "coin",
  "Withdrawn.amount": "coin",
  "TraceGameBondTooSmall.given": "coin",
  "TraceGameBondTooSmall.needed": "coin",
  "TraceGameUnderfunded.balance": "coin",
  "TraceGameUnderfunded.needed": "coin",
  "TraceGameTransferFailed.amount": "coin",
  "TraceGameNotEnoughGas.available": "plain",
  "TraceGameNotEnoughGas.needed": "plain",
};

/**
 * What the number `parameter` of the function, event or error `owner` counts; `undefined` when nobody has said yet: then it is shown as it
 * is, and a test fails.
 */
export function unitOf(owner: string, { name, type }: Pick<AbiParameter, "name" | "type">): Unit | undefined {
  const exception = EXCEPTIONS[`${owner}.${name}`];
  if (exception !== undefined) return exception;
  if (name.endsWith("Bps")) return "share";
  // Amounts of native coin, of which a game's have no other type.
  if (type === "uint80") return "coin";
  if (type === "uint40" || type === "uint48") return "time";
  if (type === "uint96") return "opg";
  return BY_NAME[name];
}

function names(unit: Unit, list: readonly string[]): Readonly<Record<string, Unit>> {
  return Object.fromEntries(list.map((name) => [name, unit]));
}
