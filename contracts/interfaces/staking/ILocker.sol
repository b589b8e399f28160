// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ILocker
/// @notice What a contract that slashes may say about its own verdicts.
interface ILocker {
    /// @notice Whether what gave `verdict` (a game, a verifier) has been stopped and nobody has decided yet what becomes of it.
    /// @dev Asked by the slash escrow with 100,000 gas. A locker without this function, or one whose answer is not exactly 1, counts as
    /// not stopped: it is the guardian's stop of the locker itself that must not depend on the locker.
    function isVerdictStopped(bytes32 verdict) external view returns (bool);
}
