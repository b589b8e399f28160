import { expect } from "chai";
import { getBytes } from "ethers";
import { createHash } from "node:crypto";

import { programRoot, programWords, weightsRoot } from "../../sdk/program/commitments.ts";
import { runProgram } from "../../sdk/program/execute.ts";
import { parseProgram, serialiseProgram } from "../../sdk/program/file.ts";
import { decodeHeader, encodeHeader } from "../../sdk/program/header.ts";
import { evaluate } from "../../sdk/program/kernels.ts";
import { buildTree, merkleRoot, nodeOf, rootOf, toHex } from "../../sdk/program/merkle.ts";
import { importModel, importOnnx } from "../../sdk/program/onnx/import.ts";
import { headerOf } from "../../sdk/program/program.ts";
import type { Program } from "../../sdk/program/program.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import { decodeRecord, encodeRecord, Kernel, Source } from "../../sdk/program/records.ts";
import type { OperatorRecord } from "../../sdk/program/records.ts";
import { stepOf } from "../../sdk/program/step.ts";
import { encodeTensor, tensorRoot } from "../../sdk/program/tensor-hash.ts";
import { checkProgram } from "../../sdk/program/validate.ts";
import vectors from "../vectors/program.json" with { type: "json" };
import { TINY_SAMPLES, tinyModel } from "./helpers/networks.ts";
import { Random } from "./helpers/random.ts";
import { refusal } from "./helpers/refusal.ts";
import { rootTwin, runTwin, toWords } from "./helpers/twin.ts";

function tinyProgram(): Program {
  return quantise(importModel(tinyModel()), TINY_SAMPLES).program;
}

