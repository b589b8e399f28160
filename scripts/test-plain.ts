import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** What must work with any ERC-20 in OPG's place. */
const FOLDERS = ["governance", "inference", "registry", "rewards", "staking"];
const STORIES = ["scripts/demo.test.ts"];

/** Runs the behaviour tests of the contracts, and the demo's story, on a suite with a plain token. */
export default async function testPlain(_: object, { config, tasks }: HardhatRuntimeEnvironment): Promise<unknown> {
  const { mocha } = config.paths.tests;
  const folders = await Promise.all(
    FOLDERS.map(async (folder) => (await readdir(join(mocha, folder))).map((file) => join(folder, file))),
  );
  const files = [...folders.flat(), ...STORIES].filter((file) => file.endsWith(".test.ts"));
  // Read by test/helpers/token.ts.
  process.env["SUITE_TOKEN"] = "plain";
  return tasks.getTask(["test", "mocha"]).run({ testFiles: files.map((file) => join(mocha, file)) });
}
