import { expect } from "chai";
import { MaxUint256, parseEther, ZeroAddress } from "ethers";

import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { ModelKind } from "../../sdk/registry/terms.ts";
import { ComputeStaking__factory, OPG__factory, RevenueSplitter__factory } from "../../sdk/generated/index.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { ethers, load } from "../helpers/network.ts";
import { BOND, givenContracts, publish } from "../helpers/world.ts";
import { inCirculation, PLAIN } from "../helpers/token.ts";

const FEE = parseEther("10");
const ROYALTY = parseEther("2");
const TREASURY = parseEther("0.5");
const BURN = parseEther("1");
const OPERATOR = parseEther("6.5");
const DEAD = "0x000000000000000000000000000000000000dEaD";

/** A model whose version takes 20 % of each fee and owes 30 % of that to a dataset and 25 % to another. */
async function givenLineage() {
  const world = await givenContracts();
  const { registry, staking, operator, publisher, curator, stranger } = world;
  await staking.connect(operator).registerOperator(0, "");
  await staking.connect(operator).bond(BOND);
  const dataset = await publish(registry, curator, ModelKind.Dataset, { royaltyBps: 0n });
  const other = await publish(registry, stranger, ModelKind.Dataset, { royaltyBps: 0n });
  const version = await publish(registry, publisher, ModelKind.Model, {
    parents: [
      { versionId: dataset, shareBps: 3_000n },
      { versionId: other, shareBps: 2_500n },
    ],
  });
  return { ...world, dataset, other, version };
}

async function givenSplitFee() {
  const world = await givenLineage();
  await world.splitter.connect(world.requester).split(world.operator, world.version, FEE);
  return world;
}

