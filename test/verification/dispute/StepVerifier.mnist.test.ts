import { expect } from "chai";

import { readCommitted } from "../../../models/digits/artefacts.ts";
import { compileModel } from "../../../models/digits/program.ts";
import { inputsOf, splitByIndex } from "../../../models/digits/split.ts";
import { MNIST_CNN } from "../../../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../../../models/mnist-mlp/definition.ts";
import { quantiseInput } from "../../../sdk/program/quantise.ts";
import { load } from "../../helpers/network.ts";
import { patience } from "../../helpers/patience.ts";
import { Random } from "../../program/helpers/random.ts";
import { elementAt, givenVerifier, placesOf, runOf } from "./helpers/steps.ts";

const ELEMENTS = patience(6, 200);

for (const definition of [MNIST_MLP, MNIST_CNN]) {
  describe(`StepVerifier over a run of ${definition.name}`, function () {
    it("finds elements of every record right, and a word with one bit flipped wrong in that lane", async function () {
      const verifier = await load(givenVerifier);
      const { model, digits } = await readCommitted(definition);
      const split = splitByIndex(digits.samples);
      const { program } = compileModel(model, split);
      const [digit] = inputsOf(split.heldOut);
      if (digit === undefined) throw new Error("there are held-out digits");
      const input = quantiseInput(program, digit);
      const run = runOf(program, Int8Array.from(input.values));
      const random = new Random(1);
      const places = placesOf(program);
      for (const record of program.records) {
        const own = places.filter(({ at }) => {
          const leaf = at.tree === "output" ? program.header.traceLeaves + at.leaf : at.leaf;
          const isCovered = at.tree === "output" ? leaf < program.header.leaves : leaf < program.header.traceLeaves;
          return isCovered && leaf >= record.firstLeaf && leaf < record.firstLeaf + record.leaves;
        });
        for (let round = 0; round < ELEMENTS; round++) {
          const chosen = own[random.int(0, own.length - 1)];
          if (chosen === undefined) throw new Error("every record has leaves");
          const { place, word, step, stored } = elementAt(run, chosen.at, chosen.lane);
          expect(await verifier.recompute(run.roots, place, word, step)).to.deep.equal([stored, stored]);

          const bits = record.dtype === 1 ? 8n : 32n;
          const lowest = 256n - bits * (BigInt(chosen.lane) + 1n);
          const bit = BigInt(random.int(0, Number(bits) - 1));
          const flipped = (BigInt(word) ^ (1n << (lowest + bit))).toString(16).padStart(64, "0");
          expect(await verifier.recompute(run.roots, place, `0x${flipped}`, step)).to.deep.equal([
            stored ^ (1n << bit),
            stored,
          ]);
        }
      }
    });
  });
}
