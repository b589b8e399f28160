import { SuiteError } from "../errors.ts";

/** Why a state cannot be rebuilt from the logs that were given. */
export type EventsErrorCode = "UNKNOWN_EVENT" | "LOGS_INCOMPLETE" | "LOGS_OUT_OF_ORDER" | "BLOCK_NOT_SERVED";

/** A refusal of the reader of events. */
export class EventsError extends SuiteError<EventsErrorCode> {
  override readonly name = "EventsError";
}

/** A log speaks of something that no log before it made. */
export function incomplete(what: string): EventsError {
  return new EventsError({
    code: "LOGS_INCOMPLETE",
    what: `no log tells of ${what}`,
    next: "read all contracts of the suite from the block of the first one",
  });
}
