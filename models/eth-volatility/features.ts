import { ModelError } from "../errors.ts";
import { type Candle, HOUR, hourName, isGapFree } from "./candles.ts";

/** Number of consecutive candles the model looks at: the 24 hours before the one it forecasts. */
export const WINDOW = 24;

/** The last hours whose range and volume are features of their own. */
const RECENT = 6;
/** Hours after "the same hour yesterday" that are features too, that hour included. */
const YESTERDAY = 3;
/** Lengths in hours of the means that end with the window. */
const MEANS = [3, 6, 12, 24];
const HOURS_OF_DAY = 24;
const DAYS_OF_WEEK = 7;

/** Length of the feature vector. */
export const FEATURES = RECENT + YESTERDAY + MEANS.length + RECENT + HOURS_OF_DAY + DAYS_OF_WEEK;

/** Bound of every feature; one scale of int8 then serves them all. */
const LIMIT = 3;

/** high / low − 1: how far apart the extremes of an hour were. Orders hours exactly as log(high / low) does. */
export function rangeOf({ high, low }: Candle): number {
  return high / low - 1;
}

/** Start of the hour that a window forecasts, in unix milliseconds. */
export function forecastHourOf(window: readonly Candle[]): number {
  return (window.at(-1)?.openTime ?? NaN) + HOUR;
}

/**
 * The model's input for one window. Only + − × ÷ are used, so that every machine computes the same bits.
 *
 * In order: range of the last 6 hours, newest first; range of the same hour yesterday and the two after it; mean range of the
 * last 3, 6, 12 and 24 hours; volume of the last 6 hours against the window's mean, newest first; one-hot hour of the day and
 * one-hot day of the week (Sunday first), in UTC, of the hour that is forecast.
 *
 * @param window 24 consecutive candles, oldest first.
 * @param medianRange median of the ranges that the training labels were cut at; dimensionless, above 0.
 * @returns 50 values in [−3, 3].
 * @throws ModelError WINDOW_LENGTH or WINDOW_GAP.
 */
export function features(window: readonly Candle[], medianRange: number): Float32Array {
  checkWindow(window);
  const newestFirst = window.toReversed();
  const ranges = newestFirst.map((candle) => rangeOf(candle) / medianRange);
  const volumes = newestFirst.map(({ volume }) => volume);
  // An exchange that stood still all day has no mean volume to compare with: then every volume is 0 and so is its share.
  const meanVolume = mean(volumes) || 1;

  const forecast = new Date(forecastHourOf(window));
  return Float32Array.from([
    ...ranges.slice(0, RECENT).map(squash),
    ...ranges.slice(-YESTERDAY).reverse().map(squash),
    ...MEANS.map((hours) => squash(mean(ranges.slice(0, hours)))),
    ...volumes.slice(0, RECENT).map((volume) => squash(volume / meanVolume)),
    ...oneHot(forecast.getUTCHours(), HOURS_OF_DAY),
    ...oneHot(forecast.getUTCDay(), DAYS_OF_WEEK),
  ]);
}

/**
 * Maps a ratio in [0, ∞) to [−3, 3): 1 gives 0, and r and 1/r lie opposite each other. It is 3 · tanh(log(r) / 2) without the
 * logarithm, so long tails are bounded and no clipping is needed.
 */
function squash(ratio: number): number {
  return (LIMIT * (ratio - 1)) / (ratio + 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function oneHot(index: number, length: number): readonly number[] {
  return Array.from({ length }, (_, i) => (i === index ? 1 : 0));
}

function checkWindow(window: readonly Candle[]): void {
  if (window.length !== WINDOW) {
    throw new ModelError({
      code: "WINDOW_LENGTH",
      what: `the window has ${window.length} candles`,
      next: `pass ${WINDOW} consecutive candles, oldest first`,
    });
  }
  if (!isGapFree(window, 0, WINDOW - 1)) {
    const [first, last] = [window[0]?.openTime ?? NaN, window.at(-1)?.openTime ?? NaN].map(hourName);
    throw new ModelError({
      code: "WINDOW_GAP",
      what: `${WINDOW} candles from ${first ?? ""} to ${last ?? ""} are not ${WINDOW} consecutive hours`,
      next: "take a window without a missing hour",
    });
  }
}
