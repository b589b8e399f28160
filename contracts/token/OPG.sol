// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title OPG
/// @notice OpenGradient's token.
contract OPG is ERC20 {
    constructor(address holder) ERC20("OpenGradient", "OPG") {
        _mint(holder, 1_000_000_000e18);
    }
}
