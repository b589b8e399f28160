import { multiplyAddsOf } from "../../sdk/program/weights.ts";
import { WORD_BYTES } from "../../sdk/program/tensor.ts";
import { disputeCost } from "./dispute-cost.ts";
import type { Imported } from "./import.ts";
import { columns, facts, grouped, percent, real } from "./print.ts";

/** What a publisher wants to know before publishing: how exact, how large, how dear to dispute. */
export function importReport({ folder, manifest, compiled, agreement }: Imported, onCalibration: boolean): string {
  const { program } = compiled.quantisation;
  const { header } = program;
  const cost = disputeCost(program);
  const { files } = manifest;
  const layers = compiled.quantisation.layers.map(({ node, terms, weightScale, accumulatorBound }) => [
    node,
    grouped(terms),
    real(weightScale),
    `${((100 * accumulatorBound) / 2 ** 31).toFixed(2)} %`,
  ]);
  // Class numbers are right or wrong, not near; the share of equal ones stands below.
  const reals = agreement.nodes.filter(({ op }) => op !== "argMax");
  const nodes = reals.map(({ node, op, maxError, maxValue }) => [
    node,
    op,
    real(maxValue),
    real(maxError),
    maxValue === 0 ? "" : percent(maxError, maxValue),
  ]);
  const { samples, sameClass, maxError, floatCorrect, integerCorrect } = agreement;
  const accuracy =
    floatCorrect === undefined || integerCorrect === undefined
      ? []
      : ([
          ["accuracy, float32", percent(floatCorrect, samples)],
          ["accuracy, integers", percent(integerCorrect, samples)],
        ] as const);
  return [
    columns([["node", "operation", "largest value", "largest error", "error"], ...nodes]),
    "",
    columns([["layer with weights", "terms", "weight scale", "of int32 used"], ...layers]),
    "",
    facts([
      [
        "measured on",
        `${grouped(samples)} samples${onCalibration ? ", those of the calibration: give --evaluation" : ""}`,
      ],
      ["same class as float32", percent(sameClass, samples)],
      ["largest error", `${real(maxError)} in the network's own units`],
      ...accuracy,
    ]),
    "",
    facts([
      ["operators", grouped(header.records)],
      ["multiply-adds", grouped(multiplyAddsOf(program))],
      ["program", `${grouped(files.program.size)} bytes`],
      ["weights", `${grouped(files.weights.size)} bytes`],
      ["trace", `${grouped(header.traceLeaves * WORD_BYTES)} bytes, depth ${header.traceDepth}`],
      [
        "dispute, estimated",
        `${grouped(cost.totalGas)} gas: open ${grouped(cost.openGas)} + ${cost.rounds} × ${grouped(cost.roundGas)} a round + step ${grouped(cost.stepGas)}`,
      ],
    ]),
    "",
    facts([
      ["contentHash", files.model.sha256],
      ["programRoot", manifest.programRoot],
      ["weightsRoot", manifest.weightsRoot],
      ["written to", folder],
    ]),
  ].join("\n");
}
