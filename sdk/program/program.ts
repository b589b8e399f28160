import { MAGIC } from "./header.ts";
import type { Header } from "./header.ts";
import { treeDepth } from "./merkle.ts";
import { elementsOf } from "./records.ts";
import type { OperatorRecord } from "./records.ts";
import { stepOf } from "./step.ts";

/** An integer neural network: what `programRoot` and `weightsRoot` commit to. */
export type Program = {
  readonly header: Header;
  /** Record 0 is the input. */
  readonly records: readonly [OperatorRecord, ...OperatorRecord[]];
  /** The leaf words of all weights, biases and tables, in record order. */
  readonly weights: Uint8Array;
};

/** Real values of one unit: of the input's integers, and of the output's (1 for class numbers). */
export type Scales = { readonly inputScale: number; readonly outputScale: number };

/** The header that follows from the records: everything in it but the scales. */
export function headerOf(records: Program["records"], scales: Scales): Header {
  const [input] = records;
  const output = records.at(-1) ?? input;
  const steps = records.map(stepOf);
  const weightLeaves = output.firstWeightLeaf + output.weightLeaves;
  return {
    magic: MAGIC,
    records: records.length,
    leaves: output.firstLeaf + output.leaves,
    traceLeaves: output.firstLeaf,
    traceDepth: treeDepth(output.firstLeaf),
    outputLeaves: output.leaves,
    outputDepth: treeDepth(output.leaves),
    outputLength: elementsOf(output),
    outputDType: output.dtype,
    inputLeaves: input.leaves,
    inputDepth: treeDepth(input.leaves),
    inputLength: elementsOf(input),
    inputDType: input.dtype,
    weightLeaves,
    weightDepth: treeDepth(weightLeaves),
    worstStep: steps.reduce((worst, step) => Math.max(worst, step.activationWords + step.weightWords), 0),
    ...scales,
  };
}
