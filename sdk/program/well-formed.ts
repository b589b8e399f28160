import { reachOf } from "./index-map.ts";
import { DTypeCode, elementsOf, Flag, Kernel, Source, termsOf } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import { MAX_SHIFT } from "./rescale.ts";
import { fitsStep, MAX_TERMS, stepOf } from "./step.ts";
import { BOUNDS, leavesOf } from "./tensor.ts";
import type { DType } from "./tensor.ts";
import { wordsPerRow } from "./weight-words.ts";

// What can be judged from one record, or from two adjacent ones: the conditions a contract can check too. Each function
// returns a sentence about the first condition that does not hold, or `undefined`.

/** Whether this library executes the record's kernel. */
export function isSupported({ kernel }: OperatorRecord): boolean {
  return kernel === Kernel.INPUT || kernel === Kernel.DOT || kernel === Kernel.ARGMAX;
}

/** What is wrong with record number `index`, seen alone. Assumes a supported kernel. */
export function recordFault(record: OperatorRecord, index: number): string | undefined {
  return (
    shapeFault(record) ??
    unusedFault(record) ??
    rescaleFault(record) ??
    operandFault(record, index, "a") ??
    operandFault(record, index, "b") ??
    kernelFault(record, index) ??
    limitFault(record)
  );
}

/** What is wrong between a record and the one after it. */
export function adjacencyFault(record: OperatorRecord, next: OperatorRecord): string | undefined {
  const leaf = record.firstLeaf + record.leaves;
  if (next.firstLeaf !== leaf) return `the next record starts at leaf ${next.firstLeaf}, this one ends at ${leaf}`;
  const weight = record.firstWeightLeaf + record.weightLeaves;
  if (next.firstWeightLeaf === weight) return undefined;
  return `the next record's weights start at leaf ${next.firstWeightLeaf}, this one's end at ${weight}`;
}

/** The element type a number stands for. */
function dtypeOf(code: number): DType | undefined {
  if (code === DTypeCode.int8) return "int8";
  return code === DTypeCode.int32 ? "int32" : undefined;
}

function shapeFault(record: OperatorRecord): string | undefined {
  const dtype = dtypeOf(record.dtype);
  if (dtype === undefined) return `its element type is ${record.dtype}`;
  if ([...record.shape, ...record.reduce].includes(0)) return "a dimension is 0";
  const elements = elementsOf(record);
  if (elements > BOUNDS.int32.max) return `it has ${elements} elements, more than 2^31 − 1`;
  const leaves = leavesOf(dtype, elements);
  return record.leaves === leaves ? undefined : `it has ${record.leaves} leaves, ${elements} ${dtype} take ${leaves}`;
}

/** Fields of kernels to come must be zero, so that equal programs are equal bytes. */
function unusedFault(record: OperatorRecord): string | undefined {
  const { variant, multiplierB, tableLeaf, fill, windowStart, windowExtent, a, b } = record;
  const unused = [variant, multiplierB, tableLeaf, fill, a.indexStride, b.indexStride, ...windowStart, ...windowExtent];
  if (unused.some((value) => value !== 0)) return "a field that its kernel does not use is not zero";
  const known = record.kernel === Kernel.DOT ? Flag.RESCALE | Flag.BIAS : 0;
  return (record.flags & ~known) === 0 ? undefined : `its flags ${record.flags} do not belong to its kernel`;
}

function rescaleFault({ flags, multiplier, shift, lo, hi, dtype }: OperatorRecord): string | undefined {
  const { min, max } = BOUNDS[dtype === DTypeCode.int8 ? "int8" : "int32"];
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
  const dtype = dtypeOf(operand.dtype);
  if (dtype === undefined) return `operand ${which} has element type ${operand.dtype}`;
  const first = operand.firstLeaf;
  const end = first + leavesOf(dtype, operand.length);
  if (operand.source === Source.TRACE) {
    if (operand.id >= index) return `operand ${which} is record ${operand.id}, which is not earlier`;
    if (end > record.firstLeaf) return `operand ${which} ends at leaf ${end}, past its own first ${record.firstLeaf}`;
  } else if (operand.source === Source.WEIGHTS) {
    if (operand.id !== 0) return `operand ${which} are weights and has record ${operand.id}`;
    const own = record.firstWeightLeaf + record.weightLeaves;
    if (first < record.firstWeightLeaf || end > own) return `operand ${which} leaves the record's weights`;
  } else {
    return `operand ${which} has source ${operand.source}`;
  }
  const { min, max } = reachOf(operand, record);
  if (min >= 0 && max < operand.length) return undefined;
  return `operand ${which} is read from ${min} to ${max} and has ${operand.length} elements`;
}

