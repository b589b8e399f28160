import { expect } from "chai";

import { load } from "../helpers/network.ts";
import { givenContracts, now } from "../helpers/world.ts";

/** Failing test of the audit. */
describe("ComputeStaking: audit", function () {
  it("takes no lock on a bond below the minimum, however it came to be", async function () {
    const { staking, operator, locker } = await load(givenContracts);
    await staking.connect(operator).registerOperator(0, "ipfs://cheap");
    await staking.connect(operator).allow(locker);
    await staking.connect(operator).distribute(operator, 100n);
    expect(await staking.minimumBond()).to.be.greaterThan(100n);
    await expect(staking.connect(locker).lock(operator, 100n, (await now()) + 100n)).to.be.revertedWithCustomError(
      staking,
      "ComputeStakingInsufficientCapacity",
    );
  });
});
