import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { TaskDefinition } from "hardhat/types/tasks";

import { FORMS, type Option } from "./options.ts";
import type { Row } from "./rows.ts";

/** A scope of the command line, and its tasks. */
export type Scope = {
  readonly name: string;
  /** One line for `--help`: whose tasks these are. */
  readonly describes: string;
  readonly tasks: readonly Row[];
};

/** The option that every task takes. */
export const COMMON_OPTIONS = {
  addresses: "folder of the address books instead of deploy/addresses",
} as const;
/** Options that every write takes besides its own. */
export const WRITE_OPTIONS = {
  from: "who sends: an address, or a position among the network's accounts (default: the first)",
  signer: "url of an external signer that asks its owner and sends, by eth_sendTransaction",
  json: 'a JSON file with any of the other options, for instance {"amount": "12.5"}; those given here go first',
} as const;
/** Flags that writes take; `approve` only those that pull OPG. */
export const WRITE_FLAGS = {
  dryRun: "ask the chain what would happen, and send nothing",
  approve: "approve exactly the OPG that is pulled, if less is allowed",
} as const;

/** Hardhat tasks of a scope: the bare scope shows what there is. */
export function tasksOf({ name, describes, tasks }: Scope): TaskDefinition[] {
  return [emptyTask(name, describes).build(), ...tasks.map(toTask)];
}

/** The Hardhat task of a row. */
export function toTask(row: Row): TaskDefinition {
  const options = Object.entries(row.options);
  const writeOptions = row.calls.length > 0 ? Object.entries(WRITE_OPTIONS) : [];
  const flags =
    row.calls.length > 0 ? Object.entries(WRITE_FLAGS).filter(([name]) => name !== "approve" || row.pulls) : [];
  let builder = task(row.task.split(" "), row.does);
  for (const [name, option] of options) builder = withOption(builder, name, describeOption(option));
  for (const [name, description] of [...Object.entries(COMMON_OPTIONS), ...writeOptions])
    builder = withOption(builder, name, description);
  for (const [name, description] of flags) builder = builder.addFlag({ name, description });
  return builder
    .setAction(async () => {
      // What the tables promise is loaded when it is run, so that `hardhat --help` stays quick and a build needs no bindings.
      const { actionOf } = await import("./run.ts");
      return { default: actionOf(row) };
    })
    .build();
}

type Builder = ReturnType<typeof task>;

function withOption(builder: Builder, name: string, description: string): Builder {
  return builder.addOption({ name, description, type: ArgumentType.STRING_WITHOUT_DEFAULT, defaultValue: undefined });
}

/** What `--help` says about an option. */
export function describeOption({ kind, describes, given, fallback }: Option): string {
  const need = fallback === undefined ? (given ? "required" : "optional") : `default: ${fallback}`;
  return `${describes}: ${FORMS[kind]} (${need})`;
}
