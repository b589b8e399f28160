import { inputNodeOf } from "../../sdk/program/float.ts";
import { sizeOf } from "../../sdk/program/graph.ts";
import type { FloatGraph } from "../../sdk/program/graph.ts";
import { MAX_NAME } from "../../sdk/program/parse-manifest.ts";
import type { NamedValue } from "../../sdk/program/manifest.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import type { Quantisation } from "../../sdk/program/quantise.ts";

/** A model's float network, the program it became, and where the network's values are in it. */
export type Compiled = {
  readonly graph: FloatGraph;
  readonly quantisation: Quantisation;
  readonly values: readonly NamedValue[];
};

/** How many values one input of the network has. */
export function inputLengthOf(graph: FloatGraph): number {
  return sizeOf(inputNodeOf(graph).shape);
}

/** Reads the ONNX file. @throws ProgramError as `importOnnx`. */
export function readGraph(model: Uint8Array): FloatGraph {
  return importOnnx(model);
}

/** Compiles a network: the same network and samples give the same bytes anywhere. @throws ProgramError as `quantise`. */
export function compile(graph: FloatGraph, samples: readonly Float32Array[]): Compiled {
  const quantisation = quantise(graph, samples);
  const values = quantisation.values.map(({ record, scale }, index) => ({
    node: (graph.nodes[index]?.node ?? "").slice(0, MAX_NAME) || `node ${index}`,
    record,
    scale,
  }));
  return { graph, quantisation, values };
}
