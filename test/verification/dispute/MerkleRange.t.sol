// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

import {TensorHash} from "../../../contracts/libraries/TensorHash.sol";
import {MerkleRange} from "../../../contracts/verification/dispute/MerkleRange.sol";
import {SolidityTest} from "../../helpers/SolidityTest.sol";

/// @notice Any stretch of a tensor's words leads to the tensor's own root, and nothing else does.
contract MerkleRangeTest is SolidityTest {
    uint256 private constant DEPTH = 8;
    uint256 private constant LEAVES = 1 << DEPTH;

    function testFuzz_EveryRangeLeadsToTheTensorsRoot(
        bytes32 seed,
        uint256 count,
        uint256 first,
        uint256 length,
        uint256 flipped
    ) external view {
        count = bound(count, 17, LEAVES);
        first = bound(first, 0, count - 1);
        length = bound(length, 1, count - first);
        bytes32[] memory words = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            words[i] = keccak256(abi.encode(seed, i));
        }
        bytes32 root = this.tensorRoot(abi.encodePacked(words));
        bytes32[] memory siblings = _siblings(words, first, length);
        bytes memory range = _slice(words, first, length);
        assertEq(this.rangeRoot(range, first, siblings), root, "the root of a range");

        flipped = bound(flipped, 0, 256 * length - 1);
        range[flipped / 8] ^= bytes1(uint8(1 << (flipped % 8)));
        assertTrue(this.rangeRoot(range, first, siblings) != root, "a flipped bit changes the root");
    }

    function tensorRoot(bytes calldata words) external pure returns (bytes32) {
        return TensorHash.root(words);
    }

    function rangeRoot(
        bytes calldata words,
        uint256 first,
        bytes32[] calldata siblings
    ) external pure returns (bytes32) {
        return MerkleRange.root(words, first, DEPTH, siblings);
    }

    /// @dev Level by level from the leaves up: the left one if the range starts at a right child, then the right one if it ends at a left.
    function _siblings(
        bytes32[] memory words,
        uint256 first,
        uint256 length
    ) private pure returns (bytes32[] memory siblings) {
        bytes32[] memory level = new bytes32[](LEAVES);
        for (uint256 i = 0; i < LEAVES; ++i) {
            level[i] = keccak256(abi.encodePacked(bytes1(0), i < words.length ? words[i] : bytes32(0)));
        }
        siblings = new bytes32[](2 * DEPTH);
        uint256 used;
        (uint256 left, uint256 right) = (first, first + length - 1);
        for (uint256 width = LEAVES; width > 1; width /= 2) {
            if (left % 2 == 1) siblings[used++] = level[left - 1];
            if (right % 2 == 0) siblings[used++] = level[right + 1];
            for (uint256 i = 0; i < width / 2; ++i) {
                level[i] = Hashes.efficientKeccak256(level[2 * i], level[2 * i + 1]);
            }
            (left, right) = (left / 2, right / 2);
        }
        assembly ("memory-safe") {
            mstore(siblings, used)
        }
    }

    function _slice(bytes32[] memory words, uint256 first, uint256 length) private pure returns (bytes memory) {
        bytes32[] memory part = new bytes32[](length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = words[first + i];
        }
        return abi.encodePacked(part);
    }
}
