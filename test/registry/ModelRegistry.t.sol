// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {ModelRegistry} from "../../contracts/registry/ModelRegistry.sol";
import {VersionId, toVersionId} from "../../contracts/types/VersionId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Laws of version ids and of lineage.
contract ModelRegistryTest is SolidityTest {
    ModelRegistry private registry;
    VersionId[] private published;

    function setUp() external {
        registry = new ModelRegistry();
        for (uint64 modelId = 1; modelId <= 3; ++modelId) registry.registerModel(IModelRegistry.ModelKind.Model, "m");
    }

    function testFuzz_VersionIdsPackAndUnpack(uint64 modelId, uint32 number) external pure {
        VersionId id = toVersionId(modelId, number);
        assertEq(id.modelOf(), modelId, "model");
        assertEq(id.numberOf(), number, "number");
        assertEq(VersionId.unwrap(id) >> 96, 0, "bits above the id");
    }

    function testFuzz_VersionIdsAreOrderedByModelThenNumber(
        uint64 modelA,
        uint32 numberA,
        uint64 modelB,
        uint32 numberB
    ) external pure {
        VersionId a = toVersionId(modelA, numberA);
        VersionId b = toVersionId(modelB, numberB);
        bool isBefore = modelA < modelB || (modelA == modelB && numberA < numberB);
        assertTrue((VersionId.unwrap(a) < VersionId.unwrap(b)) == isBefore, "order");
        assertTrue((a == b) == (modelA == modelB && numberA == numberB), "equality");
    }

    /// @dev Random parents, many of them unknown, doubled, out of order or too dear: what is refused leaves no trace, and whatever is
    /// taken keeps the laws.
    function testFuzz_WhateverIsPublishedKeepsTheLawsOfLineage(
        uint256[12] calldata seeds,
        uint16[12] calldata shares
    ) external {
        for (uint256 i = 0; i < seeds.length; ++i) {
            uint64 modelId = uint64(1 + (seeds[i] % 3));
            VersionId before = registry.latestVersionOf(modelId);
            try registry.publish(modelId, _params(seeds[i], shares[i])) returns (VersionId id) {
                assertEq(id.numberOf(), before.numberOf() + 1, "next number");
                assertTrue(registry.latestVersionOf(modelId) == id, "latest version");
                _checkLineage(id);
                published.push(id);
            } catch {
                assertTrue(registry.latestVersionOf(modelId) == before, "latest version after a refusal");
                assertTrue(!registry.exists(toVersionId(modelId, before.numberOf() + 1)), "trace of a refusal");
            }
        }
        assertTrue(published.length > 0, "nothing was published");
    }

    /// @dev What was published before `id` is exactly the list of ids pushed so far: a parent must be one of those.
    function _checkLineage(VersionId id) private view {
        IModelRegistry.Parent[] memory parents = registry.parentsOf(id);
        uint256 total;
        uint256 previous;
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 parent = VersionId.unwrap(parents[i].versionId);
            assertTrue(parent > previous, "ascending");
            assertTrue(_isPublished(parents[i].versionId), "older than the child");
            assertTrue(parents[i].shareBps > 0, "a share for each parent");
            previous = parent;
            total += parents[i].shareBps;
        }
        assertLe(total, 9_000, "shares");
        assertLe(parents.length, 8, "parents");
        assertEq(registry.termsOf(id).parentCount, parents.length, "count of parents");
    }

    function _isPublished(VersionId id) private view returns (bool) {
        for (uint256 i = 0; i < published.length; ++i) {
            if (published[i] == id) return true;
        }
        return false;
    }

    function _params(uint256 seed, uint16 share) private view returns (IModelRegistry.VersionParams memory params) {
        params.contentHash = bytes32(seed | 1);
        params.size = 1;
        params.uri = "u";
        params.licence = "l";
        if (published.length == 0) return params;

        // Mostly a run of what exists, in the order of ids; sometimes one of the parents is spoilt.
        uint256 count = seed % 10;
        params.parents = new IModelRegistry.Parent[](count);
        uint64 modelId = uint64(1 + ((seed >> 8) % 3));
        uint32 first = uint32(1 + ((seed >> 16) % 3));
        for (uint256 i = 0; i < count; ++i) {
            params.parents[i].versionId = toVersionId(modelId, first + uint32(i));
            params.parents[i].shareBps = uint16(share % 2_500);
        }
        if (count > 0 && (seed >> 32) % 4 == 0) {
            params.parents[(seed >> 40) % count].versionId = VersionId.wrap(seed >> 48);
        }
    }
}
