// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {TicketId} from "../../contracts/types/TicketId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Random histories of one operator, which is this contract, and three lockers, against a model that keeps a list of locks.
contract ComputeStakingTest is SolidityTest {
    struct Step {
        uint8 action;
        uint8 locker;
        uint32 time;
        uint256 amount;
    }

    /// @dev What the model knows of one locker: every lock on its own, where the contract keeps a sum.
    struct Locker {
        uint256[] amounts;
        uint256 lastUntil;
        uint32 epoch;
        bool allowed;
    }

    uint256 private constant LOCKERS = 3;
    uint256 private constant MINIMUM = 100e18;
    uint256 private constant START = 1_000_000;
    uint32 private constant STEP = 2 days;

    OPG private opg;
    ComputeStaking private staking;
    uint256 private time = START;
    uint256 private bonded;
    bool private active;
    Locker[LOCKERS] private lockers;

    function setUp() external {
        vm.warp(time);
        opg = new OPG(address(this));
        AccessManager manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, MINIMUM);
        opg.approve(address(staking), type(uint256).max);
        staking.registerOperator(0, "o");
        // The last locker never gets the role.
        for (uint256 i = 0; i + 1 < LOCKERS; ++i) manager.grantRole(ROLE_LOCKER, _address(i), 0);
    }

    function testFuzz_Threat8_LocksFollowTheModel(Step[32] calldata steps) external {
        _bond(10 * MINIMUM);
        for (uint256 i = 0; i < LOCKERS; ++i) _allow(i);
        for (uint256 i = 0; i < steps.length; ++i) {
            time += steps[i].time % STEP;
            vm.warp(time);
            _play(steps[i]);
            _compare();
        }
    }

    /// @dev Whoever bonds and leaves has neither more nor less than before, in however many tickets.
    function testFuzz_ARoundTripGainsNothing(uint256 amount, uint256 gift, uint256[4] calldata parts) external {
        amount = bound(amount, MINIMUM, 400_000_000e18);
        gift = bound(gift, 1, 400_000_000e18);
        uint256 before = opg.balanceOf(address(this));
        staking.bond(amount);
        staking.distribute(address(this), gift);
        staking.retire();
        for (uint256 i = 0; i < parts.length; ++i) {
            uint256 left = staking.operatorOf(address(this)).bond;
            if (left > 1) staking.unbond(bound(parts[i], 1, left - 1));
        }
        // All of it leaves in the same second: one ticket.
        TicketId ticket = staking.unbond(staking.operatorOf(address(this)).bond);
        assertEq(staking.operatorOf(address(this)).bond, 0, "bond");
        assertEq(opg.balanceOf(address(this)), before - amount - gift, "before withdrawing");

        vm.warp(START + 21 days);
        staking.withdraw(ticket);
        assertEq(opg.balanceOf(address(this)), before, "after withdrawing");
        assertEq(opg.balanceOf(address(staking)), 0, "held by staking");
    }

    function _play(Step calldata step) private {
        uint256 i = step.locker % LOCKERS;
        uint256 action = step.action % 12;
        if (action < 4) _lock(i, step.amount, step.time);
        else if (action < 7) _unlock(i, step.amount);
        else if (action < 9) _clear(i);
        else if (action == 9) lockers[i].allowed ? _disallow(i) : _allow(i);
        else if (action == 10) active ? _retire() : _bond(MINIMUM);
        else _unbond(step.amount);
    }

    function _lock(uint256 i, uint256 amount, uint256 seed) private {
        amount = bound(amount, 0, 8 * MINIMUM);
        uint40 until = uint40(time + (seed % 11 days));
        Locker storage l = lockers[i];
        bool expected =
            until > time &&
                until <= time + 10 days &&
                i + 1 < LOCKERS &&
                l.allowed &&
                active &&
                _locked() + amount <= bonded;

        vm.prank(_address(i));
        (bool done, bytes memory answer) = _try(abi.encodeCall(staking.lock, (address(this), amount, until)));
        assertTrue(done == expected, "whether a lock is taken");
        if (!done) return;
        assertEq(abi.decode(answer, (uint32)), l.epoch, "epoch of a lock");
        l.amounts.push(amount);
        if (until > l.lastUntil) l.lastUntil = until;
    }

    /// @dev Of this epoch or of the last one, more or less than there is: the newest locks are freed first, which makes no difference.
    function _unlock(uint256 i, uint256 amount) private {
        Locker storage l = lockers[i];
        uint32 epoch = amount % 5 == 0 && l.epoch > 0 ? l.epoch - 1 : l.epoch;
        amount = amount % 7 == 0 ? amount : bound(amount, 0, 4 * MINIMUM);
        uint256 left = epoch == l.epoch ? amount : 0;
        uint256 freed;
        while (left > 0 && l.amounts.length > 0) {
            uint256 last = l.amounts[l.amounts.length - 1];
            uint256 part = left < last ? left : last;
            freed += part;
            left -= part;
            if (part == last) l.amounts.pop();
            else l.amounts[l.amounts.length - 1] = last - part;
        }

        vm.prank(_address(i));
        assertEq(staking.unlock(address(this), amount, epoch), freed, "unlocked");
    }

    function _clear(uint256 i) private {
        Locker storage l = lockers[i];
        bool expected = _lockedBy(l) > 0 && time >= l.lastUntil;
        vm.prank(address(0xBAD));
        (bool done, ) = _try(abi.encodeCall(staking.clear, (address(this), _address(i))));
        assertTrue(done == expected, "whether a lock is cleared");
        if (!done) return;
        delete l.amounts;
        ++l.epoch;
    }

    function _allow(uint256 i) private {
        staking.allow(_address(i));
        lockers[i].allowed = true;
    }

    function _disallow(uint256 i) private {
        staking.disallow(_address(i));
        lockers[i].allowed = false;
    }

    function _bond(uint256 amount) private {
        staking.bond(amount);
        bonded += amount;
        active = true;
    }

    function _retire() private {
        staking.retire();
        active = false;
    }

    function _unbond(uint256 amount) private {
        amount = bound(amount, 1, 2 * MINIMUM);
        bool expected = amount <= bonded && (!active || bonded - amount >= MINIMUM);
        (bool done, ) = _try(abi.encodeCall(staking.unbond, (amount)));
        assertTrue(done == expected, "whether stake unbonds");
        if (done) bonded -= amount;
    }

    function _compare() private view {
        uint256 locked = _locked();
        IComputeStaking.Operator memory o = staking.operatorOf(address(this));
        assertEq(o.bond, bonded, "bond");
        assertEq(o.locked, locked, "locked");
        assertTrue(o.active == active, "active");
        assertEq(staking.capacity(address(this)), !active || locked > bonded ? 0 : bonded - locked, "capacity");
        for (uint256 i = 0; i < LOCKERS; ++i) {
            IComputeStaking.Lock memory l = staking.lockOf(address(this), _address(i));
            assertEq(l.amount, _lockedBy(lockers[i]), "locked by one locker");
            assertEq(l.lastUntil, lockers[i].lastUntil, "last end");
            assertEq(l.epoch, lockers[i].epoch, "epoch");
            assertTrue((l.allowedFrom != 0) == lockers[i].allowed, "allowed");
        }
    }

    function _locked() private view returns (uint256 sum) {
        for (uint256 i = 0; i < LOCKERS; ++i) sum += _lockedBy(lockers[i]);
    }

    function _lockedBy(Locker storage l) private view returns (uint256 sum) {
        for (uint256 i = 0; i < l.amounts.length; ++i) sum += l.amounts[i];
    }

    function _try(bytes memory call) private returns (bool done, bytes memory answer) {
        return address(staking).call(call);
    }

    function _address(uint256 i) private pure returns (address) {
        return address(uint160(0x10C4E2 + i));
    }
}
