import { ProgramError } from "./errors.ts";
import type { Dense, FloatGraph } from "./graph.ts";

/** What a float32 run produced: every layer's result, and the class where the graph ends in ArgMax. */
export type FloatRun = {
  /** One per layer, relu applied. The last one are the outputs before ArgMax. */
  readonly layers: readonly Float32Array[];
  readonly argMax: number | undefined;
};

/**
 * Runs the graph in float32. Products and sums are rounded to float32 one by one, in the order of the inputs, the bias
 * last: the same bits on every machine, and within rounding of what an ONNX runtime computes in an order of its own.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` for a bad sample, `SAMPLE_NOT_FINITE` naming the layer too
 * when a result leaves float32's range.
 */
export function runFloat(graph: FloatGraph, sample: Float32Array): FloatRun {
  checkSample(sample, graph.inputLength);
  const layers: Float32Array[] = [];
  let values = sample;
  for (const layer of graph.layers) {
    values = runDense(layer, values);
    layers.push(values);
  }
  return { layers, argMax: graph.argMax === undefined ? undefined : argMaxOf(values) };
}

/**
 * @throws ProgramError `SHAPE_MISMATCH` when the sample's length is not `length`, `SAMPLE_NOT_FINITE` when it holds NaN or
 * an infinity.
 */
export function checkSample(sample: Float32Array, length: number, node?: string): void {
  if (sample.length !== length) {
    throw new ProgramError({
      code: "SHAPE_MISMATCH",
      node,
      what: `the sample has ${sample.length} values and the input ${length}`,
      next: "give one value per input element",
    });
  }
  const bad = sample.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return;
  throw new ProgramError({
    code: "SAMPLE_NOT_FINITE",
    node,
    what: `value ${bad} is ${sample[bad] ?? NaN}`,
    next: "leave the sample out or repair it",
  });
}

/** Index of the largest value, the lowest one if there are several. */
export function argMaxOf(values: Float32Array | Int32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) {
    if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  }
  return best;
}

function runDense({ node, inputs, outputs, weights, bias, relu }: Dense, values: Float32Array): Float32Array {
  const result = new Float32Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const row = output * inputs;
    let sum = 0;
    for (let input = 0; input < inputs; input++) {
      sum = Math.fround(sum + Math.fround((values[input] ?? 0) * (weights[row + input] ?? 0)));
    }
    sum = Math.fround(sum + (bias[output] ?? 0));
    if (!Number.isFinite(sum)) {
      throw new ProgramError({
        code: "SAMPLE_NOT_FINITE",
        node,
        what: `output ${output} is ${sum}`,
        next: "scale the samples or the weights down: the layer leaves float32's range",
      });
    }
    result[output] = relu && sum < 0 ? 0 : sum;
  }
  return result;
}
