import { expect } from "chai";

import { readCandleFile } from "../../models/eth-volatility/artefacts.ts";
import { type Candle, HOUR, hourName } from "../../models/eth-volatility/candles.ts";
import {
  calibrationInputs,
  medianRangeOf,
  splitByTime,
  toSamples,
  unseenInputs,
} from "../../models/eth-volatility/dataset.ts";
import { FEATURES, WINDOW, features } from "../../models/eth-volatility/features.ts";
import { gapFreeExamples, latestWindow } from "../../models/eth-volatility/windows.ts";

describe("windows, split and features of the committed candles", function () {
  let candles: readonly Candle[];
  before(async function () {
    ({ candles } = await readCandleFile());
  });

  it("let no window or forecast hour cross a gap", function () {
    const examples = gapFreeExamples(candles);
    for (const { window, next } of examples) {
      const hours = [...window, next].map(({ openTime }) => openTime);
      expect(hours).to.have.length(WINDOW + 1);
      if (hours.some((hour, i) => hour !== (hours[0] ?? 0) + i * HOUR)) {
        expect.fail(`the window that forecasts ${hourName(next.openTime)} crosses a gap`);
      }
    }
    // Three stretches without a gap, each of which loses its first 24 hours.
    expect(examples).to.have.length(candles.length - 3 * WINDOW);
  });

  it("split by time without a candle in two parts", function () {
    const { training, validation, test, later } = splitByTime(gapFreeExamples(candles));
    expect([training, validation, test, later].map(({ length }) => length)).to.deep.equal([12_809, 4095, 4095, 24]);

    let end = -Infinity;
    for (const part of [training, validation, test, later]) {
      expect(part[0]?.window[0]?.openTime).to.be.greaterThan(end);
      end = part.at(-1)?.next.openTime ?? NaN;
    }
    expect(hourName(test.at(-1)?.next.openTime ?? 0)).to.equal("2024-12-31 23:00");
  });

  it("leave no part without hours", function () {
    const examples = gapFreeExamples(candles.slice(0, 8000));
    expect(() => splitByTime(examples))
      .to.throw("7952 examples")
      .with.property("code", "TOO_FEW_SAMPLES");
  });

  it("make scaling, training and calibration rows that do not depend on later hours", function () {
    const split = splitByTime(gapFreeExamples(candles));
    const end = split.training.at(-1)?.next.openTime ?? 0;
    const stormy = candles.map((candle) =>
      candle.openTime > end ? { ...candle, high: candle.high * 3, volume: 1 } : candle,
    );
    const altered = splitByTime(gapFreeExamples(stormy));

    const medianRange = medianRangeOf(split.training);
    expect(medianRangeOf(altered.training)).to.equal(medianRange);
    expect(toSamples(altered.training, medianRange)).to.deep.equal(toSamples(split.training, medianRange));
    expect(calibrationInputs(altered, medianRange)).to.deep.equal(calibrationInputs(split, medianRange));
    expect(medianRangeOf(altered.validation)).to.not.equal(medianRangeOf(split.validation));
  });

  it("give an input that knows nothing of the hour it forecasts", function () {
    const { test } = splitByTime(gapFreeExamples(candles));
    const altered = test.map((example) => ({ ...example, next: { ...example.next, high: 1e6, volume: 0 } }));
    expect(toSamples(altered, 0.01).inputs).to.deep.equal(toSamples(test, 0.01).inputs);
  });

  it("halve the training part and stay within [−3, 3]", function () {
    const split = splitByTime(gapFreeExamples(candles));
    const medianRange = medianRangeOf(split.training);
    const { inputs, labels } = toSamples(split.training, medianRange);
    expect(labels.reduce((sum, label) => sum + label, 0)).to.equal(Math.floor(labels.length / 2));

    for (const values of [inputs, ...unseenInputs(split, medianRange)]) {
      expect(values.every((value) => value >= -3 && value <= 3)).to.equal(true);
    }
  });

  it("find the newest window and the hour after it", function () {
    const { window, forecastHour } = latestWindow(candles);
    expect(hourName(window[0]?.openTime ?? 0)).to.equal("2025-02-02 00:00");
    expect(hourName(forecastHour)).to.equal("2025-02-03 00:00");
    expect(features(window, 0.0057)).to.have.length(FEATURES);
  });
});

describe("latestWindow and features", function () {
  const candleAt = (hour: number): Candle => ({ openTime: hour * HOUR, open: 1, high: 2, low: 1, close: 1, volume: 4 });
  const day = Array.from({ length: WINDOW }, (_, hour) => candleAt(hour));

  it("step back over a tail that is too short", function () {
    expect(latestWindow([...day, candleAt(30), candleAt(31)]).forecastHour).to.equal(WINDOW * HOUR);
  });

  it("refuse too few candles", function () {
    expect(() => latestWindow(day.slice(1)))
      .to.throw("NO_WINDOW")
      .with.property("code", "NO_WINDOW");
  });

  it("refuse a window of another length or with a gap", function () {
    expect(() => features(day.slice(1), 1))
      .to.throw("23 candles")
      .with.property("code", "WINDOW_LENGTH");
    const torn = [...day.slice(0, -1), candleAt(WINDOW)];
    expect(() => features(torn, 1))
      .to.throw("1970-01-02 00:00")
      .with.property("code", "WINDOW_GAP");
  });

  it("place each feature where the description says", function () {
    // Ranges 1 (the median) but for the last hour, 3, and the same hour yesterday, 0; twice the volume in the last hour.
    const window = day.map((candle, i) => ({
      ...candle,
      high: i === 23 ? 4 : i === 0 ? 1 : 2,
      volume: i === 23 ? 104 : 0,
    }));
    const row = features(window, 1);
    expect([...row.slice(0, 6)]).to.deep.equal([1.5, 0, 0, 0, 0, 0]);
    expect([...row.slice(6, 9)]).to.deep.equal([-3, 0, 0]);
    expect(row[9]).to.equal(Math.fround((3 * (5 / 3 - 1)) / (5 / 3 + 1)));
    expect(row[12]).to.equal(Math.fround((3 * (25 / 24 - 1)) / (25 / 24 + 1)));
    expect([...row.slice(13, 19)]).to.deep.equal([Math.fround(69 / 25), -3, -3, -3, -3, -3]);
    // 1970-01-02 00:00 was a Friday.
    expect(row.slice(19, 43).indexOf(1)).to.equal(0);
    expect(row.slice(43).indexOf(1)).to.equal(5);
    expect(row.slice(19).reduce((sum, value) => sum + value)).to.equal(2);
  });

  it("stay finite when nothing was traded all day", function () {
    const still = day.map((candle) => ({ ...candle, high: 1, volume: 0 }));
    expect([...features(still, 0.01).slice(0, 19)]).to.deep.equal(Array.from({ length: 19 }, () => -3));
  });
});
