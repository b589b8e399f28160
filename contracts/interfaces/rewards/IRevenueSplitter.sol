// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../types/VersionId.sol";

/// @title IRevenueSplitter
/// @notice Divides every fee between the publisher and its ancestors, the treasury, a burn and the operator.
/// @dev fee = royalty + treasury share + burn + operator's part, to the wei: the first three are rounded down, the operator takes the rest.
/// Only the operator's part moves with the fee; the others accrue here as numbers until somebody calls `harvest` or `flush`, so that
/// nobody can block a payment by refusing one.
/// Worked number: fee 10 OPG, royalty 20 %, treasury 5 %, burn 10 % → 2 + 0.5 + 1 + 6.5 OPG.
interface IRevenueSplitter {
    /// @notice `amount` = `royalty` + `toTreasury` + `toBurn` + `toOperator`, OPG wei.
    event FeeSplit(
        address indexed operator,
        VersionId indexed versionId,
        uint256 amount,
        uint256 royalty,
        uint256 toTreasury,
        uint256 toBurn,
        uint256 toOperator
    );
    /// @notice `paid` OPG wei went to `holder`; the rest of the version's income went to its parents, see {LineageShared}.
    event Harvested(VersionId indexed versionId, address indexed holder, uint256 paid);
    /// @notice `amount` OPG wei of the income of `child` is now income of `parent`.
    event LineageShared(VersionId indexed child, VersionId indexed parent, uint256 amount);
    /// @notice What had accrued was paid to the treasury and burnt, OPG wei.
    event Flushed(address indexed caller, uint256 toTreasury, uint256 burnt);

    /// @notice A splitter cannot be built with this share for the treasury, in 1/10,000.
    error RevenueSplitterTreasuryShareOutOfRange(uint16 treasuryBps, uint16 lowest, uint16 highest);
    /// @notice A splitter cannot be built without a treasury.
    error RevenueSplitterZeroTreasury();
    /// @notice A splitter cannot be built with this share to burn, in 1/10,000.
    error RevenueSplitterBurnShareOutOfRange(uint16 burnBps, uint16 lowest, uint16 highest);

    /// @notice Takes `amount` OPG wei from the caller, who must have approved them, and divides them.
    /// @dev Anyone may call it, since the caller pays: the market does for every fee. Reverts for an unknown version or operator, and for
    /// an amount of zero: then the fee stays where it is.
    function split(address operator, VersionId versionId, uint256 amount) external;

    /// @notice Pays out what `versionId` earned: to its parents' balances by their shares, each rounded down, the rest to the holder of its
    /// model's token at this moment. Anyone may call it; one hop a call, so a parent's own parents take a harvest of the parent.
    /// A model's token in a contract that cannot hand money on (this one, say) loses its royalties as it loses the token.
    /// @return paid OPG wei sent to the holder; 0 and no event when nothing was earned.
    function harvest(VersionId versionId) external returns (uint256 paid);

    /// @notice Sends the accrued treasury share to the treasury and burns the accrued burn. Anyone may call it; with nothing accrued
    /// it does nothing.
    function flush() external;

    /// @notice OPG wei that `versionId` has earned and not yet harvested.
    function earned(VersionId versionId) external view returns (uint256);

    /// @notice OPG wei that the next `flush` pays and burns.
    function accrued() external view returns (uint256 toTreasury, uint256 toBurn);

    /// @notice The treasury's part of each fee, in 1/10,000.
    function treasuryBps() external view returns (uint16);

    /// @notice The burnt part of each fee, in 1/10,000.
    function burnBps() external view returns (uint16);
}