describe("RevenueSplitter", function () {
  describe("constructor", function () {
    const bounds = [
      { name: "RevenueSplitterTreasuryShareOutOfRange", treasury: 1_001n, burn: 1_000n, args: [1_001n, 0n, 1_000n] },
      { name: "RevenueSplitterBurnShareOutOfRange", treasury: 500n, burn: 199n, args: [199n, 200n, 2_000n] },
      { name: "RevenueSplitterBurnShareOutOfRange", treasury: 500n, burn: 2_001n, args: [2_001n, 200n, 2_000n] },
    ];
    for (const { name, treasury: treasuryBps, burn, args } of bounds) {
      it(`refuses treasury ${treasuryBps} and burn ${burn}: ${name}`, async function () {
        const { opg, registry, staking, treasury, genesis } = await load(givenContracts);
        const factory = new RevenueSplitter__factory(genesis);
        await expect(factory.deploy(opg, true, registry, staking, treasury, treasuryBps, burn))
          .to.be.revertedWithCustomError(factory, name)
          .withArgs(...args);
      });
    }

    it("refuses to send the treasury's share to nobody", async function () {
      const { opg, registry, staking, genesis } = await load(givenContracts);
      const factory = new RevenueSplitter__factory(genesis);
      await expect(
        factory.deploy(opg, true, registry, staking, ZeroAddress, 500n, 1_000n),
      ).to.be.revertedWithCustomError(factory, "RevenueSplitterZeroTreasury");
    });

    it("threat 77: refuses to burn a token that cannot burn", async function () {
      const { registry, staking, treasury, genesis } = await load(givenContracts);
      const plain = await ethers.deployContract("PlainToken__Mock", [], genesis);
      const factory = new RevenueSplitter__factory(genesis);
      await expect(factory.deploy(plain, true, registry, staking, treasury, 500n, 1_000n)).to.be.revertedWithoutReason(
        ethers,
      );
    });

    for (const [treasuryBps, burnBps] of [
      [0n, 200n],
      [1_000n, 2_000n],
    ] as const) {
      it(`takes treasury ${treasuryBps} and burn ${burnBps}`, async function () {
        const { opg, registry, staking, treasury, genesis } = await load(givenContracts);
        const factory = new RevenueSplitter__factory(genesis);
        const splitter = await factory.deploy(opg, !PLAIN, registry, staking, treasury, treasuryBps, burnBps);
        expect([await splitter.treasuryBps(), await splitter.burnBps()]).to.deep.equal([treasuryBps, burnBps]);
      });
    }
  });

  describe("split", function () {
    it("refuses an amount of zero", async function () {
      const { splitter, staking, requester, operator, version } = await load(givenLineage);
      await expect(splitter.connect(requester).split(operator, version, 0n)).to.be.revertedWithCustomError(
        staking,
        "ComputeStakingZeroAssets",
      );
    });

    it("threat 41: refuses an unknown version, high bits included, and keeps the fee where it is", async function () {
      const { splitter, registry, opg, requester, operator, version } = await load(givenLineage);
      for (const unknown of [version + 1n, version + (1n << 96n)]) {
        const tx = splitter.connect(requester).split(operator, unknown, FEE);
        await expect(tx).to.be.revertedWithCustomError(registry, "ModelRegistryUnknownVersion").withArgs(unknown);
      }
      expect(await opg.balanceOf(splitter)).to.equal(0n);
    });

    it("refuses an unknown operator", async function () {
      const { splitter, staking, requester, stranger, version } = await load(givenLineage);
      await expect(splitter.connect(requester).split(stranger, version, FEE))
        .to.be.revertedWithCustomError(staking, "ComputeStakingUnknownOperator")
        .withArgs(stranger);
    });

    it("divides the fee and moves only the operator's part on", async function () {
      const { splitter, staking, opg, treasury, requester, operator, publisher, version } = await load(givenLineage);
      const tx = splitter.connect(requester).split(operator, version, FEE);
      await expect(tx)
        .to.emit(splitter, "FeeSplit")
        .withArgs(operator, version, FEE, ROYALTY, TREASURY, BURN, OPERATOR);
      await expect(tx).to.changeTokenBalances(
        ethers,
        opg,
        [requester, splitter, staking, treasury, publisher],
        [-FEE, FEE - OPERATOR, OPERATOR, 0n, 0n],
      );
      expect(await splitter.earned(version)).to.equal(ROYALTY);
      expect(await splitter.accrued()).to.deep.equal([TREASURY, BURN]);
      expect((await staking.operatorOf(operator)).bond).to.equal(BOND + OPERATOR);
    });

    it("adds to what is not yet paid", async function () {
      const { splitter, requester, operator, version } = await load(givenSplitFee);
      await splitter.connect(requester).split(operator, version, 2n * FEE);
      expect(await splitter.earned(version)).to.equal(3n * ROYALTY);
      expect(await splitter.accrued()).to.deep.equal([3n * TREASURY, 3n * BURN]);
    });

    it("threat 15: gives every wei of rounding to the operator", async function () {
      const { splitter, requester, operator, version } = await load(givenLineage);
      await expect(splitter.connect(requester).split(operator, version, 19n))
        .to.emit(splitter, "FeeSplit")
        .withArgs(operator, version, 19n, 3n, 0n, 1n, 15n);
    });
  });

  describe("harvest", function () {
    it("does nothing when nothing was earned, even for an unknown version", async function () {
      const { splitter, version } = await load(givenLineage);
      expect(await splitter.harvest.staticCall(version)).to.equal(0n);
      await expect(splitter.harvest(version)).not.to.emit(splitter, "Harvested");
      expect(await splitter.harvest.staticCall(toVersionId(99n, 1n))).to.equal(0n);
    });

    it("pays the holder, and the parents one hop on", async function () {
      const { splitter, opg, publisher, curator, stranger, version, dataset, other } = await load(givenSplitFee);
      const [toDataset, toOther] = [(ROYALTY * 30n) / 100n, (ROYALTY * 25n) / 100n];
      const rest = ROYALTY - toDataset - toOther;
      const tx = splitter.connect(stranger).harvest(version);
      await expect(tx).to.emit(splitter, "LineageShared").withArgs(version, dataset, toDataset);
      await expect(tx).to.emit(splitter, "LineageShared").withArgs(version, other, toOther);
      await expect(tx).to.emit(splitter, "Harvested").withArgs(version, publisher, rest);
      await expect(tx).to.changeTokenBalances(ethers, opg, [publisher, splitter, curator], [rest, -rest, 0n]);
      expect(await splitter.earned(version)).to.equal(0n);
      expect([await splitter.earned(dataset), await splitter.earned(other)]).to.deep.equal([toDataset, toOther]);
      await expect(splitter.harvest(dataset)).to.changeTokenBalances(
        ethers,
        opg,
        [curator, splitter],
        [toDataset, -toDataset],
      );
    });

    it("pays whoever holds the model at this moment", async function () {
      const { splitter, registry, opg, publisher, stranger, version, operator, requester } = await load(givenSplitFee);
      await registry.connect(publisher).transferFrom(publisher, stranger, version >> 32n);
      const rest = (ROYALTY * 45n) / 100n;
      await expect(splitter.harvest(version)).to.changeTokenBalances(ethers, opg, [publisher, stranger], [0n, rest]);
      await splitter.connect(requester).split(operator, version, FEE);
      expect(await splitter.earned(version)).to.equal(ROYALTY);
    });

    it("threat 15: leaves rounding dust to the child, and no parent a share of nothing", async function () {
      const { splitter, opg, requester, operator, publisher, version, dataset, other } = await load(givenLineage);
      await splitter.connect(requester).split(operator, version, 19n);
      const tx = splitter.harvest(version);
      await expect(tx).not.to.emit(splitter, "LineageShared");
      await expect(tx).to.changeTokenBalances(ethers, opg, [publisher], [3n]);
      expect([await splitter.earned(dataset), await splitter.earned(other)]).to.deep.equal([0n, 0n]);
    });

    it("passes over a parent whose share is nothing to the next one", async function () {
      const { splitter, registry, requester, operator, publisher, dataset, other } = await load(givenLineage);
      const parents = [
        { versionId: dataset, shareBps: 1n },
        { versionId: other, shareBps: 5_000n },
      ];
      const version = await publish(registry, publisher, ModelKind.Model, { parents });
      await splitter.connect(requester).split(operator, version, 19n);
      await expect(splitter.harvest(version)).to.emit(splitter, "LineageShared").withArgs(version, other, 1n);
      expect([await splitter.earned(dataset), await splitter.earned(other)]).to.deep.equal([0n, 1n]);
    });

    it("threat 19: harvesting a child first or last gives each the same", async function () {
      const { splitter, opg, requester, operator, publisher, curator, version, dataset } = await load(givenSplitFee);
      const before = await Promise.all([opg.balanceOf(publisher), opg.balanceOf(curator)]);
      await splitter.harvest(dataset);
      await splitter.harvest(version);
      await splitter.harvest(version);
      await splitter.connect(requester).split(operator, version, FEE);
      await splitter.harvest(version);
      await splitter.harvest(dataset);
      const after = await Promise.all([opg.balanceOf(publisher), opg.balanceOf(curator)]);
      expect(after[0] - before[0]).to.equal((2n * ROYALTY * 45n) / 100n);
      expect(after[1] - before[1]).to.equal((2n * ROYALTY * 30n) / 100n);
    });
  });

  describe("flush", function () {
    it("does nothing when nothing has accrued", async function () {
      const { splitter } = await load(givenLineage);
      await expect(splitter.flush()).not.to.emit(splitter, "Flushed");
    });

    it("pays the treasury and burns, whoever calls, once", async function () {
      const { splitter, opg, treasury, stranger } = await load(givenSplitFee);
      const supply = await inCirculation(opg);
      const tx = splitter.connect(stranger).flush();
      await expect(tx).to.emit(splitter, "Flushed").withArgs(stranger, TREASURY, BURN);
      await expect(tx).to.changeTokenBalances(
        ethers,
        opg,
        [splitter, treasury, stranger],
        [-(TREASURY + BURN), TREASURY, 0n],
      );
      expect(await inCirculation(opg)).to.equal(supply - BURN);
      expect(await splitter.accrued()).to.deep.equal([0n, 0n]);
      await expect(splitter.flush()).not.to.emit(splitter, "Flushed");
      expect(await opg.balanceOf(splitter)).to.equal(ROYALTY);
    });

    it("burns though the treasury's share was rounded down to nothing", async function () {
      const { splitter, opg, requester, operator, stranger, version } = await load(givenLineage);
      await splitter.connect(requester).split(operator, version, 19n);
      const supply = await inCirculation(opg);
      await expect(splitter.connect(stranger).flush()).to.emit(splitter, "Flushed").withArgs(stranger, 0n, 1n);
      expect(await inCirculation(opg)).to.equal(supply - 1n);
    });

    it("threat 77: sends what a plain token cannot burn to 0x…dEaD", async function () {
      const { genesis, manager, registry, treasury, publisher } = await load(givenContracts);
      const deployed = await ethers.deployContract("PlainToken__Mock", [], genesis);
      const plain = OPG__factory.connect(await deployed.getAddress(), genesis);
      const { treasuryBps, burnBps, minimumBond } = DEVELOPMENT;
      const plainStaking = await new ComputeStaking__factory(genesis).deploy(plain, false, false, manager, minimumBond);
      const splitter = await new RevenueSplitter__factory(genesis).deploy(
        plain,
        false,
        registry,
        plainStaking,
        treasury,
        treasuryBps,
        burnBps,
      );
      await plainStaking.connect(genesis).registerOperator(0, "");
      const version = await publish(registry, publisher, ModelKind.Model);
      await plain.approve(splitter, MaxUint256);
      await splitter.connect(genesis).split(genesis, version, FEE);
      await expect(splitter.flush()).to.changeTokenBalances(
        ethers,
        plain,
        [splitter, treasury, DEAD],
        [-(TREASURY + BURN), TREASURY, BURN],
      );
    });
  });
});
