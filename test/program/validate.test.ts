import { expect } from "chai";

import { Kernel } from "../../sdk/program/records.ts";
import { validateProgram } from "../../sdk/program/validate.ts";
import { givenProgram, malformedPrograms, tinyProgram } from "./helpers/malformed.ts";
import { refusal } from "./helpers/refusal.ts";

describe("validateProgram", function () {
  it("accepts what the compiler makes", function () {
    const program = tinyProgram();
    expect(validateProgram(program)).to.equal(program);
  });

  for (const { what, sound, malformed, message } of malformedPrograms()) {
    it(`refuses ${what}`, function () {
      expect(validateProgram(sound)).to.equal(sound);
      expect(refusal("PROGRAM_MALFORMED", () => validateProgram(malformed)).message).to.contain(message);
    });
  }

  it("refuses a header that the records contradict, whichever the field", function () {
    const program = tinyProgram();
    const { header } = program;
    for (const name of Object.keys(header)) {
      const error = refusal("PROGRAM_MALFORMED", () =>
        validateProgram({ ...program, header: { ...header, [name]: 0 } }),
      );
      expect(error.node).to.equal("header");
    }
    refusal("PROGRAM_MALFORMED", () => validateProgram({ ...program, header: { ...header, inputScale: Infinity } }));
    refusal("PROGRAM_MALFORMED", () => validateProgram({ ...program, weights: program.weights.slice(32) }));
  });

  it("refuses weights and biases in lanes past the end", function () {
    const program = tinyProgram();
    // Record 1 has rows of 2 weights: lane 2 of its first word is byte 30; and 3 biases in leaf 3: lane 3 is byte 12.
    for (const at of [30, 3 * 32 + 15]) {
      const weights = Uint8Array.from(program.weights);
      weights[at] = (weights[at] ?? 0) ^ 0;
      expect(validateProgram({ ...program, weights })).to.have.property("weights");
      weights[at] = (weights[at] ?? 0) ^ 1;
      refusal("PROGRAM_MALFORMED", () => validateProgram({ ...program, weights }));
    }
  });

  it("refuses constants in lanes past their end", function () {
    // Record 2 is a CONST of 150 bytes: the last 10 of its 5 words hold nothing.
    const program = givenProgram(Kernel.ARGMAX, 0, () => true);
    const weights = Uint8Array.from(program.weights);
    weights[150] = 0;
    const error = refusal("PROGRAM_MALFORMED", () => validateProgram({ ...program, weights }));
    expect(error.node).to.equal("record 2 (CONST)");
    expect(error.message).to.contain("past the end");
  });
});
