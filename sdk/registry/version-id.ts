/** Names one version of one model: `modelId << 32 | number`, as `contracts/types/VersionId.sol` packs it. */
export type VersionId = bigint;

const NUMBER_BITS = 32n;
const NUMBER_MASK = (1n << NUMBER_BITS) - 1n;

/** @throws RangeError when `modelId` is not 1 … 2^64 − 1 or `number` not 1 … 2^32 − 1. */
export function toVersionId(modelId: bigint, number: bigint): VersionId {
  if (modelId < 1n || modelId >= 1n << 64n) throw new RangeError(`modelId must be 1 to 2^64 − 1, not ${modelId}`);
  if (number < 1n || number > NUMBER_MASK) throw new RangeError(`number must be 1 to 2^32 − 1, not ${number}`);
  return (modelId << NUMBER_BITS) | number;
}

export function modelOf(versionId: VersionId): bigint {
  return versionId >> NUMBER_BITS;
}

export function numberOf(versionId: VersionId): bigint {
  return versionId & NUMBER_MASK;
}
