import { createExecutor } from "../../../../sdk/program/execute.ts";
import { DTypeCode, elementsOf } from "../../../../sdk/program/records.ts";
import { lanesAt, recordAt } from "../../../../sdk/program/open-step.ts";
import type { Leaf } from "../../../../sdk/program/open-step.ts";
import type { Program } from "../../../../sdk/program/program.ts";
import { commitProgram, proveStep, rootsOf } from "../../../../sdk/program/prove-step.ts";
import type { ProvenStep } from "../../../../sdk/program/prove-step.ts";
import { toHex } from "../../../../sdk/program/merkle.ts";
import type { Tensor } from "../../../../sdk/program/tensor.ts";
import { createTrace } from "../../../../sdk/program/trace.ts";
import type { Committed, Trace } from "../../../../sdk/program/trace.ts";
import { lanesOf, wordAt } from "../../../../sdk/program/words.ts";
import type { IStepVerifier } from "../../../../sdk/generated/index.ts";
import { ethers } from "../../../helpers/network.ts";

/** A run whose every element can be proven. */
export type Run = {
  readonly program: Program;
  readonly records: Committed;
  readonly trace: Trace;
  readonly tensors: readonly Tensor[];
  readonly roots: IStepVerifier.RootsStruct;
};

/** A proven element, with the honest word of its leaf and what stands in the lane. */
export type Element = ProvenStep & { readonly word: string; readonly stored: bigint };

export async function givenVerifier() {
  return ethers.deployContract("StepVerifier");
}

export function runOf(program: Program, values: Int8Array): Run {
  const { tensors, ...run } = createExecutor(program)({ dtype: "int8", values });
  const trace = createTrace(program, { tensors, ...run });
  const records = commitProgram(program);
  return { program, records, trace, tensors, roots: rootsOf(records, trace) };
}

/** Every lane of every leaf that a record covers, and of up to two of either tree that none does. */
export function placesOf(program: Program): readonly { readonly at: Leaf; readonly lane: number }[] {
  const { traceLeaves, traceDepth, outputLeaves, outputDepth } = program.header;
  const leaves = (tree: Leaf["tree"], count: number, depth: number): readonly Leaf[] =>
    Array.from({ length: Math.min(count + 2, 2 ** depth) }, (_, leaf) => ({ tree, leaf }));
  return [...leaves("trace", traceLeaves, traceDepth), ...leaves("output", outputLeaves, outputDepth)].flatMap((at) =>
    Array.from({ length: lanesAt(program, at) }, (_, lane) => ({ at, lane })),
  );
}

export function elementAt(run: Run, at: Leaf, lane: number): Element {
  const { program, records, trace, tensors } = run;
  const word = toHex(wordAt(trace[at.tree].words, at.leaf));
  const record = recordAt(program, at);
  const proven = proveStep(program, records, trace, at, lane);
  if (record === undefined) return { ...proven, word, stored: 0n };
  const leaf = at.tree === "output" ? at.leaf : at.leaf - record.firstLeaf;
  const position = leaf * lanesOf(record.dtype) + lane;
  const value = position < elementsOf(record) ? (tensors[program.records.indexOf(record)]?.values[position] ?? 0) : 0;
  const isByte = record.dtype === DTypeCode.int8;
  return { ...proven, word, stored: isByte ? BigInt(value + 128) : BigInt.asUintN(32, BigInt(value)) };
}
