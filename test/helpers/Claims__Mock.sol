// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ILocker} from "../../contracts/interfaces/staking/ILocker.sol";
import {IClaims} from "../../contracts/interfaces/verification/dispute/IClaims.sol";

/// @notice A keeper of claims that says what it is told to, and slashes for them.
contract Claims__Mock is IClaims, ILocker {
    enum Mood {
        Answer,
        Garbage,
        Short,
        Revert,
        BurnGas
    }

    error NoClaim(bytes32 claimId);

    IComputeStaking private immutable STAKING;
    mapping(bytes32 claimId => Claim) private _claims;
    mapping(bytes32 claimId => bool) private _voids;
    mapping(address proposer => mapping(address account => bool)) public playsFor;
    Mood public mood;

    constructor(IComputeStaking staking) {
        STAKING = staking;
    }

    function set(bytes32 claimId, Claim calldata claim) external {
        _claims[claimId] = claim;
    }

    function setVoid(bytes32 claimId, bool isVoid_) external {
        _voids[claimId] = isVoid_;
    }

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function letPlay(address account) external {
        playsFor[msg.sender][account] = true;
    }

    function lock(address operator, uint256 amount, uint40 until) external {
        STAKING.lock(operator, amount, until);
    }

    function slash(address operator, uint256 amount, IComputeStaking.Verdict calldata verdict) external {
        STAKING.slash(operator, amount, 0, verdict);
    }

    function claimOf(bytes32 claimId, bytes calldata evidence) external view returns (Claim memory claim) {
        claim = _claims[claimId];
        if (claim.proposer == address(0) || keccak256(evidence) != keccak256("evidence")) revert NoClaim(claimId);
    }

    function isVoid(bytes32 claimId) external view returns (bool) {
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
        return _voids[claimId];
    }

    function isVerdictStopped(bytes32) external pure returns (bool) {
        return false;
    }
}
