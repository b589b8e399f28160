import { expect } from "chai";
import { id, parseEther, ZeroAddress, ZeroHash } from "ethers";

import { actors, ethers, networkHelpers } from "../helpers/network.ts";
import type { VersionParams } from "../helpers/registry.ts";
import { ModelKind } from "../../sdk/registry/terms.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { asTuple, versionParams } from "../helpers/registry.ts";

const URI = "ipfs://metadata";
const UNKNOWN_MODEL = 99n;
/** The id of a version that exists, with a bit that no id has. */
const withHighBit = (version: bigint) => version | (1n << 96n);
const parentsOf = (...pairs: readonly (readonly [bigint, bigint])[]) =>
  pairs.map(([version, shareBps]) => ({ versionId: version, shareBps }));
/** Parents as the registry answers them, without ethers' wrapping. */
const plain = (parents: readonly { readonly versionId: bigint; readonly shareBps: bigint }[]) =>
  parents.map((parent) => ({ versionId: parent.versionId, shareBps: parent.shareBps }));

async function givenRegistry() {
  const { publisher, friend, stranger } = await actors("publisher", "friend", "stranger");
  const registry = await ethers.deployContract("ModelRegistry");
  return { registry, publisher, friend, stranger };
}

/** Model 1 without a version. */
async function givenModel() {
  const world = await givenRegistry();
  await world.registry.registerModel(ModelKind.Model, URI);
  return { ...world, modelId: 1n };
}

/** Model 1 without a version, and model 2, a dataset of `friend`, with ten versions to descend from. */
async function givenAncestors() {
  const world = await givenModel();
  await world.registry.connect(world.friend).registerModel(ModelKind.Dataset, URI);
  for (let number = 0; number < 10; number++) await world.registry.connect(world.friend).publish(2n, versionParams());
  const ancestors = Array.from({ length: 10 }, (_, index) => toVersionId(2n, BigInt(index + 1)));
  return { ...world, ancestors, ancestor: toVersionId(2n, 1n), second: toVersionId(2n, 2n) };
}

/** Model 1 with one version that has two parents in model 2. */
async function givenVersion() {
  const world = await givenAncestors();
  const params = versionParams({ parents: parentsOf([world.ancestor, 6_000n], [world.second, 3_000n]) });
  const { blockNumber } = await world.registry.publish(world.modelId, params);
  return { ...world, params, version: toVersionId(world.modelId, 1n), blockNumber };
}

