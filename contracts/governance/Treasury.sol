// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ITreasury} from "../interfaces/governance/ITreasury.sol";
import {PinnedAuthority} from "./PinnedAuthority.sol";

/// @title Treasury
/// @notice See {ITreasury}.
contract Treasury is ITreasury, PinnedAuthority {
    using SafeERC20 for IERC20;

    uint256 public constant EPOCH = 7 days;
    uint256 public constant CAP_BPS = 100;

    struct Budget {
        uint256 epoch;
        uint256 spent;
        uint256 cap;
    }

    mapping(IERC20 token => Budget) private _budgets;

    constructor(IAccessManager manager) PinnedAuthority(manager) {}

    /// @inheritdoc ITreasury
    function pay(IERC20 token, address to, uint256 amount) external restricted {
        Budget memory budget = _currentBudget(token);
        budget.spent += amount;
        if (budget.spent > budget.cap) revert TreasuryCapExceeded(token, budget.epoch, budget.spent, budget.cap);

        _budgets[token] = budget;
        emit TreasuryPaid(token, to, amount, budget.spent, budget.cap);
        token.safeTransfer(to, amount);
    }

    /// @inheritdoc ITreasury
    function available(IERC20 token) external view returns (uint256) {
        Budget memory budget = _currentBudget(token);
        return budget.cap - budget.spent;
    }

    function _currentBudget(IERC20 token) private view returns (Budget memory budget) {
        budget = _budgets[token];
        uint256 epoch = block.timestamp / EPOCH;
        if (budget.epoch != epoch) budget = Budget(epoch, 0, (token.balanceOf(address(this)) * CAP_BPS) / 10_000);
    }
}
