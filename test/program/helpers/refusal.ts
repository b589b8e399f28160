import { expect } from "chai";

import { ProgramError } from "../../../sdk/program/errors.ts";
import type { ProgramErrorCode } from "../../../sdk/program/errors.ts";

/** Runs `action`, which must be refused with `code`, and returns the error for further checks. */
export function refusal(code: ProgramErrorCode, action: () => unknown): ProgramError {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    expect(error.code, error.message).to.equal(code);
    return error;
  }
  throw new Error(`expected ${code}, nothing was thrown`);
}
