// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ILocker} from "../../contracts/interfaces/staking/ILocker.sol";

/// @notice A locker that answers the escrow in every way a contract can.
contract Locker__Mock is ILocker {
    enum Mood {
        No,
        Yes,
        Garbage,
        Short,
        Revert,
        BurnGas,
        RefuseWithYes
    }

    IComputeStaking private immutable STAKING;
    Mood public mood;

    constructor(IComputeStaking staking) {
        STAKING = staking;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function lock(address operator, uint256 amount, uint40 until) external {
        STAKING.lock(operator, amount, until);
    }

    function slash(address operator, uint256 amount, IComputeStaking.Verdict calldata verdict) external {
        STAKING.slash(operator, amount, 0, verdict);
    }

    /// @dev By the same verdict, or by two.
    function slashTwice(
        address operator,
        uint256 amount,
        IComputeStaking.Verdict calldata first,
        IComputeStaking.Verdict calldata second
    ) external {
        STAKING.slash(operator, amount, 0, first);
        STAKING.slash(operator, amount, 0, second);
    }

    function isVerdictStopped(bytes32) external view returns (bool) {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.Short) {
            assembly ("memory-safe") {
                mstore8(0, 1)
                return(0, 1)
            }
        }
        if (mood == Mood.Garbage) {
            assembly ("memory-safe") {
                mstore(0, 2)
                return(0, 0x20)
            }
        }
        if (mood == Mood.RefuseWithYes) {
            assembly ("memory-safe") {
                mstore(0, 1)
                revert(0, 0x20)
            }
        }
        return mood == Mood.Yes;
    }
}
