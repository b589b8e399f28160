// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice A token as some chains already have it: ERC-20 and nothing more.
contract PlainToken__Mock is ERC20 {
    constructor() ERC20("Plain", "PLAIN") {
        _mint(msg.sender, 1_000_000_000e18);
    }
}
