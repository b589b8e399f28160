import { SuiteError } from "../sdk/errors.ts";

/** Why a deployment, an address book or a check refuses. */
export type DeployErrorCode = "BAD_ADDRESS_BOOK" | "NOT_A_DEVELOPMENT_CHAIN" | "NOT_DEPLOYED";

export class DeployError extends SuiteError<DeployErrorCode> {
  override readonly name = "DeployError";
}
