import { randomBytes, toBigInt, TypedDataEncoder, type TypedDataDomain, ZeroAddress } from "ethers";

import type { VersionId } from "../registry/version-id.ts";

/** One purchase of an inference, field by field as `IInferenceMarket.Request`: OPG wei, unix seconds, durations in seconds. */
export type InferenceRequest = {
  readonly requester: string;
  /** Who is handed the result; the zero address for nobody. */
  readonly consumer: string;
  readonly versionId: VersionId;
  /** Tensor root for versions with a program, else keccak256 of the bytes. */
  readonly inputHash: string;
  readonly inputURI: string;
  readonly requiredProofs: bigint;
  readonly minFee: bigint;
  readonly maxFee: bigint;
  readonly rampStart: bigint;
  readonly rampEnd: bigint;
  readonly acceptBy: bigint;
  readonly deliverWithin: bigint;
  readonly window: bigint;
  readonly expireAt: bigint;
  readonly collateral: bigint;
  /** Who may accept; the zero address for anyone. */
  readonly operator: string;
  readonly callbackGas: bigint;
  readonly salt: bigint;
};

/** EIP-712 types of a request; the market's `REQUEST_TYPEHASH` is the hash of this type. */
export const REQUEST_TYPES = {
  Request: [
    { name: "requester", type: "address" },
    { name: "consumer", type: "address" },
    { name: "versionId", type: "uint256" },
    { name: "inputHash", type: "bytes32" },
    { name: "inputURI", type: "string" },
    { name: "requiredProofs", type: "uint32" },
    { name: "minFee", type: "uint96" },
    { name: "maxFee", type: "uint96" },
    { name: "rampStart", type: "uint40" },
    { name: "rampEnd", type: "uint40" },
    { name: "acceptBy", type: "uint40" },
    { name: "deliverWithin", type: "uint32" },
    { name: "window", type: "uint32" },
    { name: "expireAt", type: "uint40" },
    { name: "collateral", type: "uint96" },
    { name: "operator", type: "address" },
    { name: "callbackGas", type: "uint32" },
    { name: "salt", type: "uint256" },
  ],
} as const;

/** The domain that a market of this suite signs and hashes under. */
export function requestDomain(chainId: bigint, market: string): TypedDataDomain {
  return { name: "OpenGradient InferenceMarket", version: "1", chainId, verifyingContract: market };
}

/** The id of a request: its EIP-712 typed hash, equal to `InferenceMarket.hashRequest`. */
export function hashRequest(domain: TypedDataDomain, request: InferenceRequest): string {
  return TypedDataEncoder.hash(domain, mutable(REQUEST_TYPES), request);
}

/**
 * A request at one flat fee for anyone or a named operator: what most callers want to say, with sound defaults for the rest. The salt is
 * random unless given, so that asking the same again is another request.
 */
export type FlatRequest = Pick<InferenceRequest, "requester" | "versionId" | "inputHash" | "collateral"> &
  Partial<Pick<InferenceRequest, "consumer" | "inputURI" | "operator" | "callbackGas" | "salt">> & {
    readonly fee: bigint;
    /** Now, unix seconds, by the chain's clock. */
    readonly now: bigint;
    /** Seconds from now in which an operator may accept. */
    readonly acceptWithin: bigint;
    readonly deliverWithin: bigint;
  };

export function flatRequest(flat: FlatRequest): InferenceRequest {
  const acceptBy = flat.now + flat.acceptWithin;
  return {
    requester: flat.requester,
    consumer: flat.consumer ?? ZeroAddress,
    versionId: flat.versionId,
    inputHash: flat.inputHash,
    inputURI: flat.inputURI ?? "",
    requiredProofs: 0n,
    minFee: flat.fee,
    maxFee: flat.fee,
    rampStart: flat.now,
    rampEnd: flat.now,
    acceptBy,
    deliverWithin: flat.deliverWithin,
    window: 0n,
    expireAt: acceptBy + flat.deliverWithin,
    collateral: flat.collateral,
    operator: flat.operator ?? ZeroAddress,
    callbackGas: flat.callbackGas ?? 0n,
    salt: flat.salt ?? toBigInt(randomBytes(8)),
  };
}

/** TypedDataEncoder asks for mutable arrays. */
function mutable(types: typeof REQUEST_TYPES): Record<string, { name: string; type: string }[]> {
  return { Request: [...types.Request] };
}
