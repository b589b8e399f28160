import { expect } from "chai";

import { readCommitted } from "../../../models/digits/artefacts.ts";
import { compileModel } from "../../../models/digits/program.ts";
import { inputsOf, splitByIndex } from "../../../models/digits/split.ts";
import { MNIST_CNN } from "../../../models/mnist-cnn/definition.ts";
import { MNIST_MLP } from "../../../models/mnist-mlp/definition.ts";
import type { Run } from "../../../sdk/game/challenger.ts";
import { Outcome } from "../../../sdk/game/state.ts";
import { createExecutor } from "../../../sdk/program/execute.ts";
import { commitProgram } from "../../../sdk/program/prove-step.ts";
import { quantiseInput } from "../../../sdk/program/quantise.ts";
import { createTrace } from "../../../sdk/program/trace.ts";
import { load } from "../../helpers/network.ts";
import { challengerOf, play, proposerOf } from "./helpers/play.ts";
import { flip, lying } from "./helpers/runs.ts";
import { challenge, claimRun, givenGame } from "./worlds.ts";

const MODELS = [
  { definition: MNIST_MLP, mostGas: 460_000n, mostMoves: 3 },
  { definition: MNIST_CNN, mostGas: 620_000n, mostMoves: 5 },
];

const GWEI = 10n ** 9n;

describe("TraceGame: what a whole game costs both sides", function () {
  for (const { definition, mostGas, mostMoves } of MODELS) {
    it(`is at most ${mostGas} gas and ${mostMoves} transactions for ${definition.name}, whatever layer lies`, async function () {
      const world = await load(givenGame);
      const run = await runOfModel(definition);
      const { records } = run.program;
      const { traceDepth, outputDepth, worstStep } = run.program.header;
      for (const [number, record] of records.slice(0, -1).entries()) {
        const lies = [flip(run.trace, "trace", record.firstLeaf, 2), flip(run.trace, "output", 0, 0)];
        const proposed = lying(run.trace, lies);
        const claimed = await claimRun(world, run, proposed, `${definition.name} ${number}`);
        const [bond, unit] = await world.game.bondAt(claimed.claim, { traceDepth, outputDepth, worstStep }, 1n);
        const opened = await (await challenge(world, claimed, world.challenger, bond)).wait();
        const { row, moves } = await play(world, claimed, [
          proposerOf(world.operator, proposed),
          challengerOf(world.challenger, run),
        ]);

        expect(row.state.outcome).to.equal(Outcome.Proven);
        const played = moves.filter(({ kind }) => kind !== "settle");
        const total = played.reduce((sum, { gas }) => sum + gas, opened?.gasUsed ?? 0n);
        expect(1 + played.length).to.be.at.most(mostMoves);
        expect(total).to.be.at.most(mostGas);
        // Twice the gas, at the floor of a gwei.
        expect(unit).to.be.at.least(2n * total * GWEI);
      }
    });
  }
});

async function runOfModel(definition: typeof MNIST_MLP): Promise<Run> {
  const { digits, model } = await readCommitted(definition);
  const split = splitByIndex(digits.samples);
  const { program } = compileModel(model, split);
  const input = inputsOf(split.heldOut)[0];
  if (input === undefined) throw new Error("there is no digit");
  const trace = createTrace(program, createExecutor(program)(quantiseInput(program, input)));
  return { program, records: commitProgram(program), trace };
}
