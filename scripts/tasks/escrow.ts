import { required } from "../cli/options.ts";
import { write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";
import { FROM_BLOCK } from "./common.ts";

const SLASH = required("bytes32", "the slash's id, as SlashOpened tells it");
const LOCKER = required("address", "the contract");

/** Where slashed OPG waits. */
export const escrow: Scope = {
  name: "escrow",
  describes: "Pay slashes out, and stop contracts that slash wrongly",
  tasks: [
    write({
      task: "escrow release",
      does: "Pays and burns a slash, 7 days after it was opened; anyone may do it",
      options: { slash: SLASH, fromBlock: FROM_BLOCK },
      contract: "escrow",
      method: "release",
      async args({ slash, fromBlock }, session) {
        const { findSlash } = await import("./actions/stake.ts");
        return [await findSlash(session, slash, fromBlock)];
      },
    }),
    write({
      task: "escrow reverse",
      does: "Gives a held slash back to those it was taken from; for the holder of the role ARBITER",
      options: { slash: SLASH, fromBlock: FROM_BLOCK },
      contract: "escrow",
      method: "reverse",
      async args({ slash, fromBlock }, session) {
        const { findSlash } = await import("./actions/stake.ts");
        return [await findSlash(session, slash, fromBlock)];
      },
    }),
    write({
      task: "escrow stop",
      does: "Stops a contract: it cannot slash, and what it slashed is held; for the holder of the role GUARDIAN",
      options: { locker: LOCKER },
      contract: "escrow",
      method: "stop",
      args: ({ locker }) => [locker],
    }),
    write({
      task: "escrow lift",
      does: "Ends a stop that is not decided; for the holder of the role ARBITER",
      options: { locker: LOCKER },
      contract: "escrow",
      method: "lift",
      args: ({ locker }) => [locker],
    }),
    write({
      task: "escrow make-permanent",
      does: "Decides a stop at once, for good; for the holder of the role ARBITER",
      options: { locker: LOCKER },
      contract: "escrow",
      method: "makePermanent",
      args: ({ locker }) => [locker],
    }),
  ],
};
