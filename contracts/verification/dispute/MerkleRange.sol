// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title MerkleRange
/// @notice Proves consecutive leaf words of a tree at once. `docs/programs.md` has the tree, `sdk/program/openings.ts` the twin.
library MerkleRange {
    /// @notice Words are whole, one at least.
    error MerkleRangePartialWord(uint256 length);
    /// @notice The tree has no such leaves.
    error MerkleRangeOutside(uint256 first, uint256 count, uint256 depth);
    /// @notice Too few or too many siblings for these leaves.
    error MerkleRangeSiblings(uint256 given, uint256 needed);

    /// @notice The root over the leaves `first`, `first + 1`, … and their siblings: level by level from the leaves up, the left one if the
    /// leftmost node is a right child, then the right one if the rightmost is a left child.
    /// @param depth of the tree, below 64.
    function root(
        bytes calldata words,
        uint256 first,
        uint256 depth,
        bytes32[] calldata siblings
    ) internal pure returns (bytes32 hash) {
        if (words.length == 0 || words.length % 32 != 0) revert MerkleRangePartialWord(words.length);
        uint256 count = words.length / 32;
        if (first + count > 1 << depth) revert MerkleRangeOutside(first, count, depth);

        uint256 used;
        assembly ("memory-safe") {
            // A level's nodes, with a place before them for a sibling to the left. Free memory is used and not kept.
            let nodes := add(mload(0x40), 0x20)
            let end := nodes
            mstore8(0x00, 0)
            let past := add(words.offset, words.length)
            for {
                let at := words.offset
            } lt(at, past) {
                at := add(at, 0x20)
            } {
                mstore(0x01, calldataload(at))
                mstore(end, keccak256(0x00, 0x21))
                end := add(end, 0x20)
            }
            let sibling := siblings.offset
            for {
                let left := first
            } depth {
                depth := sub(depth, 1)
            } {
                let from := nodes
                if and(left, 1) {
                    from := sub(nodes, 0x20)
                    mstore(from, calldataload(sibling))
                    sibling := add(sibling, 0x20)
                }
                if and(sub(end, from), 0x20) {
                    mstore(end, calldataload(sibling))
                    sibling := add(sibling, 0x20)
                    end := add(end, 0x20)
                }
                // The parents take the place of nodes that are hashed already.
                let to := nodes
                for {} lt(from, end) {
                    from := add(from, 0x40)
                } {
                    mstore(to, keccak256(from, 0x40))
                    to := add(to, 0x20)
                }
                end := to
                left := shr(1, left)
            }
            hash := mload(nodes)
            used := shr(5, sub(sibling, siblings.offset))
        }
        if (used != siblings.length) revert MerkleRangeSiblings(siblings.length, used);
    }

    /// @notice The depth of a tree with so many leaves: the smallest multiple of 4, 4 at least, that holds them.
    function depthFor(uint256 leaves) internal pure returns (uint256 depth) {
        depth = 4;
        while (1 << depth < leaves) depth += 4;
    }
}
