/** A refusal that a person can act on: what happened, with its values, and what to do next. */
export class SuiteError extends Error {
  override readonly name = "SuiteError";
  readonly code: string;

  constructor(code: string, what: string, next: string, options?: ErrorOptions) {
    super(`${code}: ${what}. ${next}.`, options);
    this.code = code;
  }
}
