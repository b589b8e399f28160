import { encodeHeader } from "./header.ts";
import { merkleRoot } from "./merkle.ts";
import type { Hex } from "./merkle.ts";
import type { Program } from "./program.ts";
import { encodeRecord, RECORD_BYTES } from "./records.ts";

/** The words under `programRoot`: the header, then the records, 8 words each. */
export function programWords({ header, records }: Program): Uint8Array {
  const words = new Uint8Array(RECORD_BYTES * (1 + records.length));
  [encodeHeader(header), ...records.map(encodeRecord)].forEach((bytes, index) => {
    words.set(bytes, RECORD_BYTES * index);
  });
  return words;
}

/** Commitment to what the program computes: root of the tree over header and records. */
export function programRoot(program: Program): Hex {
  return merkleRoot(programWords(program));
}

/** Commitment to the constants: root of one tree over all weight, bias and table leaves in record order. */
export function weightsRoot({ weights }: Program): Hex {
  return merkleRoot(weights);
}
