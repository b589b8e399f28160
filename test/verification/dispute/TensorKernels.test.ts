import { expect } from "chai";

import { createExecutor } from "../../../sdk/program/execute.ts";
import { encodeRecord, elementsOf, Kernel } from "../../../sdk/program/records.ts";
import { WORD_BYTES } from "../../../sdk/program/tensor.ts";
import { createTrace } from "../../../sdk/program/trace.ts";
import { VARIANTS } from "../../../sdk/program/variants.ts";
import { load } from "../../helpers/network.ts";
import { patience } from "../../helpers/patience.ts";
import { Random } from "../../program/helpers/random.ts";
import { FUNCTIONS, INPUT_LENGTH, randomProgram } from "../../program/helpers/records.ts";
import vectors from "../../vectors/program.json" with { type: "json" };
import { chainValues, expectedValues, givenKernels } from "./helpers/kernels.ts";
import type { Query, Sources } from "./helpers/kernels.ts";
import { oddRecord } from "./helpers/odd-records.ts";

/** Programs of each function, and rounds of odd records of each kernel: a few hundred elements, in `npm run test:long` 20,000. */
const PROGRAMS = patience(4, 150);
const ROUNDS = patience(8, 400);
const QUERIES = 13;
const POSITIONS = 4;
const LEAVES = 20;

describe("TensorKernels", function () {
  this.timeout(patience(120_000, 3_600_000));

  for (const { name, kernel, variant } of FUNCTIONS) {
    it(`computes ${name} as the definition does, on records as the compiler makes them`, async function () {
      const kernels = await load(givenKernels);
      const random = new Random(7_000 * kernel + variant);
      for (let round = 0; round < PROGRAMS; round++) {
        const program = randomProgram(random, kernel, variant);
        const values = Int8Array.from({ length: INPUT_LENGTH }, () => random.int(-128, 127));
        const { trace, input, weights } = createTrace(program, createExecutor(program)({ dtype: "int8", values }));
        const sources = { trace: trace.words, input: input.words, weights: weights.words };
        const queries = program.records.map((record) => ({
          record: encodeRecord(record),
          positions: Array.from({ length: elementsOf(record) + 1 }, (_, position) => position),
        }));
        expect(await chainValues(kernels, queries, sources, random)).to.deep.equal(expectedValues(queries, sources));
      }
    });
  }

  for (const [name, kernel] of [...Object.entries(Kernel), ["a kernel that does not exist", 10] as const]) {
    it(`gives ${name} the value of the definition for any bytes as record and any words`, async function () {
      const kernels = await load(givenKernels);
      const random = new Random(9_000 + kernel);
      for (let round = 0; round < ROUNDS; round++) {
        const sources: Sources = { trace: oddWords(random), input: oddWords(random), weights: oddWords(random) };
        const queries = Array.from({ length: QUERIES }, (): Query => {
          const variant = random.int(0, VARIANTS[kernel] ?? 1);
          const positions = Array.from({ length: POSITIONS }, () =>
            random.int(0, 9) === 0 ? 2 * random.uint32() : random.int(0, 40),
          );
          return { record: oddRecord(random, kernel, variant, LEAVES), positions };
        });
        expect(await chainValues(kernels, queries, sources, random)).to.deep.equal(expectedValues(queries, sources));
      }
    });
  }

  it("computes every element of the golden vectors from the opened words alone", async function () {
    const kernels = await load(givenKernels);
    for (const { name, record, elements } of vectors.kernels) {
      for (const { position, words, element } of elements) {
        const openings = words.map(({ tree, leaf, word }) => ({
          tree: ["trace", "input", "weights"].indexOf(tree),
          firstLeaf: leaf,
          words: word,
          siblings: [],
        }));
        const most = 2n ** 40n;
        const given = await kernels([{ record, positions: [position] }], openings, [most, most, most]);
        expect(given, `${name}, element ${position}`).to.deep.equal([[BigInt(element)]]);
      }
    }
  });
});

/** Words of noise, of few distinct bytes, or of extremes. */
function oddWords(random: Random): Uint8Array {
  const kind = random.int(0, 2);
  return Uint8Array.from({ length: LEAVES * WORD_BYTES }, () => {
    if (kind === 0) return random.int(0, 255);
    return kind === 1 ? random.int(0, 1) * 255 : 128 + random.int(-1, 1);
  });
}
