import { expect } from "chai";

import { clamp, rescale, rescaleExact } from "../../sdk/program/rescale.ts";
import { Random } from "./helpers/random.ts";

const MIN = -2_147_483_648;
const MAX = 2_147_483_647;

describe("rescale", function () {
  it("rounds to the nearest integer, ties towards +∞", function () {
    const halves = [5, -5, 3, -3, 1, -1].map((acc) => Number(rescale(acc, 1, 1)));

    expect(halves).to.deep.equal([3, -2, 2, -1, 1, 0]);
    expect(Number(rescale(1000, 1_518_500_250, 31))).to.equal(707);
  });

  it("adds nothing when the shift is 0", function () {
    expect(Number(rescale(-7, 3, 0))).to.equal(-21);
  });

  it("takes a shift above 62 for 62", function () {
    expect(Number(rescale(MIN, MIN, 255))).to.equal(1);
    expect(rescaleExact(MIN, MIN, 255)).to.equal(1n);
  });

  it("equals whole-number arithmetic for every shift, at the bounds and at random", function () {
    const random = new Random(5);
    const bounds = [MIN, MIN + 1, -32_769, -32_768, -1, 0, 1, 32_767, 32_768, 1 << 30, MAX];
    const pairs = bounds.flatMap((acc) => bounds.map((multiplier) => [acc, multiplier] as const));
    for (let shift = 0; shift <= 63; shift++) {
      const drawn = Array.from({ length: 1000 }, () => [random.uint32() | 0, random.uint32() | 0] as const);
      for (const [acc, multiplier] of [...pairs, ...drawn]) {
        if (BigInt(rescale(acc, multiplier, shift)) !== rescaleExact(acc, multiplier, shift)) {
          expect.fail(`${acc} × ${multiplier} >> ${shift}`);
        }
      }
    }
  });

  it("rounds ties exactly where a product of doubles would not", function () {
    const random = new Random(9);
    for (let shift = 16; shift <= 62; shift++) {
      for (let draw = 0; draw < 200; draw++) {
        // A product that lies just beside a tie: acc odd, the multiplier near an odd multiple of 2^(shift − 1) / acc.
        const acc = random.int(1, 65_535) * 2 + 1;
        const half = (1n << BigInt(shift - 1)) * BigInt(2 * random.int(0, 3) + 1);
        for (const offset of [-1n, 0n, 1n]) {
          const multiplier = Number(BigInt.asIntN(32, half / BigInt(acc) + offset));
          expect(BigInt(rescale(acc, multiplier, shift))).to.equal(rescaleExact(acc, multiplier, shift));
        }
      }
    }
  });
});

describe("clamp", function () {
  it("keeps the bounds, and lets the lower one win when they are crossed", function () {
    const clamped = [-9, 4, 9n, 1n << 60n].map((value) => clamp(value, -5, 5));

    expect(clamped).to.deep.equal([-5, 4, 5, 5]);
    expect([clamp(0, 3, -3), clamp(9, 3, -3), clamp(-9, 3, -3)]).to.deep.equal([3, 3, 3]);
  });
});
