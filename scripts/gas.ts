import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DEVELOPMENT } from "../deploy/parameters.ts";
import { deploySuite } from "../deploy/suite.ts";
import { SuiteError } from "../sdk/errors.ts";
import { aboveBudget, GasMeter, render } from "./gas/measure.ts";
import { measureAll, type Cast } from "./gas/operations.ts";
import { task } from "./task.ts";

const SNAPSHOT = "snapshots/gas.txt";
/** 2027-01-15 08:00 UTC: any fixed time serves. */
const START = 1_800_000_000n;

/** Measures, prints, and fails above a budget or away from the committed snapshot. */
export default task("gas", gas);

async function gas({ update }: { update: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { ethers, networkHelpers } = await hre.network.create();
  const [genesis, publisher, operator, requester, stranger] = await ethers.getSigners();
  if (!genesis || !publisher || !operator || !requester || !stranger)
    throw new SuiteError({
      code: "TOO_FEW_ACCOUNTS",
      what: "the embedded chain has fewer than 5",
      next: "use the default network",
    });
  const cast: Cast = { genesis, publisher, operator, requester, stranger };

  await networkHelpers.time.increaseTo(START - 1_000n);
  const suite = await deploySuite(genesis, genesis.address, DEVELOPMENT);
  const meter = new GasMeter(networkHelpers.time, START);
  await measureAll(meter, suite, cast);

  const table = render(meter.measurements);
  console.log(table);
  const above = aboveBudget(meter.measurements);
  if (above.length > 0) {
    const list = above.map(({ operation, gas, budget }) => `${operation} ${gas} > ${budget ?? ""}`).join(", ");
    throw new SuiteError({ code: "ABOVE_BUDGET", what: list, next: "make it cheaper, or show why it cannot be" });
  }

  const path = join(hre.config.paths.root, SNAPSHOT);
  if (update) {
    await writeFile(path, table);
    console.log(`wrote ${SNAPSHOT}`);
  } else if ((await readFile(path, "utf8")) !== table) {
    throw new SuiteError({
      code: "SNAPSHOT_DIFFERS",
      what: `the figures above are not those of ${SNAPSHOT}`,
      next: "if the change is meant, run npm run gas -- --update and commit it with the reason",
    });
  }
}
