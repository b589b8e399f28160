import { ProgramError } from "./errors.ts";
import { coordinatesOf, startOf } from "./index-map.ts";
import { finish } from "./kernels.ts";
import type { Program } from "./program.ts";
import { DTypeCode, elementsOf, Kernel } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import type { DType, Tensor } from "./tensor.ts";
import { dotWeights } from "./weights.ts";
import type { DotWeights } from "./weights.ts";

/** Every record's tensor, in order: the input, the intermediate ones, the output. */
export type Execution = { readonly tensors: readonly Tensor[]; readonly output: Tensor };

/** Runs one program on many inputs: the weights are decoded once. */
export type Executor = (input: Tensor) => Execution;

/**
 * Prepares a program for running. The program must be well-formed, as `quantise` and `parseProgram` return it: the
 * executor does not clamp indices, because the index maps of a well-formed program stay inside their operands.
 */
export function createExecutor(program: Program): Executor {
  const weights = program.records.map((record) =>
    record.kernel === Kernel.DOT ? dotWeights(record, program.weights) : NO_WEIGHTS,
  );
  return (input) => {
    checkInput(program, input);
    const tensors: Tensor[] = [];
    let output = input;
    program.records.forEach((record, index) => {
      output = run(record, weights[index] ?? NO_WEIGHTS, tensors, input);
      tensors.push(output);
    });
    return { tensors, output };
  };
}

/** Runs the program once; see {@link createExecutor} for many inputs. */
export function runProgram(program: Program, input: Tensor): Execution {
  return createExecutor(program)(input);
}

const NO_WEIGHTS: DotWeights = { b: new Int8Array(0), bias: new Int32Array(0) };

function run(record: OperatorRecord, weights: DotWeights, tensors: readonly Tensor[], input: Tensor): Tensor {
  const a = tensors[record.a.id] ?? input;
  switch (record.kernel) {
    case Kernel.INPUT:
      return input;
    case Kernel.DOT:
      return dot(record, a.values, weights);
    case Kernel.ARGMAX:
      return argMax(record, a.values);
    default:
      throw new ProgramError({
        code: "KERNEL_NOT_SUPPORTED",
        what: `kernel ${record.kernel} is not implemented`,
        next: "use a program of INPUT, DOT and ARGMAX records",
      });
  }
}

function dot(record: OperatorRecord, a: Int8Array | Int32Array, { b, bias }: DotWeights): Tensor {
  const { shape, reduce } = record;
  const [a0, a1, a2] = record.a.reduceStrides;
  const [b0, b1, b2] = record.b.reduceStrides;
  return fill(record, (position) => {
    const at = coordinatesOf(position, shape);
    const startA = startOf(record.a, at);
    const startB = startOf(record.b, at);
    let acc = bias[at[3]] ?? 0;
    for (let r0 = 0; r0 < reduce[0]; r0++) {
      for (let r1 = 0; r1 < reduce[1]; r1++) {
        let indexA = startA + r0 * a0 + r1 * a1;
        let indexB = startB + r0 * b0 + r1 * b1;
        for (let r2 = 0; r2 < reduce[2]; r2++) {
          // int8 products never leave int32, so the sum mod 2^32 is exact.
          acc = (acc + (a[indexA] ?? 0) * (b[indexB] ?? 0)) | 0;
          indexA += a2;
          indexB += b2;
        }
      }
    }
    return finish(record, acc);
  });
}

function argMax(record: OperatorRecord, a: Int8Array | Int32Array): Tensor {
  const { shape, reduce } = record;
  const [s0, s1, s2] = record.a.reduceStrides;
  return fill(record, (position) => {
    const start = startOf(record.a, coordinatesOf(position, shape));
    let best = 0;
    let largest = -Infinity;
    let number = 0;
    for (let r0 = 0; r0 < reduce[0]; r0++) {
      for (let r1 = 0; r1 < reduce[1]; r1++) {
        for (let r2 = 0; r2 < reduce[2]; r2++) {
          const value = a[start + r0 * s0 + r1 * s1 + r2 * s2] ?? 0;
          if (value > largest) {
            largest = value;
            best = number;
          }
          number += 1;
        }
      }
    }
    return finish(record, best);
  });
}

function fill(record: OperatorRecord, element: (position: number) => number): Tensor {
  const length = elementsOf(record);
  if (record.dtype === DTypeCode.int8) {
    return { dtype: "int8", values: Int8Array.from({ length }, (_, position) => element(position)) };
  }
  return { dtype: "int32", values: Int32Array.from({ length }, (_, position) => element(position)) };
}

function checkInput({ header }: Program, input: Tensor): void {
  const dtype: DType = header.inputDType === DTypeCode.int32 ? "int32" : "int8";
  if (input.dtype === dtype && input.values.length === header.inputLength) return;
  throw new ProgramError({
    code: "SHAPE_MISMATCH",
    what: `the input has ${input.values.length} ${input.dtype} elements, the program takes ${header.inputLength} ${dtype}`,
    next: "make the input with quantiseInput",
  });
}
