import { readField, viewOf, writeField } from "./fields.ts";
import type { Field } from "./fields.ts";

/** Bytes of an operator record: 8 words, so that record i is the level-3 node i + 1 of the program tree. */
export const RECORD_BYTES = 256;

/** Kernel numbers. 0 is no kernel, so that absent bytes are no record. */
export const Kernel = {
  INPUT: 1,
  CONST: 2,
  DOT: 3,
  REDUCE: 4,
  MAP1: 5,
  MAP2: 6,
  GATHER: 7,
  ARGMAX: 8,
  SELECT: 9,
} as const;

/** Element type numbers in a record; 0 is none. */
export const DTypeCode = { int8: 1, int32: 2 } as const;

/** Where an operand's elements are. */
export const Source = { NONE: 0, TRACE: 1, WEIGHTS: 2 } as const;

/** Bits of `OperatorRecord.flags`. */
export const Flag = { RESCALE: 1, BIAS: 2 } as const;

/** Four dimensions, slowest first; those not used are 1 (0 in a stride). */
export type Four = readonly [number, number, number, number];
/** Three dimensions, slowest first. */
export type Three = readonly [number, number, number];

/**
 * An operand and its index map: output coordinates o and reduction coordinates r read element
 * `base + Σ o[d]·strides[d] + Σ r[d]·reduceStrides[d]`, clamped to 0 … length − 1.
 */
export type Operand = {
  /** Index of the record that produced it; 0 for weights and for no operand. */
  readonly id: number;
  /** Its first leaf in the trace or the weights tree. */
  readonly firstLeaf: number;
  /** Its elements, padding at the ends of weight rows included. */
  readonly length: number;
  /** One of {@link Source}. */
  readonly source: number;
  /** One of {@link DTypeCode}. */
  readonly dtype: number;
  readonly base: number;
  readonly strides: Four;
  readonly reduceStrides: Three;
  /** A GATHER lookup's a: elements that one unit of the looked-up number stands for. DOT's b: biases per unit of o[2]. */
  readonly indexStride: number;
};

/** One operator: how every element of one tensor follows from earlier ones. `docs/programs.md` has the bytes. */
export type OperatorRecord = {
  /** One of {@link Kernel}. */
  readonly kernel: number;
  /** Which function of its kernel, see `variants.ts`. */
  readonly variant: number;
  /** Element type of the result, one of {@link DTypeCode}. */
  readonly dtype: number;
  /** S of the rescale, 0 … 62. */
  readonly shift: number;
  /** Bits of {@link Flag}. */
  readonly flags: number;
  /** M of the rescale; 0 without one. */
  readonly multiplier: number;
  /** M of operand B of an addition or subtraction that is rescaled; else 0. */
  readonly multiplierB: number;
  /** Inclusive clamp bounds of the rescaled result; without a rescale the bounds of the type. */
  readonly lo: number;
  readonly hi: number;
  /** The result's first leaf and number of leaves among all activations in execution order. */
  readonly firstLeaf: number;
  readonly leaves: number;
  /** The leaves of the weights tree that belong to this record. */
  readonly firstWeightLeaf: number;
  readonly weightLeaves: number;
  /** First leaf of the int32 biases in the weights tree: number o[2]·b.indexStride + o[3] belongs to an element. */
  readonly biasLeaf: number;
  /** First leaf of the 256 int32 entries of a MAP1 table in the weights tree. */
  readonly tableLeaf: number;
  /** No accumulator of this record exceeds this magnitude; proven from the weights. 0 without an accumulator. */
  readonly accumulatorBound: number;
  readonly shape: Four;
  readonly reduce: Three;
  /** What elements outside a window or mask are; in a MAP1 table the value that entry 0 stands for. */
  readonly fill: number;
  readonly a: Operand;
  readonly b: Operand;
  /** Coordinates of the result that operand A of a GATHER covers: the first ones, and how many. */
  readonly windowStart: Four;
  readonly windowExtent: Four;
};

/** No operand. */
export const NO_OPERAND: Operand = {
  id: 0,
  firstLeaf: 0,
  length: 0,
  source: Source.NONE,
  dtype: 0,
  base: 0,
  strides: [0, 0, 0, 0],
  reduceStrides: [0, 0, 0],
  indexStride: 0,
};

const SCALARS = {
  kernel: { at: 0, type: "u8" },
  variant: { at: 1, type: "u8" },
  dtype: { at: 2, type: "u8" },
  shift: { at: 3, type: "u8" },
  flags: { at: 4, type: "u32" },
  multiplier: { at: 8, type: "i32" },
  multiplierB: { at: 12, type: "i32" },
  lo: { at: 16, type: "i32" },
  hi: { at: 20, type: "i32" },
  firstLeaf: { at: 24, type: "u32" },
  leaves: { at: 28, type: "u32" },
  firstWeightLeaf: { at: 32, type: "u32" },
  weightLeaves: { at: 36, type: "u32" },
  biasLeaf: { at: 40, type: "u32" },
  tableLeaf: { at: 44, type: "u32" },
  accumulatorBound: { at: 48, type: "u32" },
  fill: { at: 92, type: "i32" },
} as const satisfies Readonly<Record<string, Field>>;

