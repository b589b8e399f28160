// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {i32At, u32At, u8At} from "./CalldataNumbers.sol";

/// @notice An operand of a record and its index map: where its 64 bytes start in the calldata. `docs/programs.md` has the bytes.
type Operand is uint256;

using {id, firstLeaf, length, source, dtype, base, stride, reduceStride, indexStride, firstElement} for Operand global;

uint256 constant SOURCE_NONE = 0;
uint256 constant SOURCE_TRACE = 1;
uint256 constant SOURCE_WEIGHTS = 2;

function id(Operand operand) pure returns (uint256) {
    return u32At(Operand.unwrap(operand), 0);
}

function firstLeaf(Operand operand) pure returns (uint256) {
    return u32At(Operand.unwrap(operand), 4);
}

function length(Operand operand) pure returns (uint256) {
    return u32At(Operand.unwrap(operand), 8);
}

function source(Operand operand) pure returns (uint256) {
    return u8At(Operand.unwrap(operand), 12);
}

function dtype(Operand operand) pure returns (uint256) {
    return u8At(Operand.unwrap(operand), 13);
}

function base(Operand operand) pure returns (int256) {
    return i32At(Operand.unwrap(operand), 16);
}

function stride(Operand operand, uint256 dimension) pure returns (int256) {
    unchecked {
        return i32At(Operand.unwrap(operand), 20 + 4 * dimension);
    }
}

function reduceStride(Operand operand, uint256 dimension) pure returns (int256) {
    unchecked {
        return i32At(Operand.unwrap(operand), 36 + 4 * dimension);
    }
}

function indexStride(Operand operand) pure returns (int256) {
    return i32At(Operand.unwrap(operand), 48);
}

/// @return element number of the element at output coordinates `at`, before any reduction coordinate is added. Exact: coordinates have
/// 37 bits at most, strides 32.
function firstElement(Operand operand, uint256[4] memory at) pure returns (int256 element) {
    unchecked {
        element = operand.base();
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            element += int256(at[dimension]) * operand.stride(dimension);
        }
    }
}
