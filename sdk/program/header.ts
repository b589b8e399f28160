import { readScalars, namesOf } from "./records.ts";
import type { Field } from "./fields.ts";
import { viewOf, writeField } from "./fields.ts";

/** Bytes of the header: 8 words, the level-3 node 0 of the program tree. */
export const HEADER_BYTES = 256;

/** The first four bytes of a program: "OGP1" in ASCII. The digit is the format's version. */
export const MAGIC = 0x4f475031;

/** What is true of the program as a whole. `docs/programs.md` has the bytes. */
export type Header = {
  /** {@link MAGIC}. */
  readonly magic: number;
  readonly records: number;
  /** Leaves of all activations, the last record's included: where the last record ends. */
  readonly leaves: number;
  /** Leaves and depth of the trace: all activations but the last record's tensor. */
  readonly traceLeaves: number;
  readonly traceDepth: number;
  /** The last record's tensor, which has a tree of its own: leaves, depth, elements and element type. */
  readonly outputLeaves: number;
  readonly outputDepth: number;
  readonly outputLength: number;
  readonly outputDType: number;
  /** The input tensor (record 0). */
  readonly inputLeaves: number;
  readonly inputDepth: number;
  readonly inputLength: number;
  readonly inputDType: number;
  readonly weightLeaves: number;
  readonly weightDepth: number;
  /** The most leaf words (activations, weights, biases, tables) that recomputing one element opens. */
  readonly worstStep: number;
  /** Real value of one unit of the input, and of the output (1 where the output is a class number). */
  readonly inputScale: number;
  readonly outputScale: number;
};

const FIELDS = {
  magic: { at: 0, type: "u32" },
  records: { at: 4, type: "u32" },
  leaves: { at: 8, type: "u32" },
  worstStep: { at: 12, type: "u32" },
  traceLeaves: { at: 16, type: "u32" },
  traceDepth: { at: 20, type: "u32" },
  weightLeaves: { at: 24, type: "u32" },
  weightDepth: { at: 28, type: "u32" },
  inputLength: { at: 32, type: "u32" },
  inputDType: { at: 36, type: "u32" },
  inputLeaves: { at: 40, type: "u32" },
  inputDepth: { at: 44, type: "u32" },
  outputLength: { at: 48, type: "u32" },
  outputDType: { at: 52, type: "u32" },
  outputLeaves: { at: 56, type: "u32" },
  outputDepth: { at: 60, type: "u32" },
  inputScale: { at: 64, type: "f64" },
  outputScale: { at: 72, type: "f64" },
} as const satisfies Readonly<Record<keyof Header, Field>>;

/**
 * The header's 256 bytes; fields without a meaning yet are zero.
 * @throws ProgramError `FIELD_OUT_OF_RANGE` naming the field that cannot hold its value.
 */
export function encodeHeader(header: Header): Uint8Array {
  const data = new Uint8Array(HEADER_BYTES);
  const view = viewOf(data);
  for (const name of namesOf(FIELDS)) writeField(view, name, FIELDS[name], header[name]);
  return data;
}

/** Reads a header from its 256 bytes. */
export function decodeHeader(data: Uint8Array): Header {
  return readScalars(viewOf(data), FIELDS, 0);
}
