import { expect } from "chai";

import { programWords } from "../../../sdk/program/commitments.ts";
import { HEADER_BYTES } from "../../../sdk/program/header.ts";
import { rootOf } from "../../../sdk/program/merkle.ts";
import type { Program } from "../../../sdk/program/program.ts";
import { findFault, formFaultOf, proveForm } from "../../../sdk/program/prove-form.ts";
import { decodeRecord, RECORD_BYTES, Source } from "../../../sdk/program/records.ts";
import { commit } from "../../../sdk/program/trace.ts";
import { validateProgram } from "../../../sdk/program/validate.ts";
import { ethers, load } from "../../helpers/network.ts";
import { patience } from "../../helpers/patience.ts";
import { malformedPrograms, tinyProgram } from "../../program/helpers/malformed.ts";
import { Random } from "../../program/helpers/random.ts";
import { refusal } from "../../program/helpers/refusal.ts";
import { FUNCTIONS, randomProgram } from "../../program/helpers/records.ts";

/** The order of `IProgramForm.Fault`. */
const FAULTS = [
  "None",
  "Header",
  "Shape",
  "Kernel",
  "Rescale",
  "OperandA",
  "OperandB",
  "Constants",
  "Limit",
  "Adjacency",
  "Producer",
] as const;

const MUTATIONS = patience(60, 2_000);
const EXTREMES = [0, 1, 2, 3, 31, 32, 0x7fffffff, 0x80000000, 0xffffffff, 0xffffff80, 63, 16_384];

async function givenForm() {
  return ethers.deployContract("ProgramForm");
}

async function judged(words: Uint8Array, indices: readonly number[]): Promise<(typeof FAULTS)[number] | undefined> {
  const form = await load(givenForm);
  const records = commit(words);
  const proof = proveForm(records, indices);
  return FAULTS[Number(await form.faultOf(rootOf(records.tree), proof.header, proof.records))];
}

/** None, every record alone, with the next one, and with every record that an operand names. */
function openingsOf(words: Uint8Array): readonly (readonly number[])[] {
  const records = words.length / RECORD_BYTES - 1;
  const all = Array.from({ length: records }, (_, index) => {
    const start = HEADER_BYTES + RECORD_BYTES * index;
    const { a, b } = decodeRecord(words.subarray(start, start + RECORD_BYTES));
    const named = [a, b].filter(({ source }) => source === Source.TRACE).map(({ id }) => id);
    const others = [index + 1, ...named].filter((other) => other < records);
    return [[index], ...others.map((other) => [index, other])];
  });
  return [[], ...all.flat()];
}

