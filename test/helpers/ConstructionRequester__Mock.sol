// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice A contract that calls while it has no code yet.
contract ConstructionRequester__Mock {
    constructor(address target, bytes memory call) {
        (bool success, ) = target.call(call);
        require(success, "call failed");
    }
}
