// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../types/VersionId.sol";

/// @title IVerifier
/// @notice Checks proofs of one kind. It can grant that kind, never take anything from anybody.
interface IVerifier {
    /// @notice What a proof is about.
    struct Statement {
        bytes32 requestId;
        VersionId versionId;
        bytes32 inputHash;
        bytes32 outputHash;
        address operator; // who accepted
        uint40 acceptedAt; // unix seconds
    }

    /// @notice Whether `proof` shows the statement. Anything but exactly true, a revert included, grants nothing.
    function verify(Statement calldata statement, bytes calldata proof) external view returns (bool);
}
