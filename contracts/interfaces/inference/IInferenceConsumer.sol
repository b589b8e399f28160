// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../types/VersionId.sol";

/// @title IInferenceConsumer
/// @notice What a contract implements to be handed results.
interface IInferenceConsumer {
    /// @notice Hands over the result of one request, at most once, after everything about it is settled.
    /// @dev Caller: the market; an implementation must check that, and that it trusts `requester`, since anybody may name any consumer.
    /// A revert is recorded and can be retried by anyone; it holds nothing else up.
    /// Results come in any order, and one that failed may come at any later time: remember what you asked for if age matters.
    /// @param inputHash commitment to what was asked.
    /// @param output the answer's bytes: tensor words for versions with a program.
    function onResult(
        bytes32 requestId,
        address requester,
        VersionId versionId,
        bytes32 inputHash,
        bytes calldata output
    ) external;
}