const OPERAND_SCALARS = {
  id: { at: 0, type: "u32" },
  firstLeaf: { at: 4, type: "u32" },
  length: { at: 8, type: "u32" },
  source: { at: 12, type: "u8" },
  dtype: { at: 13, type: "u8" },
  base: { at: 16, type: "i32" },
  indexStride: { at: 48, type: "i32" },
} as const satisfies Readonly<Record<string, Field>>;

const SHAPE_AT = 64;
const REDUCE_AT = 80;
const OPERANDS_AT = { a: 96, b: 160 } as const;
const STRIDES_AT = 20;
const REDUCE_STRIDES_AT = 36;
const WINDOW_START_AT = 224;
const WINDOW_EXTENT_AT = 240;

/**
 * A record's 256 bytes; fields without a meaning yet are zero.
 * @throws ProgramError `FIELD_OUT_OF_RANGE` naming the field that cannot hold its value.
 */
export function encodeRecord(record: OperatorRecord): Uint8Array {
  const data = new Uint8Array(RECORD_BYTES);
  const view = viewOf(data);
  for (const name of namesOf(SCALARS)) writeField(view, name, SCALARS[name], record[name]);
  writeList(view, "shape", SHAPE_AT, "u32", record.shape);
  writeList(view, "reduce", REDUCE_AT, "u32", record.reduce);
  writeList(view, "windowStart", WINDOW_START_AT, "u32", record.windowStart);
  writeList(view, "windowExtent", WINDOW_EXTENT_AT, "u32", record.windowExtent);
  for (const which of namesOf(OPERANDS_AT)) {
    const operand = record[which];
    const start = OPERANDS_AT[which];
    for (const name of namesOf(OPERAND_SCALARS)) {
      writeField(view, `${which}.${name}`, moved(OPERAND_SCALARS[name], start), operand[name]);
    }
    writeList(view, `${which}.strides`, start + STRIDES_AT, "i32", operand.strides);
    writeList(view, `${which}.reduceStrides`, start + REDUCE_STRIDES_AT, "i32", operand.reduceStrides);
  }
  return data;
}

/** Reads a record from its 256 bytes. Any bytes give a record; `validate.ts` says whether it is a good one. */
export function decodeRecord(data: Uint8Array): OperatorRecord {
  const view = viewOf(data);
  return {
    ...readScalars(view, SCALARS, 0),
    shape: readFour(view, SHAPE_AT, "u32"),
    reduce: readThree(view, REDUCE_AT, "u32"),
    a: readOperand(view, OPERANDS_AT.a),
    b: readOperand(view, OPERANDS_AT.b),
    windowStart: readFour(view, WINDOW_START_AT, "u32"),
    windowExtent: readFour(view, WINDOW_EXTENT_AT, "u32"),
  };
}

/** Number of elements of the record's tensor. */
export function elementsOf({ shape }: OperatorRecord): number {
  return shape[0] * shape[1] * shape[2] * shape[3];
}

/** Number of terms of one element's reduction. */
export function termsOf({ reduce }: OperatorRecord): number {
  return reduce[0] * reduce[1] * reduce[2];
}

/** The keys of a constant table, with their types. */
export function namesOf<T extends Readonly<Record<string, unknown>>>(table: T): readonly (keyof T & string)[] {
  return Object.keys(table);
}

/** The numbers at the fields of a constant table, by name. */
export function readScalars<T extends Readonly<Record<string, Field>>>(
  view: DataView,
  table: T,
  start: number,
): { readonly [K in keyof T]: number } {
  const entries = Object.entries(table).map(([name, field]) => [name, readField(view, moved(field, start))] as const);
  return Object.fromEntries(entries) as { readonly [K in keyof T]: number };
}

function readOperand(view: DataView, start: number): Operand {
  return {
    ...readScalars(view, OPERAND_SCALARS, start),
    strides: readFour(view, start + STRIDES_AT, "i32"),
    reduceStrides: readThree(view, start + REDUCE_STRIDES_AT, "i32"),
  };
}

function readFour(view: DataView, at: number, type: "u32" | "i32"): Four {
  return [
    readField(view, { at, type }),
    readField(view, { at: at + 4, type }),
    readField(view, { at: at + 8, type }),
    readField(view, { at: at + 12, type }),
  ];
}

function readThree(view: DataView, at: number, type: "u32" | "i32"): Three {
  const [first, second, third] = readFour(view, at, type);
  return [first, second, third];
}

function writeList(view: DataView, name: string, at: number, type: "u32" | "i32", values: readonly number[]): void {
  values.forEach((value, index) => {
    writeField(view, `${name}[${index}]`, { at: at + 4 * index, type }, value);
  });
}

function moved(field: Field, by: number): Field {
  return { ...field, at: field.at + by };
}
