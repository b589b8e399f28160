import { defaulted, optional, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";
import { FROM_BLOCK, REQUEST, VERSION } from "./common.ts";

const OUTPUT = optional("path", "where to write the answer's bytes");

/** What a buyer of inferences does. */
export const requester: Scope = {
  name: "requester",
  describes: "Put OPG up, buy inferences, and take their answers",
  tasks: [
    write({
      task: "requester deposit",
      does: "Adds OPG to the deposit out of which a requester's fees are paid",
      options: { amount: required("opg", "what to add"), for: defaulted("address", "me", "whose deposit") },
      contract: "market",
      method: "deposit",
      args: ({ amount, for: whose }) => [whose, amount],
      pulls: ({ amount }) => amount,
    }),
    write({
      task: "requester withdraw",
      does: "Pays OPG of your deposit back to you",
      options: { amount: required("opg", "what to take out") },
      contract: "market",
      method: "withdraw",
      args: ({ amount }) => [amount],
    }),
    write({
      task: "requester request",
      does: "Buys one inference: its fee is held from your deposit, and operators may accept it",
      options: {
        versionId: VERSION,
        fee: required("opg", "the fee, or the highest if there is --min-fee"),
        minFee: optional("opg", "the fee at the start, which rises to --fee along --ramp"),
        ramp: defaulted("duration", "0s", "how long the fee rises"),
        input: optional("file", "the input's bytes, at most 4,096, which become public; tensor words for a program"),
        hiddenInput: optional("file", "the input's bytes, of which only the hash becomes public"),
        inputHash: optional("bytes32", "the input's hash, if its bytes are not here"),
        inputUri: defaulted("text", "", "where operators find an input that is not public"),
        acceptWithin: defaulted("duration", "1h", "how long operators may accept, at most 30d"),
        deliverWithin: defaulted("duration", "1h", "how long the operator may take then, at most 2d"),
        collateral: optional("opg", "the operator's stake that is locked; the least there may be if left out"),
        operator: optional("address", "the only one who may accept; anyone if left out"),
        consumer: optional("address", "the contract that is handed the result"),
        callbackGas: defaulted("number", "0", "gas that the consumer is called with, at most 500,000"),
        salt: optional("number", "makes equal requests distinct; random if left out"),
      },
      contract: "market",
      method: "request",
      async args(values, session) {
        const { buildRequest } = await import("./actions/ask.ts");
        return buildRequest(session, values);
      },
    }),
    write({
      task: "requester cancel",
      does: "Takes an open request back; its fee returns to your deposit",
      options: { request: REQUEST, fromBlock: FROM_BLOCK },
      contract: "market",
      method: "cancel",
      async args({ request, fromBlock }, session) {
        const { findRequest } = await import("./actions/request.ts");
        return [(await findRequest(session, request, fromBlock)).request];
      },
    }),
    write({
      task: "requester expire",
      does: "Ends a request that nobody accepted, or whose operator did not deliver, in time; anyone may do it",
      options: { request: REQUEST, fromBlock: FROM_BLOCK },
      contract: "market",
      method: "expire",
      async args({ request, fromBlock }, session) {
        const { findRequest } = await import("./actions/request.ts");
        return [(await findRequest(session, request, fromBlock)).request];
      },
    }),
    write({
      task: "requester retry-callback",
      does: "Hands a final result to a consumer contract that failed to take it; anyone may do it",
      options: { request: REQUEST, fromBlock: FROM_BLOCK },
      contract: "market",
      method: "retryCallback",
      async args({ request, fromBlock }, session) {
        const { findOutput, findRequest } = await import("./actions/request.ts");
        const { request: found } = await findRequest(session, request, fromBlock);
        return [found, await findOutput(session, request, fromBlock)];
      },
    }),
    read({
      task: "requester show",
      does: "Shows a request: what was asked, where it stands, and its answer",
      options: { request: REQUEST, output: OUTPUT, fromBlock: FROM_BLOCK },
      async show({ request, output, fromBlock }, session) {
        const { showRequest } = await import("./actions/request.ts");
        await showRequest(session, request, output, fromBlock);
      },
    }),
    read({
      task: "requester wait",
      does: "Waits until a request is final and shows its answer; fails if it is refunded or nothing comes",
      options: {
        request: REQUEST,
        timeout: defaulted("duration", "2h", "how long to wait"),
        output: OUTPUT,
        fromBlock: FROM_BLOCK,
      },
      async show({ request, timeout, output, fromBlock }, session) {
        const { waitForRequest } = await import("./actions/wait.ts");
        await waitForRequest(session, request, timeout, output, fromBlock);
      },
    }),
    read({
      task: "requester status",
      does: "Shows a requester's deposit and wallet",
      options: { requester: defaulted("address", "me", "the requester") },
      async show({ requester: whose }, session) {
        const { showRequester } = await import("./actions/money.ts");
        await showRequester(session, whose);
      },
    }),
  ],
};
