import { concat, keccak256 } from "ethers";

// A second implementation, written from docs/programs.md alone: it reads a program's file by byte offsets, computes in
// whole numbers of any size, one element after the other, and builds trees leaf by leaf. It shares no code with the SDK.

type Tensor = readonly bigint[];

/** Every record's elements for one int8 input. */
export function runTwin(file: Uint8Array, input: readonly number[]): readonly Tensor[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records = view.getUint32(4);
  const weights = new DataView(file.buffer, file.byteOffset + 256 + 256 * records);
  const results: Tensor[] = [input.map(BigInt)];
  for (let index = 1; index < records; index++) {
    results.push(tensorTwin(new DataView(file.buffer, file.byteOffset + 256 + 256 * index, 256), weights, results));
  }
  return results;
}

function tensorTwin(record: DataView, weights: DataView, earlier: readonly Tensor[]): Tensor {
  const shape = [0, 1, 2, 3].map((d) => record.getUint32(64 + 4 * d));
  const elements: bigint[] = [];
  for (const at of coordinates(shape)) elements.push(elementTwin(record, weights, earlier, at));
  return elements;
}

/** All coordinates of a shape, row-major. */
function coordinates(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (all, extent) => all.flatMap((at) => Array.from({ length: extent }, (_, digit) => [...at, digit])),
    [[]],
  );
}

function elementTwin(record: DataView, weights: DataView, earlier: readonly Tensor[], at: readonly number[]): bigint {
  const kernel: number = record.getUint8(0);
  const variant = record.getUint8(1);
  const flags = record.getUint32(4);
  const reduce = coordinates([0, 1, 2].map((d) => record.getUint32(80 + 4 * d)));
  const fill = BigInt(record.getInt32(92));

  /** Operand a (at byte 96) or b (at byte 160) for reduction coordinates r, moved by `extra` elements. */
  const read = (operand: 96 | 160, r: readonly number[] = [0, 0, 0], extra = 0n): bigint => {
    let index = BigInt(record.getInt32(operand + 16)) + extra;
    at.forEach((o, d) => (index += BigInt(o) * BigInt(record.getInt32(operand + 20 + 4 * d))));
    r.forEach((c, d) => (index += BigInt(c) * BigInt(record.getInt32(operand + 36 + 4 * d))));
    const length = BigInt(record.getUint32(operand + 8));
    const element = Number(index < 0n ? 0n : index >= length ? length - 1n : index);
    if (record.getUint8(operand + 12) === 1) return earlier[record.getUint32(operand)]?.[element] ?? 0n;
    const leaf = record.getUint32(operand + 4);
    if (record.getUint8(operand + 13) === 2) return BigInt(weights.getInt32(32 * leaf + 4 * element));
    const p = element % 32;
    const byte = kernel === 3 ? 28 + 2 * (p % 4) - p : p;
    return BigInt(weights.getUint8(32 * leaf + element - p + byte)) - 128n;
  };

  switch (kernel) {
    case 2: {
      const first = 32 * record.getUint32(32);
      const position = at.reduce((sum, o, d) => sum * record.getUint32(64 + 4 * d) + o, 0);
      if (record.getUint8(2) === 2) return BigInt(weights.getInt32(first + 4 * position));
      return BigInt(weights.getUint8(first + position)) - 128n;
    }
    case 3: {
      const number = (at[2] ?? 0) * record.getInt32(160 + 48) + (at[3] ?? 0);
      const bias = (flags & 2) === 0 ? 0n : BigInt(weights.getInt32(32 * record.getUint32(40) + 4 * number));
      return finish(record, int32(reduce.reduce((sum, r) => sum + read(96, r) * read(160, r), bias)));
    }
    case 4: {
      const terms = reduce.map((r) => read(96, r));
      const sorted = [...terms].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
      const sum = terms.reduce((total, term) => total + term, 0n);
      const squares = terms.reduce((total, term) => total + term * term, 0n);
      return finish(record, int32([sum, squares, sorted.at(-1) ?? 0n, sorted[0] ?? 0n][variant] ?? 0n));
    }
    case 5: {
      const x = read(96);
      if (variant === 0) return finish(record, x);
      if (variant === 2) return finish(record, x <= 0n ? 0n : rootTwin64((1n << 62n) / x));
      const entry = x - fill < 0n ? 0n : x - fill > 255n ? 255n : x - fill;
      return finish(record, BigInt(weights.getInt32(32 * record.getUint32(44) + 4 * Number(entry))));
    }
    case 6:
      return pairTwin(record, variant, read(96), read(160));
    case 7: {
      if (variant === 2) return finish(record, read(96, [0, 0, 0], read(160) * BigInt(record.getInt32(96 + 48))));
      const isOutside = at.some((o, d) => {
        const start = record.getUint32(224 + 4 * d);
        return o < start || o >= start + record.getUint32(240 + 4 * d);
      });
      if (variant === 0 || !isOutside) return finish(record, read(96));
      return finish(record, record.getUint8(160 + 12) === 0 ? fill : read(160));
    }
    case 8: {
      let best = 0;
      const terms = reduce.map((r) => read(96, r));
      terms.forEach((term, number) => {
        if (term > (terms[best] ?? 0n)) best = number;
      });
      return BigInt(best);
    }
    default:
      return finish(record, read(160) === 0n ? fill : read(96));
  }
}

