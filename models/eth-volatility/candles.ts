import { ModelError } from "../errors.ts";

/** One hour of trading. Prices in USDT, volume in ETH. */
export type Candle = {
  /** Start of the hour in unix milliseconds. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};

/** Milliseconds. */
export const HOUR = 3_600_000;

const COLUMNS = ["timestamp_ms", "open", "high", "low", "close", "volume"];
const DECIMAL = /^\d+(\.\d+)?$/;

// Binance moved from milliseconds to microseconds in 2025 and the column's name did not follow. Years 1973 to 5138 have 12 to
// 14 digits in milliseconds and 15 to 17 in microseconds, so the size alone tells which it is.
const MILLISECONDS = { from: 1e11, below: 1e14, divisor: 1 };
const MICROSECONDS = { from: 1e14, below: 1e17, divisor: 1000 };

/**
 * Reads and validates candles. Times become milliseconds whichever unit a row carries. Missing hours and hours without trade
 * are kept as they are: they are facts, and it is up to the windows not to cross a gap.
 *
 * @param csvText header `timestamp_ms,open,high,low,close,volume`, one row an hour, strictly ascending.
 * @throws ModelError with the row number of the file (the header is row 1): CANDLES_EMPTY, CANDLES_HEADER, CANDLE_COLUMNS,
 * CANDLE_NUMBER, CANDLE_TIME_UNIT, CANDLE_TIME_NOT_HOURLY, CANDLE_ORDER or CANDLE_PRICES.
 */
export function loadCandles(csvText: string): readonly Candle[] {
  const [header, ...rows] = csvText.trimEnd().split(/\r?\n/);
  if (header !== COLUMNS.join(",")) {
    throw new ModelError({
      code: "CANDLES_HEADER",
      what: `row 1 is "${header ?? ""}"`,
      next: `make it "${COLUMNS.join(",")}"`,
    });
  }
  if (rows.length === 0)
    throw new ModelError({ code: "CANDLES_EMPTY", what: "no row after the header", next: "give at least one candle" });

  const candles: Candle[] = [];
  for (const [index, line] of rows.entries()) {
    const row = index + 2;
    const candle = parseCandle(line, row);
    const previous = candles.at(-1)?.openTime ?? -Infinity;
    if (candle.openTime <= previous) {
      throw new ModelError({
        code: "CANDLE_ORDER",
        what: `row ${row} opens at ${hourName(candle.openTime)}, the row before at ${hourName(previous)}`,
        next: "sort the rows by time and remove doubles",
      });
    }
    candles.push(candle);
  }
  return candles;
}

/** "2024-12-31 23:00" in UTC. */
export function hourName(openTime: number): string {
  return new Date(openTime).toISOString().slice(0, 16).replace("T", " ");
}

/** True when the candles `from` to `to`, both included, have no missing hour between them. Relies on ascending whole hours. */
export function isGapFree(candles: readonly Candle[], from: number, to: number): boolean {
  const first = candles[from];
  const last = candles[to];
  return first !== undefined && last !== undefined && last.openTime - first.openTime === (to - from) * HOUR;
}

function parseCandle(line: string, row: number): Candle {
  const fields = line.split(",");
  if (fields.length !== COLUMNS.length) {
    throw new ModelError({
      code: "CANDLE_COLUMNS",
      what: `row ${row} has ${fields.length} columns: "${line}"`,
      next: `give the ${COLUMNS.length} columns ${COLUMNS.join(",")}`,
    });
  }
  const [time = NaN, open = NaN, high = NaN, low = NaN, close = NaN, volume = NaN] = fields.map((field, column) => {
    const value = DECIMAL.test(field) ? Number(field) : NaN;
    if (Number.isFinite(value)) return value;
    throw new ModelError({
      code: "CANDLE_NUMBER",
      what: `row ${row}, ${COLUMNS[column] ?? ""} is "${field}"`,
      next: "write a plain non-negative decimal number",
    });
  });
  const candle = { openTime: toMilliseconds(time, row), open, high, low, close, volume };
  if (!(low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close))) {
    throw new ModelError({
      code: "CANDLE_PRICES",
      what: `row ${row} has open ${open}, high ${high}, low ${low}, close ${close}`,
      next: "0 < low ≤ open, close ≤ high must hold",
    });
  }
  return candle;
}

function toMilliseconds(time: number, row: number): number {
  const unit = [MILLISECONDS, MICROSECONDS].find(({ from, below }) => time >= from && time < below);
  if (unit === undefined) {
    throw new ModelError({
      code: "CANDLE_TIME_UNIT",
      what: `row ${row} has time ${time}`,
      next: "use milliseconds or microseconds since 1970",
    });
  }
  const milliseconds = time / unit.divisor;
  if (milliseconds % HOUR !== 0) {
    throw new ModelError({
      code: "CANDLE_TIME_NOT_HOURLY",
      what: `row ${row} has time ${time}`,
      next: "use the first instant of an hour",
    });
  }
  return milliseconds;
}
