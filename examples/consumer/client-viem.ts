// With viem, and of this package the ABIs alone: the same requester asks once more, the same operator answers.
import { createPublicClient, createWalletClient, http, keccak256, parseEventLogs, zeroAddress } from "viem";
import { inferenceMarketAbi, modelRegistryAbi } from "opengradient-suite/abi";
import { addresses as published } from "opengradient-suite/addresses";

import { COLLATERAL, FEE, readSetting } from "./setting.js";

const { url, addresses } = readSetting();
const transport = http(url);
const reader = createPublicClient({ transport });
const chainId = await reader.getChainId();
const writer = createWalletClient({ transport });
const [, , operator, requester] = await writer.getAddresses();
if (operator === undefined || requester === undefined) throw new Error("the node unlocks too few accounts");
const market = { address: (published[chainId] ?? addresses).market, abi: inferenceMarketAbi } as const;

const versionId = await reader.readContract({
  address: addresses.registry,
  abi: modelRegistryAbi,
  functionName: "latestVersionOf",
  args: [1n],
});
const input = "0xc0ffee";
const { timestamp } = await reader.getBlock();
const acceptBy = Number(timestamp) + 3_600;
const request = {
  requester,
  consumer: zeroAddress,
  versionId,
  inputHash: keccak256(input),
  inputURI: "",
  requiredProofs: 0,
  minFee: FEE,
  maxFee: FEE,
  rampStart: 0,
  rampEnd: 0,
  acceptBy,
  deliverWithin: 3_600,
  window: 0,
  expireAt: acceptBy + 3_600,
  collateral: COLLATERAL,
  operator: zeroAddress,
  callbackGas: 0,
  salt: timestamp,
} as const;

const write = { ...market, chain: null } as const;
const deposit = { ...write, account: requester, functionName: "deposit", args: [requester, FEE] } as const;
await reader.waitForTransactionReceipt({ hash: await writer.writeContract(deposit) });
const asking = { ...write, account: requester, functionName: "request", args: [request, input] } as const;
await reader.waitForTransactionReceipt({ hash: await writer.writeContract(asking) });
const id = await reader.readContract({ ...market, functionName: "hashRequest", args: [request] });
const accepting = { ...write, account: operator, functionName: "accept", args: [request, operator] } as const;
await reader.waitForTransactionReceipt({ hash: await writer.writeContract(accepting) });
const answering = { ...write, account: operator, functionName: "submit", args: [request, "0x2a", []] } as const;
const { logs } = await reader.waitForTransactionReceipt({ hash: await writer.writeContract(answering) });

const [submitted] = parseEventLogs({ abi: inferenceMarketAbi, eventName: "ResultSubmitted", logs });
const { status } = await reader.readContract({ ...market, functionName: "stateOf", args: [id] });
const FINAL: typeof status = 3;
if (status !== FINAL) throw new Error(`the request stands at ${status}`);
const result: `0x${string}` | undefined = submitted?.args.output;
console.log(JSON.stringify({ node: process.versions.node, id, result }));
