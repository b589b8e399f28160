import type { FloatGraph } from "../../sdk/program/graph.ts";
import { importOnnx } from "../../sdk/program/onnx/import.ts";
import { quantise, type Quantisation } from "../../sdk/program/quantise.ts";
import type { Artefacts } from "./artefacts.ts";
import type { Candle } from "./candles.ts";
import { calibrationInputs, splitByTime } from "./dataset.ts";
import { gapFreeExamples } from "./windows.ts";

/** The float network of the file and the integer program that stands for it on chain. */
export type CompiledModel = Quantisation & { readonly graph: FloatGraph };

/** Compiles the committed model, calibrated on its own training part: the same bytes for the publisher and for every operator. */
export function compileModel({ model, report }: Artefacts, candles: readonly Candle[]): CompiledModel {
  const graph = importOnnx(model);
  const split = splitByTime(gapFreeExamples(candles));
  return { graph, ...quantise(graph, calibrationInputs(split, report.medianRange)) };
}