describe("ModelRegistry", function () {
  describe("registerModel", function () {
    for (const [kind, value] of Object.entries(ModelKind)) {
      it(`mints a token of the kind ${kind} to the caller, with its description`, async function () {
        const { registry, friend } = await networkHelpers.loadFixture(givenModel);
        expect(await registry.connect(friend).registerModel.staticCall(value, URI)).to.equal(2n);
        const tx = registry.connect(friend).registerModel(value, URI);

        await expect(tx).to.emit(registry, "ModelRegistered").withArgs(2n, friend, value, URI);
        await expect(tx).to.emit(registry, "Transfer").withArgs(ZeroAddress, friend, 2n);
        await expect(tx).to.emit(registry, "MetadataUpdate").withArgs(2n);
        expect([await registry.ownerOf(2n), await registry.tokenURI(2n)]).to.deep.equal([friend.address, URI]);
        expect([await registry.kindOf(2n), await registry.latestVersionOf(2n)]).to.deep.equal([value, 0n]);
        expect(await registry.balanceOf(friend)).to.equal(1n);
      });
    }

    it("mints to a contract without asking it", async function () {
      const { registry } = await networkHelpers.loadFixture(givenRegistry);
      const contract = await ethers.getImpersonatedSigner(await registry.getAddress());
      await networkHelpers.setBalance(contract.address, parseEther("1"));
      await registry.connect(contract).registerModel(ModelKind.Model, URI);
      expect(await registry.ownerOf(1n)).to.equal(contract.address);
    });

    it("threat 79: counts up from 1, one id for each model and none before", async function () {
      const { registry, friend } = await networkHelpers.loadFixture(givenRegistry);
      await expect(registry.kindOf(1n))
        .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownModel")
        .withArgs(1n);
      await expect(registry.kindOf(0n))
        .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownModel")
        .withArgs(0n);
      for (const [signer, modelId] of [
        [undefined, 1n],
        [friend, 2n],
        [undefined, 3n],
      ] as const) {
        const tx = registry.connect(signer ?? registry.runner).registerModel(ModelKind.Model, URI);
        await expect(tx).to.emit(registry, "MetadataUpdate").withArgs(modelId);
      }
    });

    it("threat 41: refuses a kind that does not exist", async function () {
      const { registry, publisher } = await networkHelpers.loadFixture(givenRegistry);
      const data = registry.interface.encodeFunctionData("registerModel", [3n, URI]);
      await expect(publisher.sendTransaction({ to: registry, data })).to.be.revertedWithoutReason(ethers);
    });

    for (const [length, fits] of [
      [0, false],
      [1, true],
      [2_048, true],
      [2_049, false],
    ] as const) {
      it(`${fits ? "takes" : "refuses"} a description at a URI of ${length} bytes`, async function () {
        const { registry, modelId } = await networkHelpers.loadFixture(givenModel);
        const uri = "u".repeat(length);
        for (const send of [
          () => registry.registerModel(ModelKind.Model, uri),
          () => registry.setMetadataURI(modelId, uri),
        ]) {
          if (fits) {
            await expect(send()).to.emit(registry, "MetadataUpdate");
          } else {
            await expect(send())
              .to.be.revertedWithCustomError(registry, "ModelRegistryInvalidURILength")
              .withArgs(length, 2_048n);
          }
        }
      });
    }
  });

  describe("setMetadataURI", function () {
    it("describes the model anew", async function () {
      const { registry, modelId } = await networkHelpers.loadFixture(givenModel);
      const tx = registry.setMetadataURI(modelId, "ipfs://better");

      await expect(tx).to.emit(registry, "ModelMetadataSet").withArgs(modelId, "ipfs://better");
      await expect(tx).to.emit(registry, "MetadataUpdate").withArgs(modelId);
      expect(await registry.tokenURI(modelId)).to.equal("ipfs://better");
    });

    it("is refused for an unknown model, and to anybody but the holder", async function () {
      const { registry, modelId, publisher, stranger } = await networkHelpers.loadFixture(givenModel);
      await expect(registry.setMetadataURI(UNKNOWN_MODEL, URI))
        .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownModel")
        .withArgs(UNKNOWN_MODEL);
      await expect(registry.connect(stranger).setMetadataURI(modelId, URI))
        .to.be.revertedWithCustomError(registry, "ModelRegistryNotHolder")
        .withArgs(modelId, stranger, publisher);
    });
  });

  describe("publish", function () {
    describe("refusals, in the order of the checks", function () {
      it("an unknown model", async function () {
        const { registry } = await networkHelpers.loadFixture(givenAncestors);
        await expect(registry.publish(UNKNOWN_MODEL, versionParams({ contentHash: ZeroHash })))
          .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownModel")
          .withArgs(UNKNOWN_MODEL);
      });

      it("a caller who does not hold the token, approved or not", async function () {
        const { registry, modelId, publisher, stranger } = await networkHelpers.loadFixture(givenAncestors);
        const refused = async () =>
          expect(registry.connect(stranger).publish(modelId, versionParams({ contentHash: ZeroHash })))
            .to.be.revertedWithCustomError(registry, "ModelRegistryNotHolder")
            .withArgs(modelId, stranger, publisher);

        await refused();
        await registry.approve(stranger, modelId);
        await refused();
        await registry.setApprovalForAll(stranger, true);
        await refused();
      });

      const refusals: readonly {
        readonly what: string;
        readonly changes: Partial<VersionParams>;
        readonly error: string;
        readonly args: readonly unknown[];
      }[] = [
        {
          what: "no content hash, whatever else is wrong",
          changes: { contentHash: ZeroHash, size: 0n },
          error: "ModelRegistryZeroContentHash",
          args: [1n],
        },
        {
          what: "no size",
          changes: { size: 0n, royaltyBps: 3_001n },
          error: "ModelRegistryZeroSize",
          args: [1n],
        },
        {
          what: "a royalty above 30 %",
          changes: { royaltyBps: 3_001n, uri: "" },
          error: "ModelRegistryRoyaltyTooHigh",
          args: [3_001n, 3_000n],
        },
        {
          what: "a royalty of the whole range",
          changes: { royaltyBps: 65_535n },
          error: "ModelRegistryRoyaltyTooHigh",
          args: [65_535n, 3_000n],
        },
        {
          what: "no URI",
          changes: { uri: "", licence: "" },
          error: "ModelRegistryInvalidURILength",
          args: [0n, 2_048n],
        },
        {
          what: "a URI of 2,049 bytes",
          changes: { uri: "u".repeat(2_049) },
          error: "ModelRegistryInvalidURILength",
          args: [2_049n, 2_048n],
        },
        {
          what: "no licence",
          changes: { licence: "", weightsRoot: ZeroHash },
          error: "ModelRegistryInvalidLicenceLength",
          args: [0n, 64n],
        },
        {
          what: "a licence of 65 bytes",
          changes: { licence: "l".repeat(65) },
          error: "ModelRegistryInvalidLicenceLength",
          args: [65n, 64n],
        },
        {
          what: "a program without the root of its weights",
          changes: { weightsRoot: ZeroHash, parents: parentsOf([0n, 1n]) },
          error: "ModelRegistryProgramWithoutWeights",
          args: [id("program")],
        },
        {
          what: "nine parents",
          changes: { parents: parentsOf(...Array.from({ length: 9 }, (_, i) => [BigInt(i), 1n] as const)) },
          error: "ModelRegistryTooManyParents",
          args: [9n, 8n],
        },
        {
          what: "the parent zero",
          changes: { parents: parentsOf([0n, 1n]) },
          error: "ModelRegistryParentsNotAscending",
          args: [0n, 0n],
        },
        {
          what: "a parent twice",
          changes: { parents: parentsOf([toVersionId(2n, 1n), 1n], [toVersionId(2n, 1n), 1n]) },
          error: "ModelRegistryParentsNotAscending",
          args: [toVersionId(2n, 1n), toVersionId(2n, 1n)],
        },
        {
          what: "parents in another order",
          changes: { parents: parentsOf([toVersionId(2n, 2n), 1n], [toVersionId(2n, 1n), 1n]) },
          error: "ModelRegistryParentsNotAscending",
          args: [toVersionId(2n, 2n), toVersionId(2n, 1n)],
        },
        {
          what: "a parent that does not exist",
          changes: { parents: parentsOf([toVersionId(2n, 1n), 1n], [toVersionId(2n, 11n), 0n]) },
          error: "ModelRegistryUnknownVersion",
          args: [toVersionId(2n, 11n)],
        },
        {
          what: "itself as a parent",
          changes: { parents: parentsOf([toVersionId(1n, 1n), 1n]) },
          error: "ModelRegistryUnknownVersion",
          args: [toVersionId(1n, 1n)],
        },
        {
          what: "threat 41: a parent with bits that no id has",
          changes: { parents: parentsOf([withHighBit(toVersionId(2n, 1n)), 1n]) },
          error: "ModelRegistryUnknownVersion",
          args: [withHighBit(toVersionId(2n, 1n))],
        },
        {
          what: "a parent without a share",
          changes: { parents: parentsOf([toVersionId(2n, 1n), 9_001n], [toVersionId(2n, 2n), 0n]) },
          error: "ModelRegistryZeroShare",
          args: [toVersionId(2n, 2n)],
        },
        {
          what: "shares above 90 %",
          changes: { parents: parentsOf([toVersionId(2n, 1n), 9_000n], [toVersionId(2n, 2n), 1n]) },
          error: "ModelRegistrySharesTooHigh",
          args: [9_001n, 9_000n],
        },
        {
          what: "shares that would overflow their type",
          changes: { parents: parentsOf([toVersionId(2n, 1n), 65_535n], [toVersionId(2n, 2n), 65_535n]) },
          error: "ModelRegistrySharesTooHigh",
          args: [131_070n, 9_000n],
        },
      ];
      for (const { what, changes, error, args } of refusals) {
        it(what, async function () {
          const { registry, modelId } = await networkHelpers.loadFixture(givenAncestors);
          await expect(registry.publish(modelId, versionParams(changes)))
            .to.be.revertedWithCustomError(registry, error)
            .withArgs(...args);
          expect(await registry.latestVersionOf(modelId)).to.equal(0n);
        });
      }
    });

    describe("what is just allowed", function () {
      const allowed: readonly { readonly what: string; readonly changes: Partial<VersionParams> }[] = [
        { what: "a royalty of 30 %", changes: { royaltyBps: 3_000n } },
        { what: "no royalty and no accepted proof", changes: { royaltyBps: 0n, acceptedProofs: 0n } },
        { what: "a file of one byte", changes: { size: 1n } },
        {
          what: "a runtime and an arithmetic that nobody has listed",
          changes: { runtime: 40_000n, arithmetic: 50_000n },
        },
        {
          what: "numbers that fill their types",
          changes: { size: 2n ** 64n - 1n, acceptedProofs: 2n ** 32n - 1n, runtime: 65_535n, arithmetic: 65_535n },
        },
        { what: "a URI and a licence of one byte", changes: { uri: "u", licence: "l" } },
        {
          what: "a URI of 2,048 and a licence of 64 bytes",
          changes: { uri: "u".repeat(2_048), licence: "l".repeat(64) },
        },
        { what: "neither program nor weights", changes: { programRoot: ZeroHash, weightsRoot: ZeroHash } },
        { what: "weights without a program", changes: { programRoot: ZeroHash } },
        { what: "one parent with 90 %", changes: { parents: parentsOf([toVersionId(2n, 10n), 9_000n]) } },
        {
          what: "eight parents with 90 % together",
          changes: {
            parents: parentsOf(
              ...Array.from({ length: 8 }, (_, i) => [toVersionId(2n, BigInt(i + 1)), 1_125n] as const),
            ),
          },
        },
      ];
      for (const { what, changes } of allowed) {
        it(what, async function () {
          const { registry, modelId, publisher } = await networkHelpers.loadFixture(givenAncestors);
          const params = versionParams(changes);
          const version = toVersionId(modelId, 1n);

          await expect(registry.publish(modelId, params))
            .to.emit(registry, "VersionPublished")
            .withArgs(version, modelId, publisher, asTuple(params));
          expect(await registry.termsOf(version)).to.deep.equal([
            BigInt(await networkHelpers.time.latest()),
            BigInt(await networkHelpers.time.latestBlock()),
            params.size,
            params.royaltyBps,
            params.acceptedProofs,
            params.runtime,
            params.arithmetic,
            BigInt(params.parents.length),
            params.programRoot !== ZeroHash,
          ]);
          const stored = await registry.versionOf(version);
          expect([stored.contentHash, stored.programRoot, stored.weightsRoot]).to.deep.equal([
            params.contentHash,
            params.programRoot,
            params.weightsRoot,
          ]);
          expect(stored.terms).to.deep.equal(await registry.termsOf(version));
          const parents = await registry.parentsOf(version);
          expect(plain(parents)).to.deep.equal(params.parents);
        });
      }
    });

    it("threat 79: numbers the versions of each model from 1 and keeps the old ones", async function () {
      const { registry, modelId, friend } = await networkHelpers.loadFixture(givenModel);
      await registry.connect(friend).registerModel(ModelKind.Adapter, URI);
      expect(await registry.publish.staticCall(modelId, versionParams())).to.equal(toVersionId(1n, 1n));
      await registry.publish(modelId, versionParams());
      await registry.publish(modelId, versionParams({ contentHash: id("better") }));
      await registry.connect(friend).publish(2n, versionParams());

      expect(await registry.latestVersionOf(1n)).to.equal(toVersionId(1n, 2n));
      expect(await registry.latestVersionOf(2n)).to.equal(toVersionId(2n, 1n));
      expect((await registry.versionOf(toVersionId(1n, 1n))).contentHash).to.equal(id("content"));
      expect((await registry.versionOf(toVersionId(1n, 2n))).contentHash).to.equal(id("better"));
    });

    it("takes a version of the same model, and a deprecated one, as a parent", async function () {
      const { registry, modelId, version } = await networkHelpers.loadFixture(givenVersion);
      await registry.deprecate(version, 0n);
      const parents = parentsOf([version, 1n]);
      await registry.publish(modelId, versionParams({ parents }));
      expect(plain(await registry.parentsOf(toVersionId(1n, 2n)))).to.deep.equal(parents);
    });

    it("moves with the token: the new holder publishes and earns, the old one no more", async function () {
      const { registry, modelId, publisher, friend, version } = await networkHelpers.loadFixture(givenVersion);
      await registry.transferFrom(publisher, friend, modelId);

      expect((await registry.lineageOf(version)).holder).to.equal(friend.address);
      await expect(registry.publish(modelId, versionParams()))
        .to.be.revertedWithCustomError(registry, "ModelRegistryNotHolder")
        .withArgs(modelId, publisher, friend);
      await expect(registry.deprecate(version, 0n))
        .to.be.revertedWithCustomError(registry, "ModelRegistryNotHolder")
        .withArgs(modelId, publisher, friend);
      await expect(registry.connect(friend).publish(modelId, versionParams()))
        .to.emit(registry, "VersionPublished")
        .withArgs(toVersionId(modelId, 2n), modelId, friend, asTuple(versionParams()));
    });

    it("leaves a log that a reader finds by the version's own block", async function () {
      const { registry, version, params, blockNumber } = await networkHelpers.loadFixture(givenVersion);
      const { publishedBlock } = await registry.termsOf(version);
      const block = Number(publishedBlock);
      const logs = await registry.queryFilter(registry.filters.VersionPublished(version), block, block);

      expect(block).to.equal(blockNumber);
      const found = logs.map(({ args: { params } }) => [params.uri, params.licence]);
      expect(found).to.deep.equal([[params.uri, params.licence]]);
    });

    it("costs at most 190 k gas, and 30 k for each parent", async function () {
      const { registry, modelId, ancestors } = await networkHelpers.loadFixture(givenAncestors);
      const gasOf = async (parents: VersionParams["parents"]) => {
        const snapshot = await networkHelpers.takeSnapshot();
        const receipt = await (await registry.publish(modelId, versionParams({ parents }))).wait();
        await snapshot.restore();
        return receipt?.gasUsed ?? 0n;
      };
      const alone = await gasOf([]);
      const withEight = await gasOf(parentsOf(...ancestors.slice(0, 8).map((ancestor) => [ancestor, 1_125n] as const)));

      expect(alone).to.be.greaterThan(21_000n).and.at.most(190_000n);
      expect((withEight - alone) / 8n)
        .to.be.greaterThan(0n)
        .and.at.most(30_000n);
    });
  });

  describe("deprecate", function () {
    it("is refused for a version that does not exist, even to a holder whose id it would be cut down to", async function () {
      const { registry, modelId, version } = await networkHelpers.loadFixture(givenVersion);
      for (const unknown of [0n, toVersionId(modelId, 2n), toVersionId(UNKNOWN_MODEL, 1n), withHighBit(version)]) {
        await expect(registry.deprecate(unknown, 0n))
          .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownVersion")
          .withArgs(unknown);
      }
    });

    it("is refused to anybody but the holder", async function () {
      const { registry, modelId, version, publisher, friend } = await networkHelpers.loadFixture(givenVersion);
      await registry.approve(friend, modelId);
      await expect(registry.connect(friend).deprecate(version, version))
        .to.be.revertedWithCustomError(registry, "ModelRegistryNotHolder")
        .withArgs(modelId, friend, publisher);
    });

    it("is refused with itself or with nothing that exists as the replacement", async function () {
      const { registry, modelId, version, second } = await networkHelpers.loadFixture(givenVersion);
      await expect(registry.deprecate(version, version))
        .to.be.revertedWithCustomError(registry, "ModelRegistrySelfReplacement")
        .withArgs(version);
      for (const unknown of [toVersionId(modelId, 2n), withHighBit(second)]) {
        await expect(registry.deprecate(version, unknown))
          .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownVersion")
          .withArgs(unknown);
      }
      expect(await registry.deprecationOf(version)).to.deep.equal([false, 0n]);
    });

    it("warns, and may name another replacement later, of any model, or none again", async function () {
      const { registry, version, second } = await networkHelpers.loadFixture(givenVersion);
      for (const replacement of [0n, second, 0n]) {
        await expect(registry.deprecate(version, replacement))
          .to.emit(registry, "VersionDeprecated")
          .withArgs(version, replacement);
        expect(await registry.deprecationOf(version)).to.deep.equal([true, replacement]);
      }
      expect(await registry.deprecationOf(second)).to.deep.equal([false, 0n]);
    });

    it("changes nothing else", async function () {
      const { registry, version, second } = await networkHelpers.loadFixture(givenVersion);
      const read = async () =>
        Promise.all([registry.versionOf(version), registry.parentsOf(version), registry.lineageOf(version)]);
      const before = await read();
      await registry.deprecate(version, second);
      expect(await read()).to.deep.equal(before);
      expect(await registry.exists(version)).to.equal(true);
    });
  });

  describe("views", function () {
    it("answer for a version with its lineage", async function () {
      const { registry, publisher, params, version } = await networkHelpers.loadFixture(givenVersion);
      const { holder, parents } = await registry.lineageOf(version);
      expect([holder, plain(parents)]).to.deep.equal([publisher.address, params.parents]);
    });

    it("threat 41: refuse a version that does not exist, bits above an id included", async function () {
      const { registry, modelId, version } = await networkHelpers.loadFixture(givenVersion);
      for (const unknown of [
        0n,
        modelId << 32n,
        toVersionId(modelId, 2n),
        withHighBit(version),
        version | (1n << 255n),
      ]) {
        for (const read of [
          registry.termsOf,
          registry.versionOf,
          registry.parentsOf,
          registry.lineageOf,
          registry.deprecationOf,
        ]) {
          await expect(read(unknown))
            .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownVersion")
            .withArgs(unknown);
        }
        expect(await registry.exists(unknown)).to.equal(false);
      }
      expect(await registry.exists(version)).to.equal(true);
    });

    it("refuse a model that does not exist", async function () {
      const { registry } = await networkHelpers.loadFixture(givenVersion);
      for (const read of [registry.kindOf, registry.latestVersionOf]) {
        await expect(read(UNKNOWN_MODEL))
          .to.be.revertedWithCustomError(registry, "ModelRegistryUnknownModel")
          .withArgs(UNKNOWN_MODEL);
      }
    });

    it("tell the limits, the collection and the standards", async function () {
      const { registry } = await networkHelpers.loadFixture(givenRegistry);
      expect([
        await registry.MAX_PARENTS(),
        await registry.MAX_SHARES_BPS(),
        await registry.MAX_ROYALTY_BPS(),
        await registry.MAX_URI_LENGTH(),
        await registry.MAX_LICENCE_LENGTH(),
      ]).to.deep.equal([8n, 9_000n, 3_000n, 2_048n, 64n]);
      expect([await registry.name(), await registry.symbol()]).to.deep.equal(["OpenGradient Models", "OGM"]);
      const interfaces = { ERC165: "0x01ffc9a7", ERC721: "0x80ac58cd", metadata: "0x5b5e139f", ERC4906: "0x49064906" };
      for (const interfaceId of Object.values(interfaces)) {
        expect(await registry.supportsInterface(interfaceId)).to.equal(true);
      }
    });

    it("threat 76: there is nothing but its holders' functions that changes a model", async function () {
      const { registry } = await networkHelpers.loadFixture(givenRegistry);
      const writers: string[] = [];
      registry.interface.forEachFunction((fragment) => {
        if (!fragment.constant) writers.push(fragment.name);
      });
      expect([...new Set(writers)].sort()).to.deep.equal([
        "approve",
        "deprecate",
        "publish",
        "registerModel",
        "safeTransferFrom",
        "setApprovalForAll",
        "setMetadataURI",
        "transferFrom",
      ]);
    });
  });
});
