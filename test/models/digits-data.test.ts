import { expect } from "chai";

import { type Digits, SIDE, parseGreys, readDigits } from "../../models/digits/data.ts";
import { shift, shiftAtRandom } from "../../models/digits/shift.ts";
import { inputsOf, splitByIndex } from "../../models/digits/split.ts";
import { ModelError } from "../../models/errors.ts";
import { seededRandom } from "../../models/trainer/random.ts";

const PIXELS = SIDE * SIDE;

describe("the digits", function () {
  let digits: Digits;
  before(async function () {
    digits = await readDigits();
  });

  it("are the first 10,000 of MNIST's training set by their counts, sorted by class", function () {
    const { labels, inputs } = digits.samples;
    const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    expect(counts).to.deep.equal([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
    expect(labels).to.deep.equal(labels.toSorted());
    expect(inputs).to.have.length(10_000 * PIXELS);
  });

  it("are whole grey values from 0 to 255, of which none is missing", function () {
    const seen = new Set(digits.samples.inputs);
    expect([...seen].sort((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 256 }, (_, grey) => Math.fround(grey / 255)),
    );
  });

  it("are split by index into parts without a digit in common, each with every class", function () {
    const { samples } = digits;
    const { training, validation, heldOut } = splitByIndex(samples);
    expect([training, validation, heldOut].map(({ labels }) => labels.length)).to.deep.equal([8000, 1000, 1000]);
    expect(inputsOf(heldOut)[1]).to.deep.equal(inputsOf(samples)[19]);
    expect(inputsOf(validation)[999]).to.deep.equal(inputsOf(samples)[9998]);
    for (const { labels } of [training, validation, heldOut]) {
      const shares = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
      expect(Math.min(...shares) / labels.length).to.be.within(0.08, 0.1);
    }

    // Nor the same picture twice.
    const names = (part: typeof training): string[] => inputsOf(part).map((input) => input.join());
    const known = new Set([...names(training), ...names(validation)]);
    expect(names(heldOut).filter((name) => known.has(name))).to.deep.equal([]);
  });
});

describe("parseGreys", function () {
  const page = (...first: unknown[]): string =>
    JSON.stringify({ data: [...first, ...Array<number>(PIXELS - first.length).fill(0)] });

  it("restores every grey value from three decimals", function () {
    const rounded = Array.from({ length: 256 }, (_, grey) => Number((grey / 255).toFixed(3)));
    expect([...parseGreys(page(...rounded), 0).slice(0, 256)]).to.deep.equal(rounded.map((_, grey) => grey));
  });

  const faults: readonly (readonly [string, string, string])[] = [
    ["no JSON", "{", "the file of digit 7 is not JSON"],
    ["no list", '{"data": 5}', "has no pixels"],
    ["another object", '{"pixels": []}', "has no pixels"],
    ["null", "null", "has no pixels"],
    ["no digit", '{"data": []}', "has 0 pixels"],
    ["half a digit", JSON.stringify({ data: Array(PIXELS / 2).fill(0) }), "has 392 pixels"],
    ["a word", page(0, "ink"), 'pixel 1 of digit 7 is "ink"'],
    ["a hole", page(0, 0, null), "pixel 2 of digit 7 is null"],
    ["a value above 1", page(1.004), "pixel 0 of digit 7 is 1.004"],
    ["a negative value", page(-0.004), "is -0.004"],
    ["a value between two greys", page(0.002), "is 0.002"],
  ];
  for (const [fault, text, what] of faults) {
    it(`refuses ${fault}`, function () {
      expect(() => parseGreys(text, 7))
        .to.throw(ModelError, what)
        .with.property("code", "DIGITS_INVALID");
    });
  }
});

describe("shifted digits", function () {
  const dots = Float32Array.from({ length: PIXELS }, (_, pixel) => pixel);

  it("move down and to the right, with paper behind them", function () {
    const moved = shift(dots, 1, 2);
    expect(moved[SIDE + 2]).to.equal(0 * SIDE + 0);
    expect(moved[10 * SIDE + 10]).to.equal(9 * SIDE + 8);
    expect(moved.subarray(0, SIDE)).to.deep.equal(new Float32Array(SIDE));
    expect(moved[5 * SIDE + 1]).to.equal(0);
  });

  it("move up and to the left, and stay where they are", function () {
    const moved = shift(dots, -1, -2);
    expect(moved[0]).to.equal(SIDE + 2);
    expect(moved.subarray(-SIDE)).to.deep.equal(new Float32Array(SIDE));
    expect(shift(dots, 0, 0)).to.deep.equal(dots);
  });

  it("take each of nine places, and leave the digit itself alone", function () {
    const before = dots.slice();
    const random = seededRandom(1);
    const centres = Array.from({ length: 200 }, () => shiftAtRandom(dots, random)[14 * SIDE + 14] ?? 0);
    const expected = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => (14 + down) * SIDE + 14 + right));
    expect([...new Set(centres)].sort((a, b) => a - b)).to.deep.equal(expected);
    expect(dots).to.deep.equal(before);
  });
});
