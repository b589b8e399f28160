// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IVerifier} from "./IVerifier.sol";

/// @title IVerifierRouter
/// @notice Leads a proof to the verifier that its first four bytes name. Entries are added, stopped, never changed.
interface IVerifierRouter {
    /// @notice Which proof kinds `proofs` grant for the statement.
    /// @dev Reverts for a proof that is not granted: of an unknown or stopped selector, not exactly true, or out of its gas. Reverts too
    /// when the caller left the verifier less gas than its cap: out of gas is never a verdict.
    /// @param proofs each four bytes of selector, then what its verifier reads.
    /// @return kinds the bits of contracts/types/ProofKinds.sol.
    function grantedBy(
        IVerifier.Statement calldata statement,
        bytes[] calldata proofs
    ) external view returns (uint32 kinds);

    /// @notice The proof kinds that some verifier, not stopped, can grant.
    function grantable() external view returns (uint32 kinds);

    /// @notice When a verifier of one of these kinds was last stopped, lifted or not; 0 = never.
    function lastStopOf(uint32 kinds) external view returns (uint40);
}
