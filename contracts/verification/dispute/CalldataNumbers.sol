// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// Big-endian numbers in the calldata, `at` bytes after a place, as headers, records and operands are made of.

function u8At(uint256 place, uint256 at) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(248, calldataload(add(place, at)))
    }
}

function u32At(uint256 place, uint256 at) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(224, calldataload(add(place, at)))
    }
}

function i32At(uint256 place, uint256 at) pure returns (int256 value) {
    assembly ("memory-safe") {
        value := sar(224, calldataload(add(place, at)))
    }
}

function wordAt(uint256 place) pure returns (uint256 word) {
    assembly ("memory-safe") {
        word := calldataload(place)
    }
}

/// @return place where the bytes start in the calldata.
function placeOf(bytes calldata data) pure returns (uint256 place) {
    assembly ("memory-safe") {
        place := data.offset
    }
}
