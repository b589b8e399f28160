import { setTimeout as sleep } from "node:timers/promises";

import { formatDuration } from "../../cli/duration.ts";
import { CliError } from "../../cli/errors.ts";
import type { Session } from "../../cli/session.ts";
import { showRequest, statusOf } from "./request.ts";

const PAUSE = 2_000;

/**
 * Waits until a request is final, then shows it.
 * @param timeout seconds of this computer's clock.
 * @throws CliError `REQUEST_REFUNDED`, `NOT_IN_TIME`, `NOT_FOUND`.
 */
export async function waitForRequest(
  session: Session,
  id: string,
  timeout: bigint,
  file?: string,
  fromBlock?: bigint,
): Promise<void> {
  const end = Date.now() + Number(timeout) * 1_000;
  for (;;) {
    const status = await statusOf(session, id);
    if (status === "Final") return showRequest(session, id, file, fromBlock);
    if (status === "None") throw new CliError("NOT_FOUND", `there is no request ${id}`, "check its id and --network");
    if (status === "Refunded") {
      throw new CliError(
        "REQUEST_REFUNDED",
        `request ${id} ended without a result, its fee is back in the requester's deposit`,
        "ask again, with more time or a higher fee",
      );
    }
    if (Date.now() >= end) {
      throw new CliError(
        "NOT_IN_TIME",
        `request ${id} is ${status} after ${formatDuration(timeout)}`,
        "wait longer, or end it when its time has passed: hardhat requester expire",
      );
    }
    await sleep(Math.min(PAUSE, end - Date.now()));
  }
}
