// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";

/// @title IVotingPower
/// @notice Who may decide how much: OPG in hand and OPG at stake, both as their holders delegated them.
/// @dev An account delegates twice, once at the token and once here; either counts without the other. The total is the token's, which
/// already contains what is staked. Timestamps are the clock (ERC-6372).
interface IVotingPower is IERC5805 {
    /// @notice The stake of `account` with `operator` now counts `newUnits` votes, OPG wei.
    event StakedVotesChanged(address indexed account, address indexed operator, uint256 oldUnits, uint256 newUnits);

    /// @notice Only the staking contract may call this.
    error VotingPowerNotStaking(address caller);

    /// @notice Sets how many votes the stake of `account` with `operator` has. Caller: the staking contract.
    function update(address account, address operator, uint256 units) external;

    /// @notice OPG wei that the stake of `account` with `operator` counted when it was last synced.
    function stakedVotesOf(address account, address operator) external view returns (uint256);
}
