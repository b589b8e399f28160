import { SuiteError } from "../errors.ts";

/** Why content could not be had. `docs/program-directory.md` has the table. */
export type FetchErrorCode =
  | "URI_INVALID"
  | "HASH_INVALID"
  | "URI_NOT_ALLOWED"
  | "CONTENT_TOO_LARGE"
  | "CONTENT_DIFFERS"
  | "CONTENT_UNREACHABLE"
  | "CACHE_UNUSABLE";

/** Content that was not fetched, or was and is not what was asked for. */
export class FetchError extends SuiteError<FetchErrorCode> {
  override readonly name = "FetchError";
}

/** One source failed; another, or the same one later, may still serve. Never leaves this folder. */
export class SourceFault extends Error {
  override readonly name = "SourceFault";
  /** Whether the source may serve if asked again. */
  readonly mayRecover: boolean;
  /** How long the source asks to be left alone, in milliseconds. */
  readonly waitMs: number;

  constructor(message: string, { mayRecover = true, waitMs = 0, cause }: FaultFacts = {}) {
    super(message, cause === undefined ? {} : { cause });
    this.mayRecover = mayRecover;
    this.waitMs = waitMs;
  }
}

type FaultFacts = { readonly mayRecover?: boolean; readonly waitMs?: number; readonly cause?: unknown };
