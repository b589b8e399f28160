import { programWords } from "./commitments.ts";
import { ProgramError } from "./errors.ts";
import { decodeHeader, HEADER_BYTES, MAGIC } from "./header.ts";
import type { Program } from "./program.ts";
import { decodeRecord, RECORD_BYTES } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { WORD_BYTES } from "./tensor.ts";
import { validateProgram } from "./validate.ts";

/** A program's file: header ‖ records ‖ weights. Equal programs give equal bytes, so its SHA-256 names the program. */
export function serialiseProgram(program: Program): Uint8Array {
  const words = programWords(program);
  const file = new Uint8Array(words.length + program.weights.length);
  file.set(words);
  file.set(program.weights, words.length);
  return file;
}

/**
 * Reads a program's file and checks it whole (see `validateProgram`), so that what is returned can be executed and accepted.
 * @throws ProgramError `PROGRAM_INVALID` when the bytes are no program or bytes without a meaning are not zero,
 * `PROGRAM_TRUNCATED` when they are fewer or more than the header announces, and those of `validateProgram`.
 */
export function parseProgram(file: Uint8Array): Program {
  if (file.length < HEADER_BYTES) throw truncated(file.length, HEADER_BYTES);
  const header = decodeHeader(file.subarray(0, HEADER_BYTES));
  if (header.magic !== MAGIC) {
    throw invalid(`it starts with 0x${header.magic.toString(16)}, a program with 0x${MAGIC.toString(16)}`);
  }
  const weightsAt = HEADER_BYTES + RECORD_BYTES * header.records;
  const expected = weightsAt + WORD_BYTES * header.weightLeaves;
  if (file.length !== expected) throw truncated(file.length, expected);
  const [first, ...rest] = Array.from({ length: header.records }, (_, index) => recordAt(file, index));
  if (first === undefined) throw invalid("it has no record");
  // A copy, also of a Buffer, whose slice would share its memory.
  const program: Program = { header, records: [first, ...rest], weights: new Uint8Array(file.subarray(weightsAt)) };
  // Reading skips the bytes that no field covers; writing fills them with zeros.
  const stray = programWords(program).findIndex((byte, at) => byte !== file[at]);
  if (stray !== -1) throw invalid(`byte ${stray} has no meaning yet and is not zero`);
  return validateProgram(program);
}

function recordAt(file: Uint8Array, index: number): OperatorRecord {
  const start = HEADER_BYTES + RECORD_BYTES * index;
  return decodeRecord(file.subarray(start, start + RECORD_BYTES));
}

function truncated(length: number, expected: number): ProgramError {
  return new ProgramError({
    code: "PROGRAM_TRUNCATED",
    what: `the file has ${length} bytes, not ${expected}`,
    next: "check its length and hash against its source, then download it again",
  });
}

function invalid(what: string): ProgramError {
  return new ProgramError({ code: "PROGRAM_INVALID", what, next: "check that this is the file of a program" });
}
