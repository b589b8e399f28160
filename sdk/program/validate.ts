import { ProgramError } from "./errors.ts";
import { MAGIC } from "./header.ts";
import { headerOf } from "./program.ts";
import type { Program } from "./program.ts";
import { elementsOf, Flag, Kernel, namesOf, Source, termsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { BOUNDS, WORD_BYTES } from "./tensor.ts";
import { accumulatorBound, dotWeights, magnitudeOf } from "./weights.ts";
import { adjacencyFault, isSupported, recordFault } from "./well-formed.ts";

/**
 * Checks a whole program: every record alone, every adjacent pair, operands against the records that they name, the
 * header against the records, the weights' size and padding, and every proven accumulator bound against the weights.
 * @returns the same program, so that a caller can check and use it in one expression.
 * @throws ProgramError `KERNEL_NOT_SUPPORTED`, or `PROGRAM_MALFORMED` naming the record and the first condition broken.
 */
export function checkProgram(program: Program): Program {
  const { records } = program;
  records.forEach((record, index) => {
    if (!isSupported(record)) {
      throw new ProgramError({
        code: "KERNEL_NOT_SUPPORTED",
        node: recordLabel(record, index),
        what: `kernel ${record.kernel} is not implemented`,
        next: "use a newer version of this library",
      });
    }
    const next = records[index + 1];
    const fault =
      recordFault(record, index) ??
      operandsFault(record, records) ??
      (next === undefined ? undefined : adjacencyFault(record, next));
    if (fault !== undefined) throw malformed(recordLabel(record, index), fault);
  });
  checkHeader(program);
  checkWeights(program);
  return program;
}

/** `record 2 (DOT)`. */
function recordLabel({ kernel }: OperatorRecord, index: number): string {
  return `record ${index} (${namesOf(Kernel).find((name) => Kernel[name] === kernel) ?? `kernel ${kernel}`})`;
}

/** An operand's leaf, length and type must be those of the record it names. */
function operandsFault(record: OperatorRecord, records: Program["records"]): string | undefined {
  for (const operand of [record.a, record.b]) {
    if (operand.source !== Source.TRACE) continue;
    const producer = records[operand.id];
    const isSame =
      producer?.firstLeaf === operand.firstLeaf &&
      elementsOf(producer) === operand.length &&
      producer.dtype === operand.dtype;
    if (!isSame) return `an operand is not the tensor of record ${operand.id}`;
  }
  return undefined;
}

function checkHeader({ header, records, weights }: Program): void {
  const { inputScale, outputScale } = header;
  if (header.magic !== MAGIC) throw malformed("header", `it starts with 0x${header.magic.toString(16)}`);
  if (!isScale(inputScale) || !isScale(outputScale)) {
    throw malformed("header", `its scales are ${inputScale} and ${outputScale}`);
  }
  const expected = headerOf(records, { inputScale, outputScale });
  for (const name of namesOf(expected)) {
    if (header[name] === expected[name]) continue;
    throw malformed("header", `${name} is ${header[name]}, the records make it ${expected[name]}`);
  }
  if (header.leaves > BOUNDS.int32.max) throw malformed("header", `${header.leaves} leaves are more than 2^31 − 1`);
  const bytes = header.weightLeaves * WORD_BYTES;
  if (weights.length !== bytes) throw malformed("header", `${weights.length} bytes of weights instead of ${bytes}`);
}

function checkWeights({ records, weights }: Program): void {
  records.forEach((record, index) => {
    if (record.kernel !== Kernel.DOT) return;
    const producer = records[record.a.id];
    const constants = dotWeights(record, weights);
    const bound = producer === undefined ? Infinity : accumulatorBound(record, constants, magnitudeOf(producer));
    if (bound !== record.accumulatorBound) {
      throw malformed(recordLabel(record, index), `it declares a bound of ${record.accumulatorBound} and has ${bound}`);
    }
    const hasBias = (record.flags & Flag.BIAS) !== 0;
    const strayBias = hasBias && constants.bias.subarray(record.shape[3]).some((value) => value !== 0);
    const terms = termsOf(record);
    const rowLanes = record.b.strides[3];
    const strayWeight = constants.b.some((value, lane) => value !== 0 && lane % rowLanes >= terms);
    if (strayBias || strayWeight) {
      throw malformed(recordLabel(record, index), "a lane past the end of a row or of the biases is not zero");
    }
  });
}

function isScale(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

function malformed(node: string, what: string): ProgramError {
  return new ProgramError({
    code: "PROGRAM_MALFORMED",
    node,
    what,
    next: "do not accept this program: compile it again from its model",
  });
}
