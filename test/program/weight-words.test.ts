import { expect } from "chai";

import { encodeTensor } from "../../sdk/program/tensor-hash.ts";
import { decodeWeightLanes, encodeWeightRows, weightByte, wordsPerRow } from "../../sdk/program/weight-words.ts";
import { Random } from "./helpers/random.ts";
import { toWords } from "./helpers/twin.ts";

const WORD = (1n << 256n) - 1n;
/** One byte of every group of four. */
const MASK = Array.from({ length: 8 }).reduce<bigint>((mask) => (mask << 32n) | 0xffn, 0n);

/** Σ activation·weight of one word, by four 256-bit multiplications of masked words. */
function dotOfWords(activations: bigint, weights: bigint): bigint {
  let stored = 0n;
  for (const shift of [0n, 8n, 16n, 24n]) {
    const product = (((activations >> shift) & MASK) * ((weights >> shift) & MASK)) & WORD;
    stored += product >> 224n;
  }
  return stored - 128n * bytesOf(activations) - 128n * bytesOf(weights) + 32n * 16_384n;
}

function bytesOf(word: bigint): bigint {
  let sum = 0n;
  for (let rest = word; rest > 0n; rest >>= 8n) sum += rest & 0xffn;
  return sum;
}

describe("weight words", function () {
  it("hold every lane in a byte of its own: groups of four in reverse order", function () {
    const bytes = Array.from({ length: 32 }, (_, p) => weightByte(p));

    expect(new Set(bytes)).to.have.property("size", 32);
    expect(bytes.slice(0, 9)).to.deep.equal([28, 29, 30, 31, 24, 25, 26, 27, 20]);
    expect(bytes.slice(28)).to.deep.equal([0, 1, 2, 3]);
  });

  it("make one 256-bit multiplication add eight products", function () {
    const random = new Random(11);
    const extremes = [new Int8Array(32).fill(-128), new Int8Array(32).fill(127)];
    const samples = Array.from({ length: 200 }, () => Int8Array.from({ length: 32 }, () => random.int(-128, 127)));
    for (const x of [...extremes, ...samples]) {
      for (const w of [...extremes, ...samples.slice(0, 10)]) {
        const expected = x.reduce((sum, value, p) => sum + value * (w[p] ?? 0), 0);
        const [activations = 0n] = toWords(encodeTensor({ dtype: "int8", values: x }));
        const [weights = 0n] = toWords(encodeWeightRows(w, 32));

        expect(dotOfWords(activations, weights)).to.equal(BigInt(expected));
      }
    }
  });

  it("start each row on a word of its own, with zeros past its end", function () {
    const rows = Int8Array.from({ length: 66 }, (_, at) => at + 1);
    const words = encodeWeightRows(rows, 33);
    const lanes = decodeWeightLanes(words);

    expect(wordsPerRow(33)).to.equal(2);
    expect(words).to.have.length(2 * 2 * 32);
    expect([...lanes.subarray(0, 33)]).to.deep.equal([...rows.subarray(0, 33)]);
    expect([...lanes.subarray(64, 97)]).to.deep.equal([...rows.subarray(33)]);
    expect(lanes.subarray(33, 64).every((weight) => weight === 0)).to.equal(true);
  });
});
