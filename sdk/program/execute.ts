import { ProgramError } from "./errors.ts";
import { runDot } from "./fast/dot.ts";
import { runGather, runMap1, runMap2, runSelect } from "./fast/map.ts";
import { runArgMax, runReduce } from "./fast/reduce.ts";
import { blankTensor } from "./fast/result.ts";
import type { Values } from "./fast/result.ts";
import type { Program } from "./program.ts";
import { DTypeCode, Kernel, Source } from "./records.ts";
import type { Operand, OperatorRecord } from "./records.ts";
import type { DType, Tensor } from "./tensor.ts";
import { constantsOf } from "./weights.ts";
import type { Constants } from "./weights.ts";

/** Every record's tensor, in order: the input, the intermediate ones, the output. */
export type Execution = { readonly tensors: readonly Tensor[]; readonly output: Tensor };

/** Runs one program on many inputs: the weights are decoded once. */
export type Executor = (input: Tensor) => Execution;

/**
 * Prepares a program for running. The program must be well-formed, as `quantise` and `parseProgram` return it: the
 * executor does not clamp indices, because the index maps of a well-formed program stay inside their operands.
 */
export function createExecutor(program: Program): Executor {
  const constants = program.records.map((record) => constantsOf(record, program.weights));
  return (input) => {
    checkInput(program, input);
    const tensors: Tensor[] = [];
    let output = input;
    program.records.forEach((record, index) => {
      output = index === 0 ? input : runRecord(record, constants[index] ?? NO_CONSTANTS, tensors);
      tensors.push(output);
    });
    return { tensors, output };
  };
}

/** Runs the program once; see {@link createExecutor} for many inputs. */
export function runProgram(program: Program, input: Tensor): Execution {
  return createExecutor(program)(input);
}

/** Every element of one well-formed record that is not the input, from its constants and the tensors of earlier records. */
export function runRecord(record: OperatorRecord, constants: Constants, tensors: readonly Tensor[]): Tensor {
  const a = valuesOf(record.a, constants, tensors);
  const b = valuesOf(record.b, constants, tensors);
  switch (record.kernel) {
    case Kernel.DOT:
      return runDot(record, a, b, constants.bias);
    case Kernel.REDUCE:
      return runReduce(record, a);
    case Kernel.MAP1:
      return runMap1(record, a, constants.table);
    case Kernel.MAP2:
      return runMap2(record, a, b);
    case Kernel.GATHER:
      return runGather(record, a, b);
    case Kernel.ARGMAX:
      return runArgMax(record, a);
    case Kernel.SELECT:
      return runSelect(record, a, b);
    default: {
      const tensor = blankTensor(record);
      tensor.values.set(constants.elements.subarray(0, tensor.values.length));
      return tensor;
    }
  }
}

const NO_CONSTANTS: Constants = {
  elements: new Int8Array(0),
  bias: new Int32Array(0),
  table: new Int32Array(0),
};

function valuesOf({ source, id, length }: Operand, { elements }: Constants, tensors: readonly Tensor[]): Values {
  if (source === Source.WEIGHTS) return elements.subarray(0, length);
  return tensors[id]?.values ?? elements;
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
