import { measureAgreement } from "../../sdk/program/agreement.ts";
import type { Agreement } from "../../sdk/program/agreement.ts";
import type { Compiled } from "./compile.ts";

/** Samples are measured in this many parts, so that a long measurement can be followed. */
const PARTS = 20;

/**
 * How far the integers are from float32 over all samples; see `measureAgreement`.
 * @param samples at least one.
 * @param onDone is told how many samples are done.
 */
export function measure(
  { graph, quantisation }: Compiled,
  samples: readonly Float32Array[],
  labels: readonly number[] | undefined,
  onDone: (done: number) => void,
): Agreement {
  const size = Math.ceil(samples.length / PARTS);
  const part = (from: number): Agreement => {
    const own = labels?.slice(from, from + size);
    const agreement = measureAgreement(graph, quantisation, samples.slice(from, from + size), own);
    onDone(Math.min(from + size, samples.length));
    return agreement;
  };
  let whole = part(0);
  for (let from = size; from < samples.length; from += size) whole = together(whole, part(from));
  return whole;
}

function together(left: Agreement, right: Agreement): Agreement {
  const { floatCorrect, integerCorrect } = left;
  const counted = {
    samples: left.samples + right.samples,
    sameClass: left.sameClass + right.sameClass,
    maxError: Math.max(left.maxError, right.maxError),
    nodes: left.nodes.map((node, index) => ({
      ...node,
      maxError: Math.max(node.maxError, right.nodes[index]?.maxError ?? 0),
      maxValue: Math.max(node.maxValue, right.nodes[index]?.maxValue ?? 0),
    })),
  };
  if (floatCorrect === undefined || integerCorrect === undefined) return counted;
  return {
    ...counted,
    floatCorrect: floatCorrect + (right.floatCorrect ?? 0),
    integerCorrect: integerCorrect + (right.integerCorrect ?? 0),
  };
}
