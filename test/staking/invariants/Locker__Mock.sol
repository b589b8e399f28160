// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ILocker} from "../../../contracts/interfaces/staking/ILocker.sol";

/// @notice A locker that says of its verdicts whatever it is told to say. Its calls to the staking contract are made in its name.
contract Locker__Mock is ILocker {
    enum Mood {
        Silent,
        Stopped,
        Garbage,
        Nothing,
        Failing,
        Wasteful
    }

    Mood public mood;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    /// @inheritdoc ILocker
    function isVerdictStopped(bytes32) external view returns (bool) {
        Mood now_ = mood;
        if (now_ == Mood.Failing) revert("no");
        if (now_ == Mood.Wasteful) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        uint256 answer =
            now_ == Mood.Garbage
                ? 2
                : now_ == Mood.Stopped
                    ? 1
                    : 0;
        uint256 size = now_ == Mood.Nothing ? 0 : 32;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, size)
        }
    }
}
