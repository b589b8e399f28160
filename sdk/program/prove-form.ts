import type { IStepVerifier } from "../generated/index.ts";
import { encodeHeader, decodeHeader, HEADER_BYTES, MAGIC } from "./header.ts";
import type { Header } from "./header.ts";
import { treeDepth } from "./merkle.ts";
import { openHeader, openRecord } from "./prove-step.ts";
import { decodeRecord, elementsOf, encodeRecord, RECORD_BYTES, Source } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import { stepOf } from "./step.ts";
import { BOUNDS } from "./tensor.ts";
import type { Committed } from "./trace.ts";
import { adjacencyFault, brokenPart, producerFault } from "./well-formed.ts";
import type { RecordPart } from "./well-formed.ts";

/** What a program breaks: the names of `IProgramForm.Fault`, in the contract's order but for `None`. */
export type FormFault = "Header" | RecordPart | "Adjacency" | "Producer";

/** Which records, opened together, show a fault: none where the header alone does. */
export type FormProof = { readonly fault: FormFault; readonly indices: readonly number[] };

/**
 * Looks for a fault that a contract can see, in header ‖ records as they stand in a program's file. What needs the weights or all records
 * at once is `validateProgram`'s: bounds of accumulators, filled-up lanes, scales, a `worstStep` that is larger than any step.
 */
export function findFault(words: Uint8Array): FormProof | undefined {
  const count = Math.floor(words.length / RECORD_BYTES) - 1;
  const alone = Array.from({ length: count }, (_, index) => [index]);
  const pairs = alone.flatMap(([index = 0]) => partnersOf(words, index, count));
  for (const indices of [[], ...alone, ...pairs]) {
    const fault = formFaultOf(words, indices);
    if (fault !== undefined) return { fault, indices };
  }
  return undefined;
}

/** What `ProgramForm.faultOf` takes besides the program's root. */
export function proveForm(
  records: Committed,
  indices: readonly number[],
): { readonly header: IStepVerifier.OpenedHeaderStruct; readonly records: IStepVerifier.OpenedRecordStruct[] } {
  return { header: openHeader(records), records: indices.map((index) => openRecord(records, index)) };
}

/**
 * The first fault that the header, one record, and one that comes next or is read by it show: what the contract answers.
 * @param words header ‖ records.
 * @param indices none, one or two record numbers.
 */
export function formFaultOf(words: Uint8Array, [index, other]: readonly number[]): FormFault | undefined {
  const header = decodeHeader(words.subarray(0, HEADER_BYTES));
  const isStray = encodeHeader(header).some((byte, at) => byte !== words[at]);
  if (isStray || isFaultyHeader(header)) return "Header";
  if (index === undefined) return undefined;
  const record = recordIn(words, index);
  if (disagrees(header, record, index)) return "Header";
  const part = brokenPart(record, index);
  if (part !== "Shape" && hasStrayBytes(words, record, index)) return "Kernel";
  if (part !== undefined || other === undefined) return part;
  const second = recordIn(words, other);
  if (other === index + 1) return adjacencyFault(record, second) === undefined ? undefined : "Adjacency";
  const isProducer = tensorsOf(record)
    .filter(({ id }) => id === other)
    .every((operand) => producerFault(operand, second) === undefined);
  return isProducer ? undefined : "Producer";
}

function partnersOf(words: Uint8Array, index: number, count: number): readonly (readonly number[])[] {
  const named = tensorsOf(recordIn(words, index)).map(({ id }) => id);
  return [index + 1, ...named].filter((other) => other < count).map((other) => [index, other]);
}

function tensorsOf({ a, b }: OperatorRecord): readonly Operand[] {
  return [a, b].filter(({ source }) => source === Source.TRACE);
}

function isFaultyHeader(header: Header): boolean {
  return (
    header.magic !== MAGIC ||
    header.records === 0 ||
    header.leaves > BOUNDS.int32.max ||
    header.traceDepth !== treeDepth(header.traceLeaves) ||
    header.weightDepth !== treeDepth(header.weightLeaves) ||
    header.inputDepth !== treeDepth(header.inputLeaves) ||
    header.outputDepth !== treeDepth(header.outputLeaves)
  );
}

/** Whether the header contradicts its first or last record, or the step of any. */
function disagrees(header: Header, record: OperatorRecord, index: number): boolean {
  const { activationWords, weightWords } = stepOf(record);
  if (header.worstStep < activationWords + weightWords) return true;
  const { inputLeaves, inputLength, inputDType, outputLeaves, outputLength, outputDType } = header;
  if (index === 0 && differs(record, inputLeaves, inputLength, inputDType)) return true;
  if (index + 1 !== header.records) return false;
  return (
    differs(record, outputLeaves, outputLength, outputDType) ||
    header.traceLeaves !== record.firstLeaf ||
    header.leaves !== record.firstLeaf + record.leaves ||
    header.weightLeaves !== record.firstWeightLeaf + record.weightLeaves
  );
}

function differs(record: OperatorRecord, leaves: number, length: number, dtype: number): boolean {
  return record.leaves !== leaves || elementsOf(record) !== length || record.dtype !== dtype;
}

function hasStrayBytes(words: Uint8Array, record: OperatorRecord, index: number): boolean {
  const start = HEADER_BYTES + RECORD_BYTES * index;
  return encodeRecord(record).some((byte, at) => byte !== words[start + at]);
}

function recordIn(words: Uint8Array, index: number): OperatorRecord {
  const start = HEADER_BYTES + RECORD_BYTES * index;
  return decodeRecord(words.subarray(start, start + RECORD_BYTES));
}
