import { task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskDefinition } from "hardhat/types/tasks";

import type { Options, Values } from "../cli/options.ts";
import { describeOption } from "../cli/tasks.ts";

/** A task that works on files and needs no deployment. */
export type Tool<Of extends Options, Flag extends string> = {
  readonly task: string;
  /** One sentence: what it does, and to what. */
  readonly does: string;
  readonly options: Of;
  /** What each flag means. */
  readonly flags: Readonly<Record<Flag, string>>;
  readonly run: (order: Values<Of> & Readonly<Record<Flag, boolean>>, environment: Environment) => Promise<void>;
};

/** What a tool has besides its options. */
export type Environment = {
  readonly hre: HardhatRuntimeEnvironment;
  readonly print: (line: string) => void;
};

/** The Hardhat task of a tool. Loads nothing: the config imports it. */
export function toTool<Of extends Options, Flag extends string>(tool: Tool<Of, Flag>): TaskDefinition {
  let builder = task(tool.task.split(" "), tool.does);
  for (const [name, option] of Object.entries(tool.options)) {
    const description = describeOption(option);
    const type = ArgumentType.STRING_WITHOUT_DEFAULT;
    builder = builder.addOption({ name, description, type, defaultValue: undefined });
  }
  for (const [name, description] of Object.entries<string>(tool.flags))
    builder = builder.addFlag({ name, description });
  return builder
    .setAction(async () => {
      const { actionOf } = await import("./run-tool.ts");
      return { default: actionOf(tool) };
    })
    .build();
}
