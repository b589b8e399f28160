import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Options } from "../cli/options.ts";
import { parseOptions, type Surroundings, type Texts } from "../cli/parse.ts";
import { task } from "../task.ts";
import type { Tool } from "./tool.ts";

/** The action of a Hardhat task made from a tool. */
export function actionOf<Of extends Options, Flag extends string>(
  tool: Tool<Of, Flag>,
): (texts: Texts, hre: HardhatRuntimeEnvironment) => Promise<void> {
  return task<Texts>(tool.task, async (texts, hre) => {
    const values = await parseOptions(tool.options, texts, NO_CHAIN);
    const flags = Object.keys(tool.flags).map((name) => [name, texts[name] === true] as const);
    const order = { ...values, ...(Object.fromEntries(flags) as Readonly<Record<Flag, boolean>>) };
    await tool.run(order, {
      hre,
      print(line) {
        console.log(line);
      },
    });
  });
}

/** Tools have no options that speak of accounts, contracts or times. */
const NO_CHAIN: Surroundings = {
  contracts: new Map(),
  now: 0n,
  me: () => Promise.reject(new TypeError("a tool has no account")),
};
