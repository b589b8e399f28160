import { defaulted, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";

/** OPG in a wallet. */
export const token: Scope = {
  name: "token",
  describes: "See, send, approve and burn OPG, and delegate its votes",
  tasks: [
    write({
      task: "token transfer",
      does: "Sends OPG",
      options: { to: required("address", "who is paid"), amount: required("opg", "what to send") },
      contract: "opg",
      method: "transfer",
      args: ({ to, amount }) => [to, amount],
    }),
    write({
      task: "token approve",
      does: "Lets an account or contract take OPG from you, up to an amount",
      options: { spender: required("address", "who may take it"), amount: required("opg", "how much; 0 ends it") },
      contract: "opg",
      method: "approve",
      args: ({ spender, amount }) => [spender, amount],
    }),
    write({
      task: "token delegate",
      does: "Gives the votes of your OPG to an account; they count for nobody before, not even for you",
      options: { to: defaulted("address", "me", "who votes with them") },
      contract: "opg",
      method: "delegate",
      args: ({ to }) => [to],
    }),
    write({
      task: "token burn",
      does: "Destroys OPG of yours, for good",
      options: { amount: required("opg", "what to burn") },
      contract: "opg",
      method: "burn",
      args: ({ amount }) => [amount],
    }),
    read({
      task: "token balance",
      does: "Shows an account's OPG, its votes, and what the contracts of the suite may take of it",
      options: { account: defaulted("address", "me", "the account") },
      async show({ account }, session) {
        const { showAccount } = await import("./actions/money.ts");
        await showAccount(session, account);
      },
    }),
  ],
};
