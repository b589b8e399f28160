import { importModel } from "../../../sdk/program/onnx/import.ts";
import { headerOf } from "../../../sdk/program/program.ts";
import type { Program } from "../../../sdk/program/program.ts";
import { quantise } from "../../../sdk/program/quantise.ts";
import { Kernel } from "../../../sdk/program/records.ts";
import type { OperatorRecord } from "../../../sdk/program/records.ts";
import { GatherVariant, Map1Variant, Map2Variant, ReduceVariant } from "../../../sdk/program/variants.ts";
import { TINY_SAMPLES, tinyModel } from "./networks.ts";
import { Random } from "./random.ts";
import { randomProgram } from "./records.ts";

/** A program that is well-formed but for one condition. */
export type MalformedProgram = {
  /** What is wrong, as the end of the sentence "refuses …". */
  readonly what: string;
  readonly sound: Program;
  readonly malformed: Program;
  /** The record at fault. */
  readonly index: number;
  /** A part of the refusal's message. */
  readonly message: string;
};

/** A network of four records: INPUT, DOT, DOT and ARGMAX. */
export function tinyProgram(): Program {
  return quantise(importModel(tinyModel()), TINY_SAMPLES).program;
}

type Change = (record: OperatorRecord) => Partial<OperatorRecord>;

/** A program with one record changed and the header made to fit it. */
function changedIn({ records, header, weights }: Program, index: number, change: Change): Program {
  const [first, ...rest] = records.map((record, at) => (at === index ? { ...record, ...change(record) } : record));
  if (first === undefined) throw new Error("a program has a record");
  const { inputScale, outputScale } = header;
  const all: Program["records"] = [first, ...rest];
  return { header: headerOf(all, { inputScale, outputScale }), records: all, weights };
}

/** Random programs whose record 3 is of a kernel, the first that satisfies `wanted`. */
export function givenProgram(kernel: number, variant: number, wanted: (record: OperatorRecord) => boolean): Program {
  const random = new Random(kernel * 31 + variant);
  for (;;) {
    const program = randomProgram(random, kernel, variant);
    const [, , , record] = program.records;
    if (record !== undefined && wanted(record)) return program;
  }
}

