import { getBytes, keccak256, type Provider } from "ethers";

import { SuiteError } from "../errors.ts";
import type { IInferenceMarket, InferenceMarket } from "../generated/index.ts";
import { tensorRoot } from "../program/tensor-hash.ts";
import { WORD_BYTES } from "../program/tensor.ts";
import { hashRequest, REQUEST_TYPES, requestDomain, type InferenceRequest } from "./request.ts";

/** A request as the chain shows it. */
export type PublishedRequest = {
  readonly request: InferenceRequest;
  /** Empty when the input is not public. */
  readonly input: string;
};

/**
 * Finds the request behind an id: in the log RequestPublished when a contract asked, else in the calldata of the transaction. Request
 * and input are checked against the id here, so the node that served them need not be trusted.
 * @param fromBlock where to begin the search; the market's first block, or the block of a log already seen.
 * @throws SuiteError `REQUEST_NOT_FOUND`, `TRANSACTION_NOT_SERVED`, or `REQUEST_MISMATCH` when what the node shows is not what was hashed.
 */
export async function readRequest(
  market: InferenceMarket,
  requestId: string,
  fromBlock = 0,
): Promise<PublishedRequest> {
  const id = requestId.toLowerCase();
  const [requested] = await market.queryFilter(market.filters.InferenceRequested(id), fromBlock);
  if (requested === undefined) {
    throw new SuiteError({
      code: "REQUEST_NOT_FOUND",
      what: `no request ${id} since block ${fromBlock}`,
      next: "check the market's address and search from an earlier block",
    });
  }
  const { blockNumber } = requested;
  const [published] = await market.queryFilter(market.filters.RequestPublished(id), blockNumber, blockNumber);
  const data = published === undefined ? await readCalldata(id, requested) : "0x";
  const request = decoded(id, () => published?.args.request ?? decodeCalldata(market, data));
  const { chainId } = await requireProvider(market).getNetwork();
  const domain = requestDomain(chainId, await market.getAddress());
  if (request === undefined || hashRequest(domain, request) !== id) throw mismatch(id, "the request");
  const { input } = requested.args;
  if (input !== "0x" && !hashesTo(input, request.inputHash)) throw mismatch(id, "the input");
  return { request, input };
}

/** Whether `input` is what `inputHash` says, for either kind of version: tensor words, or plain bytes. */
function hashesTo(input: string, inputHash: string): boolean {
  if (keccak256(input) === inputHash) return true;
  const words = getBytes(input);
  return words.length % WORD_BYTES === 0 && tensorRoot(words) === inputHash;
}

/** A struct whose string is no UTF-8 throws when it is read, not when it is decoded. */
function decoded(
  id: string,
  read: () => IInferenceMarket.RequestStructOutput | undefined,
): InferenceRequest | undefined {
  try {
    const struct = read();
    return struct && toRequest(struct);
  } catch (cause) {
    throw mismatch(id, "the request", cause);
  }
}

async function readCalldata(
  id: string,
  log: { readonly transactionHash: string; getTransaction(): Promise<{ readonly data: string }> },
): Promise<string> {
  try {
    return (await log.getTransaction()).data;
  } catch (cause) {
    throw new SuiteError({
      code: "TRANSACTION_NOT_SERVED",
      what: `the node does not serve transaction ${log.transactionHash}, which shows request ${id}`,
      next: "ask a node that serves transactions as well as logs",
      cause,
    });
  }
}

function requireProvider(market: InferenceMarket): Provider {
  const provider = market.runner?.provider;
  if (provider) return provider;
  throw new SuiteError({
    code: "NO_PROVIDER",
    what: "the market contract is not connected to a node",
    next: "connect it to a provider or a signer",
  });
}

function mismatch(id: string, what: string, cause?: unknown): SuiteError {
  return new SuiteError({
    code: "REQUEST_MISMATCH",
    what: `${what} that the node shows is not what request ${id} is the hash of`,
    next: "ask another node; if all agree, the requester has made a request that cannot be served",
    cause,
  });
}

function decodeCalldata(market: InferenceMarket, data: string): IInferenceMarket.RequestStructOutput | undefined {
  const call = market.getFunction("request").fragment;
  if (!data.startsWith(call.selector)) return undefined;
  const request: unknown = market.interface.decodeFunctionData("request", data)[0];
  return isRequest(request) ? request : undefined;
}

/** The decoder has checked the fields' types; what they say is checked by the hash. */
function isRequest(value: unknown): value is IInferenceMarket.RequestStructOutput {
  return Array.isArray(value) && value.length === REQUEST_TYPES.Request.length;
}

function toRequest(struct: IInferenceMarket.RequestStructOutput): InferenceRequest {
  return {
    requester: struct.requester,
    consumer: struct.consumer,
    versionId: struct.versionId,
    inputHash: struct.inputHash,
    inputURI: struct.inputURI,
    requiredProofs: struct.requiredProofs,
    minFee: struct.minFee,
    maxFee: struct.maxFee,
    rampStart: struct.rampStart,
    rampEnd: struct.rampEnd,
    acceptBy: struct.acceptBy,
    deliverWithin: struct.deliverWithin,
    window: struct.window,
    expireAt: struct.expireAt,
    collateral: struct.collateral,
    operator: struct.operator,
    callbackGas: struct.callbackGas,
    salt: struct.salt,
  };
}
