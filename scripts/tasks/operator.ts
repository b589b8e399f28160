import { defaulted, optional, required } from "../cli/options.ts";
import { read, write } from "../cli/rows.ts";
import type { Scope } from "../cli/tasks.ts";
import { FROM_BLOCK, REQUEST } from "./common.ts";

const OPERATOR = defaulted("address", "me", "the operator");

/** What an operator does with its stake and its work. */
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
    write({
      task: "operator commission",
      does: "Lowers your commission at once, or announces a raise that takes effect after 21 days",
      options: { commission: required("share", "what you keep of your delegators' earnings, at most 50%") },
      contract: "staking",
      method: "setCommission",
      args: ({ commission }) => [commission],
    }),
    write({
      task: "operator raise-commission",
      does: "Puts an announced raise of an operator's commission into effect; anyone may do it",
      options: { operator: OPERATOR },
      contract: "staking",
      method: "raiseCommission",
      args: ({ operator: whose }) => [whose],
    }),
    write({
      task: "operator unbond",
      does: "Takes OPG out of your bond; a ticket pays it after 21 days, in which it stays answerable",
      options: { amount: required("opg", "what to take out") },
      contract: "staking",
      method: "unbond",
      args: ({ amount }) => [amount],
    }),
    write({
      task: "operator retire",
      does: "Takes no new work from now on, so that you may unbond everything; bonding again undoes it",
      options: {},
      contract: "staking",
      method: "retire",
      args: () => [],
    }),
    write({
      task: "operator withdraw",
      does: "Pays a ticket, of a bond or of a delegation, to its owner, once its time has come; anyone may do it",
      options: { ticket: required("number", "the ticket's number, as unbonding printed it") },
      contract: "staking",
      method: "withdraw",
      args: ({ ticket }) => [ticket],
    }),
    write({
      task: "operator agent",
      does: "Lets an agent accept and submit for you, never touch your money",
      options: {
        agent: required("address", "the agent"),
        limit: required("opg", "the market's lock on you up to which it may accept; 0 ends it"),
      },
      contract: "staking",
      method: "setAgent",
      args: ({ agent, limit }) => [agent, limit],
    }),
    write({
      task: "operator allow",
      does: "Lets a contract lock your stake; this is what puts it within the contract's reach",
      options: { locker: defaulted("address", "market", "the contract") },
      contract: "staking",
      method: "allow",
      args: ({ locker }) => [locker],
    }),
    write({
      task: "operator disallow",
      does: "Stops new locks by a contract at once; those it holds stay until they are unlocked or cleared",
      options: { locker: defaulted("address", "market", "the contract") },
      contract: "staking",
      method: "disallow",
      args: ({ locker }) => [locker],
    }),
    write({
      task: "operator clear",
      does: "Frees what a contract left locked past its last end; anyone may do it",
      options: { operator: OPERATOR, locker: defaulted("address", "market", "the contract") },
      contract: "staking",
      method: "clear",
      args: ({ operator: whose, locker }) => [whose, locker],
    }),
    write({
      task: "operator distribute",
      does: "Pays OPG to an operator's stake as if it had earned it; anyone may do it",
      options: { operator: required("address", "the operator"), amount: required("opg", "what to pay") },
      contract: "staking",
      method: "distribute",
      args: ({ operator: whose, amount }) => [whose, amount],
      pulls: ({ amount }) => amount,
    }),
    write({
      task: "operator accept",
      does: "Takes a request on at the price of this moment and locks its collateral; for the operator or its agent",
      options: { request: REQUEST, operator: OPERATOR, fromBlock: FROM_BLOCK },
      contract: "market",
      method: "accept",
      async args({ request, operator: whose, fromBlock }, session) {
        const { findRequest } = await import("./actions/request.ts");
        return [(await findRequest(session, request, fromBlock)).request, whose];
      },
    }),
    write({
      task: "operator submit",
      does: "Delivers the answer of an accepted request, which pays everyone; for the operator or its agent",
      options: {
        request: REQUEST,
        output: required("file", "the answer's bytes; for a version with a program the tensor's words"),
        fromBlock: FROM_BLOCK,
      },
      contract: "market",
      method: "submit",
      async args({ request, output, fromBlock }, session) {
        const { findRequest } = await import("./actions/request.ts");
        return [(await findRequest(session, request, fromBlock)).request, output, []];
      },
      async gasLimit({ request, output, fromBlock }, session) {
        const { findRequest } = await import("./actions/request.ts");
        const { submitGasLimit } = await import("../../sdk/market/gas.ts");
        return submitGasLimit((await findRequest(session, request, fromBlock)).request, output.length);
      },
    }),
    read({
      task: "operator status",
      does: "Shows an operator's bond, locks, free capacity, tickets and agents",
      options: {
        operator: OPERATOR,
        fromBlock: optional("number", "where to begin the search for tickets, locks and agents"),
      },
      async show({ operator: whose, fromBlock }, session) {
        const { showOperator } = await import("./actions/operator.ts");
        await showOperator(session, whose, fromBlock);
      },
    }),
  ],
};
