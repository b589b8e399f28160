import { readLanes, INT8_OFFSET } from "./tensor-hash.ts";
import { LANES, WORD_BYTES } from "./tensor.ts";

/** Terms of a dot product that one weight word holds. */
const TERMS = LANES.int8;

/**
 * The byte of a weight word that holds lane `p`, the weight multiplied with activation byte `p` of the activation word
 * at the same place: 28 + 2·(p mod 4) − p.
 *
 * With p = 4q + r this is 4·(7 − q) + r: the eight groups of four bytes stand in reverse order, the bytes inside a group
 * do not. So when one byte r of each group is masked out of both words, activation p weighs 2^(32·(7 − q)) and its weight
 * 2^(32·q): their product lands at 2^224 whatever q is, and the top 32 bits of the 256-bit product of the two masked
 * words are the sum of the eight products. Products of unlike q land in other 32-bit fields and cannot carry, since
 * eight products of two bytes stay below 2^19. Four such multiplications make up the word's 32 terms.
 *
 * Bytes are stored with 128 added, so with n terms the sum of stored products exceeds the wanted sum by
 * 128·Σ stored activations + 128·Σ stored weights − 16,384·n.
 */
export function weightByte(p: number): number {
  return 28 + 2 * (p % 4) - p;
}

/** Weight words of one row of `terms` weights; each row starts a word, so that row and activations line up. */
export function wordsPerRow(terms: number): number {
  return Math.ceil(terms / TERMS);
}

/** The weight words of a matrix with rows of `terms` int8 weights, row after row; lanes past a row's end hold zero. */
export function encodeWeightRows(weights: Int8Array, terms: number): Uint8Array {
  const rowBytes = wordsPerRow(terms) * WORD_BYTES;
  const words = new Uint8Array((weights.length / terms) * rowBytes).fill(INT8_OFFSET);
  weights.forEach((weight, at) => {
    const row = Math.floor(at / terms);
    words[row * rowBytes + byteOfTerm(at % terms)] = weight + INT8_OFFSET;
  });
  return words;
}

/** Undoes the permutation of every word: lane p of the result's word is the weight for activation byte p. */
export function decodeWeightLanes(words: Uint8Array): Int8Array {
  const lanes = Uint8Array.from(words, (_, at) => words[byteOfTerm(at)] ?? INT8_OFFSET);
  return Int8Array.from(readLanes("int8", lanes).values);
}

function byteOfTerm(term: number): number {
  const lane = term % TERMS;
  return term - lane + weightByte(lane);
}
