import { expect } from "chai";

import { Outcome } from "../../../sdk/game/state.ts";
import { load } from "../../helpers/network.ts";
import { challengerOf, play, proposerOf } from "./helpers/play.ts";
import { deepRun, flip, lying, mediumRun, smallRun } from "./helpers/runs.ts";
import { givenChallenge, givenGame } from "./worlds.ts";

describe("TraceGame", function () {
  for (const [name, make] of [["small", smallRun], ["medium", mediumRun], ["deep", deepRun]] as const) {
    it(`fells a lie in a ${name} trace`, async function () {
      const world = await load(givenGame);
      const run = make();
      console.log(run.program.header);
      const { traceLeaves } = run.program.header;
      const cheat = lying(run.trace, [flip(run.trace, "trace", traceLeaves - 1, 3), flip(run.trace, "output", 0, 0)]);
      const played = await givenChallenge(world, run, cheat);
      const { row, moves } = await play(played, played, [
        proposerOf(world.operator, cheat),
        challengerOf(world.challenger, run),
      ]);
      console.log(moves);
      expect(row.state.outcome).to.equal(Outcome.Proven);
    });
  }
});
