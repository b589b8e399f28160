import { createExecutor } from "./execute.ts";
import type { Execution } from "./execute.ts";
import { argMaxOf, runFloat } from "./float.ts";
import type { FloatGraph, FloatNode } from "./graph.ts";
import { placesOf } from "./compile/layout.ts";
import type { Value } from "./compile/value.ts";
import { quantiseInput } from "./quantise.ts";
import type { Quantisation } from "./quantise.ts";

/** How far one node's integers are from its float32 values. */
export type NodeAgreement = {
  readonly node: string;
  readonly op: FloatNode["op"];
  /** Largest |float − integer × scale|, in the network's own units. */
  readonly maxError: number;
  /** Largest |float|, to compare with. */
  readonly maxValue: number;
};

/** How far a program is from the float32 network it came from, over some samples. */
export type Agreement = {
  readonly samples: number;
  /** Samples for which both pick the same class (the largest output; without an ArgMax, compared all the same). */
  readonly sameClass: number;
  /** Largest |float output − integer output × output scale| before ArgMax, in the network's own units. */
  readonly maxError: number;
  /** Node by node, in order, but for those that a clip was made part of: they exist only clipped. */
  readonly nodes: readonly NodeAgreement[];
  /** Samples each of the two classifies as labelled; absent without labels. */
  readonly floatCorrect?: number;
  readonly integerCorrect?: number;
};

/**
 * Runs both on every sample and compares. Use samples that calibration has not seen.
 * @param labels the right class of each sample, to report the accuracy lost.
 * @throws ProgramError `SHAPE_MISMATCH` or `SAMPLE_NOT_FINITE` for a bad sample.
 */
export function measureAgreement(
  graph: FloatGraph,
  { program, values }: Quantisation,
  samples: readonly Float32Array[],
  labels?: readonly number[],
): Agreement {
  const execute = createExecutor(program);
  const compared = comparable(graph, values);
  const scores = scoresOf(graph);
  let nodes = compared.map(({ node }) => ({ node: node.node, op: node.op, maxError: 0, maxValue: 0 }));
  let [sameClass, floatCorrect, integerCorrect] = [0, 0, 0];
  samples.forEach((sample, index) => {
    const expected = runFloat(graph, sample).values;
    const run = execute(quantiseInput(program, sample));
    nodes = nodes.map((so, at) => worse(so, compared[at], expected, run));
    const floatClass = argMaxOf(expected[scores] ?? new Float32Array(0));
    const integerClass = argMaxOf(integersOf(values[scores], placesOf(values[scores]?.layout ?? []), run));
    if (floatClass === integerClass) sameClass += 1;
    if (floatClass === labels?.[index]) floatCorrect += 1;
    if (integerClass === labels?.[index]) integerCorrect += 1;
  });
  const maxError = nodes[compared.findIndex(({ index }) => index === scores)]?.maxError ?? 0;
  const agreement = { samples: samples.length, sameClass, maxError, nodes };
  return labels === undefined ? agreement : { ...agreement, floatCorrect, integerCorrect };
}

type Compared = {
  readonly index: number;
  readonly node: FloatNode;
  readonly value: Value;
  readonly places: Int32Array;
};

/** Nodes with values of their own. A node whose only user is a clip with the same value shows the clip's. */
function comparable({ nodes }: FloatGraph, values: readonly Value[]): readonly Compared[] {
  return nodes.flatMap((node, index) => {
    const value = values[index];
    const isClipped = nodes.some((user, at) => user.op === "clip" && user.a === index && values[at] === value);
    return value === undefined || isClipped ? [] : [{ index, node, value, places: placesOf(value.layout) }];
  });
}

/** The node whose largest element is the class: the last one, or what its ArgMax reads, if only its shape is changed then. */
function scoresOf({ nodes }: FloatGraph): number {
  let index = nodes.length - 1;
  for (let node = nodes[index]; node?.op === "reshape"; node = nodes[index]) index = node.a;
  const last = nodes[index];
  return last?.op === "argMax" ? last.a : nodes.length - 1;
}

function worse(
  so: NodeAgreement,
  compared: Compared | undefined,
  expected: readonly Float32Array[],
  run: Execution,
): NodeAgreement {
  if (compared === undefined) return so;
  const integers = integersOf(compared.value, compared.places, run);
  let { maxError, maxValue } = so;
  expected[compared.index]?.forEach((value, at) => {
    maxError = Math.max(maxError, Math.abs(value - (integers[at] ?? 0) * compared.value.scale));
    maxValue = Math.max(maxValue, Math.abs(value));
  });
  return { ...so, maxError, maxValue };
}

/** A node's integers in the order of its shape. */
function integersOf(value: Value | undefined, places: Int32Array, { tensors }: Execution): Int32Array {
  const elements = value === undefined ? undefined : tensors[value.record]?.values;
  return places.map((place) => elements?.[place] ?? 0);
}
