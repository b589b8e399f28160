import { ModelError } from "../errors.ts";
import { type Candle, isGapFree } from "./candles.ts";
import { WINDOW, forecastHourOf } from "./features.ts";

/** 24 consecutive hours and the hour that followed them. */
export type Example = {
  readonly window: readonly Candle[];
  /** The hour whose class is to be forecast; it starts where the window ends. */
  readonly next: Candle;
};

/** A window whose next hour has not been seen. */
export type OpenWindow = {
  readonly window: readonly Candle[];
  /** Start of the hour it forecasts, unix milliseconds. */
  readonly forecastHour: number;
};

/** Every example without a missing hour in the window or before the hour that follows it, oldest first. */
export function gapFreeExamples(candles: readonly Candle[]): readonly Example[] {
  return candles.flatMap((next, index) =>
    isGapFree(candles, index - WINDOW, index) ? [{ window: candles.slice(index - WINDOW, index), next }] : [],
  );
}

/**
 * The newest 24 consecutive candles and the hour they forecast.
 *
 * @throws ModelError NO_WINDOW when no 24 hours in a row are there.
 */
export function latestWindow(candles: readonly Candle[]): OpenWindow {
  for (let end = candles.length; end >= WINDOW; end--) {
    if (!isGapFree(candles, end - WINDOW, end - 1)) continue;
    const window = candles.slice(end - WINDOW, end);
    return { window, forecastHour: forecastHourOf(window) };
  }
  throw new ModelError({
    code: "NO_WINDOW",
    what: `none of the ${candles.length} candles ends ${WINDOW} consecutive hours`,
    next: `load at least ${WINDOW} hours without a gap`,
  });
}
