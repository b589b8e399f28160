import { SuiteError, type ErrorFacts } from "../errors.ts";

/** What went wrong, as a stable name that callers and tests compare. `docs/programs.md` has the table. */
export type ProgramErrorCode =
  | "ONNX_TRUNCATED"
  | "ONNX_INVALID"
  | "ONNX_UNKNOWN_OPERATOR"
  | "ONNX_UNSUPPORTED_ATTRIBUTE"
  | "ONNX_UNSUPPORTED_TYPE"
  | "ONNX_UNSUPPORTED_GRAPH"
  | "ONNX_EXTERNAL_DATA"
  | "ONNX_NOT_FINITE"
  | "ONNX_MISSING_INITIALIZER"
  | "ONNX_UNDEFINED_INPUT"
  | "ONNX_DUPLICATE_NAME"
  | "ONNX_DYNAMIC_BATCH"
  | "ONNX_SEVERAL_OUTPUTS"
  | "SHAPE_MISMATCH"
  | "CALIBRATION_EMPTY"
  | "SAMPLE_NOT_FINITE"
  | "REDUCTION_TOO_LONG"
  | "ACCUMULATOR_OVERFLOW"
  | "SCALE_OUT_OF_RANGE"
  | "FIELD_OUT_OF_RANGE"
  | "TENSOR_INVALID"
  | "TREE_INVALID"
  | "PROGRAM_TRUNCATED"
  | "PROGRAM_INVALID"
  | "PROGRAM_MALFORMED";

/** The facts of one {@link ProgramError}. */
export type ProgramErrorFacts = ErrorFacts<ProgramErrorCode> & {
  /** The graph node or record it happened in, for example `"fc1" (Gemm)` or `record 2 (DOT)`. */
  readonly node?: string | undefined;
};

/** A model, sample or program that is refused. `message` says what happened, where, and what to do next. */
export class ProgramError extends SuiteError<ProgramErrorCode> {
  override readonly name = "ProgramError";
  readonly node: string | undefined;

  constructor({ node, ...facts }: ProgramErrorFacts) {
    super(node === undefined ? facts : { ...facts, what: `${node}: ${facts.what}` });
    this.node = node;
  }
}
