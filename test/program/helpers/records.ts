import { Builder, joined } from "../../../sdk/program/compile/builder.ts";
import type { Draft } from "../../../sdk/program/compile/builder.ts";
import { weightRows } from "../../../sdk/program/compile/dense.ts";
import { reachOf } from "../../../sdk/program/index-map.ts";
import { headerOf } from "../../../sdk/program/program.ts";
import type { Program } from "../../../sdk/program/program.ts";
import { DTypeCode, Flag, Kernel, NO_OPERAND, Source } from "../../../sdk/program/records.ts";
import type { Four, Operand, OperatorRecord, Three } from "../../../sdk/program/records.ts";
import { encodeTensor } from "../../../sdk/program/tensor-hash.ts";
import { BOUNDS } from "../../../sdk/program/tensor.ts";
import { GatherVariant, Map1Variant, Map2Variant, ReduceVariant } from "../../../sdk/program/variants.ts";
import { encodeWeightRows } from "../../../sdk/program/weight-words.ts";
import type { Random } from "./random.ts";

/** Every function that a record can compute from operands. */
export const FUNCTIONS = [
  { name: "DOT", kernel: Kernel.DOT, variant: 0 },
  ...named("REDUCE", Kernel.REDUCE, ReduceVariant),
  ...named("MAP1", Kernel.MAP1, Map1Variant),
  ...named("MAP2", Kernel.MAP2, Map2Variant),
  ...named("GATHER", Kernel.GATHER, GatherVariant),
  { name: "ARGMAX", kernel: Kernel.ARGMAX, variant: 0 },
  { name: "SELECT", kernel: Kernel.SELECT, variant: 0 },
] as const;

/** Elements of the int8 input of {@link randomProgram}. */
export const INPUT_LENGTH = 150;

/**
 * A well-formed program whose last record is a random one of a kernel and variant. Record 0 is its input, record 1 the
 * input as int32 of up to 2^31 in magnitude, record 2 a constant.
 */
export function randomProgram(random: Random, kernel: number, variant: number): Program {
  const builder = new Builder();
  const plain: Four = [1, 1, 1, INPUT_LENGTH];
  builder.add("input", { kernel: Kernel.INPUT, dtype: DTypeCode.int8, shape: plain });
  builder.add("wide", {
    kernel: Kernel.MAP1,
    dtype: DTypeCode.int32,
    flags: Flag.RESCALE,
    multiplier: random.int(1, 2 ** random.int(1, 24)),
    lo: BOUNDS.int32.min,
    hi: BOUNDS.int32.max,
    shape: plain,
    a: read(builder, 0, [0, 0, 0, 1]),
  });
  const values = Int8Array.from({ length: INPUT_LENGTH }, () => random.int(-3, 3));
  builder.add("constant", {
    kernel: Kernel.CONST,
    dtype: DTypeCode.int8,
    shape: plain,
    words: encodeTensor({ dtype: "int8", values }),
  });
  builder.add("record under test", draftOf(builder, random, kernel, variant));
  const [first, ...rest] = builder.records;
  if (first === undefined) throw new Error("the input is a record");
  const records: Program["records"] = [first, ...rest];
  return { header: headerOf(records, { inputScale: 1, outputScale: 1 }), records, weights: joined(builder.words) };
}

function draftOf(builder: Builder, random: Random, kernel: number, variant: number): Draft {
  const shape: Four = [random.int(1, 2), random.int(1, 3), random.int(1, 3), random.int(1, 7)];
  // Scattered terms, each a run of its own, or one long run.
  const isScattered = random.int(0, 1) === 0;
  const reduce: Three = isScattered
    ? [random.int(1, 2), random.int(1, 2), random.int(1, 3)]
    : [1, 1, random.int(20, 70)];
  const one: Three = [1, 1, 1];
  const result = resultOf(random);
  const other = () => mapped(builder, random, random.int(0, 2), shape, one);
  switch (kernel) {
    case Kernel.DOT:
      return dotOf(builder, random, shape, reduce);
    case Kernel.REDUCE: {
      const adds = variant === ReduceVariant.SUM || variant === ReduceVariant.SQUARES;
      const from = adds ? random.int(0, 1) * 2 : random.int(0, 2);
      return { ...result, kernel, variant, shape, reduce, a: mapped(builder, random, from, shape, reduce) };
    }
    case Kernel.MAP1: {
      const entries = Int32Array.from({ length: 256 }, () => random.uint32() | 0);
      const hasTable = variant === Map1Variant.TABLE;
      const table = hasTable ? { table: entries, fill: random.int(-300, 100) } : {};
      return { ...result, ...table, kernel, variant, shape, a: other() };
    }
    case Kernel.MAP2: {
      const adds = variant === Map2Variant.ADD || variant === Map2Variant.SUB;
      const multiplierB = adds && (result.flags ?? 0) !== 0 ? random.int(1, 2 ** random.int(1, 30)) : 0;
      return { ...result, kernel, variant, shape, multiplierB, a: other(), ...otherOrWeights(builder, random, shape) };
    }
    case Kernel.GATHER:
      return gatherOf(builder, random, variant, shape);
    case Kernel.ARGMAX:
      return {
        kernel,
        dtype: DTypeCode.int32,
        shape,
        reduce,
        a: mapped(builder, random, random.int(0, 2), shape, reduce),
      };
    default: {
      const a = other();
      return {
        kernel,
        dtype: a.dtype,
        shape,
        fill: random.int(-128, 127),
        a,
        ...otherOrWeights(builder, random, shape),
      };
    }
  }
}

