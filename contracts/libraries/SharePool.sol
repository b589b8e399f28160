// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title SharePool
/// @notice Shares of a common amount of OPG, and what one is worth.
/// @dev `shares = assets × (all shares + 1000) / (all assets + 1)` and back, both rounded down: against who joins, against who leaves.
/// The thousand virtual shares and the one virtual wei belong to nobody. They set the first price, a thousand shares a wei, and
/// swallow whatever a first member might give away to price others out (as in OpenZeppelin's ERC-4626).
///
/// Slashes lower the price. So that shares never outgrow their type, nobody joins at more than 10^6 shares a wei: before that, all
/// shares are divided by 1000 and the pool's generation is raised by one, as often as it takes. Shares of an older generation are
/// divided when they are looked at. A pool that was slashed to nothing starts with no shares, so many generations later that nothing
/// is left of older ones.
/// Bounds: assets < 2^96, so shares < 2^117, and no product here exceeds 2^214.
library SharePool {
    uint256 internal constant VIRTUAL_SHARES = 1e3;
    uint256 private constant _MOST_SHARES_PER_WEI = 1e6;
    uint256 private constant _PER_GENERATION = 1e3;
    /// @dev 1000^12 > 2^119: nothing is left after so many.
    uint24 private constant _LIFETIME = 12;

    /// @notice Shares that `assets` buy of a pool of `totalAssets` and `totalShares`, rounded down.
    function toShares(uint256 assets, uint256 totalAssets, uint256 totalShares) internal pure returns (uint256) {
        return (assets * (totalShares + VIRTUAL_SHARES)) / (totalAssets + 1);
    }

    /// @notice What `shares` of such a pool are worth, rounded down.
    function toAssets(uint256 shares, uint256 totalAssets, uint256 totalShares) internal pure returns (uint256) {
        return (shares * (totalAssets + 1)) / (totalShares + VIRTUAL_SHARES);
    }

    /// @notice Readies a pool for somebody to join: what all shares and the generation are then.
    /// @dev At most eleven turns, since shares have at most 120 bits.
    function renew(
        uint256 totalAssets,
        uint120 totalShares,
        uint24 generation
    ) internal pure returns (uint120, uint24) {
        if (totalShares == 0) return (0, generation);
        if (totalAssets == 0) return (0, generation + _LIFETIME);
        while (totalShares > totalAssets * _MOST_SHARES_PER_WEI) {
            totalShares /= uint120(_PER_GENERATION);
            ++generation;
        }
        return (totalShares, generation);
    }

    /// @notice What shares of generation `from` are in generation `to`, rounded down.
    function carry(uint256 shares, uint24 from, uint24 to) internal pure returns (uint256) {
        if (from == to) return shares;
        if (to - from >= _LIFETIME) return 0;
        return shares / _PER_GENERATION ** (to - from);
    }
}
