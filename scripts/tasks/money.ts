import { defaulted, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";
import { VERSION } from "./common.ts";

/** The network's own money. */
export const treasury: Scope = {
  name: "treasury",
  describes: "Pay from the network's treasury, and see what it may pay",
  tasks: [
    write({
      task: "treasury pay",
      does: "Pays from the treasury, at most 1 % of its balance in 7 days; for the holder of the role TREASURER",
      options: {
        to: required("address", "who is paid"),
        amount: required("decimal", "what to pay, in the token's own decimals"),
        token: defaulted("address", "opg", "the token"),
      },
      contract: "treasury",
      method: "pay",
      async args({ to, amount, token }, session) {
        const { amountOf } = await import("./actions/money.ts");
        return [token, to, await amountOf(session, token, amount)];
      },
    }),
    read({
      task: "treasury status",
      does: "Shows what the treasury holds, may still pay in these 7 days, and will be paid by the next flush",
      options: { token: defaulted("address", "opg", "the token") },
      async show({ token }, session) {
        const { showTreasury } = await import("./actions/money.ts");
        await showTreasury(session, token);
      },
    }),
  ],
};

/** Fees on their way. */
export const splitter: Scope = {
  name: "splitter",
  describes: "Move what fees have accrued to the treasury and the burn",
  tasks: [
    write({
      task: "splitter flush",
      does: "Pays the accrued share to the treasury and burns the accrued burn; anyone may do it",
      options: {},
      contract: "splitter",
      method: "flush",
      args: () => [],
    }),
    write({
      task: "splitter split",
      does: "Pays for work done outside the market, divided as a fee of it would be; anyone may do it",
      options: {
        operator: required("address", "the operator"),
        versionId: VERSION,
        amount: required("opg", "what to pay"),
      },
      contract: "splitter",
      method: "split",
      args: ({ operator, versionId, amount }) => [operator, versionId, amount],
      pulls: ({ amount }) => amount,
    }),
    read({
      task: "splitter status",
      does: "Shows how fees are divided, and what has accrued",
      options: {},
      async show(_, session) {
        const { showSplitter } = await import("./actions/money.ts");
        await showSplitter(session);
      },
    }),
  ],
};
