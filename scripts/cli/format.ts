import { formatEther, formatUnits } from "ethers";

import { ModelKind } from "../../sdk/registry/terms.ts";
import { modelOf, numberOf } from "../../sdk/registry/version-id.ts";
import type { AbiParameter } from "./abi.ts";
import { formatDuration, formatTime } from "./duration.ts";
import { unitOf } from "./units.ts";

/** Names of the addresses that a reader knows: the suite's contracts. Keys are checksummed. */
export type AddressNames = ReadonlyMap<string, string>;

/** `IInferenceMarket.Status`. */
export const STATUSES = ["None", "Open", "Accepted", "Final", "Refunded"] as const;

const ENUMS: Readonly<Record<string, readonly string[]>> = {
  "enum IInferenceMarket.Status": STATUSES,
  "enum ISlashEscrow.Status": ["None", "Open", "Released", "Reversed"],
  "enum IComputeStaking.StakeClass": ["Pool", "PoolUnbonding", "BondUnbonding"],
  "enum IModelRegistry.ModelKind": Object.keys(ModelKind),
};

const PROOF_KINDS = ["TEE", "OPTIMISTIC", "ZK", "QUORUM", "OPTIMISTIC_REQUESTER"] as const;

/** Arguments with their names and in human units: `operator: 0x…, free: 40 OPG`. */
export function formatArguments(
  owner: string,
  parameters: readonly AbiParameter[],
  values: readonly unknown[],
  known: AddressNames,
): string {
  // A payment of the treasury may be in another token, whose decimals are not ours to know.
  const token = parameters.findIndex(({ internalType }) => internalType === "contract IERC20");
  const isOpg = token === -1 || known.get(String(values[token])) === "opg";
  return parameters
    .map((parameter, index) => {
      const shown = formatValue(owner, parameter, values[index], known);
      const text = isOpg ? shown : shown.replace(/^.* OPG$/, `${String(values[index])} (smallest unit)`);
      return parameter.name === "" ? text : `${parameter.name}: ${text}`;
    })
    .join(", ");
}

/** One value of a function, event or error, in human units. */
export function formatValue(owner: string, parameter: AbiParameter, value: unknown, known: AddressNames): string {
  const { type, internalType, components } = parameter;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    if (!type.endsWith("]")) return `{${formatArguments(owner, components ?? [], items, known)}}`;
    const element = {
      ...parameter,
      type: type.replace(/\[\d*\]$/, ""),
      internalType: internalType.replace(/\[\d*\]$/, ""),
    };
    return `[${items.map((item) => formatValue(owner, element, item, known)).join(", ")}]`;
  }
  if (typeof value === "bigint" || typeof value === "number") return formatNumber(owner, parameter, BigInt(value));
  const text = String(value);
  if (type === "address") return formatAddress(text, known);
  if (type === "string") return `"${text}"`;
  return type === "bytes" ? formatBytes(text) : text;
}

/** An address with the name of the contract that it is. */
export function formatAddress(address: string, known: AddressNames): string {
  const name = known.get(address);
  return name === undefined ? address : `${address} (${name})`;
}

/** OPG wei as `1,234.5 OPG`, every decimal there is. */
export function formatOpg(wei: bigint): string {
  return formatAmount(wei, { decimals: 18, symbol: "OPG" });
}

/** An amount of any token in its smallest unit, the same way. */
export function formatAmount(amount: bigint, token: { readonly decimals: number; readonly symbol: string }): string {
  const [whole = "0", fraction = "0"] = formatUnits(amount, token.decimals).split(".");
  return `${BigInt(whole).toLocaleString("en-US")}${fraction === "0" ? "" : `.${fraction}`} ${token.symbol}`;
}

/** A version as `modelId.number`; `none` for zero. */
export function formatVersion(versionId: bigint): string {
  return versionId === 0n ? "none" : `${modelOf(versionId)}.${numberOf(versionId)}`;
}

/** Ten-thousandths as `12.5 %`. */
export function formatShare(bps: bigint): string {
  return `${Number(bps) / 100} %`;
}

/** A set of proof kinds by their names; `none` for the operator's word. */
export function formatProofs(bits: bigint): string {
  const unknown = bits >> BigInt(PROOF_KINDS.length);
  const names = PROOF_KINDS.filter((_, bit) => (bits >> BigInt(bit)) & 1n);
  if (unknown !== 0n) return `${bits}`;
  return names.length === 0 ? "none" : names.join(" + ");
}

function formatNumber(owner: string, parameter: AbiParameter, value: bigint): string {
  if (parameter.internalType === "VersionId") return formatVersion(value);
  const names = ENUMS[parameter.internalType];
  if (names !== undefined) return names[Number(value)] ?? value.toString();
  switch (unitOf(owner, parameter)) {
    case "opg":
      return formatOpg(value);
    case "coin":
      return `${formatEther(value)} native`;
    case "time":
      return value === 0n ? "never" : formatTime(value);
    case "duration":
      return formatDuration(value);
    case "share":
      return formatShare(value);
    case "proofs":
      return formatProofs(value);
    case "plain":
    case undefined:
      return value.toString();
  }
}

/** Short bytes whole, long ones by their beginning. */
function formatBytes(hex: string): string {
  const length = (hex.length - 2) / 2;
  return length <= 32 ? hex : `${hex.slice(0, 34)}… (${length} bytes)`;
}
