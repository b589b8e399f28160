// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title TensorHash
/// @notice The commitment to a tensor: the Merkle root over its 32-byte leaf words. `docs/programs.md` has every byte, `sdk/program` the
/// twin.
/// @dev leaf = keccak256(0x00 ‖ word), node = keccak256(left ‖ right), in order. The depth is the smallest multiple of four, four at least,
/// that holds all words; words beyond the last are zero.
library TensorHash {
    /// @notice Tensors are whole words, one at least.
    error TensorHashPartialWord(uint256 length);

    function root(bytes calldata words) internal pure returns (bytes32) {
        if (words.length == 0 || words.length % 32 != 0) revert TensorHashPartialWord(words.length);
        uint256 count = words.length / 32;
        bytes32[] memory level = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            level[i] = _hashLeaf(bytes32(words[32 * i:]));
        }

        bytes32 empty = _hashLeaf(0);
        for (uint256 height = 0; count > 1 || height % 4 != 0 || height == 0; ++height) {
            uint256 pairs = (count + 1) / 2;
            for (uint256 i = 0; i < pairs; ++i) {
                bytes32 right = 2 * i + 1 < count ? level[2 * i + 1] : empty;
                level[i] = Hashes.efficientKeccak256(level[2 * i], right);
            }
            empty = Hashes.efficientKeccak256(empty, empty);
            count = pairs;
        }
        return level[0];
    }

    function _hashLeaf(bytes32 word) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore8(0x00, 0)
            mstore(0x01, word)
            hash := keccak256(0x00, 0x21)
        }
    }
}
