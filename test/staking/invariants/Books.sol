// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../../contracts/interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../../../contracts/interfaces/staking/ISlashEscrow.sol";
import {TicketId} from "../../../contracts/types/TicketId.sol";
import {Stage} from "./Stage.sol";

/// @notice What should be where, to the wei, by formulas of their own. People, operators and lockers go by their numbers.
abstract contract Books is Stage {
    /// @dev What one operator has at stake. `active` and `undripped` are as of `since`.
    struct Stake {
        uint256 bond;
        uint256 bondUnbonding;
        uint256 active;
        uint256 unbonding;
        uint256 undripped;
        uint256 remaining;
        uint256 since;
        uint256 escrows;
        bool isStill;
        uint256 locked;
        uint256 resting; // of the capacity, as of `restedSince`
        uint256 restedSince;
        uint256 lost; // ever slashed
        uint256 renewals;
        bool isActive;
    }

    struct Locked {
        uint256 amount;
        uint256 until;
        uint256 allowedFrom;
        uint32 epoch;
    }

    struct Voter {
        uint256 counted; // staked votes when they were last counted
        uint256 lostThen; // what the operator had ever lost then
        bool counts;
    }

    struct Stopped {
        uint256 at;
        bool lifted;
        bool permanent;
    }

    struct Memory {
        address account;
        uint256 timestamp;
        uint256 power;
    }

    mapping(uint256 operator => Stake) internal _stakes;
    mapping(uint256 operator => mapping(uint256 locker => Locked)) internal _locks;
    mapping(uint256 operator => mapping(uint256 person => Voter)) internal _voters;
    mapping(uint256 locker => Stopped) internal _stops;
    mapping(uint256 locker => bool) internal _hasRole;
    mapping(uint256 person => uint256) public cash;
    /// @notice What forfeits brought a locker.
    mapping(uint256 locker => uint256) public takings;
    mapping(uint256 operator => mapping(uint256 person => uint256)) internal _principals;
    ISlashEscrow.Slash[] internal _slashes;
    TicketId[] internal _tickets;
    Memory[] internal _memories;
    uint256 public giftsToStaking;
    uint256 public giftsToEscrow;
    uint256 public burnt;

    /// @dev Set on the chain before every action; asked here, since the compiler may read block.timestamp only once.
    uint256 internal _time = 1_800_000_000;

    constructor() {
        for (uint256 i = 0; i < STAKERS; ++i) cash[i] = WEALTH;
        cash[DONOR] = SUPPLY - STAKERS * WEALTH;
        for (uint256 i = 0; i < LOCKERS; ++i) _hasRole[i] = true;
    }

    function stakeOf(uint256 o) external view returns (Stake memory) {
        return _stakes[o];
    }

    function lockedBy(uint256 o, uint256 l) external view returns (Locked memory) {
        return _locks[o][l];
    }

    function voterOf(uint256 o, uint256 i) external view returns (Voter memory) {
        return _voters[o][i];
    }

    function slashes() external view returns (ISlashEscrow.Slash[] memory) {
        return _slashes;
    }

    function tickets() external view returns (TicketId[] memory) {
        return _tickets;
    }

    function memories() external view returns (Memory[] memory) {
        return _memories;
    }

    /// @notice Active assets and what is still to drip, now.
    function flowed(uint256 o) public view returns (uint256 active, uint256 undripped, uint256 remaining) {
        Stake storage s = _stakes[o];
        uint256 elapsed = s.isStill ? 0 : _time - s.since;
        if (elapsed >= s.remaining) {
            if (!s.isStill) return (s.active + s.undripped, 0, 0);
            return (s.active, s.undripped, s.remaining);
        }
        uint256 dripped = (s.undripped * elapsed) / s.remaining;
        return (s.active + dripped, s.undripped - dripped, s.remaining - elapsed);
    }

    /// @notice Everything of `o` that a slash can reach.
    function reachable(uint256 o) public view returns (uint256) {
        Stake storage s = _stakes[o];
        return s.bond + s.bondUnbonding + s.active + s.undripped + s.unbonding;
    }

    /// @notice The most that may be locked of `o` in all.
    function lockable(uint256 o) public view returns (uint256) {
        (uint256 active, , ) = flowed(o);
        uint256 stake = _stakes[o].bond + active;
        return stake < 3 * _stakes[o].bond ? stake : 3 * _stakes[o].bond;
    }

    /// @notice What forfeits have taken from what may be locked, now: ten days from the last one on nothing.
    function resting(uint256 o) public view returns (uint256) {
        Stake storage s = _stakes[o];
        if (_time >= s.restedSince + 10 days) return 0;
        uint256 left = s.resting * (s.restedSince + 10 days - _time);
        return (left + 10 days - 1) / 10 days;
    }

    /// @notice What may be locked of `o` besides what is locked already.
    function free(uint256 o) public view returns (uint256) {
        uint256 used = _stakes[o].locked + resting(o);
        uint256 most = lockable(o);
        return most > used ? most - used : 0;
    }

    /// @notice What `i` delegated to `o` and has not taken out again, its part of what it took out being rounded up; nothing once its
    /// shares are worth nothing for good.
    function principalOf(uint256 o, uint256 i) public view returns (uint256) {
        return staking.positionOf(people[o], people[i]).shares == 0 ? 0 : _principals[o][i];
    }

    function isHeld(ISlashEscrow.Slash memory slash) public view returns (bool) {
        if (_time >= uint256(slash.openedAt) + 42 days) return false;
        if (slash.locker == address(_talker) && uint8(_talker.mood()) == 1) return true;
        return _isUndecided(_numberOf(slash.locker));
    }

    function _isUndecided(uint256 locker) internal view returns (bool) {
        Stopped storage s = _stops[locker];
        return s.at != 0 && !s.lifted && !s.permanent && _time < s.at + 35 days;
    }

    function _isStopped(uint256 locker) internal view returns (bool) {
        return _stops[locker].at != 0 && !_stops[locker].lifted;
    }

    function _numberOf(address locker) internal view returns (uint256 i) {
        while (lockers[i] != locker) ++i;
    }

    /// @dev Brings the drip to the present.
    function _flow(uint256 o) internal {
        Stake storage s = _stakes[o];
        (s.active, s.undripped, s.remaining) = flowed(o);
        s.since = _time;
    }

    function _enterIncome(uint256 o, uint256 amount, uint256 commissionBps) internal {
        Stake storage s = _stakes[o];
        _flow(o);
        uint256 ofPool = s.active == 0 ? 0 : (amount * s.active) / (s.active + s.bond);
        ofPool -= (ofPool * commissionBps) / 10_000;
        s.bond += amount - ofPool;
        uint256 all = s.undripped + ofPool;
        if (all == 0) return;
        uint256 remaining = (s.undripped * s.remaining + ofPool * 7 days) / all;
        // A gift never hastens what drips already, and never makes it wait longer than a week.
        assertLe(s.remaining, remaining, "a gift hastened the drip");
        assertLe(remaining, 7 days, "a drip longer than its period");
        s.undripped = all;
        s.remaining = remaining;
    }

    /// @dev Bond first, then pool and its unbonding stake alike.
    function _enterSlash(uint256 o, uint256 amount) internal returns (uint256[4] memory parts) {
        Stake storage s = _stakes[o];
        parts[0] = _least(amount, s.bond);
        parts[1] = _least(amount - parts[0], s.bondUnbonding);
        uint256 rest = amount - parts[0] - parts[1];
        if (rest > 0) {
            _flow(o);
            if (rest >= s.active + s.unbonding) (s.active, s.undripped, s.remaining) = (s.active + s.undripped, 0, 0);
            uint256 all = s.active + s.unbonding;
            rest = _least(rest, all);
            parts[3] = rest == 0 ? 0 : (rest * s.unbonding) / all;
            parts[2] = rest - parts[3];
            s.active -= parts[2];
            s.unbonding -= parts[3];
            if (all > 0) s.isStill = true;
        }
        s.bond -= parts[0];
        s.bondUnbonding -= parts[1];
        s.lost += parts[0] + parts[1] + parts[2] + parts[3];
        s.escrows += 1;
    }

    /// @dev Of the bond alone, active before unbonding.
    function _enterForfeit(uint256 o, uint256 unlocked) internal returns (uint256 paid) {
        Stake storage s = _stakes[o];
        s.resting = resting(o) + unlocked;
        s.restedSince = _time;
        paid = _least(unlocked / 10, s.bond + s.bondUnbonding);
        uint256 ofBond = _least(paid, s.bond);
        s.bond -= ofBond;
        s.bondUnbonding -= paid - ofBond;
    }

    function _enterEndOfEscrow(uint256 o) internal {
        _flow(o);
        _stakes[o].escrows -= 1;
        if (_stakes[o].escrows > 0) return;
        _stakes[o].isStill = false;
        _stakes[o].since = _time;
        // A pool that is over by then is closed.
        if (!staking.operatorOf(people[o]).hasPool) _enterEmptyPool(o);
    }

    function _enterEmptyPool(uint256 o) internal {
        Stake storage s = _stakes[o];
        s.bond += s.active + s.undripped;
        s.active = 0;
        s.undripped = 0;
        s.remaining = 0;
    }

    function _enterTicket(TicketId id) internal {
        for (uint256 i = 0; i < _tickets.length; ++i) if (_tickets[i] == id) return;
        _tickets.push(id);
    }

    function _least(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }
}
