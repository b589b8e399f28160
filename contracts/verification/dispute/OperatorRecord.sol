// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {i32At, u32At, u8At} from "./CalldataNumbers.sol";
import {Operand} from "./Operand.sol";

/// @notice One operator of a program: where its 256 bytes start in the calldata. Any bytes are a record. `docs/programs.md` has them.
type OperatorRecord is uint256;

using {
    kernel,
    variant,
    dtype,
    shift,
    flags,
    multiplier,
    multiplierB,
    lo,
    hi,
    firstLeaf,
    leaves,
    firstWeightLeaf,
    weightLeaves,
    biasLeaf,
    tableLeaf,
    accumulatorBound,
    shape,
    reduce,
    fill,
    a,
    b,
    windowStart,
    windowExtent,
    elements,
    terms
} for OperatorRecord global;

uint256 constant KERNEL_INPUT = 1;
uint256 constant KERNEL_CONST = 2;
uint256 constant KERNEL_DOT = 3;
uint256 constant KERNEL_REDUCE = 4;
uint256 constant KERNEL_MAP1 = 5;
uint256 constant KERNEL_MAP2 = 6;
uint256 constant KERNEL_GATHER = 7;
uint256 constant KERNEL_ARGMAX = 8;
uint256 constant KERNEL_SELECT = 9;

uint256 constant REDUCE_SUM = 0;
uint256 constant REDUCE_SQUARES = 1;
uint256 constant REDUCE_MAX = 2;
uint256 constant MAP1_SAME = 0;
uint256 constant MAP1_TABLE = 1;
uint256 constant MAP2_ADD = 0;
uint256 constant MAP2_SUB = 1;
uint256 constant MAP2_MUL = 2;
uint256 constant GATHER_MOVE = 0;
uint256 constant GATHER_WINDOW = 1;
uint256 constant GATHER_LOOKUP = 2;

uint256 constant FLAG_RESCALE = 1;
uint256 constant FLAG_BIAS = 2;

/// @dev The number of the type int8; any other is int32, written 2.
uint256 constant DTYPE_INT8 = 1;
uint256 constant DTYPE_INT32 = 2;

uint256 constant TABLE_ENTRIES = 256;

/// @return how many variants a kernel has, from 0 on; 0 for what is no kernel. One nibble each: 1 for most.
function variantsOf(uint256 number) pure returns (uint256) {
    // REDUCE 4, MAP1 3, MAP2 4, GATHER 3.
    return number > KERNEL_SELECT ? 0 : (0x1134341110 >> (4 * number)) & 0xf;
}

/// @return elements in a word, by the number of their type.
function lanesOf(uint256 type_) pure returns (uint256) {
    return type_ == DTYPE_INT8 ? 32 : 8;
}

/// @return whether the record looks its results up in a table.
function hasTable(OperatorRecord record) pure returns (bool) {
    return record.kernel() == KERNEL_MAP1 && record.variant() == MAP1_TABLE;
}

function kernel(OperatorRecord record) pure returns (uint256) {
    return u8At(OperatorRecord.unwrap(record), 0);
}

function variant(OperatorRecord record) pure returns (uint256) {
    return u8At(OperatorRecord.unwrap(record), 1);
}

function dtype(OperatorRecord record) pure returns (uint256) {
    return u8At(OperatorRecord.unwrap(record), 2);
}

function shift(OperatorRecord record) pure returns (uint256) {
    return u8At(OperatorRecord.unwrap(record), 3);
}

function flags(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 4);
}

function multiplier(OperatorRecord record) pure returns (int256) {
    return i32At(OperatorRecord.unwrap(record), 8);
}

function multiplierB(OperatorRecord record) pure returns (int256) {
    return i32At(OperatorRecord.unwrap(record), 12);
}

function lo(OperatorRecord record) pure returns (int256) {
    return i32At(OperatorRecord.unwrap(record), 16);
}

function hi(OperatorRecord record) pure returns (int256) {
    return i32At(OperatorRecord.unwrap(record), 20);
}

function firstLeaf(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 24);
}

function leaves(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 28);
}

function firstWeightLeaf(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 32);
}

function weightLeaves(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 36);
}

function biasLeaf(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 40);
}

function tableLeaf(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 44);
}

function accumulatorBound(OperatorRecord record) pure returns (uint256) {
    return u32At(OperatorRecord.unwrap(record), 48);
}

function shape(OperatorRecord record, uint256 dimension) pure returns (uint256) {
    unchecked {
        return u32At(OperatorRecord.unwrap(record), 64 + 4 * dimension);
    }
}

function reduce(OperatorRecord record, uint256 dimension) pure returns (uint256) {
    unchecked {
        return u32At(OperatorRecord.unwrap(record), 80 + 4 * dimension);
    }
}

function fill(OperatorRecord record) pure returns (int256) {
    return i32At(OperatorRecord.unwrap(record), 92);
}

function a(OperatorRecord record) pure returns (Operand) {
    unchecked {
        return Operand.wrap(OperatorRecord.unwrap(record) + 96);
    }
}

function b(OperatorRecord record) pure returns (Operand) {
    unchecked {
        return Operand.wrap(OperatorRecord.unwrap(record) + 160);
    }
}

function windowStart(OperatorRecord record, uint256 dimension) pure returns (uint256) {
    unchecked {
        return u32At(OperatorRecord.unwrap(record), 224 + 4 * dimension);
    }
}

function windowExtent(OperatorRecord record, uint256 dimension) pure returns (uint256) {
    unchecked {
        return u32At(OperatorRecord.unwrap(record), 240 + 4 * dimension);
    }
}

/// @return of its tensor; up to 2^128.
function elements(OperatorRecord record) pure returns (uint256) {
    unchecked {
        return record.shape(0) * record.shape(1) * record.shape(2) * record.shape(3);
    }
}

/// @return of one element's reduction; up to 2^96.
function terms(OperatorRecord record) pure returns (uint256) {
    unchecked {
        return record.reduce(0) * record.reduce(1) * record.reduce(2);
    }
}
