import { expect } from "chai";
import { getBytes } from "ethers";
import { createHash } from "node:crypto";

import { programRoot, programWords, weightsRoot } from "../../sdk/program/commitments.ts";
import { runProgram } from "../../sdk/program/execute.ts";
import { parseProgram, serialiseProgram } from "../../sdk/program/file.ts";
import { decodeHeader, encodeHeader } from "../../sdk/program/header.ts";
import { buildTree, merkleRoot, nodeOf, rootOf, toHex } from "../../sdk/program/merkle.ts";
import { importModel, importOnnx } from "../../sdk/program/onnx/import.ts";
import type { Program } from "../../sdk/program/program.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import { decodeRecord, encodeRecord, Source } from "../../sdk/program/records.ts";
import type { OperatorRecord } from "../../sdk/program/records.ts";
import { stepOf } from "../../sdk/program/step.ts";
import { encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import vectors from "../vectors/program.json" with { type: "json" };
import { TINY_SAMPLES, tinyModel } from "./helpers/networks.ts";
import { refusal } from "./helpers/refusal.ts";
import { rootTwin, runTwin, toWords } from "./helpers/twin.ts";

function tinyProgram(): Program {
  return quantise(importModel(tinyModel()), TINY_SAMPLES).program;
}

/** A record in which every field holds another value. */
function everyField(): OperatorRecord {
  const operand = (from: number) => ({
    id: from,
    firstLeaf: from + 1,
    length: 4_294_967_295,
    source: 2,
    dtype: 1,
    base: -from,
    strides: [from + 2, -2_147_483_648, 3, 4] as const,
    reduceStrides: [from + 3, -6, 7] as const,
    indexStride: from + 4,
  });
  return {
    kernel: 5,
    variant: 6,
    dtype: 2,
    shift: 62,
    flags: 7,
    multiplier: -8,
    multiplierB: 9,
    lo: -10,
    hi: 11,
    firstLeaf: 12,
    leaves: 13,
    firstWeightLeaf: 14,
    weightLeaves: 15,
    biasLeaf: 16,
    tableLeaf: 17,
    accumulatorBound: 4_294_967_294,
    shape: [18, 19, 20, 21],
    reduce: [22, 23, 24],
    fill: -25,
    a: operand(30),
    b: operand(40),
    windowStart: [50, 51, 52, 53],
    windowExtent: [54, 55, 56, 57],
  };
}

describe("program files", function () {
  describe("given the golden vector", function () {
    it("compiles the model to the same bytes, roots and results", function () {
      const samples = vectors.calibration.map((sample) => Float32Array.from(sample));
      const { program } = quantise(importOnnx(getBytes(vectors.onnx)), samples);
      const file = serialiseProgram(program);

      expect(toHex(file)).to.equal(vectors.file);
      expect(createHash("sha256").update(file).digest("hex")).to.equal(vectors.sha256);
      expect(programRoot(program)).to.equal(vectors.programRoot);
      expect(weightsRoot(program)).to.equal(vectors.weightsRoot);
      for (const { input, tensors, inputRoot, outputRoot } of vectors.runs) {
        const run = runProgram(program, { dtype: "int8", values: Int8Array.from(input) });
        const [first] = run.tensors;
        expect(run.tensors.map(({ values }) => [...values])).to.deep.equal(tensors);
        expect(first === undefined ? "" : tensorRoot(encodeTensor(first))).to.equal(inputRoot);
        expect(tensorRoot(encodeTensor(run.output))).to.equal(outputRoot);
      }
    });

    it("holds what the twin computes from the bytes alone", function () {
      const file = serialiseProgram(tinyProgram());
      const records = new DataView(file.buffer).getUint32(4);

      expect(rootTwin(toWords(file.subarray(0, 256 + 256 * records)))).to.equal(vectors.programRoot);
      expect(rootTwin(toWords(file.subarray(256 + 256 * records)))).to.equal(vectors.weightsRoot);
      for (const { input, tensors } of vectors.runs) {
        expect(runTwin(file, input)).to.deep.equal(tensors.map((values) => values.map(BigInt)));
      }
    });
  });

  it("are read back as the program that was written, from a part of a larger buffer too", function () {
    const program = tinyProgram();
    const file = serialiseProgram(program);
    const buffer = Buffer.alloc(file.length + 64);
    buffer.set(file, 32);
    const parsed = parseProgram(buffer.subarray(32, 32 + file.length));
    buffer.fill(0);

    expect(parsed).to.deep.equal(program);
    expect(serialiseProgram(parsed)).to.deep.equal(file);
  });

  it("hold records that are level-3 nodes of the program tree", function () {
    const program = tinyProgram();
    const tree = buildTree(programWords(program));
    program.records.forEach((record, index) => {
      expect(nodeOf(tree, 3, index + 1)).to.deep.equal(nodeOf(buildTree(encodeRecord(record)), 3, 0));
    });
    expect(rootOf(tree)).to.equal(programRoot(program));
    expect(merkleRoot(program.weights)).to.equal(weightsRoot(program));
  });

  describe("given bytes that are no program", function () {
    it("refuses another beginning, too few bytes and too many", function () {
      const file = serialiseProgram(tinyProgram());
      refusal("PROGRAM_INVALID", () => parseProgram(new Uint8Array(512)));
      refusal("PROGRAM_TRUNCATED", () => parseProgram(file.subarray(0, 255)));
      refusal("PROGRAM_TRUNCATED", () => parseProgram(file.subarray(0, file.length - 1)));
      refusal("PROGRAM_TRUNCATED", () => parseProgram(Uint8Array.from([...file, 0])));
      const none = encodeHeader({ ...decodeHeader(file), records: 0, weightLeaves: 0 });
      refusal("PROGRAM_INVALID", () => parseProgram(none));
    });

    it("refuses every single byte that is changed, or reads a program with another root", function () {
      const program = tinyProgram();
      const file = serialiseProgram(program);
      const roots = [programRoot(program), weightsRoot(program)].join();
      for (let at = 0; at < file.length; at++) {
        const damaged = Uint8Array.from(file);
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        try {
          const parsed = parseProgram(damaged);
          expect([programRoot(parsed), weightsRoot(parsed)].join(), `byte ${at}`).to.not.equal(roots);
        } catch (error) {
          expect(error, `byte ${at}`)
            .to.have.property("code")
            .that.matches(/^PROGRAM_/);
        }
      }
    });

    it("refuses bytes without a meaning that are not zero", function () {
      const file = serialiseProgram(tinyProgram());
      for (const at of [80, 255, 256 + 52, 512 + 63, 512 + 96 + 14, 512 + 160 + 63]) {
        const stray = Uint8Array.from(file);
        stray[at] = 1;
        expect(refusal("PROGRAM_INVALID", () => parseProgram(stray)).message).to.contain(`byte ${at}`);
      }
    });
  });
});

describe("operator records", function () {
  it("come back from their bytes as they were", function () {
    expect(decodeRecord(encodeRecord(everyField()))).to.deep.equal(everyField());
  });

  it("have every field at its documented place", function () {
    const view = new DataView(encodeRecord(everyField()).buffer);
    const bytes = [0, 1, 2, 3].map((at) => view.getUint8(at));
    const words = Array.from({ length: 63 }, (_, index) => view.getInt32(4 + 4 * index));
    const operand = (from: number) => [
      from,
      from + 1,
      -1,
      0x02010000,
      -from,
      from + 2,
      -2_147_483_648,
      3,
      4,
      from + 3,
      -6,
      7,
      from + 4,
      0,
      0,
      0,
    ];

    expect(bytes).to.deep.equal([5, 6, 2, 62]);
    expect(words).to.deep.equal([
      7,
      -8,
      9,
      -10,
      11,
      12,
      13,
      14,
      15,
      16,
      17,
      -2,
      0,
      0,
      0,
      18,
      19,
      20,
      21,
      22,
      23,
      24,
      -25,
      ...operand(30),
      ...operand(40),
      50,
      51,
      52,
      53,
      54,
      55,
      56,
      57,
    ]);
  });

  it("refuse a number that its field cannot hold", function () {
    const error = refusal("FIELD_OUT_OF_RANGE", () => encodeRecord({ ...everyField(), leaves: 4_294_967_296 }));
    expect(error.message).to.contain("leaves = 4294967296");
    for (const change of [{ shift: 256 }, { lo: -2_147_483_649 }, { flags: -1 }, { fill: 0.5 }, { hi: NaN }]) {
      refusal("FIELD_OUT_OF_RANGE", () => encodeRecord({ ...everyField(), ...change }));
    }
  });

  it("say how many words and runs a step opens", function () {
    const base = tinyProgram().records[1];
    if (base === undefined) throw new Error("no record");
    const step = (reduce: readonly [number, number, number], strides: readonly [number, number, number], start = 0) =>
      stepOf({
        ...base,
        reduce,
        a: { ...base.a, base: start, reduceStrides: strides },
        b: { ...base.b, source: Source.NONE },
      });

    expect(step([1, 1, 64], [64, 64, 1])).to.deep.equal({ runs: 2, activationWords: 2, weightWords: 1 });
    expect(step([1, 1, 64], [64, 64, 1], 5)).to.include({ runs: 2, activationWords: 3 });
    expect(step([2, 3, 4], [12, 4, 1])).to.include({ runs: 2, activationWords: 1 });
    expect(step([2, 3, 4], [64, 4, 1])).to.include({ runs: 3, activationWords: 2 });
    expect(step([2, 3, 4], [100, 4, 1])).to.include({ runs: 3, activationWords: 4 });
    expect(step([3, 3, 8], [512, 32, 1])).to.include({ runs: 10, activationWords: 9 });
    expect(step([1, 1, 5], [0, 0, 32])).to.include({ runs: 6, activationWords: 5 });
  });
});
