// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @title GameTree
/// @notice Folds what players show of a tree: a path up, or all sixteen nodes four levels below one.
/// @dev The tree is {TensorHash}'s.
library GameTree {
    /// @notice Bytes of sixteen nodes.
    uint256 internal constant SIXTEEN = 512;

    /// @notice The node that a path leads to.
    /// @param index of `node` on its level; bits above the path's length stay unread.
    /// @param siblings lowest first.
    function climb(bytes32 node, uint256 index, bytes32[] calldata siblings) internal pure returns (bytes32) {
        for (uint256 i = 0; i < siblings.length; ++i) {
            node =
                (index >> i) & 1 == 0
                    ? Hashes.efficientKeccak256(node, siblings[i])
                    : Hashes.efficientKeccak256(siblings[i], node);
        }
        return node;
    }

    /// @notice The hash of a leaf.
    function hashLeaf(bytes32 word) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore8(0x00, 0)
            mstore(0x01, word)
            hash := keccak256(0x00, 0x21)
        }
    }

    /// @notice The node above sixteen nodes.
    /// @param content 512 bytes, which the caller has checked.
    function foldNodes(bytes calldata content) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            let nodes := mload(0x40)
            calldatacopy(nodes, content.offset, SIXTEEN)
            for {
                let size := SIXTEEN
            } gt(size, 0x20) {
                size := shr(1, size)
            } {
                for {
                    let at := 0
                } lt(at, size) {
                    at := add(at, 0x40)
                } {
                    mstore(add(nodes, shr(1, at)), keccak256(add(nodes, at), 0x40))
                }
            }
            node := mload(nodes)
        }
    }

    /// @notice The node above sixteen leaf words.
    /// @param content 512 bytes, which the caller has checked.
    function foldWords(bytes calldata content) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            let nodes := mload(0x40)
            for {
                let at := 0
            } lt(at, SIXTEEN) {
                at := add(at, 0x40)
            } {
                mstore8(0x00, 0)
                mstore(0x01, calldataload(add(content.offset, at)))
                let left := keccak256(0x00, 0x21)
                mstore(0x01, calldataload(add(add(content.offset, at), 0x20)))
                let right := keccak256(0x00, 0x21)
                mstore(0x00, left)
                mstore(0x20, right)
                mstore(add(nodes, shr(1, at)), keccak256(0x00, 0x40))
            }
            for {
                let size := 0x100
            } gt(size, 0x20) {
                size := shr(1, size)
            } {
                for {
                    let at := 0
                } lt(at, size) {
                    at := add(at, 0x40)
                } {
                    mstore(add(nodes, shr(1, at)), keccak256(add(nodes, at), 0x40))
                }
            }
            node := mload(nodes)
        }
    }
}
