import { SuiteError } from "../sdk/errors.ts";

/** Why a deployment, an address book or a check refuses. `docs/deployment.md` has the table. */
export type DeployErrorCode =
  | "BAD_ADDRESS_BOOK"
  | "BAD_PARAMETERS"
  | "BOOK_DIFFERS"
  | "CHECK_FAILED"
  | "FACTORY_DIFFERS"
  | "INSUFFICIENT_FUNDS"
  | "NO_DEPLOYER"
  | "NO_PARAMETERS"
  | "NOT_A_DEVELOPMENT_CHAIN"
  | "NOT_A_TOKEN"
  | "NOT_ADMIN"
  | "NOT_DEPLOYED"
  | "NOT_MINED"
  | "NO_EFFECT"
  | "REAL_VALUE"
  | "RPC_FAILED"
  | "TRANSACTION_REFUSED"
  | "UNKNOWN_VERB"
  | "WRONG_CHAIN";

export class DeployError extends SuiteError<DeployErrorCode> {
  override readonly name = "DeployError";
}

/** `NOT_DEPLOYED`: something is not in the address book. */
export function notDeployed(what: string): DeployError {
  return new DeployError({
    code: "NOT_DEPLOYED",
    what,
    next: "run: npm run deploy -- --network <name of the chain in hardhat.config.ts>",
  });
}