describe("ProgramForm.faultOf", function () {
  this.timeout(patience(120_000, 3_600_000));

  for (const { name, kernel, variant } of FUNCTIONS) {
    it(`finds nothing in a program with ${name}, and in any mutation what the SDK finds`, async function () {
      const random = new Random(300 * kernel + variant);
      const program = randomProgram(random, kernel, variant);
      const words = programWords(program);
      for (const indices of openingsOf(words)) expect(await judged(words, indices)).to.equal("None");
      expect(findFault(words)).to.equal(undefined);

      for (let round = 0; round < MUTATIONS; round++) {
        const mutated = mutation(random, words);
        const openings = openingsOf(mutated);
        const indices = openings[random.int(0, openings.length - 1)] ?? [];
        expect(await judged(mutated, indices)).to.equal(formFaultOf(mutated, indices) ?? "None");
      }
    });
  }

  for (const { what, sound, malformed } of malformedPrograms()) {
    it(`refuses ${what}, unless it takes the weights to see it`, async function () {
      expect(findFault(programWords(sound))).to.equal(undefined);
      const words = programWords(malformed);
      const found = findFault(words);
      const takesWeights = /declares? a bound/.test(messageOf(malformed));
      expect(found === undefined).to.equal(takesWeights);
      expect(await judged(words, found?.indices ?? [])).to.equal(found?.fault ?? "None");
    });
  }

  it("has a program for each fault but the header's among these", function () {
    const found = malformedPrograms().map(({ malformed }) => findFault(programWords(malformed))?.fault);
    expect([...new Set(found)].filter((fault) => fault !== undefined)).to.have.members(FAULTS.slice(2));
  });

  it("refuses a header that the records contradict, whichever the field but the scales", async function () {
    const program = tinyProgram();
    const { header } = program;
    for (const [name, value] of Object.entries(header)) {
      if (name === "records" || name.endsWith("Scale")) continue;
      const words = programWords({ ...program, header: { ...header, [name]: value - 1 } });
      const found = findFault(words);
      expect(found?.fault, name).to.equal("Header");
      expect(await judged(words, found?.indices ?? []), name).to.equal("Header");
    }
    const more = programWords({ ...program, header: { ...header, worstStep: header.worstStep + 1 } });
    expect(findFault(more), "a larger worst step").to.equal(undefined);
  });

  it("refuses a program without records by its header alone", async function () {
    const program = tinyProgram();
    const header = programWords({ ...program, header: { ...program.header, records: 0 } }).subarray(0, HEADER_BYTES);
    expect(findFault(header)).to.deep.equal({ fault: "Header", indices: [] });
    expect(await judged(header, [])).to.equal("Header");
  });

  it("refuses bytes without a field, wherever they are", async function () {
    const sound = programWords(tinyProgram());
    const record = HEADER_BYTES + RECORD_BYTES;
    const strays = [80, 111, 112, 255].map((at) => ({ at, fault: "Header" }));
    const ofRecord = [52, 63, 110, 111, 148, 159, 174, 175, 212, 223].map((at) => ({
      at: record + at,
      fault: "Kernel",
    }));
    for (const { at, fault } of [...strays, ...ofRecord]) {
      const words = Uint8Array.from(sound);
      words[at] = 1;
      const found = findFault(words);
      expect(found?.fault, `byte ${at}`).to.equal(fault);
      expect(await judged(words, found?.indices ?? []), `byte ${at}`).to.equal(fault);
    }
  });

  it("reverts for three records, for two that have nothing to do with each other, and for another program's", async function () {
    const form = await load(givenForm);
    const records = commit(programWords(tinyProgram()));
    const root = rootOf(records.tree);
    const three = proveForm(records, [0, 1, 2]);
    await expect(form.faultOf(root, three.header, three.records))
      .to.be.revertedWithCustomError(form, "ProgramFormTooManyRecords")
      .withArgs(3);
    const apart = proveForm(records, [1, 3]);
    await expect(form.faultOf(root, apart.header, apart.records))
      .to.be.revertedWithCustomError(form, "ProgramFormUnrelated")
      .withArgs(1, 3);
    const other = `0x${"11".repeat(32)}`;
    await expect(form.faultOf(other, three.header, []))
      .to.be.revertedWithCustomError(form, "ProgramTreeOtherProgram")
      .withArgs(other, root);
    const late = three.records.slice(0, 1).map((record) => ({ ...record, index: 4 }));
    await expect(form.faultOf(root, three.header, late))
      .to.be.revertedWithCustomError(form, "ProgramTreeNoRecord")
      .withArgs(4, 4);
  });
});

function messageOf(program: Program): string {
  return refusal("PROGRAM_MALFORMED", () => validateProgram(program)).message;
}

/** One field of the header or the last record, rarely another, set to another number. */
function mutation(random: Random, words: Uint8Array): Uint8Array {
  const mutated = Uint8Array.from(words);
  const view = new DataView(mutated.buffer);
  const last = words.length - RECORD_BYTES;
  const start = random.int(0, 7) === 0 ? 0 : random.int(0, 7) === 0 ? HEADER_BYTES : last;
  // Another number of records would be another tree.
  const place = start === 0 ? random.int(2, 63) : random.int(0, 63);
  const at = start + 4 * place;
  const draw = random.int(0, 3);
  if (draw === 0) mutated[at + random.int(0, 3)] = random.int(0, 3);
  else if (draw === 1) view.setUint32(at, EXTREMES[random.int(0, EXTREMES.length - 1)] ?? 0);
  else if (draw === 2) view.setUint32(at, (view.getUint32(at) + random.int(-2, 2)) >>> 0);
  else view.setUint32(at, random.uint32());
  return mutated;
}
