import { Kernel } from "./records.ts";

// Which function of its kernel a record computes: the numbers in its `variant` byte. Kernels without a list have only 0.

/** REDUCE: over all terms. */
export const ReduceVariant = { SUM: 0, SQUARES: 1, MAX: 2, MIN: 3 } as const;

/** MAP1: the element as it is, its entry in a table, or 2^31 / √element. */
export const Map1Variant = { SAME: 0, TABLE: 1, RSQRT: 2 } as const;

/** MAP2. */
export const Map2Variant = { ADD: 0, SUB: 1, MUL: 2, DIV: 3 } as const;

/** GATHER: by the index map alone; inside a window of the result only; or in the row that operand B names. */
export const GatherVariant = { MOVE: 0, WINDOW: 1, LOOKUP: 2 } as const;

/** Entries of a table, all int32. */
export const TABLE_ENTRIES = 256;

/** How many variants a kernel has, from 0 on. What is not here is no function: its elements are 0. */
export const VARIANTS: Readonly<Record<number, number>> = {
  [Kernel.INPUT]: 1,
  [Kernel.CONST]: 1,
  [Kernel.DOT]: 1,
  [Kernel.REDUCE]: 4,
  [Kernel.MAP1]: 3,
  [Kernel.MAP2]: 4,
  [Kernel.GATHER]: 3,
  [Kernel.ARGMAX]: 1,
  [Kernel.SELECT]: 1,
};
