// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Burning
/// @notice Takes OPG out of the world, also where it cannot burn itself.
library Burning {
    using SafeERC20 for IERC20;

    /// @dev Where tokens go that have no `burn`.
    address private constant _DEAD = 0x000000000000000000000000000000000000dEaD;

    /// @notice Burns `amount` of the calling contract's own balance.
    function burn(IERC20 token, bool burnable, uint256 amount) internal {
        if (amount == 0) return;
        if (burnable) ERC20Burnable(address(token)).burn(amount);
        else token.safeTransfer(_DEAD, amount);
    }

    /// @notice Fails at deployment, and not at the first burn, for a token that is said to burn and does not.
    function check(IERC20 token, bool burnable) internal {
        if (burnable) ERC20Burnable(address(token)).burn(0);
    }
}
