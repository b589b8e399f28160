// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// Big-endian numbers at a place of the calldata, as headers, records and operands are made of.

function u8At(uint256 place) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(248, calldataload(place))
    }
}

function u32At(uint256 place) pure returns (uint256 value) {
    assembly ("memory-safe") {
        value := shr(224, calldataload(place))
    }
}

function i32At(uint256 place) pure returns (int256 value) {
    assembly ("memory-safe") {
        value := sar(224, calldataload(place))
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
