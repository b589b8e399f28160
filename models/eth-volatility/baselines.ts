import { rangeOf } from "./features.ts";
import type { Example } from "./windows.ts";
import { classOf } from "./dataset.ts";

/** Accuracies in [0, 1] that need no learning; a model is worth something only above the best of them. */
export type Baselines = {
  /** Always the class that turned out to be more frequent in these very hours. */
  readonly majority: number;
  /** The class of the last hour again. */
  readonly lastHour: number;
  /** Volatile when the mean range of the last six hours is above the training median. */
  readonly sixHourMean: number;
};

/** Measures the baselines on the hours that `examples` forecast. */
export function baselinesOf(examples: readonly Example[], medianRange: number): Baselines {
  const accuracyOf = (forecast: (example: Example) => boolean): number =>
    examples.filter((example) => Number(forecast(example)) === classOf(example, medianRange)).length / examples.length;
  const meanRange = ({ window }: Example, hours: number): number =>
    window.slice(-hours).reduce((sum, candle) => sum + rangeOf(candle), 0) / hours;

  const alwaysVolatile = accuracyOf(() => true);
  return {
    majority: Math.max(alwaysVolatile, 1 - alwaysVolatile),
    lastHour: accuracyOf((example) => meanRange(example, 1) > medianRange),
    sixHourMean: accuracyOf((example) => meanRange(example, 6) > medianRange),
  };
}
