import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DEVELOPMENT } from "../deploy/parameters.ts";
import { ROLES } from "../deploy/powers.ts";
import { deployContracts, grantPowers } from "../deploy/suite.ts";
import { SuiteError } from "../sdk/errors.ts";
import type { Cast } from "./gas/cast.ts";
import { aboveBudget, changedRows, GasMeter, render } from "./gas/measure.ts";
import { measureAll } from "./gas/operations.ts";
import { snapshotAt } from "./snapshot.ts";
import { task } from "./task.ts";

const SNAPSHOT = "snapshots/gas.txt";
/** 2027-01-15 08:00 UTC: any fixed time serves. */
const START = 1_800_000_000n;

/** Measures, prints, and fails above a budget or away from the committed snapshot. */
export default task("gas", gas);

async function gas({ update }: { update: boolean }, hre: HardhatRuntimeEnvironment): Promise<void> {
  // Always a fresh embedded chain: figures depend on its state, and a node of the user's would be left in another year.
  const { ethers, networkHelpers } = await hre.network.create("default");
  const [genesis, publisher, operator, requester, stranger, delegator, locker] = await ethers.getSigners();
  if (!genesis || !publisher || !operator || !requester || !stranger || !delegator || !locker)
    throw new SuiteError({
      code: "TOO_FEW_ACCOUNTS",
      what: "the embedded chain has fewer than 7",
      next: 'remove the accounts of the network "default" from hardhat.config.ts',
    });
  const cast: Cast = { genesis, publisher, operator, requester, stranger, delegator, locker };

  await networkHelpers.time.increaseTo(START - 1_000n);
  const suite = await deployContracts(genesis, genesis.address, DEVELOPMENT);
  await grantPowers(suite, genesis);
  await (await suite.manager.grantRole(ROLES.LOCKER, locker, 0)).wait();
  const meter = new GasMeter(networkHelpers.time, START);
  await measureAll(meter, suite, cast);

  const table = render(meter.measurements);
  console.log(table);
  const above = aboveBudget(meter.measurements);
  if (above.length > 0) {
    const list = above.map(({ operation, gas, budget }) => `${operation} ${gas} > ${budget ?? ""}`).join(", ");
    throw new SuiteError({ code: "ABOVE_BUDGET", what: list, next: "make it cheaper, or show why it cannot be" });
  }

  const snapshot = snapshotAt(SNAPSHOT, hre);
  if (update) {
    await snapshot.write(table);
    console.log(`${SNAPSHOT} written`);
    return;
  }
  const committed = await snapshot.read();
  if (committed !== table) {
    console.log(["Changed:", ...changedRows(committed, table)].join("\n"));
    throw new SuiteError({
      code: "SNAPSHOT_DIFFERS",
      what: `the figures are not those of ${SNAPSHOT}`,
      next: "if the change is meant, run npm run gas -- --update and commit it with the reason",
    });
  }
  console.log(`${SNAPSHOT} holds: ${meter.measurements.length} figures`);
}
