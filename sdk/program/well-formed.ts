import { accumulates } from "./bounds.ts";
import { kernelFault } from "./kernel-forms.ts";
import { reachOf } from "./index-map.ts";
import type { Coordinates } from "./index-map.ts";
import { DTypeCode, elementsOf, Flag, Kernel, Source, termsOf } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import { MAX_SHIFT } from "./rescale.ts";
import { fitsStep, MAX_TERMS, stepOf } from "./step.ts";
import { BOUNDS, leavesOf } from "./tensor.ts";
import { GatherVariant } from "./variants.ts";
import { constantLeaves, dtypeOf } from "./weights.ts";

// What can be judged from one record, or from two: the conditions that the contract ProgramForm checks too. Each function
// returns a sentence about the first condition that does not hold, or `undefined`.

/** The group of conditions that is broken; the contract names the same ones. */
export type RecordPart = "Shape" | "Kernel" | "Rescale" | "OperandA" | "OperandB" | "Constants" | "Limit";

const PARTS: readonly {
  readonly part: RecordPart;
  readonly fault: (record: OperatorRecord, index: number) => string | undefined;
}[] = [
  { part: "Shape", fault: shapeFault },
  { part: "Kernel", fault: kernelFault },
  { part: "Rescale", fault: rescaleFault },
  { part: "OperandA", fault: (record, index) => operandFault(record, index, "a") },
  { part: "OperandB", fault: (record, index) => operandFault(record, index, "b") },
  { part: "Constants", fault: constantsFault },
  { part: "Limit", fault: limitFault },
];

/** What is wrong with record number `index`, seen alone. */
export function recordFault(record: OperatorRecord, index: number): string | undefined {
  return PARTS.find(({ fault }) => fault(record, index) !== undefined)?.fault(record, index);
}

/** The first group of conditions that record number `index` breaks, seen alone. */
export function brokenPart(record: OperatorRecord, index: number): RecordPart | undefined {
  return PARTS.find(({ fault }) => fault(record, index) !== undefined)?.part;
}

/** What is wrong between a record and the one after it: both tensors and both shares of the weights are contiguous. */
export function adjacencyFault(record: OperatorRecord, next: OperatorRecord): string | undefined {
  const leaf = record.firstLeaf + record.leaves;
  if (next.firstLeaf !== leaf) return `the next record starts at leaf ${next.firstLeaf}, this one ends at ${leaf}`;
  const weight = record.firstWeightLeaf + record.weightLeaves;
  if (next.firstWeightLeaf === weight) return undefined;
  return `the next record's weights start at leaf ${next.firstWeightLeaf}, this one's end at ${weight}`;
}

/** What is wrong between an operand and the record that it names: leaf, length and type must be its tensor's. */
export function producerFault(operand: Operand, producer: OperatorRecord | undefined): string | undefined {
  const isSame =
    producer?.firstLeaf === operand.firstLeaf &&
    elementsOf(producer) === operand.length &&
    producer.dtype === operand.dtype;
  return isSame ? undefined : `an operand is not the tensor of record ${operand.id}`;
}

function shapeFault(record: OperatorRecord): string | undefined {
  if (!isType(record.dtype)) return `its element type is ${record.dtype}`;
  if ([...record.shape, ...record.reduce].includes(0)) return "a dimension is 0";
  const elements = elementsOf(record);
  if (elements > BOUNDS.int32.max) return `it has ${elements} elements, more than 2^31 − 1`;
  const dtype = dtypeOf(record.dtype);
  const leaves = leavesOf(dtype, elements);
  return record.leaves === leaves ? undefined : `it has ${record.leaves} leaves, ${elements} ${dtype} take ${leaves}`;
}

