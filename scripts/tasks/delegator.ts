import { defaulted, optional, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";

const OPERATOR = required("address", "the operator");

/** What those do who add OPG to an operator's stake. */
export const delegator: Scope = {
  name: "delegator",
  describes: "Delegate OPG to operators, and make what you have at stake vote",
  tasks: [
    write({
      task: "delegator delegate",
      does: "Adds OPG to an operator's pool, which shares its earnings and answers for its faults after its bond",
      options: {
        operator: OPERATOR,
        amount: required("opg", "what to add, at least 1"),
        slippage: defaulted("share", "1%", "how much fewer shares than now will do"),
      },
      contract: "staking",
      method: "delegate",
      async args({ operator, amount, slippage }, { suite }) {
        const shares = await suite.staking.previewDelegate(operator, amount);
        return [operator, amount, shares - (shares * slippage) / 10_000n];
      },
      pulls: ({ amount }) => amount,
    }),
    write({
      task: "delegator undelegate",
      does: "Takes OPG out of an operator's pool; a ticket pays it after 21 days, in which it stays answerable",
      options: { operator: OPERATOR, amount: optional("opg", "what to take out; everything if left out") },
      contract: "staking",
      method: "undelegate",
      async args({ operator, amount }, session) {
        const { sharesOf } = await import("./actions/stake.ts");
        return [operator, await sharesOf(session, operator, amount)];
      },
    }),
    write({
      task: "delegator vote",
      does: "Gives the votes of all that you have at stake to an account; each stake counts once it is synced",
      options: { to: defaulted("address", "me", "who votes with them") },
      contract: "votes",
      method: "delegate",
      args: ({ to }) => [to],
    }),
    write({
      task: "delegator sync",
      does: "Makes what an account has at stake with an operator count as votes, as much as it is now; anyone may do it",
      options: { operator: OPERATOR, account: defaulted("address", "me", "whose stake") },
      contract: "staking",
      method: "syncVotes",
      args: ({ operator, account }) => [account, operator],
    }),
    read({
      task: "delegator status",
      does: "Shows what an account has at stake with an operator, and what of it votes",
      options: { operator: OPERATOR, account: defaulted("address", "me", "whose stake") },
      async show({ operator, account }, session) {
        const { showPosition } = await import("./actions/stake.ts");
        await showPosition(session, operator, account);
      },
    }),
  ],
};
