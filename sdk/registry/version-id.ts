import { SuiteError } from "../errors.ts";

/** Names one version of one model: `modelId << 32 | number`, as `contracts/types/VersionId.sol` packs it. */
export type VersionId = bigint;

const MODEL_BITS = 64;
const NUMBER_BITS = 32;

/** @throws SuiteError `VERSION_ID_OUT_OF_RANGE` when `modelId` is not 1 … 2^64 − 1 or `number` not 1 … 2^32 − 1. */
export function toVersionId(modelId: bigint, number: bigint): VersionId {
  requireBits("modelId", modelId, MODEL_BITS);
  requireBits("number", number, NUMBER_BITS);
  return (modelId << BigInt(NUMBER_BITS)) | number;
}

/** Drops bits that no id has, as the contracts do: ask only for ids that the registry knows. */
export function modelOf(versionId: VersionId): bigint {
  return BigInt.asUintN(MODEL_BITS, versionId >> BigInt(NUMBER_BITS));
}

/** Drops bits that no id has, as the contracts do: ask only for ids that the registry knows. */
export function numberOf(versionId: VersionId): bigint {
  return BigInt.asUintN(NUMBER_BITS, versionId);
}

function requireBits(name: string, value: bigint, bits: number): void {
  if (value >= 1n && BigInt.asUintN(bits, value) === value) return;
  throw new SuiteError({
    code: "VERSION_ID_OUT_OF_RANGE",
    what: `${name} is ${value}`,
    next: `give a whole number from 1 to 2^${bits} − 1`,
  });
}
