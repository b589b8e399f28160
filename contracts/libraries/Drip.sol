// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Drip
/// @notice A pool that income reaches drop by drop: `undripped` flows into `assets` evenly over `remaining` seconds, from `since` on.
/// @dev While it stands still, `since` lies in a future that never comes.
library Drip {
    using SafeCast for uint256;

    /// @dev One slot.
    struct Pool {
        uint96 assets;
        uint96 undripped;
        uint40 since;
        uint24 remaining;
    }

    uint256 internal constant PERIOD = 7 days;
    uint40 private constant _STILL = type(uint40).max;

    /// @notice Brings the pool to the present.
    function update(Pool memory pool) internal view {
        if (pool.since >= block.timestamp) return;
        uint256 elapsed = block.timestamp - pool.since;
        pool.since = uint40(block.timestamp);
        if (elapsed >= pool.remaining) return hasten(pool);
        uint96 dripped = uint96((pool.undripped * elapsed) / pool.remaining);
        pool.undripped -= dripped;
        pool.assets += dripped;
        pool.remaining -= uint24(elapsed);
    }

    /// @notice Adds income to a pool at the present. New remaining time = (undripped × remaining + income × PERIOD) / (undripped + income),
    /// rounded down: never less than what remained, so that no gift hastens what drips already.
    function add(Pool memory pool, uint256 income) internal pure {
        uint256 total = pool.undripped + income;
        if (total == 0) return;
        pool.remaining = uint24((pool.undripped * uint256(pool.remaining) + income * PERIOD) / total);
        pool.undripped = total.toUint96();
    }

    /// @notice Lets everything in at once.
    function hasten(Pool memory pool) internal pure {
        pool.assets += pool.undripped;
        pool.undripped = 0;
        pool.remaining = 0;
    }

    /// @notice Stops the drip of a pool at the present.
    function stop(Pool memory pool) internal pure {
        pool.since = _STILL;
    }

    /// @notice Lets it drip on, for as long as remained.
    function resume(Pool memory pool) internal view {
        pool.since = uint40(block.timestamp);
    }
}
