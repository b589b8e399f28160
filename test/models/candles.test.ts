import { expect } from "chai";

import { ModelError } from "../../models/errors.ts";
import { readCandleFile } from "../../models/eth-volatility/artefacts.ts";
import { HOUR, hourName, isGapFree, loadCandles } from "../../models/eth-volatility/candles.ts";

const HEADER = "timestamp_ms,open,high,low,close,volume";
const MILLISECONDS = "1735686000000,3339.88,3345.98,3328.47,3337.78,6082.7883";
const MICROSECONDS = "1735689600000000,3300.99,3321.11,3288.35,3317.0,15325.8883";

const csv = (...rows: string[]): string => [HEADER, ...rows].join("\n");

function refusal(text: string): ModelError {
  try {
    loadCandles(text);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error("the text was accepted");
}

describe("loadCandles", function () {
  it("reads prices and volume", function () {
    expect(loadCandles(csv(MILLISECONDS))).to.deep.equal([
      { openTime: 1735686000000, open: 3339.88, high: 3345.98, low: 3328.47, close: 3337.78, volume: 6082.7883 },
    ]);
  });

  it("takes milliseconds and microseconds in one file for the same clock", function () {
    const [before, after] = loadCandles(csv(MILLISECONDS, MICROSECONDS));
    expect(after?.openTime).to.equal((before?.openTime ?? 0) + HOUR);
  });

  it("accepts Windows line ends and a final line break", function () {
    expect(loadCandles(`${HEADER}\r\n${MILLISECONDS}\r\n`)).to.have.length(1);
  });

  const [time = "", ...prices] = MILLISECONDS.split(",");
  const rest = prices.join(",");
  const faults: readonly (readonly [string, string, string, string])[] = [
    ["a file without rows", HEADER, "CANDLES_EMPTY", "header"],
    ["an empty file", "", "CANDLES_HEADER", 'row 1 is ""'],
    ["columns in another order", `time,${HEADER}\n`, "CANDLES_HEADER", "row 1"],
    ["a missing column", csv(MILLISECONDS, "1735689600000,1,1,1,1"), "CANDLE_COLUMNS", "row 3 has 5 columns"],
    ["a column too many", csv(`${MILLISECONDS},0`), "CANDLE_COLUMNS", "row 2 has 7 columns"],
    ["a blank line inside", csv(MILLISECONDS, "", MICROSECONDS), "CANDLE_COLUMNS", "row 3 has 1 columns"],
    ["a word for a number", csv(`${time},1,2,1,n/a,5`), "CANDLE_NUMBER", 'row 2, close is "n/a"'],
    ["an empty field", csv(`${time},1,2,1,1,`), "CANDLE_NUMBER", 'row 2, volume is ""'],
    ["a negative volume", csv(`${time},1,2,1,1,-5`), "CANDLE_NUMBER", 'volume is "-5"'],
    ["Infinity", csv(`${time},1,Infinity,1,1,5`), "CANDLE_NUMBER", 'high is "Infinity"'],
    ["a number too large for a double", csv(`${time},1,${"9".repeat(400)},1,1,5`), "CANDLE_NUMBER", "row 2, high"],
    ["seconds", csv(`1735686000,${rest}`), "CANDLE_TIME_UNIT", "row 2 has time 1735686000"],
    ["nanoseconds", csv(`1735686000000000000,${rest}`), "CANDLE_TIME_UNIT", "row 2"],
    ["a half hour", csv(`1735687800000,${rest}`), "CANDLE_TIME_NOT_HOURLY", "1735687800000"],
    ["a fraction of a microsecond hour", csv(`1735686000000001,${rest}`), "CANDLE_TIME_NOT_HOURLY", "row 2"],
    ["the same hour twice", csv(MILLISECONDS, MILLISECONDS), "CANDLE_ORDER", "row 3 opens at 2024-12-31 23:00"],
    ["the same hour in both units", csv(MILLISECONDS, `${time}000,${rest}`), "CANDLE_ORDER", "row 3"],
    ["hours out of order", csv(MICROSECONDS, MILLISECONDS), "CANDLE_ORDER", "2025-01-01 00:00"],
    ["a high below the close", csv(`${time},1,2,1,3,5`), "CANDLE_PRICES", "high 2, low 1, close 3"],
    ["a low above the open", csv(`${time},1,3,2,3,5`), "CANDLE_PRICES", "open 1"],
    ["a price of 0", csv(`${time},0,1,0,1,5`), "CANDLE_PRICES", "low 0"],
  ];
  for (const [fault, text, code, value] of faults) {
    it(`refuses ${fault}`, function () {
      const error = refusal(text);
      expect(error.code).to.equal(code);
      expect(error.message).to.include(value);
    });
  }
});

describe("the committed candles", function () {
  it("keep their known faults", async function () {
    const { candles } = await readCandleFile();
    const gaps = candles.flatMap(({ openTime }, i) =>
      i > 0 && !isGapFree(candles, i - 1, i)
        ? [`${hourName(candles[i - 1]?.openTime ?? 0)} → ${hourName(openTime)}`]
        : [],
    );
    expect(candles).to.have.length(21_143);
    expect(gaps).to.deep.equal(["2023-03-24 12:00 → 2023-03-24 14:00", "2024-12-31 23:00 → 2025-02-01 00:00"]);
    expect(candles.filter(({ volume }) => volume === 0).map(({ openTime }) => hourName(openTime))).to.deep.equal([
      "2023-03-24 12:00",
    ]);
    expect(hourName(candles.at(-1)?.openTime ?? 0)).to.equal("2025-02-02 23:00");
  });
});
