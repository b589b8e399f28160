import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../sdk/errors.ts";

type Action<Arguments> = (args: Arguments, hre: HardhatRuntimeEnvironment) => Promise<void>;

/** Makes a Hardhat task of `run`: our own refusals are shown as their message, which Hardhat would else take for bugs of its own. */
export function task<Arguments>(name: string, run: Action<Arguments>): Action<Arguments> {
  return async (args, hre) => {
    try {
      await run(args, hre);
    } catch (error) {
      throw error instanceof SuiteError ? new HardhatPluginError(name, error.message, error) : error;
    }
  };
}
