// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../../contracts/interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../../../contracts/interfaces/staking/ISlashEscrow.sol";
import {ROLE_LOCKER} from "../../../contracts/types/Roles.sol";
import {TicketId} from "../../../contracts/types/TicketId.sol";
import {Locker__Mock} from "../../helpers/Locker__Mock.sol";

import {Players} from "./Players.sol";

/// @notice All players, those who lock and slash, those who stop and reverse, and a thief; and how everybody leaves.
contract Judges is Players {
    uint256 private constant ACTIONS = 30;
    uint256 private _verdicts;

    /// @notice How often a slash took all that was active, and how often one was reversed.
    uint256 public wholeSlashes;
    uint256 public reversals;

    constructor() {
        vm.warp(_time);
        for (uint256 o = 0; o < OPERATORS; ++o) {
            vm.startPrank(people[o]);
            for (uint256 l = 0; l < LOCKERS; ++l) {
                staking.allow(lockers[l]);
                _locks[o][l].allowedFrom = _time;
            }
            staking.bond(5 * MINIMUM_BOND);
            vm.stopPrank();
            _stakes[o].bond = 5 * MINIMUM_BOND;
            _stakes[o].isActive = true;
            cash[o] -= 5 * MINIMUM_BOND;
        }
        // Everybody votes from the start, so that there is something to count; the fourth with what it has in hand as well.
        for (uint256 i = 0; i < STAKERS; ++i) {
            vm.prank(people[i]);
            votes.delegate(people[(i + 1) % STAKERS]);
            if (i < OPERATORS) staking.syncVotes(people[i], people[i]);
            if (i < OPERATORS) _voters[i][i] = Voter(5 * MINIMUM_BOND, 0, true);
        }
        vm.prank(people[3]);
        opg.delegate(people[3]);
    }

    /// @notice Every action, for those who pick from them.
    function actions() external pure returns (bytes4[] memory list) {
        list = new bytes4[](ACTIONS);
        list[0] = this.wait_.selector;
        list[1] = this.bond.selector;
        list[2] = this.unbond.selector;
        list[3] = this.retire.selector;
        list[4] = this.setCommission.selector;
        list[5] = this.raiseCommission.selector;
        list[6] = this.delegate.selector;
        list[7] = this.undelegate.selector;
        list[8] = this.withdraw.selector;
        list[9] = this.distribute.selector;
        list[10] = this.donate.selector;
        list[11] = this.chooseDelegate.selector;
        list[12] = this.syncVotes.selector;
        list[13] = this.trust.selector;
        list[14] = this.lock.selector;
        list[15] = this.unlock.selector;
        list[16] = this.clear.selector;
        list[17] = this.slash.selector;
        list[18] = this.slashAll.selector;
        list[19] = this.release.selector;
        list[20] = this.reverse.selector;
        list[21] = this.stop.selector;
        list[22] = this.lift.selector;
        list[23] = this.makePermanent.selector;
        list[24] = this.toggleRole.selector;
        list[25] = this.setMood.selector;
        list[26] = this.trespass.selector;
        list[27] = this.lockAgain.selector;
        list[28] = this.forfeit.selector;
        list[29] = this.forfeitAgain.selector;
    }

    /* LOCKS */

    /// @notice Lets a locker in, or out.
    function trust(uint256 who, uint256 which, uint256 often) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        Locked storage k = _locks[o][l];
        // Mostly in, or nobody would have work.
        if (k.allowedFrom != 0 && often % 8 != 0) return;
        if (k.allowedFrom != 0) {
            _attempt(people[o], address(staking), abi.encodeCall(staking.disallow, (lockers[l])), true);
            k.allowedFrom = 0;
            return;
        }
        IComputeStaking.Pool memory pool = staking.poolOf(people[o]);
        bool isShared = pool.shares != 0 || pool.unbonding >= 1e18;
        _attempt(people[o], address(staking), abi.encodeCall(staking.allow, (lockers[l])), true);
        k.allowedFrom = isShared ? _time + 28 days : _time;
    }

    function lock(uint256 who, uint256 which, uint256 amount, uint256 until) external onTime {
        uint256 o = who % OPERATORS;
        uint256 left = free(o);
        // All, all but a few wei, all and one more, or anything.
        uint256 wanted = bound(amount / 8, 0, left + left / 8);
        if (amount % 8 < 2) wanted = left;
        else if (amount % 8 == 2) wanted = left + 1;
        else if (amount % 8 == 3) wanted = left > 10 ? left - ((amount / 8) % 10) : 0;
        _lock(o, which % LOCKERS, wanted, bound(until, _time, _time + 11 days));
    }

    /// @notice Nothing more, only longer: what is locked already must be there still.
    function lockAgain(uint256 who, uint256 which, uint256 until) external onTime {
        _lock(who % OPERATORS, which % LOCKERS, 0, bound(until, _time + 1, _time + 10 days));
    }

    function _lock(uint256 o, uint256 l, uint256 amount, uint256 until) private {
        Locked storage k = _locks[o][l];
        bool expected = until > _time && until <= _time + 10 days && _hasRole[l] && _stakes[o].isActive;
        expected = expected && k.allowedFrom != 0 && _time >= k.allowedFrom;
        expected = expected && _stakes[o].locked <= lockable(o) && amount <= free(o);
        bytes memory call = abi.encodeCall(staking.lock, (people[o], amount, uint40(until)));
        if (!_attempt(lockers[l], address(staking), call, expected)) return;
        k.amount += amount;
        if (until > k.until) k.until = until;
        _stakes[o].locked += amount;
        assertLe(staking.operatorOf(people[o]).locked, lockable(o), "locked beyond what may be");
    }

    function unlock(uint256 who, uint256 which, uint256 amount, uint256 seed) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        uint32 epoch = seed % 4 == 0 ? uint32(seed) : _locks[o][l].epoch;
        amount = bound(amount, 0, _locks[o][l].amount * 2);
        uint256 expected = epoch == _locks[o][l].epoch ? _least(amount, _locks[o][l].amount) : 0;
        vm.prank(lockers[l]);
        assertEq(staking.unlock(people[o], amount, epoch), expected, "unlocked");
        _enterUnlock(o, l, expected);
        if (expected > 0) ++done[msg.sig];
    }

    function clear(uint256 caller, uint256 who, uint256 which) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        bool expected = _locks[o][l].amount > 0 && _time >= _locks[o][l].until;
        bytes memory call = abi.encodeCall(staking.clear, (people[o], lockers[l]));
        if (!_attempt(people[caller % PEOPLE], address(staking), call, expected)) return;
        _enterUnlock(o, l, _locks[o][l].amount);
        ++_locks[o][l].epoch;
    }

    function _enterUnlock(uint256 o, uint256 l, uint256 amount) private {
        _locks[o][l].amount -= amount;
        _stakes[o].locked -= amount;
    }

    /* SLASHES */

    function slash(uint256 who, uint256 which, uint256 amount, uint256 seed) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        // An epoch that has passed, or one to come, takes nothing.
        uint32 epoch = seed % 8 == 0 ? _locks[o][l].epoch - (_locks[o][l].epoch == 0 ? 0 : 1) : _locks[o][l].epoch;
        if (seed % 8 == 1) epoch += 1;
        amount = amount % 4 == 0 ? amount : bound(amount, 0, _locks[o][l].amount);
        _slash(o, l, amount, epoch, seed);
    }

    /// @notice Whatever can be locked is locked, and slashed at once: all, or all but a few wei.
    function slashAll(uint256 who, uint256 which, uint256 spare, uint256 seed) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        if (free(o) > 0) _lock(o, l, free(o), _time + 1 days);
        uint256 amount = _locks[o][l].amount;
        spare = spare % 3 == 0 ? 0 : (spare / 3) % 1_000;
        _slash(o, l, amount > spare ? amount - spare : 0, _locks[o][l].epoch, seed);
    }

    function _slash(uint256 o, uint256 l, uint256 amount, uint32 epoch, uint256 seed) private {
        uint256 unlocked = epoch == _locks[o][l].epoch ? _least(amount, _locks[o][l].amount) : 0;
        uint256 expected = _least(unlocked, reachable(o));
        if (_isLive(o)) assertEq(expected, unlocked, "a lock that is not covered within its life");
        IComputeStaking.Verdict memory verdict = _verdict(seed);
        IComputeStaking.Pool memory before = staking.poolOf(people[o]);
        bool works = expected == 0 || !_isStopped(l);
        vm.prank(lockers[l]);
        (bool success, bytes memory answer) = address(staking).call(
            abi.encodeCall(staking.slash, (people[o], amount, epoch, verdict))
        );
        if (success != works) revert Surprise(works, answer);
        if (!success) return;
        assertEq(abi.decode(answer, (uint256)), expected, "slashed");
        _enterUnlock(o, l, unlocked);
        if (expected == 0) return;
        ++done[msg.sig];
        _enterVerdict(o, l, unlocked, verdict, before);
    }

    function _verdict(uint256 seed) private returns (IComputeStaking.Verdict memory verdict) {
        verdict.id = bytes32(++_verdicts);
        if (seed % 3 != 0) verdict.victim = people[(seed >> 8) % STAKERS];
        if (seed % 5 != 0) verdict.challengers = people[(seed >> 16) % STAKERS];
        verdict.victimFee = uint96((seed >> 24) % MINIMUM_BOND);
    }

    function _enterVerdict(
        uint256 o,
        uint256 l,
        uint256 unlocked,
        IComputeStaking.Verdict memory verdict,
        IComputeStaking.Pool memory before
    ) private {
        uint256[4] memory parts = _enterSlash(o, unlocked);
        ISlashEscrow.Slash memory taken;
        taken.operator = people[o];
        taken.locker = lockers[l];
        taken.verdict = verdict.id;
        taken.victim = verdict.victim;
        taken.victimFee = verdict.victimFee;
        taken.challengers = verdict.challengers;
        taken.openedAt = uint40(_time);
        taken.fromBond = uint96(parts[0] + parts[1]);
        taken.fromPool = uint96(parts[2]);
        taken.fromUnbonding = uint96(parts[3]);
        if (taken.fromBond != unlocked && before.assets + before.undripped + before.unbonding != 0) {
            taken.poolShares = uint120(before.shares);
            taken.unbondingShares = uint120(before.unbondingShares);
            taken.poolGeneration = before.generation;
            taken.unbondingGeneration = before.unbondingGeneration;
        }
        _slashes.push(taken);
        if (_stakes[o].bond + _stakes[o].active == 0) ++wholeSlashes;
    }

    /// @notice Any part of a lock, also of another epoch.
    function forfeit(uint256 who, uint256 which, uint256 amount, uint256 seed) external onTime {
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        uint32 epoch = _locks[o][l].epoch;
        if (seed % 8 == 0 && epoch > 0) epoch -= 1;
        if (seed % 8 == 1) epoch += 1;
        // Often next to nothing: who fails a little each day is not ruined.
        if (seed % 2 == 0) amount = amount % 4 == 0 ? amount : bound(amount, 0, _locks[o][l].amount);
        else amount = amount % 100;
        if (_forfeit(o, l, amount, epoch) > 0) ++done[msg.sig];
    }

    /// @notice A locker gone wrong locks all it can and has it forfeited, again and again: a tenth of what it could lock once is all it
    /// takes, by whatever other locks are open.
    function forfeitAgain(uint256 who, uint256 which, uint256 often) external onTime {
        // Not often, or nobody would have work.
        if (often % 4 != 0) return;
        uint256 o = who % OPERATORS;
        uint256 l = which % LOCKERS;
        uint256 most = free(o) + _locks[o][l].amount;
        uint256 taken;
        for (uint256 i = 0; i < 3; ++i) {
            if (free(o) > 0) _lock(o, l, free(o), _time + 1 days);
            taken += _forfeit(o, l, type(uint256).max, _locks[o][l].epoch);
        }
        assertLe(taken * 10, most, "a locker took more than a tenth");
        if (taken > 0) ++done[msg.sig];
    }

    function _forfeit(uint256 o, uint256 l, uint256 amount, uint32 epoch) private returns (uint256 paid) {
        uint256 unlocked = epoch == _locks[o][l].epoch ? _least(amount, _locks[o][l].amount) : 0;
        bool works = !_isStopped(l);
        vm.prank(lockers[l]);
        (bool success, bytes memory answer) = address(staking).call(
            abi.encodeCall(staking.forfeit, (people[o], amount, epoch))
        );
        if (success != works) revert Surprise(works, answer);
        if (!success) return 0;
        _enterUnlock(o, l, unlocked);
        if (unlocked > 0) paid = _enterForfeit(o, unlocked);
        assertEq(abi.decode(answer, (uint256)), paid, "forfeited");
        takings[l] += paid;
        if (unlocked > 0) _count(o, o);
    }

    /// @dev Whether no lock on `o` is past its end.
    function _isLive(uint256 o) internal view returns (bool) {
        for (uint256 l = 0; l < LOCKERS; ++l) {
            if (_locks[o][l].amount > 0 && _time >= _locks[o][l].until) return false;
        }
        return true;
    }

    function isLive(uint256 o) external view returns (bool) {
        return _isLive(o);
    }

    function release(uint256 caller, uint256 seed) external onTime {
        if (_slashes.length == 0) return;
        uint256 which = seed % _slashes.length;
        ISlashEscrow.Slash memory s = _slashes[which];
        bool expected = _time >= uint256(s.openedAt) + 7 days && !isHeld(s);
        bytes memory call = abi.encodeCall(escrow.release, (s));
        if (!_attempt(people[caller % PEOPLE], address(escrow), call, expected)) return;
        _enterRelease(which);
    }

    function _enterRelease(uint256 which) private {
        ISlashEscrow.Slash memory s = _slashes[which];
        uint256 sum = uint256(s.fromBond) + s.fromPool + s.fromUnbonding;
        uint256 toVictim = s.victim == address(0) ? 0 : _least(s.victimFee / 2, (uint256(s.fromBond) * 3) / 10);
        uint256 toChallengers =
            s.challengers == address(0) ? 0 : (uint256(s.fromBond) * 10 + uint256(s.fromPool) + s.fromUnbonding) / 20;
        if (toVictim > 0) cash[_personOf(s.victim)] += toVictim;
        if (toChallengers > 0) cash[_personOf(s.challengers)] += toChallengers;
        burnt += sum - toVictim - toChallengers;
        ISlashEscrow.Outcome memory outcome = escrow.outcomeOf(escrow.slashIdOf(s));
        assertTrue(outcome.status == ISlashEscrow.Status.Released, "released");
        assertEq(outcome.toVictim, toVictim, "to the victim");
        assertEq(outcome.toChallengers, toChallengers, "to the challengers");
        _enterEndOfEscrow(_personOf(s.operator));
        _forget(which);
    }

    function reverse(uint256 seed) external onTime {
        if (_slashes.length == 0) return;
        uint256 which = seed % _slashes.length;
        for (uint256 i = 0; i < _slashes.length && !isHeld(_slashes[which]); ++i) which = (which + 1) % _slashes.length;
        ISlashEscrow.Slash memory s = _slashes[which];
        IComputeStaking.Pool memory before = staking.poolOf(s.operator);
        bytes memory call = abi.encodeCall(escrow.reverse, (s));
        if (!_attempt(_ARBITER, address(escrow), call, isHeld(s))) return;
        ++reversals;
        _enterReversal(s, before);
        assertTrue(escrow.outcomeOf(escrow.slashIdOf(s)).status == ISlashEscrow.Status.Reversed, "reversed");
        _forget(which);
    }

    function _enterReversal(ISlashEscrow.Slash memory s, IComputeStaking.Pool memory before) private {
        Stake storage k = _stakes[_personOf(s.operator)];
        uint256 renewals = before.generation - s.poolGeneration;
        uint256 all = uint256(s.fromPool) + s.fromUnbonding;
        uint256 toPool = _least(_partOfThoseLeft(s.fromPool, before.shares, s.poolShares, renewals), s.fromPool);
        renewals = before.unbondingGeneration - s.unbondingGeneration;
        uint256 toUnbonding = _partOfThoseLeft(s.fromUnbonding, before.unbondingShares, s.unbondingShares, renewals);
        toUnbonding = _least(toUnbonding, all - toPool);
        k.bond += s.fromBond;
        k.active += toPool;
        k.unbonding += toUnbonding;
        burnt += all - toPool - toUnbonding;
        _enterEndOfEscrow(_personOf(s.operator));
    }

    function _partOfThoseLeft(
        uint256 amount,
        uint256 present,
        uint256 former,
        uint256 generations
    ) private pure returns (uint256) {
        former = generations >= 12 ? 0 : former / 1_000 ** generations;
        if (former == 0) return 0;
        return (amount * present) / former;
    }

    /// @dev What has ended, has ended: neither released nor reversed again.
    function _forget(uint256 which) private {
        ISlashEscrow.Slash memory s = _slashes[which];
        (bool released, ) = address(escrow).call(abi.encodeCall(escrow.release, (s)));
        vm.prank(_ARBITER);
        (bool reversed, ) = address(escrow).call(abi.encodeCall(escrow.reverse, (s)));
        assertTrue(!released && !reversed, "a slash that ended twice");
        _slashes[which] = _slashes[_slashes.length - 1];
        _slashes.pop();
    }

    /* STOPS */

    function stop(uint256 which, uint256 often) external onTime {
        // The second locker, now and then another.
        uint256 l = which % 4 == 0 ? (which / 4) % LOCKERS : 1;
        if (often % 2 != 0) return;
        Stopped storage s = _stops[l];
        bool expected = s.at == 0 || (s.lifted && _time >= s.at + 56 days);
        if (!_attempt(_GUARDIAN, address(escrow), abi.encodeCall(escrow.stop, (lockers[l])), expected)) return;
        _stops[l] = Stopped(_time, false, false);
    }

    function lift(uint256 which) external onTime {
        uint256 l = which % LOCKERS;
        bool expected = _isUndecided(l);
        if (_attempt(_ARBITER, address(escrow), abi.encodeCall(escrow.lift, (lockers[l])), expected)) {
            _stops[l].lifted = true;
        }
    }

    function makePermanent(uint256 which, uint256 often) external onTime {
        if (often % 2 != 0) return;
        // One that waits for a decision, if there is one.
        uint256 l = which % LOCKERS;
        for (uint256 i = 0; i < LOCKERS && !_isUndecided(l); ++i) l = (l + 1) % LOCKERS;
        bool expected = _isUndecided(l);
        if (_attempt(_ARBITER, address(escrow), abi.encodeCall(escrow.makePermanent, (lockers[l])), expected)) {
            _stops[l].permanent = true;
        }
    }

    /// @notice A vote takes the first locker's role away, or gives it back.
    function toggleRole(uint256 seed) external onTime {
        if (_hasRole[0] && seed % 4 != 0) return;
        if (_hasRole[0]) manager.revokeRole(ROLE_LOCKER, lockers[0]);
        else manager.grantRole(ROLE_LOCKER, lockers[0], 0);
        _hasRole[0] = !_hasRole[0];
        ++done[msg.sig];
    }

    function setMood(uint256 seed) external onTime {
        _talker.setMood(Locker__Mock.Mood(seed % 7));
        ++done[msg.sig];
    }

    /* THE THIEF */

    /// @notice Something that is not the thief's to do, with arguments that would be right for somebody else. It must be refused, or do
    /// nothing.
    function trespass(uint256 kind, uint256 seed) external onTime {
        (address target, bytes memory call) = _trespass(kind % 19, seed);
        vm.prank(people[THIEF]);
        (bool success, bytes memory answer) = target.call(call);
        bool isIdle = success && (kind % 19 < 2 || kind % 19 == 18) && abi.decode(answer, (uint256)) == 0;
        if (success && !isIdle) revert Surprise(false, call);
        ++done[msg.sig];
    }

    function _trespass(uint256 kind, uint256 seed) private view returns (address, bytes memory call) {
        uint256 o = seed % OPERATORS;
        uint32 epoch = _locks[o][seed % LOCKERS].epoch;
        IComputeStaking.Verdict memory verdict;
        verdict.challengers = people[THIEF];
        ISlashEscrow.Slash memory s;
        if (_slashes.length > 0) s = _slashes[seed % _slashes.length];
        if (kind == 0) call = abi.encodeCall(staking.slash, (people[o], 1e18, epoch, verdict));
        if (kind == 1) call = abi.encodeCall(staking.unlock, (people[o], 1e18, epoch));
        if (kind == 2) call = abi.encodeCall(staking.lock, (people[o], 1, uint40(_time + 1)));
        if (kind == 3) call = abi.encodeCall(staking.bond, (MINIMUM_BOND));
        if (kind == 4) call = abi.encodeCall(staking.unbond, (1));
        if (kind == 5) call = abi.encodeCall(staking.retire, ());
        if (kind == 6) call = abi.encodeCall(staking.undelegate, (people[o], 1 + (seed % 1e18)));
        if (kind == 7) call = abi.encodeCall(staking.endEscrow, (people[o]));
        if (kind == 8) call = abi.encodeCall(staking.restore, (s));
        if (kind == 9) call = abi.encodeCall(staking.disallow, (lockers[seed % LOCKERS]));
        if (kind == 10) call = abi.encodeCall(staking.allow, (people[THIEF]));
        if (kind == 11) call = abi.encodeCall(staking.distribute, (people[o], 1 + (seed % 1e18)));
        if (kind == 18) call = abi.encodeCall(staking.forfeit, (people[o], 1e18, epoch));
        if (kind < 12 || kind == 18) return (address(staking), call);
        if (kind == 12) return (address(votes), abi.encodeCall(votes.update, (people[THIEF], people[o], seed)));
        if (kind == 13) call = abi.encodeCall(escrow.open, (s));
        if (kind == 14) call = abi.encodeCall(escrow.reverse, (s));
        if (kind == 15) call = abi.encodeCall(escrow.stop, (lockers[seed % LOCKERS]));
        if (kind == 16) {
            // Somebody else's slash, paid to another.
            s.challengers = people[THIEF];
            call = abi.encodeCall(escrow.release, (s));
        }
        if (kind == 17) call = abi.encodeCall(escrow.lift, (lockers[seed % LOCKERS]));
        return (address(escrow), call);
    }

    /* EXITS */

    /// @notice Everybody leaves by the ways that are open to them, with the thief's help where anyone may help. Nothing may fail: at
    /// first whatever is in escrow and whoever is stopped, and once more when slashes have ended and all income has dripped.
    function everybodyLeaves() external onTime {
        for (uint256 o = 0; o < OPERATORS; ++o) {
            if (!_stakes[o].isActive) continue;
            vm.prank(people[o]);
            staking.retire();
        }
        _leave();
        _pass(21 days);
        _withdrawAll();
        _pass(21 days);
        while (_slashes.length > 0) {
            vm.prank(people[THIEF]);
            escrow.release(_slashes[0]);
            _enterRelease(0);
        }
        for (uint256 k = 0; k < OPERATORS * LOCKERS; ++k) {
            if (_locks[k / LOCKERS][k % LOCKERS].amount == 0) continue;
            vm.prank(people[THIEF]);
            staking.clear(people[k / LOCKERS], lockers[k % LOCKERS]);
            _enterUnlock(k / LOCKERS, k % LOCKERS, _locks[k / LOCKERS][k % LOCKERS].amount);
            ++_locks[k / LOCKERS][k % LOCKERS].epoch;
        }
        _pass(7 days);
        _leave();
        _pass(21 days);
        _withdrawAll();
    }

    function _leave() private {
        for (uint256 o = 0; o < OPERATORS; ++o) {
            _stakes[o].isActive = false;
            for (uint256 i = 0; i < STAKERS; ++i) _leavePool(o, i);
            _leaveBond(o);
        }
    }

    function _leavePool(uint256 o, uint256 i) private {
        IComputeStaking.Position memory p = staking.positionOf(people[o], people[i]);
        if (p.assets == 0) return;
        vm.prank(people[i]);
        _enterTicket(staking.undelegate(people[o], p.shares));
        _flow(o);
        _stakes[o].active -= p.assets;
        _stakes[o].unbonding += p.assets;
        if (staking.poolOf(people[o]).shares == 0) _enterEmptyPool(o);
        assertEq(staking.positionOf(people[o], people[i]).shares, 0, "shares left behind");
        _count(o, i);
    }

    function _leaveBond(uint256 o) private {
        uint256 bond_ = staking.operatorOf(people[o]).bond;
        if (bond_ == 0) return;
        vm.prank(people[o]);
        _enterTicket(staking.unbond(bond_));
        _stakes[o].bond -= bond_;
        _stakes[o].bondUnbonding += bond_;
        _count(o, o);
    }

    function _withdrawAll() private {
        while (_tickets.length > 0) {
            TicketId id = _tickets[_tickets.length - 1];
            _tickets.pop();
            IComputeStaking.Ticket memory ticket = staking.ticketOf(id);
            vm.prank(ticket.owner);
            assertEq(staking.withdraw(id), ticket.assets, "withdrawn");
            _enterWithdrawal(ticket);
        }
    }

    function _pass(uint256 duration) private {
        _time += duration;
        vm.warp(_time);
    }
}
