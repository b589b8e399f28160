import type { OperatorRecord } from "../records.ts";
import { blankTensor, finish } from "./result.ts";
import type { Values } from "./result.ts";
import type { Tensor } from "../tensor.ts";

/** Terms at a constant distance from each other in both operands. */
type Run = {
  readonly a: number;
  readonly b: number;
  readonly length: number;
  readonly stepA: number;
  readonly stepB: number;
};

/** Results that are computed at once where operand A is the same for all of them. */
const ROWS = 4;

/** Every element of a well-formed DOT record. */
export function runDot(record: OperatorRecord, a: Values, b: Values, bias: Int32Array): Tensor {
  const { shape } = record;
  const [strideA, strideB] = [record.a.strides, record.b.strides];
  const tensor = blankTensor(record);
  const runs = runsOf(record);
  const sums = new Int32Array(ROWS);
  const together = strideA[3] === 0 ? shape[3] - (shape[3] % ROWS) : 0;
  let position = 0;
  for (let o0 = 0; o0 < shape[0]; o0++) {
    for (let o1 = 0; o1 < shape[1]; o1++) {
      for (let o2 = 0; o2 < shape[2]; o2++) {
        const startA = record.a.base + o0 * strideA[0] + o1 * strideA[1] + o2 * strideA[2];
        const startB = record.b.base + o0 * strideB[0] + o1 * strideB[1] + o2 * strideB[2];
        const firstBias = o2 * record.b.indexStride;
        for (let o3 = 0; o3 < together; o3 += ROWS) {
          sums.fill(0);
          for (const run of runs) addRows(sums, a, b, startA, startB + o3 * strideB[3], strideB[3], run);
          for (let row = 0; row < ROWS; row++) {
            const acc = ((sums[row] ?? 0) + (bias[firstBias + o3 + row] ?? 0)) | 0;
            tensor.values[position++] = finish(record, acc);
          }
        }
        for (let o3 = together; o3 < shape[3]; o3++) {
          let acc = bias[firstBias + o3] ?? 0;
          for (const run of runs)
            acc = (acc + sumOf(a, b, startA + o3 * strideA[3], startB + o3 * strideB[3], run)) | 0;
          tensor.values[position++] = finish(record, acc);
        }
      }
    }
  }
  return tensor;
}

/** The reduction as runs, as long as both operands' strides allow. */
function runsOf({ reduce, a, b }: OperatorRecord): readonly Run[] {
  const runs: Run[] = [];
  const [, middle, last] = reduce;
  const [stepA, stepB] = [a.reduceStrides[2], b.reduceStrides[2]];
  const isOne = middle === 1 || (a.reduceStrides[1] === last * stepA && b.reduceStrides[1] === last * stepB);
  for (let r0 = 0; r0 < reduce[0]; r0++) {
    for (let r1 = 0; r1 < (isOne ? 1 : middle); r1++) {
      runs.push({
        a: r0 * a.reduceStrides[0] + r1 * a.reduceStrides[1],
        b: r0 * b.reduceStrides[0] + r1 * b.reduceStrides[1],
        length: isOne ? middle * last : last,
        stepA,
        stepB,
      });
    }
  }
  return runs;
}

/** Adds a run's products for four rows of B that stand `stride` apart: every element of A is loaded once. */
function addRows(
  sums: Int32Array,
  a: Values,
  b: Values,
  startA: number,
  startB: number,
  stride: number,
  run: Run,
): void {
  const { length, stepA, stepB } = run;
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let atA = startA + run.a;
  let at0 = startB + run.b;
  let at1 = at0 + stride;
  let at2 = at1 + stride;
  let at3 = at2 + stride;
  for (let term = 0; term < length; term++) {
    const x = a[atA] ?? 0;
    s0 = (s0 + Math.imul(x, b[at0] ?? 0)) | 0;
    s1 = (s1 + Math.imul(x, b[at1] ?? 0)) | 0;
    s2 = (s2 + Math.imul(x, b[at2] ?? 0)) | 0;
    s3 = (s3 + Math.imul(x, b[at3] ?? 0)) | 0;
    atA += stepA;
    at0 += stepB;
    at1 += stepB;
    at2 += stepB;
    at3 += stepB;
  }
  sums[0] = (sums[0] ?? 0) + s0;
  sums[1] = (sums[1] ?? 0) + s1;
  sums[2] = (sums[2] ?? 0) + s2;
  sums[3] = (sums[3] ?? 0) + s3;
}

/** A run's products for one row. */
function sumOf(
  a: Values,
  b: Values,
  startA: number,
  startB: number,
  { a: offA, b: offB, length, stepA, stepB }: Run,
): number {
  let sum = 0;
  let atA = startA + offA;
  let atB = startB + offB;
  for (let term = 0; term < length; term++) {
    sum = (sum + Math.imul(a[atA] ?? 0, b[atB] ?? 0)) | 0;
    atA += stepA;
    atB += stepB;
  }
  return sum;
}
