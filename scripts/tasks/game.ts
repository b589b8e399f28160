import { write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";

/** Challenges: the emergency stop. Moves bring what they go on from, so players send them through `sdk/game`. */
export const game: Scope = {
  name: "game",
  describes: "Stop a game that judges wrongly",
  tasks: [
    write({
      task: "game stop",
      does: "Stops every game: no move counts, and claims accepted by now are void; for the holder of the role GUARDIAN",
      options: {},
      contract: "game",
      method: "stop",
      args: () => [],
    }),
    write({
      task: "game lift",
      does: "Ends a stop that is not decided; for the holder of the role ARBITER",
      options: {},
      contract: "game",
      method: "lift",
      args: () => [],
    }),
    write({
      task: "game make-permanent",
      does: "Decides a stop at once, for good; for the holder of the role ARBITER",
      options: {},
      contract: "game",
      method: "makePermanent",
      args: () => [],
    }),
  ],
};
