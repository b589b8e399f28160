import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { format, resolveConfig } from "prettier";

import { SuiteError } from "../sdk/errors.ts";
import { renderDocs } from "./cli/docs.ts";
import { snapshotAt } from "./snapshot.ts";
import { task } from "./task.ts";
import { SCOPES } from "./tasks/all.ts";

const PAGE = "docs/cli.md";

/** Compares docs/cli.md with the tables that it is written from, or writes it. */
export default task("cli-docs", cliDocs);

async function cliDocs({ update }: { update: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  const file = join(hre.config.paths.root, PAGE);
  const current = await format(renderDocs(SCOPES), { ...(await resolveConfig(file)), filepath: file });
  const page = snapshotAt(PAGE, hre);
  if (update) {
    await page.write(current);
    console.log(`${PAGE} written`);
  } else if ((await page.read()) !== current) {
    throw new SuiteError({
      code: "SNAPSHOT_DIFFERS",
      what: `${PAGE} is not what the tables in scripts/tasks say`,
      next: "run npm run cli-docs -- --update and commit it",
    });
  } else {
    const count = SCOPES.reduce((sum, { tasks }) => sum + tasks.length, 0);
    console.log(`${PAGE} holds: ${count} tasks`);
  }
}
