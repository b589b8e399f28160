/** The facts of a refusal. */
export type ErrorFacts<Code extends string = string> = {
  readonly code: Code;
  /** What happened, with the values that made it happen. */
  readonly what: string;
  /** What to do next. */
  readonly next: string;
  readonly cause?: unknown;
};

/** A refusal that a person can act on. Callers and tests compare `code`; `message` says what happened and what to do next. */
export class SuiteError<Code extends string = string> extends Error {
  override readonly name: string = "SuiteError";
  readonly code: Code;

  constructor({ code, what, next, cause }: ErrorFacts<Code>) {
    super(`${code}: ${what}; ${next}`, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
