import { defaulted, required } from "../cli/options.ts";
import type { Scope } from "../cli/tasks.ts";
import { write } from "../cli/rows.ts";

export const operator: Scope = {
  name: "operator",
  describes: "Bond OPG, let the market lock it, and answer requests",
  tasks: [
    write({
      task: "operator register",
      does: "Makes you an operator, once and for good",
      options: {
        commission: defaulted("share", "10%", "what you keep of your delegators' earnings, at most 50%"),
        metadataUri: required("text", "who runs it and how to reach it"),
      },
      contract: "staking",
      method: "registerOperator",
      args: ({ commission, metadataUri }) => [commission, metadataUri],
    }),
    write({
      task: "operator bond",
      does: "Adds OPG to your own bond, which answers for your work, and makes you active",
      options: { amount: required("opg", "what to add") },
      contract: "staking",
      method: "bond",
      args: ({ amount }) => [amount],
      pulls: ({ amount }) => amount,
    }),
  ],
};
