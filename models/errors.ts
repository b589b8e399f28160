/** What can go wrong with the data or the committed files of a model. Tests and callers compare codes, not prose. */
export type ModelErrorCode =
  | "CANDLES_EMPTY"
  | "CANDLES_HEADER"
  | "CANDLE_COLUMNS"
  | "CANDLE_NUMBER"
  | "CANDLE_TIME_UNIT"
  | "CANDLE_TIME_NOT_HOURLY"
  | "CANDLE_ORDER"
  | "CANDLE_PRICES"
  | "WINDOW_LENGTH"
  | "WINDOW_GAP"
  | "NO_WINDOW"
  | "TOO_FEW_SAMPLES"
  | "SAMPLES_SHAPE"
  | "NETWORK_SHAPE"
  | "TRAINING_DIVERGED"
  | "MODEL_INVALID"
  | "MODEL_MISSING"
  | "MODEL_DIFFERS"
  | "REPORT_INVALID";

/** The facts of one {@link ModelError}. */
export type ModelErrorFacts = {
  readonly code: ModelErrorCode;
  /** What happened, with the values that made it happen. */
  readonly what: string;
  /** What to do next. */
  readonly next: string;
  readonly cause?: unknown;
};

/** Data, samples or files that are refused. `message` says what happened and what to do next. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: ModelErrorCode;

  constructor({ code, what, next, cause }: ModelErrorFacts) {
    super(`${code}: ${what}; ${next}`, cause === undefined ? {} : { cause });
    this.code = code;
  }
}