/** The tiny program with one record changed and the header made to fit it. */
function changed(index: number, change: (record: OperatorRecord) => Partial<OperatorRecord>): Program {
  const { records, header, weights } = tinyProgram();
  const [first, ...rest] = records.map((record, at) => (at === index ? { ...record, ...change(record) } : record));
  if (first === undefined) throw new Error("a program has a record");
  const { inputScale, outputScale } = header;
  const all: Program["records"] = [first, ...rest];
  return { header: headerOf(all, { inputScale, outputScale }), records: all, weights };
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
            .that.matches(/^(PROGRAM_|KERNEL_)/);
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

describe("checkProgram", function () {
  const blank = { id: 0, firstLeaf: 0, length: 0, source: 0, dtype: 0, base: 0, indexStride: 0 };
  const none = { ...blank, strides: [0, 0, 0, 0] as const, reduceStrides: [0, 0, 0] as const };

  it("accepts what the compiler makes", function () {
    const program = tinyProgram();
    expect(checkProgram(program)).to.equal(program);
  });

  const faults: readonly (readonly [string, number, (record: OperatorRecord) => Partial<OperatorRecord>, string])[] = [
    ["an element type that does not exist", 1, () => ({ dtype: 3 }), "element type is 3"],
    ["a dimension of 0", 1, () => ({ reduce: [1, 0, 1] }), "dimension is 0"],
    ["too many elements", 1, () => ({ shape: [65_536, 65_536, 1, 3] }), "more than 2^31"],
    ["leaves that do not fit the shape", 1, () => ({ leaves: 2 }), "it has 2 leaves"],
    ["an unused field", 1, () => ({ fill: 1 }), "not zero"],
    ["a window", 1, () => ({ windowExtent: [0, 0, 0, 1] }), "not zero"],
    ["a flag of another kernel", 1, () => ({ flags: 7 }), "flags 7"],
    ["crossed clamp bounds", 1, () => ({ lo: 5, hi: 4 }), "clamps to 5 … 4"],
    ["clamp bounds outside the type", 1, () => ({ hi: 128 }), "clamps to 0 … 128"],
    ["a shift above 62", 1, () => ({ shift: 63 }), "2^63"],
    ["a multiplier of 0", 1, () => ({ multiplier: 0 }), "rescales by 0"],
    ["rescale fields without a rescale", 2, () => ({ shift: 1 }), "without a rescale"],
    ["operand fields without a source", 0, () => ({ a: { ...none, base: 1 } }), "without a source"],
    ["an operand that is not earlier", 1, ({ a }) => ({ a: { ...a, id: 1 } }), "not earlier"],
    ["an operand past its own first leaf", 1, ({ a }) => ({ a: { ...a, length: 64 } }), "past its own first"],
    ["an operand of no known type", 1, ({ a }) => ({ a: { ...a, dtype: 0 } }), "element type 0"],
    ["an operand of no known source", 1, ({ a }) => ({ a: { ...a, source: 3 } }), "source 3"],
    ["weights with a record", 2, ({ b }) => ({ b: { ...b, id: 1 } }), "weights and has record"],
    ["weights that are not its own", 1, ({ b }) => ({ b: { ...b, firstLeaf: 2 } }), "leaves the record's weights"],
    ["an index map that leaves its operand", 1, ({ a }) => ({ a: { ...a, base: 1 } }), "from 1 to 2"],
    ["an index map below its operand", 1, ({ a }) => ({ a: { ...a, base: -1 } }), "from -1 to 0"],
    ["an operand that names another record", 2, ({ a }) => ({ a: { ...a, id: 0 } }), "not the tensor of record 0"],
    [
      "an operand shorter than the record it names",
      3,
      ({ a }) => ({ a: { ...a, length: 1, reduceStrides: [0, 0, 0] } }),
      "not the tensor of record 2",
    ],
    [
      "a second input",
      1,
      () => ({ kernel: Kernel.INPUT, flags: 0, multiplier: 0, shift: 0, lo: -128 }),
      "record 0 and no other",
    ],
    [
      "an operand of another type than its record",
      3,
      ({ a }) => ({ a: { ...a, dtype: 1 } }),
      "not the tensor of record 2",
    ],
    [
      "a map with strides of both signs, above its operand",
      3,
      ({ a }) => ({ reduce: [1, 2, 2], a: { ...a, base: 1, reduceStrides: [0, -1, 1] } }),
      "from 0 to 2",
    ],
    [
      "a map with strides of both signs, below its operand",
      3,
      ({ a }) => ({ reduce: [1, 2, 2], a: { ...a, reduceStrides: [0, -1, 1] } }),
      "from -1 to 1",
    ],
    ["no input", 0, () => ({ kernel: Kernel.ARGMAX }), "record 0 and no other"],
    ["an input that does not start at leaf 0", 0, () => ({ firstLeaf: 1 }), "start at leaf 0"],
    ["an input with an operand", 0, () => ({ reduce: [1, 1, 2] }), "input has operands"],
    ["weights of a kernel without weights", 3, () => ({ weightLeaves: 1 }), "kernel does not use"],
    ["a bound of a kernel without accumulator", 3, () => ({ accumulatorBound: 1 }), "kernel does not use"],
    ["an ArgMax without operand", 3, () => ({ a: none }), "no operand in the trace"],
    ["an ArgMax with two", 3, ({ a }) => ({ b: a }), "second operand"],
    ["an index of one byte", 3, () => ({ dtype: 1, lo: -128, hi: 127 }), "index is an int32"],
    ["a DOT over int32", 2, ({ a }) => ({ a: { ...a, dtype: 2 } }), "int8 tensor of the trace"],
    ["a DOT without weights", 2, () => ({ b: none }), "not int8 weights"],
    ["an int8 result that is not rescaled", 1, () => ({ flags: 2, multiplier: 0, shift: 0, lo: -128 }), "not rescaled"],
    ["a matrix of another size", 1, ({ b }) => ({ b: { ...b, length: 95 } }), "not 3 rows"],
    ["a matrix with shared rows", 1, ({ b }) => ({ b: { ...b, strides: [0, 0, 0, 0] } }), "row by row"],
    ["a matrix read backwards", 1, ({ b }) => ({ b: { ...b, reduceStrides: [2, 2, 2] } }), "row by row"],
    ["a bias elsewhere", 1, () => ({ biasLeaf: 2 }), "bias leaf is 2"],
    ["a bias leaf without a bias", 1, () => ({ flags: 1 }), "bias leaf is 3"],
    ["weight leaves that nothing uses", 1, () => ({ weightLeaves: 5 }), "rows and biases take 4"],
    ["an accumulator beyond int32", 1, () => ({ accumulatorBound: 2_147_483_648 }), "reaches 2147483648"],
    ["a bound that the weights do not have", 1, () => ({ accumulatorBound: 1 }), "declares a bound of 1"],
    [
      "a reduction that is too long",
      3,
      ({ a }) => ({ reduce: [1, 2, 8_193], a: { ...a, reduceStrides: [0, 0, 0] } }),
      "16386 terms",
    ],
    [
      "a step of too many runs",
      3,
      ({ a }) => ({ reduce: [1, 17, 1], a: { ...a, reduceStrides: [0, 0, 0] } }),
      "in 17 runs",
    ],
    ["a gap before the next record", 1, () => ({ firstLeaf: 2 }), "starts at leaf"],
    ["a gap before the next record's weights", 3, () => ({ firstWeightLeaf: 9 }), "weights start at leaf 9"],
  ];
  for (const [what, index, change, message] of faults) {
    it(`refuses ${what}`, function () {
      expect(refusal("PROGRAM_MALFORMED", () => checkProgram(changed(index, change))).message).to.contain(message);
    });
  }

  it("refuses a kernel that is not implemented, and names it", function () {
    const error = refusal("KERNEL_NOT_SUPPORTED", () => checkProgram(changed(1, () => ({ kernel: Kernel.GATHER }))));
    expect(error.node).to.equal("record 1 (GATHER)");
    refusal("KERNEL_NOT_SUPPORTED", () => checkProgram(changed(1, () => ({ kernel: 0 }))));
  });

  it("refuses a header that the records contradict, whichever the field", function () {
    const program = tinyProgram();
    const { header } = program;
    for (const name of Object.keys(header)) {
      const error = refusal("PROGRAM_MALFORMED", () => checkProgram({ ...program, header: { ...header, [name]: 0 } }));
      expect(error.node).to.equal("header");
    }
    refusal("PROGRAM_MALFORMED", () => checkProgram({ ...program, header: { ...header, inputScale: Infinity } }));
    refusal("PROGRAM_MALFORMED", () => checkProgram({ ...program, weights: program.weights.slice(32) }));
  });

  it("refuses weights and biases in lanes past the end", function () {
    const program = tinyProgram();
    // Record 1 has rows of 2 weights: lane 2 of its first word is byte 30; and 3 biases in leaf 3: lane 3 is byte 12.
    for (const at of [30, 3 * 32 + 15]) {
      const weights = Uint8Array.from(program.weights);
      weights[at] = (weights[at] ?? 0) ^ 0;
      expect(checkProgram({ ...program, weights })).to.have.property("weights");
      weights[at] = (weights[at] ?? 0) ^ 1;
      refusal("PROGRAM_MALFORMED", () => checkProgram({ ...program, weights }));
    }
  });
});

describe("the one-element kernels", function () {
  it("give a value for any bytes as record", function () {
    const random = new Random(77);
    for (let draw = 0; draw < 500; draw++) {
      const bytes = Uint8Array.from({ length: 256 }, () => random.int(0, 255));
      bytes[0] = draw % 2 === 0 ? Kernel.DOT : Kernel.ARGMAX;
      // Any other extents only make it longer.
      const small = { reduce: [random.int(0, 3), random.int(0, 3), random.int(0, 5)] as const };
      const record = { ...decodeRecord(bytes), ...small };
      const seen: number[] = [];
      const a = (index: number) => {
        seen.push(index);
        expect(index).to.be.within(0, record.a.length - 1);
        return random.uint32() | 0;
      };
      const element = evaluate(record, random.uint32(), {
        a,
        b: () => random.uint32() | 0,
        bias: () => random.uint32(),
      });

      expect(Number.isInteger(element)).to.equal(true);
      expect(element).to.be.within(-2_147_483_648, 2_147_483_647);
      if (record.dtype === 1) expect(element).to.be.within(-128, 127);
    }
  });

  it("wrap their accumulator at 2^32", function () {
    const record = { ...tinyProgram().records[2], kernel: Kernel.DOT, flags: 2 } as OperatorRecord;
    const operands = { a: () => 1, b: () => 1, bias: () => 2_147_483_647 };

    expect(evaluate({ ...record, reduce: [1, 1, 1] }, 0, operands)).to.equal(-2_147_483_648);
  });

  it("read an operand without elements as zeros, and clamp indices to the ends of the others", function () {
    const [, , dot] = tinyProgram().records;
    if (dot === undefined) throw new Error("no record");
    const operands = { a: (index: number) => index, b: () => 1, bias: () => 0 };
    const sum = (changes: Partial<typeof dot.a>) =>
      evaluate({ ...dot, flags: 0, reduce: [1, 1, 2], a: { ...dot.a, ...changes } }, 0, operands);

    expect(sum({ base: 1 })).to.equal(1 + 2);
    expect(sum({ base: 2 })).to.equal(2 + 2);
    expect(sum({ base: -1 })).to.equal(0);
    expect(sum({ length: 0, base: 1 })).to.equal(0);
  });

  it("give a tie to the lowest term", function () {
    const [, , , argMax] = tinyProgram().records;
    if (argMax === undefined) throw new Error("no record");
    const elements = [3, 7, 7, -7];
    const a = (index: number) => elements[index] ?? NaN;
    const over = {
      ...argMax,
      reduce: [1, 2, 2] as const,
      a: { ...argMax.a, length: 4, reduceStrides: [0, 2, 1] as const },
    };

    expect(evaluate(over, 0, { a, b: a, bias: a })).to.equal(1);
  });

  it("know no other kernel", function () {
    const zero = () => 0;
    refusal("KERNEL_NOT_SUPPORTED", () => evaluate(everyField(), 0, { a: zero, b: zero, bias: zero }));
  });
});
