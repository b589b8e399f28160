// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInferenceConsumer} from "../../contracts/interfaces/inference/IInferenceConsumer.sol";
import {VersionId} from "../../contracts/types/VersionId.sol";

/// @notice A consumer that misbehaves as told, and else remembers what it was handed.
contract Consumer__Mock is IInferenceConsumer {
    enum Mood {
        Kind,
        Revert,
        ReturnBomb,
        BurnGas,
        Reenter,
        Picky
    }

    Mood public mood;
    uint256 public calls;
    uint256 public gasSeen;
    bytes public reentry;
    bool public reentryWorked;
    bytes public received;

    event Received(bytes32 requestId, address requester, VersionId versionId, bytes32 inputHash, bytes output);

    function setMood(Mood mood_, bytes calldata reentry_) external {
        mood = mood_;
        reentry = reentry_;
    }

    function run(address target, bytes calldata call) external {
        (bool success, bytes memory answer) = target.call(call);
        if (!success) {
            assembly {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    function onResult(
        bytes32 requestId,
        address requester,
        VersionId versionId,
        bytes32 inputHash,
        bytes calldata output
    ) external {
        uint256 gasAtStart = gasleft();
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.ReturnBomb) {
            assembly {
                revert(0, 300000)
            }
        }
        if (mood == Mood.BurnGas) {
            while (true) {}
        }
        if (mood == Mood.Reenter) (reentryWorked, ) = msg.sender.call(reentry);
        if (mood == Mood.Picky && gasAtStart < 490_000) revert("starved");
        gasSeen = gasAtStart;
        calls += 1;
        received = output;
        emit Received(requestId, requester, versionId, inputHash, output);
    }
}
