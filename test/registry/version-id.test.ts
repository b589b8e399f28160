import { expect } from "chai";

import { SuiteError } from "../../sdk/errors.ts";
import { modelOf, numberOf, toVersionId } from "../../sdk/registry/version-id.ts";

const LARGEST_MODEL = (1n << 64n) - 1n;
const LARGEST_NUMBER = (1n << 32n) - 1n;

describe("version ids in TypeScript", function () {
  it("pack model and number, and give them back, at both ends of their ranges", function () {
    for (const modelId of [1n, LARGEST_MODEL]) {
      for (const number of [1n, LARGEST_NUMBER]) {
        const id = toVersionId(modelId, number);
        expect(id).to.equal(modelId * 2n ** 32n + number);
        expect([modelOf(id), numberOf(id)]).to.deep.equal([modelId, number]);
      }
    }
  });

  it("drop the bits that no id has, as the contracts do", function () {
    expect(modelOf((1n << 96n) | toVersionId(7n, 3n))).to.equal(7n);
  });

  it("refuse what no id can hold", function () {
    for (const [modelId, number] of [
      [0n, 1n],
      [1n, 0n],
      [LARGEST_MODEL + 1n, 1n],
      [1n, LARGEST_NUMBER + 1n],
      [-1n, 1n],
    ] as const) {
      expect(() => toVersionId(modelId, number)).to.throw(SuiteError, "VERSION_ID_OUT_OF_RANGE");
    }
  });
});
