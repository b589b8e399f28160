import { writeFile } from "node:fs/promises";

import { dataLength, getBytes, ZeroAddress } from "ethers";

import { readRequest, type PublishedRequest } from "../../../sdk/market/read-request.ts";
import type { InferenceRequest } from "../../../sdk/market/request.ts";
import { formatDuration, formatTime } from "../../cli/duration.ts";
import { CliError } from "../../cli/errors.ts";
import { formatAddress, formatOpg, formatProofs, formatVersion, STATUSES } from "../../cli/format.ts";
import { printFields } from "../../cli/print.ts";
import type { Session } from "../../cli/session.ts";

export type RequestStatus = (typeof STATUSES)[number];

/**
 * The request behind an id, searched for from the market's own block unless told otherwise.
 * @throws SuiteError of `readRequest`.
 */
export function findRequest(session: Session, id: string, fromBlock?: bigint): Promise<PublishedRequest> {
  return readRequest(session.suite.market, id, startOf(session, fromBlock));
}

/**
 * The bytes of a request's answer.
 * @throws CliError `NOT_FOUND`.
 */
export async function findOutput(session: Session, id: string, fromBlock?: bigint): Promise<string> {
  const { market } = session.suite;
  const [submitted] = await market.queryFilter(market.filters.ResultSubmitted(id), startOf(session, fromBlock));
  if (submitted !== undefined) return submitted.args.output;
  throw new CliError("NOT_FOUND", `request ${id} has no answer`, "see where it stands: hardhat requester show");
}

/** Where a request stands, by the name of its status. */
export async function statusOf({ suite: { market } }: Session, id: string): Promise<RequestStatus> {
  const { status } = await market.stateOf(id);
  return STATUSES[Number(status)] ?? "None";
}

/** Prints a request and its answer, and writes the answer's bytes to `file` if there is one. */
export async function showRequest(session: Session, id: string, file?: string, fromBlock?: bigint): Promise<void> {
  const { suite, known } = session;
  const { request, input } = await findRequest(session, id, fromBlock);
  const { acceptedAt, operator, callbackFailed } = await suite.market.stateOf(id);
  const status = await statusOf(session, id);
  const accepted: [string, string][] =
    acceptedAt === 0n
      ? [["price now", formatOpg(await suite.market.priceAt(request, session.now))]]
      : [
          ["accepted", `${formatTime(acceptedAt)} by ${operator}`],
          ["price", formatOpg(await suite.market.priceAt(request, acceptedAt))],
          ["deliver before", formatTime(acceptedAt + request.deliverWithin)],
        ];
  printFields(session, `Request ${id}`, [
    ["status", callbackFailed ? `${status}, and the consumer failed to take the result` : status],
    ["requester", formatAddress(request.requester, known)],
    ...terms(request, session),
    ["input", input === "0x" ? `not public, hash ${request.inputHash}` : `${dataLength(input)} public bytes`],
    ...(request.inputURI === "" ? [] : [["input at", request.inputURI] as const]),
    ...accepted,
  ]);
  if (status !== "Final") return;
  const output = await findOutput(session, id, fromBlock);
  session.print(`  answer: ${dataLength(output)} bytes ${output}`);
  if (file === undefined) return;
  await writeFile(file, getBytes(output));
  session.print(`  written to ${file}`);
}

function terms(request: InferenceRequest, { known }: Session): readonly [string, string][] {
  const { minFee, maxFee, rampStart, rampEnd, operator, consumer, callbackGas } = request;
  const fee =
    minFee === maxFee
      ? formatOpg(maxFee)
      : `${formatOpg(minFee)} to ${formatOpg(maxFee)}, rising from ${formatTime(rampStart)} to ${formatTime(rampEnd)}`;
  return [
    ["version", formatVersion(request.versionId)],
    ["fee", fee],
    ["collateral", formatOpg(request.collateral)],
    ["required proofs", formatProofs(request.requiredProofs)],
    ["accept before", formatTime(request.acceptBy)],
    ["deliver within", formatDuration(request.deliverWithin)],
    ["for operator", operator === ZeroAddress ? "anyone" : formatAddress(operator, known)],
    [
      "consumer",
      consumer === ZeroAddress ? "none" : `${formatAddress(consumer, known)}, called with ${callbackGas} gas`,
    ],
  ];
}

function startOf({ book }: Session, fromBlock: bigint | undefined): number {
  return Number(fromBlock ?? book.contracts.market?.block ?? 0);
}
