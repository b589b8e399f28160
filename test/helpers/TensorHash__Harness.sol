// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {TensorHash} from "../../contracts/libraries/TensorHash.sol";

/// @notice Lets tests call the library, which contracts compile in.
contract TensorHash__Harness {
    function root(bytes calldata words) external pure returns (bytes32) {
        return TensorHash.root(words);
    }
}
