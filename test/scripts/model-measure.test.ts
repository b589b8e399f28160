import { expect } from "chai";

import { compile } from "../../scripts/model/compile.ts";
import { measure } from "../../scripts/model/measure.ts";
import { measureAgreement } from "../../sdk/program/agreement.ts";
import { importModel } from "../../sdk/program/onnx/import.ts";
import { TINY_SAMPLES, tinyModel } from "../program/helpers/networks.ts";
import { Random } from "../program/helpers/random.ts";

describe("measuring in parts", function () {
  const compiled = compile(importModel(tinyModel()), TINY_SAMPLES);
  const random = new Random(3);

  for (const count of [1, 19, 20, 21, 97]) {
    it(`gives what one measurement of all gives, for ${count} samples`, function () {
      const samples = Array.from({ length: count }, () => random.reals(2));
      const labels = samples.map(() => random.int(0, 1));
      const { graph, quantisation } = compiled;
      for (const given of [labels, undefined]) {
        const done: number[] = [];
        const measured = measure(compiled, samples, given, (so) => done.push(so));
        expect(measured).to.deep.equal(measureAgreement(graph, quantisation, samples, given));
        expect(done.at(-1)).to.equal(count);
        expect(done).to.deep.equal([...new Set(done)].sort((left, right) => left - right));
      }
    });
  }
});