function kernelFault(record: OperatorRecord, index: number): string | undefined {
  const { kernel, a, b, dtype, accumulatorBound, biasLeaf, weightLeaves } = record;
  if ((kernel === Kernel.INPUT) !== (index === 0)) return "the input is record 0 and no other";
  if (index === 0 && (record.firstLeaf !== 0 || record.firstWeightLeaf !== 0))
    return "record 0 does not start at leaf 0";
  if (kernel === Kernel.DOT) return dotFault(record);
  if (accumulatorBound !== 0 || biasLeaf !== 0 || weightLeaves !== 0) return "it has weights its kernel does not use";
  if (b.source !== Source.NONE) return "it has a second operand";
  if (kernel === Kernel.INPUT) {
    if (a.source !== Source.NONE || termsOf(record) !== 1) return "the input has operands";
    return undefined;
  }
  if (a.source !== Source.TRACE) return "it has no operand in the trace";
  return dtype === DTypeCode.int32 ? undefined : "an index is an int32";
}

/** Rows of weights from the record's first weight leaf on, each on a leaf of its own, then the biases, nothing else. */
function dotFault(record: OperatorRecord): string | undefined {
  const { a, b, shape, flags, firstWeightLeaf, weightLeaves, biasLeaf, accumulatorBound } = record;
  if (a.source !== Source.TRACE || a.dtype !== DTypeCode.int8) return "operand a is not an int8 tensor of the trace";
  if (b.source !== Source.WEIGHTS || b.dtype !== DTypeCode.int8) return "operand b are not int8 weights";
  if (record.dtype === DTypeCode.int8 && (flags & Flag.RESCALE) === 0) return "an int8 result is not rescaled";
  const rowLeaves = wordsPerRow(termsOf(record));
  const rows = shape[3];
  if (b.firstLeaf !== firstWeightLeaf || b.base !== 0 || b.length !== 32 * rowLeaves * rows) {
    return `operand b is not ${rows} rows of ${rowLeaves} leaves`;
  }
  const [r0, r1, r2] = b.reduceStrides;
  const isRow = r2 === 1 && r1 === record.reduce[2] && r0 === record.reduce[1] * record.reduce[2];
  const isMatrix = b.strides[3] === 32 * rowLeaves && b.strides.slice(0, 3).every((stride) => stride === 0);
  if (!isRow || !isMatrix) return "operand b is not read row by row";
  const hasBias = (flags & Flag.BIAS) !== 0;
  const biasStart = firstWeightLeaf + rowLeaves * rows;
  if (biasLeaf !== (hasBias ? biasStart : 0)) return `its bias leaf is ${biasLeaf}`;
  const leaves = rowLeaves * rows + (hasBias ? leavesOf("int32", rows) : 0);
  if (weightLeaves !== leaves) return `it has ${weightLeaves} weight leaves, its rows and biases take ${leaves}`;
  return accumulatorBound <= BOUNDS.int32.max ? undefined : `its accumulator reaches ${accumulatorBound}`;
}

function limitFault(record: OperatorRecord): string | undefined {
  const terms = termsOf(record);
  if (terms > MAX_TERMS) return `its reduction has ${terms} terms, more than ${MAX_TERMS}`;
  const step = stepOf(record);
  if (fitsStep(step)) return undefined;
  return `a step opens ${step.activationWords} + ${step.weightWords} words in ${step.runs} runs`;
}

function isBlank({ id, firstLeaf, length, dtype, base, strides, reduceStrides, indexStride }: Operand): boolean {
  return [id, firstLeaf, length, dtype, base, ...strides, ...reduceStrides, indexStride].every((value) => value === 0);
}
