import { sha256 } from "../artefacts.ts";
import type { Samples } from "../trainer/fit.ts";
import { measureAgreement } from "../../sdk/program/agreement.ts";
import { programRoot, weightsRoot } from "../../sdk/program/commitments.ts";
import { serialiseProgram } from "../../sdk/program/file.ts";
import type { FloatGraph } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise, type Quantisation } from "../../sdk/program/quantise.ts";
import type { ProgramReport } from "./report.ts";
import { type Split, inputsOf } from "./split.ts";

/** The float network of the file and the integer program that stands for it on chain. */
export type CompiledModel = Quantisation & { readonly graph: FloatGraph };

/** Every 16th training digit: 500. */
const CALIBRATION_STEP = 16;

/** Compiles a model, calibrated on its own training part: the same bytes for the publisher and for every operator. */
export function compileModel(model: Uint8Array, { training }: Pick<Split, "training">): CompiledModel {
  const graph = importOnnx(model);
  const calibration = inputsOf(training).filter((_, index) => index % CALIBRATION_STEP === 0);
  return { graph, ...quantise(graph, calibration) };
}

/** Measures a compiled model on digits that neither training nor calibration has seen. */
export function measureProgram(compiled: CompiledModel, heldOut: Samples): ProgramReport {
  const { graph, program } = compiled;
  const { header } = program;
  const file = serialiseProgram(program);
  const labels = [...heldOut.labels];
  const {
    samples,
    sameClass,
    integerCorrect = 0,
    nodes,
  } = measureAgreement(graph, compiled, inputsOf(heldOut), labels);
  return {
    sha256: sha256(file),
    programRoot: programRoot(program),
    weightsRoot: weightsRoot(program),
    bytes: file.length,
    records: header.records,
    weightWords: header.weightLeaves,
    traceWords: header.traceLeaves,
    worstStepWords: header.worstStep,
    accuracy: integerCorrect / samples,
    sameAnswer: sameClass / samples,
    // A reshape changes nothing, and classes are counted rather than measured.
    nodes: nodes
      .filter(({ op }) => op !== "reshape" && op !== "argMax")
      .map(({ node, maxError, maxValue }) => ({ node, maxError, maxValue })),
  };
}
