// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

// Proof kinds are bits of a uint32. A set of required kinds is met when every one of its bits has been granted.

/// @dev An attested enclave, active when it signed, vouches for the output.
uint32 constant PROOF_TEE = 1;

/// @dev The challenge window passed, and the input was public, so anybody could have recomputed the output.
uint32 constant PROOF_OPTIMISTIC = 2;

/// @dev A succinct proof of the computation was verified on chain.
uint32 constant PROOF_ZK = 4;

/// @dev Enough members of a set that the request names gave the same output.
uint32 constant PROOF_QUORUM = 8;

/// @dev The challenge window passed, but only those who hold the private input could have recomputed the output.
uint32 constant PROOF_OPTIMISTIC_REQUESTER = 16;
