import { SuiteError } from "../errors.ts";
import type { IInferenceMarket, InferenceMarket } from "../generated/index.ts";
import { REQUEST_TYPES, type InferenceRequest } from "./request.ts";

/** A request as the chain shows it. */
export type PublishedRequest = {
  readonly request: InferenceRequest;
  /** Empty when the input is not public. */
  readonly input: string;
};

/**
 * Finds the request behind an id: in the log RequestPublished when a contract asked, else in the calldata of the transaction.
 * The answer is checked against the id, so the node that served it need not be trusted.
 * @param fromBlock where to begin the search; the market's first block, or the block of a log already seen.
 * @throws SuiteError `REQUEST_NOT_FOUND` or `REQUEST_MISMATCH`.
 */
export async function readRequest(
  market: InferenceMarket,
  requestId: string,
  fromBlock = 0,
): Promise<PublishedRequest> {
  const [requested] = await market.queryFilter(market.filters.InferenceRequested(requestId), fromBlock);
  if (requested === undefined) {
    throw new SuiteError({
      code: "REQUEST_NOT_FOUND",
      what: `no request ${requestId} since block ${fromBlock}`,
      next: "check the market's address and search from an earlier block",
    });
  }
  const { blockNumber } = requested;
  const [published] = await market.queryFilter(market.filters.RequestPublished(requestId), blockNumber, blockNumber);
  const struct = published?.args.request ?? decodeCalldata(market, (await requested.getTransaction()).data);
  const request = struct && toRequest(struct);
  if (request === undefined || (await market.hashRequest(request)) !== requestId) {
    throw new SuiteError({
      code: "REQUEST_MISMATCH",
      what: `what the node shows for request ${requestId} does not hash to it`,
      next: "ask another node",
    });
  }
  return { request, input: requested.args.input };
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
