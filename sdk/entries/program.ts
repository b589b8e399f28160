/** `opengradient-suite/sdk/program`: from an ONNX file to an integer program, its commitments, and runs of it. */
export { measureAgreement, type Agreement } from "../program/agreement.ts";
export { programRoot, weightsRoot } from "../program/commitments.ts";
export { ProgramError, type ProgramErrorCode } from "../program/errors.ts";
export { createExecutor, runProgram, type Execution, type Executor } from "../program/execute.ts";
export { parseProgram, serialiseProgram } from "../program/file.ts";
export { runFloat, type FloatRun } from "../program/float.ts";
export type { FloatGraph } from "../program/graph.ts";
export type { Header } from "../program/header.ts";
export type { LayerReport } from "../program/lower.ts";
export type { Hex } from "../program/merkle.ts";
export { importOnnx } from "../program/onnx/import.ts";
export type { Program } from "../program/program.ts";
export { quantise, quantiseInput, type Quantisation } from "../program/quantise.ts";
export type { OperatorRecord } from "../program/records.ts";
export { decodeTensor, encodeTensor, tensorRoot } from "../program/tensor-hash.ts";
export type { DType, Tensor } from "../program/tensor.ts";
export { checkProgram } from "../program/validate.ts";
export { multiplyAddsOf } from "../program/weights.ts";
