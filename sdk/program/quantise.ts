import { ProgramError } from "./errors.ts";
import { checkSample, runFloat } from "./float.ts";
import type { FloatGraph } from "./graph.ts";
import { argMaxRecord, denseRecord, inputRecord } from "./lower.ts";
import type { LayerReport } from "./lower.ts";
import { headerOf } from "./program.ts";
import type { Program } from "./program.ts";
import type { OperatorRecord } from "./records.ts";
import { maxAbsOf, scaleFor } from "./scales.ts";
import { BOUNDS } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";
import { checkProgram } from "./validate.ts";

/** A program and how it came about. */
export type Quantisation = { readonly program: Program; readonly layers: readonly LayerReport[] };

/**
 * Turns a float32 network into an integer program. Scales are symmetric and one per tensor: the largest magnitude that
 * the calibration samples reach (for weights: that there is) becomes 127. Every layer is one DOT record; the last one
 * keeps its int32 accumulators, the others are rescaled to int8, relu being a clamp at 0. ArgMax is an ARGMAX record.
 *
 * Only + − × ÷ and rounding of IEEE doubles are used, so the same graph and samples give the same bytes everywhere.
 * @param samples at least one input like those the network will see; values beyond theirs saturate.
 * @throws ProgramError `CALIBRATION_EMPTY`, `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` (naming the sample or layer),
 * `REDUCTION_TOO_LONG`, `ACCUMULATOR_OVERFLOW` or `SCALE_OUT_OF_RANGE` (naming the layer).
 */
export function quantise(graph: FloatGraph, samples: readonly Float32Array[]): Quantisation {
  const ranges = calibrate(graph, samples);
  const inputScale = scaleFor(ranges.input, `input "${graph.inputName}"`);
  const records: [OperatorRecord, ...OperatorRecord[]] = [inputRecord(graph.inputLength)];
  const weights: Uint8Array[] = [];
  const layers: LayerReport[] = [];
  let scale = inputScale;
  graph.layers.forEach((layer, index) => {
    const isLast = index === graph.layers.length - 1;
    const range = isLast ? undefined : (ranges.layers[index] ?? 0);
    const built = denseRecord(layer, records.at(-1) ?? records[0], records.length - 1, scale, range);
    layers.push({ ...built.report, record: records.length });
    records.push(built.record);
    weights.push(...built.weights);
    scale = built.report.outputScale;
  });
  if (graph.argMax !== undefined) {
    records.push(argMaxRecord(graph.argMax, records.at(-1) ?? records[0], records.length - 1));
    scale = 1;
  }
  const header = headerOf(records, { inputScale, outputScale: scale });
  return { program: checkProgram({ header, records, weights: joined(weights) }), layers };
}

/**
 * A real-valued sample as the program's input: value / input scale to the nearest integer, ties towards +∞, then
 * clamped to −128 … 127.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE`.
 */
export function quantiseInput({ header }: Program, sample: Float32Array): Tensor {
  checkSample(sample, header.inputLength);
  const { min, max } = BOUNDS.int8;
  const level = (value: number) => Math.max(min, Math.min(max, Math.round(value / header.inputScale)));
  return { dtype: "int8", values: Int8Array.from(sample, level) };
}

type Ranges = { readonly input: number; readonly layers: readonly number[] };

/** Largest magnitudes over all samples, of the input and of every layer's result. */
function calibrate(graph: FloatGraph, samples: readonly Float32Array[]): Ranges {
  if (samples.length === 0) {
    throw new ProgramError({
      code: "CALIBRATION_EMPTY",
      what: "there is no calibration sample",
      next: "give a few hundred inputs like those the network will see",
    });
  }
  let input = 0;
  let layers = graph.layers.map(() => 0);
  samples.forEach((sample, index) => {
    checkSample(sample, graph.inputLength, `calibration sample ${index}`);
    const run = runFloat(graph, sample);
    input = maxAbsOf(sample, input);
    layers = run.layers.map((values, layer) => maxAbsOf(values, layers[layer]));
  });
  return { input, layers };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
