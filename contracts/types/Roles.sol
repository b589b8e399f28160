// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Roles
/// @notice Role ids of the suite in its AccessManager. Which functions they open and with what delay is one table, in `docs/security.md`.
library Roles {
    /// @dev Spends the treasury, under its weekly cap. Held by the governor.
    uint64 internal constant TREASURER = 4;
    /// @dev Contracts that may lock the stake of operators who allowed them.
    uint64 internal constant LOCKER = 7;
    /// @dev Contracts whose paid work is split and counted.
    uint64 internal constant RECORDER = 8;
}