function dotOf(builder: Builder, random: Random, shape: Four, reduce: Three): Draft {
  const result = resultOf(random);
  const a = mapped(builder, random, random.int(0, 1) * 2, shape, reduce);
  const terms = reduce[0] * reduce[1] * reduce[2];
  if (random.int(0, 3) === 0) {
    const half: Three = [1, reduce[1], reduce[2]];
    const [x, y] = [mapped(builder, random, 0, shape, half), mapped(builder, random, 2, shape, half)];
    return { ...result, kernel: Kernel.DOT, shape, reduce: half, a: x, b: y };
  }
  const perGroup = random.int(0, 1) * shape[3];
  const rows = (shape[2] - 1) * perGroup + shape[3];
  const weights = Int8Array.from({ length: rows * terms }, () => random.int(-128, 127));
  const biases = Int32Array.from({ length: rows }, () => random.int(-1e6, 1e6));
  const hasBias = random.int(0, 1) === 1;
  return {
    ...result,
    flags: (result.flags ?? 0) | (hasBias ? Flag.BIAS : 0),
    kernel: Kernel.DOT,
    shape,
    reduce,
    a,
    b: weightRows(terms, rows, reduce, perGroup),
    words: encodeWeightRows(weights, terms),
    ...(hasBias ? { biases } : {}),
  };
}

function gatherOf(builder: Builder, random: Random, variant: number, shape: Four): Draft {
  const kernel = Kernel.GATHER;
  const one: Three = [1, 1, 1];
  if (variant === GatherVariant.LOOKUP) {
    const a = { ...mapped(builder, random, random.int(0, 1), shape, one), indexStride: random.int(1, 9) };
    return { kernel, variant, dtype: a.dtype, shape, a, b: mapped(builder, random, 2, shape, one) };
  }
  const from = random.int(0, 1);
  if (variant === GatherVariant.MOVE) {
    const a = mapped(builder, random, from, shape, one);
    return { kernel, variant, dtype: a.dtype, shape, a };
  }
  const start = shape.map((extent) => random.int(0, extent - 1));
  const extents = shape.map((extent, d) => random.int(1, extent - (start[d] ?? 0)));
  const [windowStart, windowExtent] = [asFour(start), asFour(extents)];
  const a = mapped(builder, random, from, windowExtent, one);
  const base = a.base - windowStart.reduce((sum, coordinate, d) => sum + coordinate * (a.strides[d] ?? 0), 0);
  const draft = { kernel, variant, dtype: a.dtype, shape, windowStart, windowExtent, a: { ...a, base } };
  if (random.int(0, 1) === 0) return { ...draft, fill: random.int(-128, 127) };
  return { ...draft, b: mapped(builder, random, from, shape, one) };
}

/** int8 with a rescale, or int32 with or without one. */
function resultOf(random: Random): Draft & { kernel: 0 } {
  const isByte = random.int(0, 1) === 0;
  const dtype = isByte ? DTypeCode.int8 : DTypeCode.int32;
  if (!isByte && random.int(0, 1) === 0) return { kernel: 0, dtype };
  const { min, max } = BOUNDS[isByte ? "int8" : "int32"];
  const bounds = [random.int(0, 200) - 128, random.uint32() | 0].map((bound) => Math.max(min, Math.min(max, bound)));
  const [lo, hi] = [Math.min(...bounds), Math.max(...bounds)];
  const multiplier = random.int(1, 2 ** random.int(1, 30));
  return { kernel: 0, dtype, flags: Flag.RESCALE, multiplier, shift: random.int(0, random.int(0, 62)), lo, hi };
}

/** A random index map that stays inside an earlier record's tensor. */
function mapped(builder: Builder, random: Random, id: number, shape: Four, reduce: Three): Operand {
  for (;;) {
    const strides = asFour(shape.map(() => random.int(-6, 9)));
    const [s0, s1, s2] = reduce[2] < 20 ? reduce.map(() => random.int(-4, 6)) : [0, 0, 1];
    const operand = read(builder, id, strides, [s0 ?? 0, s1 ?? 0, s2 ?? 0]);
    const { min, max } = reachOf(operand, { shape, reduce });
    if (max - min < operand.length) return { ...operand, base: random.int(-min, operand.length - 1 - max) };
  }
}

function otherOrWeights(builder: Builder, random: Random, shape: Four): Partial<Draft> {
  if (random.int(0, 1) === 0) return { b: mapped(builder, random, random.int(0, 2), shape, [1, 1, 1]) };
  const length = shape[2] * shape[3];
  const values = Int32Array.from({ length }, () => random.int(-2, 2));
  const strides: Four = [0, 0, shape[3], 1];
  const b = { ...NO_OPERAND, source: Source.WEIGHTS, dtype: DTypeCode.int32, length, strides };
  return { b, words: encodeTensor({ dtype: "int32", values }) };
}

function read(builder: Builder, record: number, strides: Four, reduceStrides: Three = [0, 0, 0]): Operand {
  return builder.read({ record, scale: 1, shape: [], layout: [] }, strides, reduceStrides);
}

function asFour([d0 = 0, d1 = 0, d2 = 0, d3 = 0]: readonly number[]): Four {
  return [d0, d1, d2, d3];
}

function named(kernelName: string, kernel: OperatorRecord["kernel"], variants: Readonly<Record<string, number>>) {
  return Object.entries(variants).map(([name, variant]) => ({ name: `${kernelName} ${name}`, kernel, variant }));
}
