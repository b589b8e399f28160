// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Stops
/// @notice The guardian's emergency stop of one thing: once in 56 days, for 35 days, in which governance lifts it or makes it permanent. A
/// stop that nobody decides becomes permanent by itself.
/// @dev Who may call what is the contract's business: the guardian stops, the arbiter decides.
library Stops {
    /// @dev One slot.
    struct Stop {
        uint40 at; // 0 = never stopped
        bool lifted;
        bool permanent; // decided early; a stop that nobody lifts in time becomes permanent by itself
    }

    uint256 internal constant PERIOD = 35 days;
    uint256 internal constant COOLDOWN = 56 days;

    /// @notice What is stopped cannot be stopped again; what was lifted can from `possibleFrom` on.
    error StopsTooSoon(uint256 possibleFrom);
    /// @notice There is no stop that waits for a decision.
    error StopsNoneUndecided();

    /// @return until when it waits for a decision, unix seconds.
    function stop(Stop storage self) internal returns (uint40 until) {
        Stop memory last = self;
        if (last.at != 0) {
            if (!last.lifted) revert StopsTooSoon(type(uint256).max);
            uint256 possibleFrom = last.at + COOLDOWN;
            if (block.timestamp < possibleFrom) revert StopsTooSoon(possibleFrom);
        }
        self.at = uint40(block.timestamp);
        self.lifted = false;
        return uint40(block.timestamp + PERIOD);
    }

    function lift(Stop storage self) internal {
        if (!isUndecided(self)) revert StopsNoneUndecided();
        self.lifted = true;
    }

    function makePermanent(Stop storage self) internal {
        if (!isUndecided(self)) revert StopsNoneUndecided();
        self.permanent = true;
    }

    /// @notice Stopped and neither lifted nor permanent.
    function isUndecided(Stop memory self) internal view returns (bool) {
        return self.at != 0 && !self.lifted && !self.permanent && block.timestamp < self.at + PERIOD;
    }

    function isStopped(Stop memory self) internal pure returns (bool) {
        return self.at != 0 && !self.lifted;
    }
}
