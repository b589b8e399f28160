/** `opengradient-suite/sdk/market`: requests, their ids, and what serving them takes. */
export { submitGasLimit } from "../market/gas.ts";
export { readRequest, type PublishedRequest } from "../market/read-request.ts";
export {
  flatRequest,
  hashRequest,
  REQUEST_TYPES,
  requestDomain,
  type FlatRequest,
  type InferenceRequest,
} from "../market/request.ts";
