import { SuiteError } from "../errors.ts";

/** What went wrong, as a stable name that callers and tests compare. */
export type GameErrorCode = "NEVER_CHALLENGED" | "LOGS_STALE" | "WRONG_RUN" | "CONTENT_INVALID";

/** A claim or game that cannot be read or played. */
export class GameError extends SuiteError<GameErrorCode> {
  override readonly name = "GameError";
}
