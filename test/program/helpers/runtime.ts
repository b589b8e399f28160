import { expect } from "chai";
import * as ort from "onnxruntime-web";

import { runFloat } from "../../../sdk/program/float.ts";
import type { FloatGraph } from "../../../sdk/program/graph.ts";
import { importOnnx } from "../../../sdk/program/onnx/import.ts";

ort.env.wasm.numThreads = 1;

/**
 * How far ours may be from ONNX Runtime's, in parts of the largest magnitude of the output and never below that part of 1: both
 * round to float32, in different orders.
 */
export const TOLERANCE = 2e-5;

/** Runs the file in ONNX Runtime on one input of these dimensions. */
export async function runOnnxRuntime(
  file: Uint8Array,
  dims: readonly number[],
  sample: Float32Array,
): Promise<{ readonly values: readonly number[]; readonly dims: readonly number[] }> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  try {
    const feeds = { [session.inputNames[0] ?? ""]: new ort.Tensor("float32", sample, dims) };
    const output = (await session.run(feeds))[session.outputNames[0] ?? ""];
    if (output === undefined) throw new Error("ONNX Runtime returned nothing");
    return { values: Array.from(output.data as Iterable<number | bigint>, Number), dims: output.dims };
  } finally {
    await session.release();
  }
}

/** Imports the file, runs both on the sample and demands equal results; returns the imported graph. */
export async function expectLikeOnnxRuntime(
  file: Uint8Array,
  dims: readonly number[],
  sample: Float32Array,
  tolerance = TOLERANCE,
): Promise<FloatGraph> {
  const graph = importOnnx(file);
  const { output } = runFloat(graph, sample);
  const theirs = await runOnnxRuntime(file, dims, sample);
  expect(output).to.have.length(theirs.values.length);
  const reach = tolerance * theirs.values.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  theirs.values.forEach((value, at) => {
    const ours = output[at] ?? NaN;
    expect(Math.abs(ours - value) <= reach, `element ${at}: ${ours} and ${value}`).to.equal(true);
  });
  return graph;
}