function pairTwin(record: DataView, variant: number, a: bigint, b: bigint): bigint {
  const isRescaled = (record.getUint32(4) & 1) !== 0;
  const m = isRescaled ? BigInt(record.getInt32(8)) : 1n;
  const mB = isRescaled ? BigInt(record.getInt32(12)) : 1n;
  const unit = isRescaled ? 1n << BigInt(record.getUint8(3)) : 1n;
  const parts: readonly (readonly [bigint, bigint])[] = [
    [a * m + b * mB, unit],
    [a * m - b * mB, unit],
    [a * b * m, unit],
    [a * m, b * unit],
  ];
  const [top, bottom] = parts[variant] ?? [0n, 0n];
  return bounded(record, bottom === 0n ? 0n : nearest(top, bottom));
}

/** top / bottom to the nearest whole number, ties towards +∞. */
function nearest(top: bigint, bottom: bigint): bigint {
  const [n, d] = bottom < 0n ? [-top, -bottom] : [top, bottom];
  const twice = 2n * n + d;
  const rest = ((twice % (2n * d)) + 2n * d) % (2n * d);
  return (twice - rest) / (2n * d);
}

/** The largest whole number whose square is at most `value`, and at most 2^31 − 1. */
function rootTwin64(value: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 30n; bit > 0n; bit >>= 1n) if ((root + bit) ** 2n <= value) root += bit;
  return root;
}

function int32(value: bigint): bigint {
  return BigInt.asIntN(32, value);
}

function finish(record: DataView, value: bigint): bigint {
  if ((record.getUint32(4) & 1) === 0) return bounded(record, value);
  return bounded(record, nearest(value * BigInt(record.getInt32(8)), 1n << BigInt(record.getUint8(3))));
}

/** Clamped if there is a rescale, then reduced into the type. */
function bounded(record: DataView, value: bigint): bigint {
  const bits = record.getUint8(2) === 1 ? 8 : 32;
  if ((record.getUint32(4) & 1) === 0) return BigInt.asIntN(bits, value);
  const lo = BigInt(record.getInt32(16));
  const hi = BigInt(record.getInt32(20));
  return BigInt.asIntN(bits, value < lo ? lo : value > hi ? hi : value);
}

/** A tensor's leaf words, one 256-bit number each. */
export function wordsTwin(dtype: "int8" | "int32", elements: readonly bigint[]): readonly bigint[] {
  const lanes = dtype === "int8" ? 32 : 8;
  const bits = BigInt(256 / lanes);
  const words: bigint[] = [];
  for (let first = 0; first < elements.length; first += lanes) {
    let word = 0n;
    for (let lane = 0; lane < lanes; lane++) {
      const element = elements[first + lane] ?? 0n;
      word = (word << bits) | (dtype === "int8" ? element + 128n : BigInt.asUintN(32, element));
    }
    words.push(word);
  }
  return words;
}

/** Root of the tree over words, every absent leaf hashed like any other. Small trees only. */
export function rootTwin(words: readonly bigint[]): string {
  let depth = 4;
  while (1 << depth < words.length) depth += 4;
  let level = Array.from({ length: 1 << depth }, (_, index) => {
    const word = (words[index] ?? 0n).toString(16).padStart(64, "0");
    return keccak256(`0x00${word}`);
  });
  while (level.length > 1) {
    level = level
      .filter((_, index) => index % 2 === 0)
      .map((left, pair) => keccak256(concat([left, level[2 * pair + 1] ?? ""])));
  }
  return level[0] ?? "";
}

/** The bytes as 256-bit numbers. */
export function toWords(bytes: Uint8Array): readonly bigint[] {
  return Array.from({ length: bytes.length / 32 }, (_, index) =>
    bytes.subarray(32 * index, 32 * index + 32).reduce((word, byte) => (word << 8n) | BigInt(byte), 0n),
  );
}

/** The root that follows from a node and its siblings. */
export function foldProof(node: string, index: number, siblings: readonly string[]): string {
  return siblings.reduce((hash, sibling, level) => {
    const isRight = ((index >> level) & 1) === 1;
    return keccak256(isRight ? concat([sibling, hash]) : concat([hash, sibling]));
  }, node);
}
