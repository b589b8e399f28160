import { expect } from "chai";

/** Two floats no further apart than `tolerance`. Chai's own `closeTo` is replaced by one for integers once Hardhat's matchers are loaded. */
export function expectClose(actual: number | undefined, expected: number | undefined, tolerance: number): void {
  const isClose = actual !== undefined && expected !== undefined && Math.abs(actual - expected) <= tolerance;
  expect(isClose, `${actual ?? "nothing"} is within ${tolerance} of ${expected ?? "nothing"}`).to.equal(true);
}
