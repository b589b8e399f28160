import type { Program } from "../../sdk/program/program.ts";
import { termsOf } from "../../sdk/program/records.ts";
import { stepOf } from "../../sdk/program/step.ts";
import { WORD_BYTES } from "../../sdk/program/tensor.ts";

/** What a whole dispute is expected to cost both sides together, in gas. */
export type DisputeCost = {
  readonly rounds: number;
  readonly openGas: number;
  readonly roundGas: number;
  /** Of the dearest element of the program. */
  readonly stepGas: number;
  readonly totalGas: number;
};

// The parts are the design's budgets and the chain's own prices; no game is deployed yet, so nothing here is measured.
const OPEN_GAS = 140_000;
/** Both moves of a round, which goes down four levels. */
const ROUND_GAS = 80_000;
const LEVELS_PER_ROUND = 4;
const TRANSACTION_GAS = 21_000;
/** Of a calldata byte that is not zero. */
const BYTE_GAS = 16;
/** Hashing a leaf or a pair of nodes, with its memory and loop. */
const HASH_GAS = 150;
const MULTIPLY_ADD_GAS = 12;

/**
 * `open + rounds · round + step`, where rounds = trace depth / 4 and
 * step = 21,000 + (words + siblings) · (32 · 16 + 150) + terms · 12.
 * Words are those that the element opens; each of its runs has a sibling per level on both of its sides.
 */
export function disputeCost({ header, records }: Program): DisputeCost {
  const rounds = header.traceDepth / LEVELS_PER_ROUND;
  const deepest = Math.max(header.traceDepth, header.weightDepth);
  const stepGas = records.reduce((dearest, record) => {
    const { runs, activationWords, weightWords } = stepOf(record);
    const hashes = activationWords + weightWords + 2 * runs * deepest;
    const gas = TRANSACTION_GAS + hashes * (WORD_BYTES * BYTE_GAS + HASH_GAS) + termsOf(record) * MULTIPLY_ADD_GAS;
    return Math.max(dearest, gas);
  }, 0);
  return { rounds, openGas: OPEN_GAS, roundGas: ROUND_GAS, stepGas, totalGas: OPEN_GAS + rounds * ROUND_GAS + stepGas };
}
