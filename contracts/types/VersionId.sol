// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Names one version of one model: `modelId << 32 | number`, both from 1. Zero names nothing.
/// @dev A full word, because signed requests carry it as uint256. Bits above the 96th are not masked away: they make an id that no
/// version has, so a reader that asks the registry before it unpacks cannot be led to another version.
type VersionId is uint256;

using {modelOf, numberOf, equal as ==} for VersionId global;

function toVersionId(uint64 modelId, uint32 number) pure returns (VersionId) {
    return VersionId.wrap((uint256(modelId) << 32) | number);
}

/// @dev Drops bits above the 96th: ask only for ids that the registry knows.
function modelOf(VersionId id) pure returns (uint64) {
    return uint64(VersionId.unwrap(id) >> 32);
}

/// @dev Drops everything above the 32nd bit: ask only for ids that the registry knows.
function numberOf(VersionId id) pure returns (uint32) {
    return uint32(VersionId.unwrap(id));
}

function equal(VersionId left, VersionId right) pure returns (bool) {
    return VersionId.unwrap(left) == VersionId.unwrap(right);
}
