import { SuiteError, type ErrorFacts } from "../../sdk/errors.ts";

/** Why a command did not do what it was asked: stable names that scripts and tests compare, and what each says. */
export const CLI_ERRORS = {
  OPTION_MISSING: "an option is missing that the task cannot do without",
  OPTION_INVALID: "an option's text cannot be read, or its value does not fit",
  FILE_UNREADABLE: "a file cannot be read, or does not hold what it should",
  NO_ACCOUNT: "the network or the signer has no account to send from",
  UNKNOWN_ACCOUNT: "the network or the signer does not have the account of `--from`",
  KEY_ON_COMMAND_LINE: "`--from` looks like a private key; it is not used",
  WRONG_CHAIN: "the external signer is on another chain than the network",
  SIGNER_UNREACHABLE: "no external signer answers",
  SIGNER_REFUSED: "the external signer, or its owner, said no",
  RPC_FAILED: "the node failed, or refused for a reason that is not a contract's",
  NO_CONTRACT_CODE: "the address book names contracts that this chain does not have",
  BALANCE_TOO_LOW: "the sender has less OPG than the contract would take",
  ALLOWANCE_TOO_LOW: "the contract may take less OPG than it would; `--approve` approves it",
  CONTRACT_REFUSED: "the contract would refuse; nothing was sent",
  TRANSACTION_REVERTED: "the transaction was mined and failed; its gas is spent",
  NOT_MINED: "the transaction was sent and not mined in time; it may still be",
  NOT_FOUND: "the chain has nothing under that number or hash",
  NOT_IN_TIME: "what was waited for did not come",
  REQUEST_REFUNDED: "the request ended without a result",
} as const;

export type CliErrorCode = keyof typeof CLI_ERRORS;

/** A refusal of the command line. */
export class CliError extends SuiteError<CliErrorCode> {
  override readonly name = "CliError";

  constructor(code: CliErrorCode, what: string, next: string, cause?: unknown) {
    const facts: ErrorFacts<CliErrorCode> = { code, what, next };
    super(cause === undefined ? facts : { ...facts, cause });
  }
}
