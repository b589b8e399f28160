import { expect } from "chai";

import { DeployError } from "../../../deploy/errors.ts";

/** The refusal that `promise` must end in. */
export async function deployErrorOf(promise: Promise<unknown>): Promise<DeployError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof DeployError) return error;
  expect.fail(error instanceof Error ? (error.stack ?? error.message) : "nothing was refused");
}
