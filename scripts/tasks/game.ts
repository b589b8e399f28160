import { required } from "../cli/options.ts";
import { write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";

/** Challenges: what is no move. Moves bring what they go on from, so players send them through `sdk/game`. */
export const game: Scope = {
  name: "game",
  describes: "Take what challenges have earned, and stop a game that judges wrongly",
  tasks: [
    write({
      task: "game withdraw",
      does: "Sends the native coin that settled games have credited to the caller",
      options: { to: required("address", "who receives it") },
      contract: "game",
      method: "withdraw",
      args: ({ to }) => [to],
    }),
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
