import type { InferenceRequest } from "./request.ts";

/** What a delivery takes besides its callback and its output's bytes, with room to spare: first fees and storage that is still empty. */
const BASE = 330_000n;
/** An output's byte: calldata, log, hash and copies. */
const PER_BYTE = 80n;

/**
 * A gas limit that suffices to submit an output of `outputLength` bytes whatever the consumer does with its callback. Estimates are no
 * substitute: a consumer may behave while it is asked what it takes, and nodes refuse to estimate for one that burns all its gas.
 */
export function submitGasLimit({ callbackGas }: Pick<InferenceRequest, "callbackGas">, outputLength: number): bigint {
  return BASE + PER_BYTE * BigInt(outputLength) + (callbackGas * 64n + 62n) / 63n;
}
