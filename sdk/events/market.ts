import { ZeroAddress } from "ethers";

import { InferenceMarket__factory, type InferenceMarket } from "../generated/index.ts";
import type { VersionId } from "../registry/version-id.ts";
import { add, change, rowOf, type Draft } from "./draft.ts";
import { applying, IGNORED, type Handlers } from "./handlers.ts";

/** `IInferenceMarket.Status`. */
export const Status = { None: 0n, Open: 1n, Accepted: 2n, Final: 3n, Refunded: 4n } as const;

/** As `IInferenceMarket.RequestState`, with what its events add. */
export type RequestRow = {
  readonly status: bigint;
  readonly requester: string;
  readonly versionId: VersionId;
  /** OPG wei taken from the requester's deposit: the request's maxFee. */
  readonly held: bigint;
  readonly inputPublic: boolean;
  /** Where `readRequest` finds the request itself. */
  readonly requestedBlock: number;
  /** The zero address until somebody accepts. */
  readonly operator: string;
  readonly acceptedAt: bigint;
  readonly deliverBy: bigint;
  readonly lockEpoch: bigint;
  /** OPG wei fixed by accept; 0 before. */
  readonly price: bigint;
  /** Of the delivered output; `undefined` before. The market's view of that name forgets it once it is of no more use. */
  readonly outputHash: string | undefined;
  readonly callbackFailed: boolean;
};

/** All of InferenceMarket that its views show. OPG in wei, times in unix seconds. */
export type MarketState = {
  readonly deposits: ReadonlyMap<string, bigint>;
  readonly requests: ReadonlyMap<string, RequestRow>;
};

export const NO_MARKET: MarketState = { deposits: new Map(), requests: new Map() };

/** What a log of the market is applied to. */
export type MarketWorld = {
  readonly market: Draft<MarketState>;
  /** The epoch of the market's lock on an operator, which accept keeps with the request: ComputeStaking's logs tell it. */
  readonly lockEpochOf: (operator: string) => bigint;
};

/** OPG wei, as the view of that name says. */
export function depositOf(state: MarketState, requester: string): bigint {
  return state.deposits.get(requester) ?? 0n;
}

const HANDLERS: Handlers<InferenceMarket, MarketWorld> = {
  Deposited({ market }, { requester, assets }) {
    add(market.deposits, requester, assets);
  },
  DepositWithdrawn({ market }, { requester, assets }) {
    add(market.deposits, requester, -assets);
  },
  InferenceRequested({ market }, { requestId, requester, versionId, held, input }, { blockNumber }) {
    add(market.deposits, requester, -held);
    market.requests.set(requestId, {
      status: Status.Open,
      requester,
      versionId,
      held,
      inputPublic: input !== "0x",
      requestedBlock: blockNumber,
      operator: ZeroAddress,
      acceptedAt: 0n,
      deliverBy: 0n,
      lockEpoch: 0n,
      price: 0n,
      outputHash: undefined,
      callbackFailed: false,
    });
  },
  // `readRequest` reads it, or the calldata of who has no code; the state needs nothing of it.
  RequestPublished: IGNORED,
  InferenceAccepted({ market, lockEpochOf }, { requestId, operator, price, deliverBy }, { timestamp }) {
    const { requester, held } = rowOf(market.requests, requestId, "request");
    add(market.deposits, requester, held - price);
    changeRequest(market, requestId, () => ({
      status: Status.Accepted,
      operator,
      acceptedAt: timestamp,
      deliverBy,
      lockEpoch: lockEpochOf(operator),
      price,
    }));
  },
  ResultSubmitted({ market }, { requestId, outputHash }) {
    changeRequest(market, requestId, () => ({ outputHash }));
  },
  RequestFinalized({ market }, { requestId }) {
    changeRequest(market, requestId, () => ({ status: Status.Final }));
  },
  RequestRefunded({ market }, { requestId, requester, assets }) {
    add(market.deposits, requester, assets);
    changeRequest(market, requestId, () => ({ status: Status.Refunded }));
  },
  CallbackFailed({ market }, { requestId }) {
    changeRequest(market, requestId, () => ({ callbackFailed: true }));
  },
  CallbackRetried({ market }, { requestId }) {
    changeRequest(market, requestId, () => ({ callbackFailed: false }));
  },
  // The domain is fixed at deployment.
  EIP712DomainChanged: IGNORED,
};

/** Applies a log of InferenceMarket. */
export const applyMarket = applying<InferenceMarket, MarketWorld>(InferenceMarket__factory.createInterface(), HANDLERS);

function changeRequest(
  market: Draft<MarketState>,
  requestId: string,
  changes: (row: RequestRow) => Partial<RequestRow>,
): void {
  change(market.requests, requestId, "request", changes);
}