const blank = { id: 0, firstLeaf: 0, length: 0, source: 0, dtype: 0, base: 0, indexStride: 0 };
const none = { ...blank, strides: [0, 0, 0, 0] as const, reduceStrides: [0, 0, 0] as const };

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
  ["an operand of no known type", 1, ({ a }) => ({ a: { ...a, dtype: 0 } }), "not int8"],
  ["an operand of no known source", 1, ({ a }) => ({ a: { ...a, source: 3 } }), "source 3"],
  ["weights with a record", 2, ({ b }) => ({ b: { ...b, id: 1 } }), "weights and has record"],
  [
    "weights that are not its own",
    1,
    ({ b }) => ({ b: { ...b, firstLeaf: 2 } }),
    "does not start the record's weights",
  ],
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
  ["an input with an operand", 0, () => ({ reduce: [1, 1, 2] }), "reduces nothing"],
  ["weights of a kernel without weights", 3, () => ({ weightLeaves: 1 }), "1 weight leaves, its constants take 0"],
  ["a bound of a kernel without accumulator", 3, () => ({ accumulatorBound: 1 }), "bound and no accumulator"],
  ["an ArgMax without operand", 3, () => ({ a: none }), "no operand a from source 0"],
  ["an ArgMax with two", 3, ({ a }) => ({ b: a }), "no operand b from source 1"],
  ["an index of one byte", 3, () => ({ dtype: 1, lo: -128, hi: 127 }), "index is an int32"],
  ["a DOT over int32", 2, ({ a }) => ({ a: { ...a, dtype: 2 } }), "not int8"],
  ["a DOT without weights", 2, () => ({ b: none }), "no operand b from source 0"],
  ["an int8 result that is not rescaled", 1, () => ({ flags: 2, multiplier: 0, shift: 0, lo: -128 }), "not rescaled"],
  ["a matrix of another size", 1, ({ b }) => ({ b: { ...b, length: 95 } }), "not 3 rows"],
  ["a matrix with shared rows", 1, ({ b }) => ({ b: { ...b, strides: [0, 0, 0, 0] } }), "row by row"],
  ["a matrix read backwards", 1, ({ b }) => ({ b: { ...b, reduceStrides: [2, 2, 2] } }), "row by row"],
  ["a bias elsewhere", 1, () => ({ biasLeaf: 2 }), "bias leaf is 2"],
  ["a bias leaf without a bias", 1, () => ({ flags: 1 }), "bias leaf is 3"],
  ["weight leaves that nothing uses", 1, () => ({ weightLeaves: 5 }), "its constants take 4"],
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
const { SUM, MAX } = ReduceVariant;
const { TABLE, SAME } = Map1Variant;
const { ADD, MUL } = Map2Variant;
const { MOVE, WINDOW, LOOKUP } = GatherVariant;
const any = () => true;
const hasFill = ({ b }: OperatorRecord) => b.source === 0;
const isRescaled = ({ flags }: OperatorRecord) => (flags & 1) !== 0;
const hasRows = ({ b, flags }: OperatorRecord) => b.source === 2 && (flags & 2) !== 0;
type Fault = readonly [string, number, number, (record: OperatorRecord) => boolean, Change, string];
const kernelFaults: readonly Fault[] = [
  ["a kernel that does not exist", Kernel.SELECT, 0, any, () => ({ kernel: 10 }), "no kernel 10"],
  ["a variant that does not exist", Kernel.REDUCE, SUM, any, () => ({ variant: 4 }), "no variant 4"],
  ["a SELECT with a variant", Kernel.SELECT, 0, any, () => ({ variant: 1 }), "no variant 1"],
  ["a bias of a REDUCE", Kernel.REDUCE, MAX, any, ({ flags }) => ({ flags: flags | 2 }), "do not belong"],
  ["a rescale of a GATHER", Kernel.GATHER, MOVE, any, () => ({ flags: 1, multiplier: 1 }), "do not belong"],
  ["a MAP1 that reduces", Kernel.MAP1, SAME, any, () => ({ reduce: [1, 1, 2] }), "reduces nothing"],
  ["a MAP1 that fills", Kernel.MAP1, SAME, any, () => ({ fill: 1 }), "not zero"],
  ["a table elsewhere", Kernel.MAP1, TABLE, any, () => ({ tableLeaf: 1 }), "table leaf is 1"],
  ["a table that is missing", Kernel.MAP1, TABLE, any, () => ({ weightLeaves: 31 }), "constants take 32"],
  ["a table of another variant", Kernel.MAP1, SAME, any, () => ({ tableLeaf: 1 }), "table leaf is 1"],
  [
    "an int8 sum that is not rescaled",
    Kernel.REDUCE,
    SUM,
    ({ dtype }) => dtype === 1,
    () => ({ flags: 0, multiplier: 0, shift: 0, lo: -128, hi: 127 }),
    "not rescaled",
  ],
  [
    "a sum that proves another bound",
    Kernel.REDUCE,
    SUM,
    any,
    () => ({ accumulatorBound: 7 }),
    "declares a bound of 7",
  ],
  ["a maximum with a bound", Kernel.REDUCE, MAX, any, () => ({ accumulatorBound: 7 }), "no accumulator"],
  ["an addition that drops operand b", Kernel.MAP2, ADD, isRescaled, () => ({ multiplierB: 0 }), "operand b by 0"],
  ["a product with two factors", Kernel.MAP2, MUL, isRescaled, () => ({ multiplierB: 1 }), "not zero"],
  [
    "a MAP2 without operand b",
    Kernel.MAP2,
    MUL,
    ({ b }) => b.source === 1,
    () => ({ b: none }),
    "operand b from source 0",
  ],
  [
    "a GATHER into another type",
    Kernel.GATHER,
    MOVE,
    any,
    ({ dtype, leaves }) => ({
      dtype: 3 - dtype,
      leaves,
      shape: [1, 1, 1, 1],
    }),
    "another type",
  ],
  ["a plain GATHER with two operands", Kernel.GATHER, MOVE, any, ({ a }) => ({ b: a }), "second operand"],
  ["a window of a plain GATHER", Kernel.GATHER, MOVE, any, () => ({ windowStart: [0, 0, 0, 1] }), "not zero"],
  ["a window without extent", Kernel.GATHER, WINDOW, any, () => ({ windowExtent: [0, 1, 1, 1] }), "window leaves"],
  [
    "a window past the shape",
    Kernel.GATHER,
    WINDOW,
    any,
    ({ shape }) => ({ windowStart: [shape[0], 0, 0, 0] }),
    "window leaves",
  ],
  [
    "a fill outside the type",
    Kernel.GATHER,
    WINDOW,
    (record) => hasFill(record) && record.dtype === 1,
    () => ({ fill: 128 }),
    "fills with 128",
  ],
  ["a fill beside an operand b", Kernel.GATHER, WINDOW, ({ b }) => b.source === 1, () => ({ fill: 1 }), "not zero"],
  [
    "a lookup without row size",
    Kernel.GATHER,
    LOOKUP,
    any,
    ({ a }) => ({ a: { ...a, indexStride: 0 } }),
    "without numbers",
  ],
  ["a lookup without numbers", Kernel.GATHER, LOOKUP, any, () => ({ b: none }), "without numbers"],
  [
    "a SELECT into another type",
    Kernel.SELECT,
    0,
    ({ a }) => a.dtype === 1,
    ({ a }) => ({ a: { ...a, dtype: 2 } }),
    "another type",
  ],
  [
    "rows of weights at other places than their biases",
    Kernel.DOT,
    0,
    hasRows,
    ({ b, shape }) => ({ b: { ...b, indexStride: shape[3] + 1 } }),
    "apart in dimension 2",
  ],
  [
    "a biased product of two tensors",
    Kernel.DOT,
    0,
    ({ b }) => b.source === 1,
    ({ flags }) => ({ flags: flags | 2 }),
    "has a bias",
  ],
  [
    "a mask that does not start the weights",
    Kernel.SELECT,
    0,
    ({ b }) => b.source === 2,
    ({ b }) => ({ b: { ...b, firstLeaf: b.firstLeaf + 1 } }),
    "does not start",
  ],
];
/** One program for every condition that a record, or a record and its neighbours, can break. */
export function malformedPrograms(): readonly MalformedProgram[] {
  const ofTiny = faults.map(([what, index, change, message]) => ({
    what,
    sound: tinyProgram(),
    index,
    change,
    message,
  }));
  const ofKernels = kernelFaults.map(([what, kernel, variant, wanted, change, message]) => ({
    what,
    sound: givenProgram(kernel, variant, wanted),
    index: 3,
    change,
    message,
  }));
  return [...ofTiny, ...ofKernels].map(({ what, sound, index, change, message }) => ({
    what,
    sound,
    malformed: changedIn(sound, index, change),
    index,
    message,
  }));
}
