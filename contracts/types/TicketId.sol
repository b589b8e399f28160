// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Names one ticket: stake on its way out. `owner << 96 | operator's index << 64 | withdrawableAt << 24 | generation << 1 | class`.
/// @dev It says everything about a ticket but its size, so that a ticket costs one slot. Class 1 is delegated stake, 0 an operator's own
/// bond. What leaves in the same second by the same owner from the same place is one ticket. Generations have 23 bits here: the next one
/// needs a slash of everything, so that eight million are out of reach.
type TicketId is uint256;

using {ownerOf, indexOf, withdrawableAtOf, generationOf, isDelegated, equal as ==} for TicketId global;

function toTicketId(
    address owner,
    uint24 index,
    uint40 withdrawableAt,
    uint24 generation,
    bool delegated
) pure returns (TicketId) {
    return
        TicketId.wrap(
            (uint256(uint160(owner)) << 96) |
                (uint256(index) << 64) |
                (uint256(withdrawableAt) << 24) |
                (uint256(generation) << 1) |
                (delegated ? 1 : 0)
        );
}

/// @return Who is paid.
function ownerOf(TicketId id) pure returns (address) {
    return address(uint160(TicketId.unwrap(id) >> 96));
}

/// @return The index of the operator whose stake it was.
function indexOf(TicketId id) pure returns (uint24) {
    return uint24(TicketId.unwrap(id) >> 64);
}

/// @return Unix seconds.
function withdrawableAtOf(TicketId id) pure returns (uint40) {
    return uint40(TicketId.unwrap(id) >> 24);
}

/// @return Which generation of unbonding stake it has shares of.
function generationOf(TicketId id) pure returns (uint24) {
    return uint24(TicketId.unwrap(id) >> 1) & 0x7fffff;
}

/// @return True for delegated stake, false for an operator's own bond.
function isDelegated(TicketId id) pure returns (bool) {
    return TicketId.unwrap(id) & 1 == 1;
}

function equal(TicketId left, TicketId right) pure returns (bool) {
    return TicketId.unwrap(left) == TicketId.unwrap(right);
}
