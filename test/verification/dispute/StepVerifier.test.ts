import { expect } from "chai";

import { toHex } from "../../../sdk/program/merkle.ts";
import { lanesAt } from "../../../sdk/program/open-step.ts";
import type { Leaf } from "../../../sdk/program/open-step.ts";
import { load } from "../../helpers/network.ts";
import { patience } from "../../helpers/patience.ts";
import { Random } from "../../program/helpers/random.ts";
import { FUNCTIONS, INPUT_LENGTH, randomProgram } from "../../program/helpers/records.ts";
import { elementAt, givenVerifier, placesOf, runOf } from "./helpers/steps.ts";
import type { Run } from "./helpers/steps.ts";

const PROGRAMS = patience(2, 20);
const PLACES = patience(25, 200);

describe("StepVerifier.recompute", function () {
  this.timeout(patience(120_000, 3_600_000));

  for (const { name, kernel, variant } of FUNCTIONS) {
    it(`finds every element of an honest ${name} right, and any other value in its lane wrong`, async function () {
      const verifier = await load(givenVerifier);
      const random = new Random(50 * kernel + variant);
      for (let round = 0; round < PROGRAMS; round++) {
        const run = randomRun(random, kernel, variant);
        for (const { at, lane } of sampled(random, placesOf(run.program))) {
          const { place, word, step, stored } = elementAt(run, at, lane);
          expect(await verifier.recompute(run.roots, place, word, step)).to.deep.equal([stored, stored]);

          const noise = toHex(Uint8Array.from({ length: 32 }, () => random.int(0, 255)));
          const [claimed, right] = await verifier.recompute(run.roots, place, noise, step);
          expect(right).to.equal(stored);
          expect(claimed).to.equal(laneOf(noise, run, at, lane));
        }
      }
    });
  }
});

function randomRun(random: Random, kernel: number, variant: number): Run {
  const values = Int8Array.from({ length: INPUT_LENGTH }, () => random.int(-128, 127));
  return runOf(randomProgram(random, kernel, variant), values);
}

function sampled<T>(random: Random, all: readonly T[]): readonly T[] {
  return Array.from({ length: PLACES }, () => all[random.int(0, all.length - 1)]).filter(
    (place) => place !== undefined,
  );
}

/** What stands in a lane of a word. */
function laneOf(word: string, { program }: Run, at: Leaf, lane: number): bigint {
  const digits = 64 / lanesAt(program, at);
  return BigInt(`0x${word.slice(2 + digits * lane, 2 + digits * (lane + 1))}`);
}
