import { DTypeCode, Flag, Kernel, Source, termsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { BOUNDS } from "./tensor.ts";
import { GatherVariant, Map1Variant, Map2Variant, VARIANTS } from "./variants.ts";
import { dtypeOf } from "./weights.ts";
import { wordsPerRow } from "./weight-words.ts";

// The form of each kernel's well-formed records: which fields it uses, and what its operands are.

/** What a kernel's records may have; every other optional field must be zero, so that equal programs are equal bytes. */
type Form = {
  /** Bits of `flags` that may be set. */
  readonly flags: number;
  readonly reduces: boolean;
  /** Sources an operand may have; none at all must be listed too. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly fault?: (record: OperatorRecord) => string | undefined;
};

const { NONE, TRACE, WEIGHTS } = Source;

const FORMS: Readonly<Record<number, Form>> = {
  [Kernel.INPUT]: { flags: 0, reduces: false, a: [NONE], b: [NONE] },
  [Kernel.CONST]: { flags: 0, reduces: false, a: [NONE], b: [NONE] },
  [Kernel.DOT]: {
    flags: Flag.RESCALE | Flag.BIAS,
    reduces: true,
    a: [TRACE],
    b: [TRACE, WEIGHTS],
    fault: dotFault,
  },
  [Kernel.REDUCE]: { flags: Flag.RESCALE, reduces: true, a: [TRACE], b: [NONE], fault: unscaledFault },
  [Kernel.MAP1]: { flags: Flag.RESCALE, reduces: false, a: [TRACE], b: [NONE], fault: unscaledFault },
  [Kernel.MAP2]: {
    flags: Flag.RESCALE,
    reduces: false,
    a: [TRACE],
    b: [TRACE, WEIGHTS],
    fault: map2Fault,
  },
  [Kernel.GATHER]: { flags: 0, reduces: false, a: [TRACE, WEIGHTS], b: [NONE, TRACE], fault: gatherFault },
  [Kernel.ARGMAX]: {
    flags: 0,
    reduces: true,
    a: [TRACE],
    b: [NONE],
    fault: ({ dtype }) => (dtype === DTypeCode.int32 ? undefined : "an index is an int32"),
  },
  [Kernel.SELECT]: { flags: 0, reduces: false, a: [TRACE], b: [TRACE, WEIGHTS], fault: selectFault },
};

/** What is wrong with the record as one of its kernel. */
export function kernelFault(record: OperatorRecord, index: number): string | undefined {
  const { kernel, variant, flags, a, b, firstLeaf, firstWeightLeaf } = record;
  const form = FORMS[kernel];
  if (form === undefined) return `there is no kernel ${kernel}`;
  if (variant >= (VARIANTS[kernel] ?? 0)) return `its kernel has no variant ${variant}`;
  if ((kernel === Kernel.INPUT) !== (index === 0)) return "the input is record 0 and no other";
  if (index === 0 && (firstLeaf !== 0 || firstWeightLeaf !== 0)) return "record 0 does not start at leaf 0";
  if ((flags & ~form.flags) !== 0) return `its flags ${flags} do not belong to its kernel`;
  if (!form.reduces && termsOf(record) !== 1) return "its kernel reduces nothing";
  if (!form.a.includes(a.source)) return `its kernel takes no operand a from source ${a.source}`;
  if (!form.b.includes(b.source)) return `its kernel takes no operand b from source ${b.source}`;
  return unusedFault(record) ?? form.fault?.(record);
}

function unusedFault(record: OperatorRecord): string | undefined {
  const { kernel, variant, fill, multiplierB, a, b, windowStart, windowExtent } = record;
  const isLookup = kernel === Kernel.GATHER && variant === GatherVariant.LOOKUP;
  const isWindow = kernel === Kernel.GATHER && variant === GatherVariant.WINDOW;
  const fills =
    kernel === Kernel.SELECT ||
    (kernel === Kernel.MAP1 && variant === Map1Variant.TABLE) ||
    (isWindow && b.source === NONE);
  const unused = [
    isAddition(record) ? 0 : multiplierB,
    fills ? 0 : fill,
    isLookup ? 0 : a.indexStride,
    kernel === Kernel.DOT ? 0 : b.indexStride,
    ...(isWindow ? [] : [...windowStart, ...windowExtent]),
  ];
  return unused.some((value) => value !== 0) ? "a field that its kernel does not use is not zero" : undefined;
}

/** Whether both operands have a factor of their own. */
function isAddition({ kernel, variant, flags }: OperatorRecord): boolean {
  const adds = variant === Map2Variant.ADD || variant === Map2Variant.SUB;
  return kernel === Kernel.MAP2 && adds && (flags & Flag.RESCALE) !== 0;
}

/** A result of one byte is clamped into it. */
function unscaledFault({ dtype, flags }: OperatorRecord): string | undefined {
  return dtype === DTypeCode.int8 && (flags & Flag.RESCALE) === 0 ? "an int8 result is not rescaled" : undefined;
}

function map2Fault(record: OperatorRecord): string | undefined {
  if (isAddition(record) && record.multiplierB <= 0) return `it rescales operand b by ${record.multiplierB}`;
  return unscaledFault(record);
}

/**
 * With weights: rows of them, each on leaves of its own, one for every value of o[2]·indexStride + o[3], so that a row and
 * its bias have the same number.
 */
function dotFault(record: OperatorRecord): string | undefined {
  const { a, b, shape, reduce, flags } = record;
  if (a.dtype !== DTypeCode.int8 || b.dtype !== DTypeCode.int8) return "its operands are not int8";
  if (b.source === TRACE) {
    if ((flags & Flag.BIAS) !== 0 || b.indexStride !== 0) return "a product of two tensors has a bias";
    return unscaledFault(record);
  }
  const row = 32 * wordsPerRow(termsOf(record));
  if (b.indexStride !== 0 && b.indexStride !== shape[3]) return `its rows lie ${b.indexStride} apart in dimension 2`;
  const rows = (shape[2] - 1) * b.indexStride + shape[3];
  if (b.base !== 0 || b.length !== row * rows) return `operand b is not ${rows} rows of ${row} weights`;
  const [r0, r1, r2] = b.reduceStrides;
  const isRow = r2 === 1 && r1 === reduce[2] && r0 === reduce[1] * reduce[2];
  const [s0, s1, s2, s3] = b.strides;
  const isMatrix = s0 === 0 && s1 === 0 && s2 === b.indexStride * row && s3 === row;
  return isRow && isMatrix ? unscaledFault(record) : "operand b is not read row by row";
}

function gatherFault(record: OperatorRecord): string | undefined {
  const { variant, a, b, dtype, shape, windowStart, windowExtent } = record;
  if (a.dtype !== dtype) return "it moves elements into another type";
  if (variant === GatherVariant.MOVE) return b.source === NONE ? undefined : "a plain GATHER has a second operand";
  if (variant === GatherVariant.LOOKUP) {
    return b.source === TRACE && a.indexStride > 0 ? undefined : "it looks up rows without numbers or size";
  }
  const isInside = shape.every((extent, d) => {
    const [start, size] = [windowStart[d] ?? 0, windowExtent[d] ?? 0];
    return size > 0 && start + size <= extent;
  });
  if (!isInside) return "its window leaves its shape";
  if (b.source !== NONE) return b.dtype === dtype ? undefined : "it moves elements into another type";
  return fillFault(record);
}

function selectFault(record: OperatorRecord): string | undefined {
  return record.a.dtype === record.dtype ? fillFault(record) : "it moves elements into another type";
}

function fillFault({ dtype, fill }: OperatorRecord): string | undefined {
  const { min, max } = BOUNDS[dtypeOf(dtype)];
  return fill >= min && fill <= max ? undefined : `it fills with ${fill}`;
}
