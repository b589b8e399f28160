import { concat, keccak256 } from "ethers";

// A second implementation, written from docs/programs.md alone: it reads a program's file by byte offsets, computes in
// whole numbers of any size, one element after the other, and builds trees leaf by leaf. It shares no code with the SDK.

/** Every record's elements for one int8 input. */
export function runTwin(file: Uint8Array, input: readonly number[]): readonly (readonly bigint[])[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records = view.getUint32(4);
  const weightsAt = 256 + 256 * records;
  const results: (readonly bigint[])[] = [input.map(BigInt)];
  for (let index = 1; index < records; index++) {
    const at = 256 + 256 * index;
    const kernel = view.getUint8(at);
    const outputs = view.getUint32(at + 64 + 12);
    const terms = view.getUint32(at + 80 + 8);
    const operand = results[view.getUint32(at + 96)] ?? [];
    if (kernel === 8) {
      let best = 0n;
      operand.forEach((element, number) => {
        if (element > (operand[Number(best)] ?? 0n)) best = BigInt(number);
      });
      results.push([best]);
      continue;
    }
    const weightLeaf = view.getUint32(at + 160 + 4);
    const rowLength = view.getInt32(at + 160 + 20 + 12);
    const biasLeaf = view.getUint32(at + 40);
    const elements: bigint[] = [];
    for (let output = 0; output < outputs; output++) {
      let acc = BigInt(view.getInt32(weightsAt + 32 * biasLeaf + 4 * output));
      for (let term = 0; term < terms; term++) {
        const p = term % 32;
        const word = weightsAt + 32 * weightLeaf + output * rowLength + (term - p);
        const weight = BigInt(view.getUint8(word + 28 + 2 * (p % 4) - p)) - 128n;
        acc += weight * (operand[term] ?? 0n);
      }
      elements.push(finish(view, at, acc));
    }
    results.push(elements);
  }
  return results;
}

function finish(view: DataView, at: number, acc: bigint): bigint {
  if ((view.getUint32(at + 4) & 1) === 0) return BigInt.asIntN(32, acc);
  const shift = BigInt(view.getUint8(at + 3));
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  const scaled = (BigInt.asIntN(32, acc) * BigInt(view.getInt32(at + 8)) + half) >> shift;
  const lo = BigInt(view.getInt32(at + 16));
  const hi = BigInt(view.getInt32(at + 20));
  return scaled < lo ? lo : scaled > hi ? hi : scaled;
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
