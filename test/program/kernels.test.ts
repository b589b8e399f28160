import { expect } from "chai";
import { getBytes } from "ethers";

import { createExecutor } from "../../sdk/program/execute.ts";
import { serialiseProgram } from "../../sdk/program/file.ts";
import { evaluate } from "../../sdk/program/kernels.ts";
import { lanesAt, openStep, recompute } from "../../sdk/program/open-step.ts";
import type { Leaf } from "../../sdk/program/open-step.ts";
import type { Program } from "../../sdk/program/program.ts";
import { decodeRecord } from "../../sdk/program/records.ts";
import type { OperatorRecord } from "../../sdk/program/records.ts";
import { stepOf } from "../../sdk/program/step.ts";
import type { Tensor } from "../../sdk/program/tensor.ts";
import { createTrace } from "../../sdk/program/trace.ts";
import { validateProgram } from "../../sdk/program/validate.ts";
import type { Words } from "../../sdk/program/words.ts";
import vectors from "../vectors/program.json" with { type: "json" };
import { Random } from "./helpers/random.ts";
import { FUNCTIONS, INPUT_LENGTH, randomProgram } from "./helpers/records.ts";
import { runTwin } from "./helpers/twin.ts";

const ROUNDS = 30;

describe("kernels", function () {
  for (const { name, kernel, variant } of FUNCTIONS) {
    it(`compute the same ${name} whole, on one element, from opened words, and in the twin`, function () {
      const random = new Random(1000 * kernel + variant);
      for (let round = 0; round < ROUNDS; round++) {
        const program = validateProgram(randomProgram(random, kernel, variant));
        const values = Int8Array.from({ length: INPUT_LENGTH }, () => random.int(-128, 127));
        const run = createExecutor(program)({ dtype: "int8", values });

        expect(run.tensors.map((tensor) => [...tensor.values].map(BigInt))).to.deep.equal(
          runTwin(serialiseProgram(program), [...values]),
        );
        const trace = createTrace(program, run);
        for (const leaf of leavesOf(program)) {
          for (let lane = 0; lane < lanesAt(program, leaf); lane++) {
            const step = openStep(program, trace, leaf, lane);
            const element = elementsOf(step.record, program, run.tensors).at(step.position) ?? 0;
            const opened = step.openings.reduce((sum, { words }) => sum + words.length / 32, 0);

            expect(recompute(step)).to.equal(element);
            expect(opened).to.be.at.most(step.record === undefined ? 0 : wordsOf(step.record));
            expect(opened).to.be.at.most(program.header.worstStep);
          }
        }
      }
    });
  }

  it("give a value for any bytes as record and any words, and the same one again", function () {
    const random = new Random(77);
    const noise = (): Words => {
      const words = new Map<string, Uint8Array>();
      return (tree, leaf) => {
        expect(Number.isInteger(leaf) && leaf >= 0, `leaf ${leaf}`).to.equal(true);
        const key = `${tree} ${leaf}`;
        const word = words.get(key) ?? Uint8Array.from({ length: 32 }, () => random.int(0, 255));
        words.set(key, word);
        return word;
      };
    };
    for (let draw = 0; draw < 3_000; draw++) {
      const bytes = Uint8Array.from({ length: 256 }, () =>
        random.int(0, 3) === 0 ? random.int(0, 3) : random.int(0, 255),
      );
      bytes[0] = draw % 12;
      bytes[1] = random.int(0, 5);
      bytes[96 + 12] = random.int(0, 3);
      bytes[160 + 12] = random.int(0, 3);
      // Larger extents only make it longer.
      const small = { reduce: [random.int(0, 3), random.int(0, 3), random.int(0, 5)] as const };
      const record = { ...decodeRecord(bytes), ...small };
      const words = noise();
      const element = evaluate(record, random.uint32(), words);

      expect(Number.isInteger(element)).to.equal(true);
      expect(element).to.be.within(-2_147_483_648, 2_147_483_647);
      if (record.dtype === 1) expect(element).to.be.within(-128, 127);
      if (draw % 12 === 0 || draw % 12 > 9) expect(element).to.equal(0);
    }
  });

  describe("given the golden vectors", function () {
    for (const { name, record, elements } of vectors.kernels) {
      it(`compute ${name} from the record's bytes and the opened words`, function () {
        const decoded = decodeRecord(getBytes(record));
        for (const { position, words, element } of elements) {
          const opened = new Map(words.map(({ tree, leaf, word }) => [`${tree} ${leaf}`, getBytes(word)]));
          const seen: string[] = [];
          const given: Words = (tree, leaf) => {
            seen.push(`${tree} ${leaf}`);
            return opened.get(`${tree} ${leaf}`) ?? new Uint8Array(32);
          };

          expect(evaluate(decoded, position, given)).to.equal(element);
          expect([...new Set(seen)].sort()).to.deep.equal([...opened.keys()].sort());
        }
      });
    }
  });
});

/** Every leaf of the trace that a record covers and two that none does, if there are, and the same of the output. */
function leavesOf({ header }: Program): readonly Leaf[] {
  const { traceLeaves, traceDepth, outputLeaves, outputDepth } = header;
  const leaves = (tree: Leaf["tree"], length: number) => Array.from({ length }, (_, leaf) => ({ tree, leaf }));
  return [
    ...leaves("trace", Math.min(traceLeaves + 2, 2 ** traceDepth)),
    ...leaves("output", Math.min(outputLeaves + 2, 2 ** outputDepth)),
  ];
}

function elementsOf(
  record: OperatorRecord | undefined,
  { records }: Program,
  tensors: readonly Tensor[],
): readonly number[] {
  return record === undefined ? [] : [...(tensors[records.indexOf(record)]?.values ?? [])];
}

function wordsOf(record: OperatorRecord): number {
  const { activationWords, weightWords } = stepOf(record);
  return activationWords + weightWords;
}
