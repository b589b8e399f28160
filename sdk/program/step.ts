import { Flag, Kernel, Source } from "./records.ts";
import type { Operand, OperatorRecord, Three } from "./records.ts";
import { hasTable } from "./weights.ts";
import { lanesOf } from "./words.ts";

/** What recomputing one element of a record's tensor opens: leaf words, and the contiguous runs they lie in. */
export type Step = { readonly runs: number; readonly activationWords: number; readonly weightWords: number };

/** A step beyond these does not fit one transaction. */
const STEP_LIMIT: Step = { runs: 16, activationWords: 1100, weightWords: 1100 };

/** The most terms one reduction may have: the compiler splits longer ones over several records. */
export const MAX_TERMS = 16_384;

/** The worst step over the record's elements, from the record alone. */
export function stepOf(record: OperatorRecord): Step {
  // An input element is compared with the input tensor's own leaf, a constant is one of the weights.
  if (record.kernel === Kernel.INPUT) return { runs: 1, activationWords: 1, weightWords: 0 };
  if (record.kernel === Kernel.CONST) return { runs: 1, activationWords: 0, weightWords: 1 };
  let runs = 0;
  let activationWords = 0;
  let weightWords = 0;
  for (const operand of [record.a, record.b]) {
    if (operand.source === Source.NONE) continue;
    const opened = opens(operand, record.reduce);
    runs += opened.runs;
    if (operand.source === Source.WEIGHTS) weightWords += opened.words;
    else activationWords += opened.words;
  }
  const single = ((record.flags & Flag.BIAS) === 0 ? 0 : 1) + (hasTable(record) ? 1 : 0);
  runs += single;
  weightWords += single;
  return { runs, activationWords, weightWords };
}

/** Whether the step stays within {@link STEP_LIMIT}. */
export function fitsStep({ runs, activationWords, weightWords }: Step): boolean {
  return (
    runs <= STEP_LIMIT.runs && activationWords <= STEP_LIMIT.activationWords && weightWords <= STEP_LIMIT.weightWords
  );
}

/** Runs of consecutive elements that one reduction reads, and an upper bound of the words they lie in. */
function opens(operand: Operand, reduce: Three): { readonly runs: number; readonly words: number } {
  const lanes = lanesOf(operand.dtype);
  let length = 1;
  let runs = 1;
  let isWhole = [operand.base, ...operand.strides].every((offset) => offset % lanes === 0);
  for (const dimension of [2, 1, 0] as const) {
    const extent = reduce[dimension];
    const stride = operand.reduceStrides[dimension];
    if (extent === 1) continue;
    if (runs === 1 && stride === length) {
      length *= extent;
    } else {
      runs *= extent;
      isWhole &&= stride % lanes === 0;
    }
  }
  // A run that may start inside a word may touch one word more.
  const words = Math.ceil((isWhole ? length : length + lanes - 1) / lanes);
  return { runs, words: runs * words };
}
