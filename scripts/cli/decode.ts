import { isError, isHexString, type Interface, type Log, type LogDescription } from "ethers";

import { ABIS, codecOf, signatureOf, type AbiEntry, type ContractName } from "./abi.ts";
import { CliError } from "./errors.ts";
import { formatArguments, type AddressNames } from "./format.ts";
import { nextStep } from "./next-steps.ts";

/** An error of a contract, as it was thrown. */
export type ContractRefusal = {
  /** `ComputeStakingInsufficientCapacity`. */
  readonly name: string;
  /** The same with its arguments, named and in human units. */
  readonly text: string;
};

const ENTRIES: readonly AbiEntry[] = Object.values(ABIS).flat();

/** Errors of every contract: what one contract throws comes through the others. */
const ERRORS = codecOf(ENTRIES.filter(({ type }) => type === "error"));
/** Names the error in the revert data of a call. */
export function decodeRefusal(data: string, known: AddressNames): ContractRefusal {
  if (data === "0x") return { name: "", text: "it reverted without a reason" };
  const error = ERRORS.parseError(data);
  if (error === null) return { name: "", text: `unknown error ${data}` };
  const { name, signature } = error;
  const values = [...(error.args as Iterable<unknown>)];
  const entry = ENTRIES.find((candidate) => candidate.type === "error" && signatureOf(candidate) === signature);
  // Errors of the language itself, `revert("…")` and failed assertions, stand in no contract's list.
  const args = entry === undefined ? values.join(", ") : formatArguments(name, entry.inputs ?? [], values, known);
  return { name, text: `${name}(${args})` };
}

/**
 * What an RPC failure says: the contract's own refusal, decoded, or that the node failed.
 * @param doing names the call, for instance `staking.bond`.
 */
export function refusalOf(error: unknown, doing: string, known: AddressNames): CliError {
  const data = revertData(error);
  if (data === undefined) {
    const why = error instanceof Error ? error.message : String(error);
    return new CliError("RPC_FAILED", `${doing}: ${why}`, "check the network's url and the sender's funds", error);
  }
  const { name, text } = decodeRefusal(data, known);
  return new CliError("CONTRACT_REFUSED", `${doing} would fail: ${text}`, nextStep(name), error);
}

/** One event as a sentence of its arguments: `Bonded(operator: 0x…, assets: 100 OPG, …)`. */
export function describeLog(log: Pick<Log, "address" | "topics" | "data">, known: AddressNames): string | undefined {
  const contract = known.get(log.address);
  if (contract === undefined || !isContractName(contract)) return undefined;
  const entries = ABIS[contract].filter(({ type }) => type === "event");
  const parsed = parseLog(codecOf(entries), log);
  if (parsed === undefined) return undefined;
  const entry = entries.find((candidate) => signatureOf(candidate) === parsed.signature);
  const args = formatArguments(parsed.name, entry?.inputs ?? [], [...(parsed.args as Iterable<unknown>)], known);
  return `${contract}.${parsed.name}(${args})`;
}

/** `undefined` for what the codec does not know: an OPG that was there before the suite may have events of its own, in its own form. */
function parseLog(codec: Interface, { topics, data }: Pick<Log, "topics" | "data">): LogDescription | undefined {
  if (topics.length === 0) return undefined;
  try {
    return codec.parseLog({ topics: [...topics], data }) ?? undefined;
  } catch (error) {
    if (isError(error, "BUFFER_OVERRUN") || isError(error, "INVALID_ARGUMENT")) return undefined;
    throw error;
  }
}

/** The revert data in an error of any provider: they all nest it, each in its own way. */
export function revertData(error: unknown): string | undefined {
  const pending: unknown[] = [error];
  const seen = new Set<unknown>();
  for (let found = pending.shift(); found !== undefined; found = pending.shift()) {
    if (typeof found !== "object" || found === null || seen.has(found)) continue;
    seen.add(found);
    if ("data" in found && typeof found.data === "string" && isHexString(found.data)) return found.data;
    for (const key of ["data", "error", "info", "cause"]) pending.push((found as Record<string, unknown>)[key] ?? null);
  }
  return undefined;
}

function isContractName(name: string): name is ContractName {
  return name in ABIS;
}
