import { SuiteError, type ErrorFacts } from "../../sdk/errors.ts";

/** Why a command did not do what it was asked, as a stable name that scripts and tests compare. */
export type CliErrorCode =
  | "OPTION_MISSING"
  | "OPTION_INVALID"
  | "FILE_UNREADABLE"
  | "NO_ACCOUNT"
  | "UNKNOWN_ACCOUNT"
  | "KEY_ON_COMMAND_LINE"
  | "WRONG_CHAIN"
  | "SIGNER_UNREACHABLE"
  | "SIGNER_REFUSED"
  | "RPC_FAILED"
  | "NO_CONTRACT_CODE"
  | "BALANCE_TOO_LOW"
  | "ALLOWANCE_TOO_LOW"
  | "CONTRACT_REFUSED"
  | "TRANSACTION_REVERTED"
  | "NOT_MINED"
  | "NOT_FOUND"
  | "NOT_IN_TIME";

/** A refusal of the command line. Nothing was sent unless its text says so. */
export class CliError extends SuiteError<CliErrorCode> {
  override readonly name = "CliError";

  constructor(code: CliErrorCode, what: string, next: string, cause?: unknown) {
    const facts: ErrorFacts<CliErrorCode> = { code, what, next };
    super(cause === undefined ? facts : { ...facts, cause });
  }
}
