// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title ITreasury
/// @notice Holds the network's share of every fee. Tokens arrive by plain transfer; they leave only by `pay`.
interface ITreasury {
    /// @notice `amount` of `token` (its smallest unit) went to `to`; `spent` of this epoch's `cap` is used.
    event TreasuryPaid(IERC20 indexed token, address indexed to, uint256 amount, uint256 spent, uint256 cap);

    /// @notice The payment would bring what left in `epoch` to `spent`, above `cap`.
    error TreasuryCapExceeded(IERC20 token, uint256 epoch, uint256 spent, uint256 cap);

    /// @notice Pays `amount` of `token` to `to`.
    /// @dev Caller: TREASURER, through the access manager. In one epoch at most 1 % of the balance held at the epoch's first payment
    /// leaves, rounded down; what comes in later in the epoch does not raise the cap. Worked number: 40,000 OPG held, 400 OPG a week.
    function pay(IERC20 token, address to, uint256 amount) external;

    /// @notice What may still be paid in `token` in the current epoch, in its smallest unit.
    function available(IERC20 token) external view returns (uint256);
}
