import type { ContractPage, Entry, FunctionEntry, Parameter, Setting, TypeEntry } from "./contract.ts";

const HEADER = "<!-- Written by `npm run reference -- --update` from the contracts' own comments. -->";

/** A contract's page. */
export function renderPage(page: ContractPage): string {
  const own = page.functions.filter(({ ours }) => ours);
  const inherited = page.functions.filter(({ ours }) => !ours);
  return joined([
    HEADER,
    `# ${page.name}`,
    prose(page.natspec),
    `Source: [\`${page.path}\`](../../${page.path})`,
    section(
      "Functions",
      own.map((entry) => renderFunction(entry)),
    ),
    section("Settings", [settingsTable(page.settings)]),
    section("Types", page.types.map(renderType)),
    section("Events", entryBlocks(page.events)),
    section("Errors", entryBlocks(page.errors)),
    section("From OpenZeppelin", [
      ...bullets(inherited.map(({ signature, mutability }) => `\`${signature}\`${viewMark(mutability)}`)),
      ...foreign("Events", page.events),
      ...foreign("Errors", page.errors),
    ]),
  ]);
}

/** The page that lists the others. */
export function renderIndex(pages: readonly ContractPage[]): string {
  const rows = pages.map(
    ({ name, natspec }) => `| [\`${name}\`](${name}.md) | ${cell(firstSentence(natspec.notice))} |`,
  );
  return joined([
    HEADER,
    "# Reference",
    "Every public function, event, error, type and setting, from the comments in the contracts. Under each function stand the modifiers " +
      "that guard it, the events it may write, the errors it may revert with, and which functions of other contracts it calls, whose " +
      "errors come through it as well: found in the code, not in the comments.",
    ["| contract | purpose |", "| --- | --- |", ...rows].join("\n"),
  ]);
}

function renderFunction(entry: FunctionEntry): string {
  const facts = [
    ["Guarded by", entry.guards],
    ["May write", entry.events],
    ["May revert with", entry.errors],
    ["Calls", entry.calls],
  ] as const;
  return joined([
    `### ${entry.name}`,
    `\`\`\`solidity\n${declaration(entry)}\n\`\`\``,
    prose(entry.natspec),
    parameterTable([
      ...entry.inputs,
      ...entry.outputs.map((output) => ({ ...output, name: `→ ${output.name}`.trim() })),
    ]),
    facts
      .filter(([, names]) => names.length > 0)
      .map(([what, names]) => `- ${what} ${names.map((name) => `\`${name}\``).join(", ")}`)
      .join("\n"),
  ]);
}

function declaration({ signature, mutability, outputs }: FunctionEntry): string {
  const returns = outputs.map(({ type, name }) => `${type} ${name}`.trim()).join(", ");
  const words = [`function ${signature} external`];
  if (mutability !== "nonpayable") words.push(mutability);
  if (returns !== "") words.push(`returns (${returns})`);
  return words.join(" ");
}

function renderType({ name, natspec, members }: TypeEntry): string {
  const rows = members.map(({ type, name: member, text }) => `| \`${member}\` | \`${type}\` | ${cell(text)} |`);
  return joined([`### ${name}`, prose(natspec), ["| member | type | |", "| --- | --- | --- |", ...rows].join("\n")]);
}

/** Parameters that something is said of; the others' names speak for themselves. */
function parameterTable(parameters: readonly Parameter[]): string {
  const told = parameters.filter(({ text }) => text !== "");
  const rows = told.map(({ name, type, text }) => `| \`${name}\` | \`${type}\` | ${cell(text)} |`);
  return rows.length === 0 ? "" : ["| parameter | type | |", "| --- | --- | --- |", ...rows].join("\n");
}

function settingsTable(settings: readonly Setting[]): string {
  const rows = settings.map(
    ({ name, type, value, text }) => `| \`${name}\` | \`${type}\` | ${cell(codeOrWords(value))} | ${cell(text)} |`,
  );
  return rows.length === 0 ? "" : ["| name | type | value | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function entryBlocks(entries: readonly Entry[]): readonly string[] {
  return entries
    .filter(({ ours }) => ours)
    .map(({ signature, natspec }) => joined([`### \`${signature}\``, prose(natspec)]));
}

function foreign(title: string, entries: readonly Entry[]): readonly string[] {
  const names = entries.filter(({ ours }) => !ours).map(({ signature }) => `\`${signature}\``);
  return names.length === 0 ? [] : [`${title}: ${names.join(", ")}`];
}

function section(title: string, blocks: readonly string[]): string {
  const filled = blocks.filter(Boolean);
  return filled.length === 0 ? "" : joined([`## ${title}`, ...filled]);
}

function bullets(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${item}`).join("\n")];
}

/** Comments in Markdown: `{References}` become code, paragraphs stay. */
function prose({ notice, dev }: Entry["natspec"]): string {
  return [notice, dev]
    .filter(Boolean)
    .join("\n\n")
    .replace(/\{([^{}]+)\}/g, "`$1`");
}

function cell(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .replace(/\{([^{}]+)\}/g, "`$1`")
    .trim();
}

function codeOrWords(value: string): string {
  return value.includes(" at ") || value === "stored" ? value : `\`${value.replace(/\s+/g, " ")}\``;
}

function viewMark(mutability: string): string {
  return mutability === "nonpayable" ? "" : ` ${mutability}`;
}

function firstSentence(text: string): string {
  return /^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, ".") ?? text;
}

function joined(blocks: readonly string[]): string {
  return blocks.filter(Boolean).join("\n\n");
}
