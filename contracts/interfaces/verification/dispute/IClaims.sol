// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../../types/VersionId.sol";

/// @title IClaims
/// @notice What a game asks of the contract that keeps the claims it is played about. Any contract may keep some: a game names a claim by
/// its keeper and by what the keeper calls it, and a keeper's lies are about its own claims only.
interface IClaims {
    /// @notice That `outputHash` is what the version's program makes of `inputHash`.
    struct Claim {
        address proposer; // who answers for it
        uint40 acceptedAt; // unix seconds; a stop of the game from then on leaves the claim void
        uint40 challengeBy; // the first second that is too late to challenge it
        VersionId versionId;
        bytes32 inputHash; // tensor roots
        bytes32 outputHash;
    }

    /// @notice The claim, as long as it stands open: made, neither final nor refunded, overturned or void. Else it reverts.
    /// @param evidence what the keeper needs besides the id because it does not store it; the market: its ABI-encoded request.
    function claimOf(bytes32 claimId, bytes calldata evidence) external view returns (Claim memory);

    /// @notice Whether `account` may move for `proposer`.
    function playsFor(address proposer, address account) external view returns (bool);

    /// @notice Whether the claim ended without a verdict, so that whoever put up a bond about it has it back.
    function isVoid(bytes32 claimId) external view returns (bool);
}
