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
        // One more, for the absent right child of a last node.
        bytes32[] memory level = new bytes32[](count + 1);
        _hashLeaves(level, words);

        bytes32 empty = _hashLeaf(0);
        for (uint256 height = 0; count > 1 || height % 4 != 0 || height == 0; ++height) {
            level[count] = empty;
            count = (count + 1) / 2;
            _hashPairs(level, count);
            empty = Hashes.efficientKeccak256(empty, empty);
        }
        return level[0];
    }

    /// @dev `level` has room for every word.
    function _hashLeaves(bytes32[] memory level, bytes calldata words) private pure {
        assembly ("memory-safe") {
            let nodes := add(level, 0x20)
            mstore8(0x00, 0)
            for {
                let at := 0
            } lt(at, words.length) {
                at := add(at, 0x20)
            } {
                mstore(0x01, calldataload(add(words.offset, at)))
                mstore(add(nodes, at), keccak256(0x00, 0x21))
            }
        }
    }

    /// @dev In place: node `i` becomes the parent of nodes `2i` and `2i + 1`.
    function _hashPairs(bytes32[] memory level, uint256 pairs) private pure {
        assembly ("memory-safe") {
            let nodes := add(level, 0x20)
            for {
                let at := 0
            } lt(at, mul(pairs, 0x20)) {
                at := add(at, 0x20)
            } {
                mstore(add(nodes, at), keccak256(add(nodes, mul(at, 2)), 0x40))
            }
        }
    }

    function _hashLeaf(bytes32 word) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore8(0x00, 0)
            mstore(0x01, word)
            hash := keccak256(0x00, 0x21)
        }
    }
}
