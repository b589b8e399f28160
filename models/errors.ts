import { SuiteError } from "../sdk/errors.ts";

/** What can go wrong with the data or the committed files of a model. Tests and callers compare codes, not prose. */
export type ModelErrorCode =
  | "CANDLES_EMPTY"
  | "CANDLES_HEADER"
  | "CANDLES_DIFFER"
  | "CANDLE_COLUMNS"
  | "CANDLE_NUMBER"
  | "CANDLE_TIME_UNIT"
  | "CANDLE_TIME_NOT_HOURLY"
  | "CANDLE_ORDER"
  | "CANDLE_PRICES"
  | "DIGITS_MISSING"
  | "DIGITS_INVALID"
  | "DIGITS_DIFFER"
  | "WINDOW_LENGTH"
  | "WINDOW_GAP"
  | "NO_WINDOW"
  | "TOO_FEW_SAMPLES"
  | "SAMPLES_SHAPE"
  | "NETWORK_SHAPE"
  | "TRAINING_DIVERGED"
  | "MODEL_UNKNOWN"
  | "MODEL_INVALID"
  | "MODEL_MISSING"
  | "MODEL_DIFFERS"
  | "REPORT_INVALID";

/** Data, samples or files that are refused. */
export class ModelError extends SuiteError<ModelErrorCode> {
  override readonly name = "ModelError";
}
