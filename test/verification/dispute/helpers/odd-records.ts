import { RECORD_BYTES } from "../../../../sdk/program/records.ts";
import type { Random } from "../../../program/helpers/random.ts";

// Records that no compiler would write: bytes at random, most numbers pulled down to where they mean something.

const FLAGS_AT = 4;
const SHAPE_AT = 64;
const REDUCE_AT = 80;
const OPERANDS_AT = [96, 160];
const EXTREMES = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x80, 0x100, 0xffffff80];

/**
 * 256 bytes of a kernel and variant, which may be ones that do not exist. A reduction has few terms, or none.
 * @param leaves how many words each tree has: most operands start inside.
 */
export function oddRecord(random: Random, kernel: number, variant: number, leaves: number): Uint8Array {
  const bytes = Uint8Array.from({ length: RECORD_BYTES }, () => random.int(0, 255));
  const view = new DataView(bytes.buffer);
  for (let at = 8; at < RECORD_BYTES; at += 4) view.setUint32(at, oddNumber(random));
  bytes.set([kernel, variant, random.int(0, 2), random.int(0, 5) === 0 ? random.int(0, 255) : random.int(0, 64)]);
  view.setUint32(FLAGS_AT, random.int(0, 9) === 0 ? random.uint32() : random.int(0, 3));
  for (const at of [32, 40, 44]) view.setUint32(at, oddLeaf(random, leaves));
  for (let d = 0; d < 4; d++) view.setUint32(SHAPE_AT + 4 * d, oddExtent(random));
  const isLong = random.int(0, 2) === 0;
  for (let d = 0; d < 3; d++) view.setUint32(REDUCE_AT + 4 * d, random.int(0, 19) === 0 ? 0 : random.int(1, 4));
  if (isLong) {
    for (const [d, extent] of [1, random.int(1, 3), random.int(1, 150)].entries()) {
      view.setUint32(REDUCE_AT + 4 * d, extent);
    }
  }
  for (const start of OPERANDS_AT) writeOperand(random, view, start, leaves);
  return bytes;
}

function writeOperand(random: Random, view: DataView, start: number, leaves: number): void {
  view.setUint32(start + 4, oddLeaf(random, leaves));
  view.setUint32(start + 8, random.int(0, 3) === 0 ? oddNumber(random) : random.int(1, 32 * leaves));
  view.setUint8(start + 12, random.int(0, 9) === 0 ? random.int(0, 255) : random.int(1, 2));
  view.setUint8(start + 13, random.int(0, 9) === 0 ? random.int(0, 255) : random.int(1, 2));
  if (random.int(0, 3) > 0) view.setInt32(start + 16, random.int(-40, 200));
  // A run of neighbours, which a dot product sums 32 at a time.
  if (random.int(0, 1) === 0) view.setInt32(start + 44, 1);
}

function oddNumber(random: Random): number {
  const draw = random.int(0, 7);
  if (draw === 0) return random.uint32();
  if (draw === 1) return EXTREMES[random.int(0, EXTREMES.length - 1)] ?? 0;
  return random.int(-6, 40) >>> 0;
}

function oddLeaf(random: Random, leaves: number): number {
  return random.int(0, 9) === 0 ? oddNumber(random) : random.int(0, leaves);
}

function oddExtent(random: Random): number {
  return random.int(0, 15) === 0 ? oddNumber(random) : random.int(1, 6);
}
