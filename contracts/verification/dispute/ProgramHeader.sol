// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {u32At} from "./CalldataNumbers.sol";

/// @notice What is true of a program as a whole: where its header's 256 bytes start in the calldata. `docs/programs.md` has the bytes.
type ProgramHeader is uint256;

using {
    magic,
    records,
    leaves,
    worstStep,
    traceLeaves,
    traceDepth,
    weightLeaves,
    weightDepth,
    inputLength,
    inputDType,
    inputLeaves,
    inputDepth,
    outputLength,
    outputDType,
    outputLeaves,
    outputDepth
} for ProgramHeader global;

/// @dev "OGP1".
uint256 constant PROGRAM_MAGIC = 0x4f475031;

function magic(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 0);
}

function records(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 4);
}

function leaves(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 8);
}

function worstStep(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 12);
}

function traceLeaves(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 16);
}

function traceDepth(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 20);
}

function weightLeaves(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 24);
}

function weightDepth(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 28);
}

function inputLength(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 32);
}

function inputDType(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 36);
}

function inputLeaves(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 40);
}

function inputDepth(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 44);
}

function outputLength(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 48);
}

function outputDType(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 52);
}

function outputLeaves(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 56);
}

function outputDepth(ProgramHeader header) pure returns (uint256) {
    return u32At(ProgramHeader.unwrap(header), 60);
}