function rescaleFault({ flags, multiplier, shift, lo, hi, dtype }: OperatorRecord): string | undefined {
  const { min, max } = BOUNDS[dtypeOf(dtype)];
  if (lo > hi || lo < min || hi > max) return `it clamps to ${lo} … ${hi}`;
  if ((flags & Flag.RESCALE) !== 0) {
    return shift <= MAX_SHIFT && multiplier > 0 ? undefined : `it rescales by ${multiplier} / 2^${shift}`;
  }
  const isPlain = multiplier === 0 && shift === 0 && lo === min && hi === max;
  return isPlain ? undefined : "it has rescale fields without a rescale";
}

function operandFault(record: OperatorRecord, index: number, which: "a" | "b"): string | undefined {
  const operand = record[which];
  if (operand.source === Source.NONE) {
    return isBlank(operand) ? undefined : `operand ${which} has fields without a source`;
  }
  if (!isType(operand.dtype)) return `operand ${which} has element type ${operand.dtype}`;
  const first = operand.firstLeaf;
  if (operand.source === Source.TRACE) {
    const end = first + leavesOf(dtypeOf(operand.dtype), operand.length);
    if (operand.id >= index) return `operand ${which} is record ${operand.id}, which is not earlier`;
    if (end > record.firstLeaf) return `operand ${which} ends at leaf ${end}, past its own first ${record.firstLeaf}`;
  } else if (operand.source === Source.WEIGHTS) {
    if (operand.id !== 0) return `operand ${which} are weights and has record ${operand.id}`;
    if (first !== record.firstWeightLeaf) return `operand ${which} does not start the record's weights`;
  } else {
    return `operand ${which} has source ${operand.source}`;
  }
  const { min, max } = reachOf(operand, covered(record, which));
  if (min >= 0 && max < operand.length) return undefined;
  return `operand ${which} is read from ${min} to ${max} and has ${operand.length} elements`;
}

/** The coordinates for which an operand is read: inside its window only, where it is a GATHER's a with one. */
function covered(record: OperatorRecord, which: "a" | "b"): Coordinates {
  const { kernel, variant, shape, reduce, windowStart, windowExtent } = record;
  if (kernel !== Kernel.GATHER || variant !== GatherVariant.WINDOW || which === "b") return { shape, reduce };
  return { shape: windowExtent, reduce, start: windowStart };
}

/** The record's own constants fill its share of the weights, in the order elements, biases, table. */
function constantsFault(record: OperatorRecord): string | undefined {
  const { firstWeightLeaf, weightLeaves, biasLeaf, tableLeaf, accumulatorBound } = record;
  const { elements, bias, table } = constantLeaves(record);
  const biasStart = bias === 0 ? 0 : firstWeightLeaf + elements;
  if (biasLeaf !== biasStart) return `its bias leaf is ${biasLeaf}`;
  const tableStart = table === 0 ? 0 : firstWeightLeaf + elements + bias;
  if (tableLeaf !== tableStart) return `its table leaf is ${tableLeaf}`;
  const leaves = elements + bias + table;
  if (weightLeaves !== leaves) return `it has ${weightLeaves} weight leaves, its constants take ${leaves}`;
  if (!accumulates(record) && accumulatorBound !== 0) return "it has a bound and no accumulator";
  return accumulatorBound <= BOUNDS.int32.max ? undefined : `its accumulator reaches ${accumulatorBound}`;
}

function limitFault(record: OperatorRecord): string | undefined {
  const terms = termsOf(record);
  if (terms > MAX_TERMS) return `its reduction has ${terms} terms, more than ${MAX_TERMS}`;
  const step = stepOf(record);
  if (fitsStep(step)) return undefined;
  return `a step opens ${step.activationWords} + ${step.weightWords} words in ${step.runs} runs`;
}

function isType(code: number): boolean {
  return code === DTypeCode.int8 || code === DTypeCode.int32;
}

function isBlank({ id, firstLeaf, length, dtype, base, strides, reduceStrides, indexStride }: Operand): boolean {
  return [id, firstLeaf, length, dtype, base, ...strides, ...reduceStrides, indexStride].every((value) => value === 0);
}
