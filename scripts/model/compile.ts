import type { FloatGraph } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise } from "../../sdk/program/quantise.ts";
import type { Quantisation } from "../../sdk/program/quantise.ts";

/** A model's float network, the program it became, and the real value of one unit of each record's tensor. */
export type Compiled = {
  readonly graph: FloatGraph;
  readonly quantisation: Quantisation;
  readonly scales: readonly number[];
};

/** How many values one input of the network has. */
export function inputLengthOf({ inputLength }: FloatGraph): number {
  return inputLength;
}

/** Reads the ONNX file. @throws ProgramError as `importOnnx`. */
export function readGraph(model: Uint8Array): FloatGraph {
  return importOnnx(model);
}

/** Compiles a network: the same network and samples give the same bytes anywhere. @throws ProgramError as `quantise`. */
export function compile(graph: FloatGraph, samples: readonly Float32Array[]): Compiled {
  const quantisation = quantise(graph, samples);
  const { program, layers } = quantisation;
  const scaleOf = new Map(layers.map(({ record, outputScale }) => [record, outputScale]));
  const { inputScale, outputScale } = program.header;
  const scales = program.records.map((_, index) => (index === 0 ? inputScale : (scaleOf.get(index) ?? outputScale)));
  return { graph, quantisation, scales };
}
