import { ABIS } from "./abi.ts";
import { CLI_ERRORS } from "./errors.ts";
import { FORMS, type Option } from "./options.ts";
import { flagName } from "./flag-name.ts";
import type { Row } from "./rows.ts";
import { COMMON_OPTIONS, WRITE_FLAGS, WRITE_OPTIONS, type Scope } from "./tasks.ts";

const CONTRACTS = Object.keys(ABIS)
  .map((name) => `\`${name}\``)
  .join(", ");

const INTRODUCTION = `# Command line

Every function of the suite that a person calls is a task: \`npx hardhat <scope> <verb> --network <name>\`. This page is written from
the tables in \`scripts/tasks/\` by \`npm run cli-docs -- --update\`; \`--help\` after a scope or a task says the same.

\`\`\`sh
npx hardhat operator bond --amount 10000 --approve --dry-run --network localhost   # what would happen
npx hardhat operator bond --amount 10000 --approve --network localhost             # do it
npx hardhat operator status --network localhost
\`\`\`

**Where.** \`--network\` names a network of \`hardhat.config.ts\`. The contracts' addresses come from the address book that
\`npm run deploy\` wrote for its chain, and are checked to hold code.

**Who.** Writes are sent by the network's first account, or by that of \`--from\`. Keys are stored once with
\`npx hardhat keystore set <NAME>\` and named in the network's \`accounts\` as \`configVariable("<NAME>")\`; a network without \`accounts\` uses
those that its node has unlocked. With \`--signer <url>\` an external signer is asked instead, by \`eth_accounts\` and
\`eth_sendTransaction\`: a wallet such as Frame, or a node that passes signing on, such as geth with clef. It must be on the same chain. A key
is never given on the command line.

**What a write does.** It is tried on the chain's latest state, so a contract's refusal is shown before anything is sent: the error's
name, its arguments in human units, and what to do next. Then it is sent, and its hash, events, block and gas are printed. \`--dry-run\` stops
before sending. Where a contract pulls OPG and may not yet, \`--approve\` approves exactly that amount first; without it the task refuses.

**Amounts and times.** OPG are decimal with at most 18 decimals, times are UTC, shares percent. Instead of an address there
may stand \`me\`, the account that sends, or a contract's name: ${CONTRACTS}.

**Exit code.** 0 when what the task's sentence says has happened (with \`--dry-run\`: would happen), 1 otherwise. Every refusal begins
with one of the codes [below](#refusals).`;

/** The text of docs/cli.md, before it is laid out. */
export function renderDocs(scopes: readonly Scope[]): string {
  return [
    INTRODUCTION,
    "## Options of every task",
    table(["option", "meaning"], Object.entries(COMMON_OPTIONS).map(plainOption)),
    "## Options of every write",
    table(["option", "meaning"], Object.entries({ ...WRITE_OPTIONS, ...WRITE_FLAGS }).map(plainOption)),
    "`--approve` is there where a contract pulls OPG.",
    ...scopes.flatMap(renderScope),
    "## Refusals",
    "Besides these there are the codes of what a task builds on, `NOT_DEPLOYED` for instance.",
    table(
      ["code", "meaning"],
      Object.entries(CLI_ERRORS).map(([code, meaning]) => [`\`${code}\``, meaning]),
    ),
  ].join("\n\n");
}

function renderScope({ name, describes, tasks }: Scope): readonly string[] {
  return [`## ${name}`, `${describes}.`, ...tasks.flatMap(renderTask)];
}

function renderTask({ task, does, options, calls, pulls }: Row): readonly string[] {
  const sent = calls.map(({ contract, method }) => `\`${contract}.${method.replace(/\(.*/, "")}\``).join(", ");
  const note = calls.length === 0 ? "Reads only." : `Sends ${sent}${pulls ? ", which pulls OPG" : ""}.`;
  const rows = Object.entries(options).map(([option, facts]) => [`\`${flagName(option)}\``, ...describe(facts)]);
  const list = rows.length === 0 ? [] : [table(["option", "what", "form", "if left out"], rows)];
  return [`### hardhat ${task}`, `${does}. ${note}`, ...list];
}

function describe({ kind, describes, given, fallback }: Option): readonly string[] {
  const missing = fallback === undefined ? (given ? "refused" : "none") : fallback === "" ? "empty" : `\`${fallback}\``;
  return [describes, FORMS[kind], missing];
}

function plainOption([name, meaning]: readonly [string, string]): readonly string[] {
  return [`\`${flagName(name)}\``, meaning];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
