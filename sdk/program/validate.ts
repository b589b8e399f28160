import { accumulatorBound } from "./bounds.ts";
import { ProgramError } from "./errors.ts";
import { MAGIC } from "./header.ts";
import { headerOf } from "./program.ts";
import type { Program } from "./program.ts";
import { elementsOf, Kernel, namesOf, Source, termsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { BOUNDS, WORD_BYTES } from "./tensor.ts";
import { biasesOf, constantsOf, weightOperand } from "./weights.ts";
import type { Constants } from "./weights.ts";
import { adjacencyFault, producerFault, recordFault } from "./well-formed.ts";

/**
 * Checks a whole program: every record alone, every adjacent pair, operands against the records that they name, the
 * header against the records, the weights' size and padding, and every proven accumulator bound against the weights.
 * @returns the same program, so that a caller can check and use it in one expression.
 * @throws ProgramError `PROGRAM_MALFORMED` naming the record and the first condition broken.
 */
export function validateProgram(program: Program): Program {
  const { records } = program;
  records.forEach((record, index) => {
    const next = records[index + 1];
    const fault =
      recordFault(record, index) ??
      producersFault(record, records) ??
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

function producersFault({ a, b }: OperatorRecord, records: Program["records"]): string | undefined {
  return [a, b]
    .filter(({ source }) => source === Source.TRACE)
    .map((operand) => producerFault(operand, records[operand.id]))
    .find((fault) => fault !== undefined);
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
    const constants = constantsOf(record, weights);
    const bound = accumulatorBound(record, constants, records[record.a.id], records[record.b.id]);
    if (bound !== record.accumulatorBound) {
      throw malformed(recordLabel(record, index), `it declares a bound of ${record.accumulatorBound} and has ${bound}`);
    }
    if (hasStrayLane(record, constants)) {
      throw malformed(recordLabel(record, index), "a lane past the end of its constants is not zero");
    }
  });
}

/** Whether a lane is not zero that no element reads: past the end of a tensor, of a row of weights, or of the biases. */
function hasStrayLane(record: OperatorRecord, { elements, bias }: Constants): boolean {
  if (bias.subarray(biasesOf(record)).some((value) => value !== 0)) return true;
  if (record.kernel === Kernel.DOT) {
    const [terms, row] = [termsOf(record), record.b.strides[3]];
    return elements.some((value, lane) => value !== 0 && lane % row >= terms);
  }
  const length = record.kernel === Kernel.CONST ? elementsOf(record) : (weightOperand(record)?.length ?? 0);
  return elements.subarray(length).some((value) => value !== 0);
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
