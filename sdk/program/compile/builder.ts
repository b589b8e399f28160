import { accumulatorBound } from "../bounds.ts";
import { ProgramError } from "../errors.ts";
import { DTypeCode, elementsOf, Flag, NO_OPERAND, Source, termsOf } from "../records.ts";
import type { Four, Operand, OperatorRecord, Three } from "../records.ts";
import { fitsStep, MAX_TERMS, stepOf } from "../step.ts";
import { encodeTensor } from "../tensor-hash.ts";
import { BOUNDS, leavesOf } from "../tensor.ts";
import type { DType } from "../tensor.ts";
import { constantLeaves, constantsOf } from "../weights.ts";
import type { Value } from "./value.ts";

/** What a lowering says of a record; everything else follows. */
export type Draft = Partial<OperatorRecord> & {
  readonly kernel: number;
  readonly dtype: number;
  /** The leaf words of its constants: of its weights or its own elements, then int32 biases, then a table. */
  readonly words?: Uint8Array;
  readonly biases?: Int32Array;
  readonly table?: Int32Array;
  /** Clamps the accumulator, unchanged, to its own proven bound, so that a later sum has a bound too. */
  readonly clampsToBound?: boolean;
};

/** The growing program: places every record's tensor and constants after those before it. */
export class Builder {
  readonly records: OperatorRecord[] = [];
  readonly words: Uint8Array[] = [];

  /**
   * Adds a record.
   * @returns its number.
   * @throws ProgramError `REDUCTION_TOO_LONG` or `ACCUMULATOR_OVERFLOW` naming `node`.
   */
  add(node: string, draft: Draft): number {
    const { words, biases, table, clampsToBound, ...fields } = draft;
    const parts = [words, ...[biases, table].map((values) => values && encodeTensor({ dtype: "int32", values }))];
    const own = parts.filter((part) => part !== undefined);
    const placed = this.#placed(fields);
    refuseLongReduction(placed, node);
    const record = this.#bounded(placed, own, node, clampsToBound ?? false);
    this.records.push(record);
    this.words.push(...own);
    return this.records.length - 1;
  }

  /** The earlier record that made a value. */
  record(id: number): OperatorRecord {
    const record = this.records[id];
    if (record !== undefined) return record;
    throw new RangeError(`record ${id} of ${this.records.length} does not exist`);
  }

  /** An operand that reads a value's tensor. */
  read({ record: id }: Value, strides: Four, reduceStrides: Three = [0, 0, 0], base = 0): Operand {
    const producer = this.record(id);
    const { firstLeaf, dtype } = producer;
    const length = elementsOf(producer);
    return { ...NO_OPERAND, id, firstLeaf, length, source: Source.TRACE, dtype, base, strides, reduceStrides };
  }

  #placed(fields: Omit<Draft, "words" | "biases" | "table" | "clampsToBound">): OperatorRecord {
    const previous = this.records.at(-1) ?? BLANK;
    const dtype: DType = fields.dtype === DTypeCode.int8 ? "int8" : "int32";
    const { min: lo, max: hi } = BOUNDS[dtype];
    const firstWeightLeaf = previous.firstWeightLeaf + previous.weightLeaves;
    const record = { ...BLANK, lo, hi, ...fields, firstLeaf: previous.firstLeaf + previous.leaves, firstWeightLeaf };
    const { elements, bias, table } = constantLeaves(record);
    return {
      ...record,
      leaves: leavesOf(dtype, elementsOf(record)),
      weightLeaves: elements + bias + table,
      biasLeaf: bias === 0 ? 0 : firstWeightLeaf + elements,
      tableLeaf: table === 0 ? 0 : firstWeightLeaf + elements + bias,
      a: startingAt(record.a, firstWeightLeaf),
      b: startingAt(record.b, firstWeightLeaf),
    };
  }

  #bounded(record: OperatorRecord, own: readonly Uint8Array[], node: string, clampsToBound: boolean): OperatorRecord {
    const first = { ...record, firstWeightLeaf: 0, biasLeaf: record.biasLeaf - record.firstWeightLeaf };
    const local = { ...first, a: startingAt(record.a, 0), b: startingAt(record.b, 0), tableLeaf: 0 };
    const constants = constantsOf(local, joined(own));
    const bound = accumulatorBound(record, constants, this.records[record.a.id], this.records[record.b.id]);
    if (bound > BOUNDS.int32.max) {
      throw new ProgramError({
        code: "ACCUMULATOR_OVERFLOW",
        node,
        what: `an accumulator may reach ${bound}, more than 2^31 − 1`,
        next: "bring the bias and the weights of this layer to a common order of magnitude",
      });
    }
    if (!clampsToBound) return { ...record, accumulatorBound: bound };
    const flags = record.flags | Flag.RESCALE;
    return { ...record, accumulatorBound: bound, flags, multiplier: 1, shift: 0, lo: -bound, hi: bound };
  }
}

/** The parts one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether an element of the record can be recomputed in one step. */
export function fits(record: OperatorRecord): boolean {
  return termsOf(record) <= MAX_TERMS && fitsStep(stepOf(record));
}

/** A record that says nothing yet. */
export const BLANK: OperatorRecord = {
  kernel: 0,
  variant: 0,
  dtype: 0,
  shift: 0,
  flags: 0,
  multiplier: 0,
  multiplierB: 0,
  lo: 0,
  hi: 0,
  firstLeaf: 0,
  leaves: 0,
  firstWeightLeaf: 0,
  weightLeaves: 0,
  biasLeaf: 0,
  tableLeaf: 0,
  accumulatorBound: 0,
  shape: [1, 1, 1, 1],
  reduce: [1, 1, 1],
  fill: 0,
  a: NO_OPERAND,
  b: NO_OPERAND,
  windowStart: [0, 0, 0, 0],
  windowExtent: [0, 0, 0, 0],
};

function startingAt(operand: Operand, leaf: number): Operand {
  return operand.source === Source.WEIGHTS ? { ...operand, firstLeaf: leaf } : operand;
}

function refuseLongReduction(record: OperatorRecord, node: string): void {
  if (fits(record)) return;
  const { runs, activationWords, weightWords } = stepOf(record);
  throw new ProgramError({
    code: "REDUCTION_TOO_LONG",
    node,
    what: `${termsOf(record)} terms in ${runs} runs (${activationWords} + ${weightWords} words) are more than one step may open`,
    next: `keep this reduction within ${MAX_TERMS} terms and 1,100 words of int8 or int32`,
  });
}
