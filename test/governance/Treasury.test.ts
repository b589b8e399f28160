import { expect } from "chai";
import { parseEther } from "ethers";

import { ethers, load, networkHelpers } from "../helpers/network.ts";
import { at, DAY, givenContracts, givenSuite, now } from "../helpers/world.ts";

const HELD = parseEther("40000");
const CAP = parseEther("400");
const EPOCH = 7n * DAY;

/** A treasury with money, at the first second of an epoch. */
async function givenTreasury() {
  const world = await givenContracts();
  await world.opg.connect(world.genesis).transfer(world.treasury, HELD);
  const start = ((await now()) / EPOCH + 1n) * EPOCH;
  await networkHelpers.time.increaseTo(start);
  return { ...world, start };
}

describe("Treasury", function () {
  it("refuses a caller without the role", async function () {
    const { treasury, opg, stranger } = await load(givenTreasury);
    await expect(treasury.connect(stranger).pay(opg, stranger, 1n))
      .to.be.revertedWithCustomError(treasury, "AccessManagedUnauthorized")
      .withArgs(stranger);
  });

  it("threat 76: the deployed suite lets nobody pay, its deployer included", async function () {
    const { treasury, opg, genesis, manager } = await load(givenSuite);
    await expect(treasury.connect(genesis).pay(opg, genesis, 1n))
      .to.be.revertedWithCustomError(treasury, "AccessManagedUnauthorized")
      .withArgs(genesis);
    for (const role of [0n, 4n, 7n]) {
      expect((await manager.hasRole(role, genesis)).isMember, `role ${role}`).to.equal(false);
    }
  });

  it("pays up to one percent of what it holds, not a wei more", async function () {
    const { treasury, opg, treasurer, stranger, start } = await load(givenTreasury);
    expect(await treasury.available(opg)).to.equal(CAP);
    await expect(treasury.connect(treasurer).pay(opg, stranger, CAP + 1n))
      .to.be.revertedWithCustomError(treasury, "TreasuryCapExceeded")
      .withArgs(opg, start / EPOCH, CAP + 1n, CAP);
    const tx = treasury.connect(treasurer).pay(opg, stranger, CAP - 1n);
    await expect(tx)
      .to.emit(treasury, "TreasuryPaid")
      .withArgs(opg, stranger, CAP - 1n, CAP - 1n, CAP);
    await expect(tx).to.changeTokenBalances(ethers, opg, [treasury, stranger], [-(CAP - 1n), CAP - 1n]);
    expect(await treasury.available(opg)).to.equal(1n);
    await treasury.connect(treasurer).pay(opg, stranger, 1n);
    expect(await treasury.available(opg)).to.equal(0n);
  });

  it("threat 56: income inside an epoch does not raise its cap, the next epoch starts anew", async function () {
    const { treasury, opg, genesis, treasurer, stranger, start } = await load(givenTreasury);
    await treasury.connect(treasurer).pay(opg, stranger, CAP);
    await opg.connect(genesis).transfer(treasury, HELD);
    await expect(at(start + EPOCH - 1n, () => treasury.connect(treasurer).pay(opg, stranger, 1n)))
      .to.be.revertedWithCustomError(treasury, "TreasuryCapExceeded")
      .withArgs(opg, start / EPOCH, CAP + 1n, CAP);
    const next = (2n * HELD - CAP) / 100n;
    await at(start + EPOCH, () => treasury.connect(treasurer).pay(opg, stranger, next));
    expect(await treasury.available(opg)).to.equal(0n);
  });

  it("keeps a budget for each token", async function () {
    const { treasury, opg, genesis, treasurer, stranger } = await load(givenTreasury);
    const plain = await ethers.deployContract("PlainToken__Mock", [], genesis);
    await plain.getFunction("transfer")(treasury, 100n * HELD);
    await treasury.connect(treasurer).pay(opg, stranger, CAP);
    expect(await treasury.available(plain)).to.equal(100n * CAP);
    const tx = treasury.connect(treasurer).pay(await plain.getAddress(), stranger, 100n * CAP);
    await expect(tx).to.changeTokenBalances(ethers, plain, [treasury, stranger], [-100n * CAP, 100n * CAP]);
    expect([await treasury.available(opg), await treasury.available(plain)]).to.deep.equal([0n, 0n]);
  });
});
