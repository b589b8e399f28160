// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// Roles that contracts ask for themselves, by their ids in the suite's AccessManager. The whole power map is `deploy/powers.ts`.

/// @dev Contracts that may lock the stake of operators who allowed them.
uint64 constant ROLE_LOCKER = 7;
