// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../../contracts/interfaces/staking/ISlashEscrow.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {SlashEscrow} from "../../contracts/staking/SlashEscrow.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {TicketId} from "../../contracts/types/TicketId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice What one slash, reversal or payment means for those concerned, for any amounts. This contract governs, and is the guardian.
contract SlashesTest is SolidityTest {
    uint256 private constant MINIMUM = 10_000e18;
    uint256 private constant START = 1_800_000_000;
    address private constant OPERATOR = address(0xA11CE);
    address private constant FIRST = address(0xD1);
    address private constant SECOND = address(0xD2);
    address private constant LOCKER = address(0x10C4E);
    address private constant OTHER = address(0x10C4F);

    OPG private opg;
    ComputeStaking private staking;
    SlashEscrow private escrow;
    uint256 private time = START;
    ISlashEscrow.Slash[] private slashes;

    function setUp() external {
        vm.warp(time);
        opg = new OPG(address(this));
        AccessManager manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, MINIMUM);
        escrow = SlashEscrow(address(staking.ESCROW()));
        manager.grantRole(ROLE_LOCKER, LOCKER, 0);
        manager.grantRole(ROLE_LOCKER, OTHER, 0);
        address[3] memory people = [OPERATOR, FIRST, SECOND];
        for (uint256 i = 0; i < people.length; ++i) {
            opg.transfer(people[i], 300_000_000e18);
            vm.prank(people[i]);
            opg.approve(address(staking), type(uint256).max);
        }
        opg.approve(address(staking), type(uint256).max);
        vm.startPrank(OPERATOR);
        staking.registerOperator(0, "o");
        staking.allow(LOCKER);
        staking.allow(OTHER);
        vm.stopPrank();
    }

    /* COLLUSION */

    /// @dev Operator, victim, challenger and who is paid for misses are one, and the pool is others'. It slashes and forfeits what it
    /// locked, in parts, by two lockers, with whatever was unbonded before and between, and takes every payment: it ends with less than it
    /// began with, and with what it had if it only forfeited.
    function testFuzz_Threat25_WhoSlashesItselfEndsPoorer(
        uint256 stake,
        uint256 pool,
        uint256 fee,
        uint256[4] calldata parts,
        uint256 leaving,
        uint256 mine
    ) external {
        stake = bound(stake, MINIMUM, 10_000_000e18);
        _gather(stake, bound(pool, 1e18, 10 * stake), mine);
        uint256 before = _wealth();
        _lock(LOCKER, bound(parts[0], 0, staking.capacity(OPERATOR)), time + 10 days);
        _lock(OTHER, staking.capacity(OPERATOR), time + 10 days);
        _unbondSome(leaving);
        uint256 taken;
        for (uint256 i = 0; i < parts.length; ++i) taken += _slashPart(parts[i], fee);
        _pass(10 days);
        for (uint256 i = 0; i < slashes.length; ++i) escrow.release(slashes[i]);
        if (taken == 0) assertEq(_wealth(), before, "nothing taken, nothing lost");
        else assertLe(_wealth() + 1, before, "slashing oneself pays");
    }

    /// @dev A part of the pool may be the party's own.
    function _gather(uint256 stake, uint256 pool, uint256 mine) private {
        _bond(stake);
        mine = bound(mine, 0, pool);
        if (pool - mine >= 1e18) _delegate(FIRST, pool - mine);
        if (mine >= 1e18) _delegate(OPERATOR, mine);
    }

    function _unbondSome(uint256 seed) private {
        uint256 stake = staking.operatorOf(OPERATOR).bond;
        uint256 least = staking.poolOf(OPERATOR).assets / 10 + 1;
        if (least < MINIMUM) least = MINIMUM;
        if (stake > least) _unbond(bound(seed, 1, stake - least));
    }

    function _slashPart(uint256 seed, uint256 fee) private returns (uint256) {
        _pass(seed % 2 days);
        address locker = seed % 2 == 0 ? LOCKER : OTHER;
        uint256 locked = staking.lockOf(OPERATOR, locker).amount;
        if (seed % 5 < 2) {
            _forfeit(locker, bound(seed / 5, 0, locked));
            return 0;
        }
        return _slash(locker, seed % 3 == 0 ? locked : bound(seed, 0, locked), OPERATOR, uint96(fee));
    }

    /// @dev Two wei in five are out of the world at least, of what is taken from a bond one in five.
    function testFuzz_Threat24_AFifthOfTheBondIsBurnt(uint96 bond, uint96 pool, uint96 leaving, uint96 fee) external {
        uint256 stake = bound(bond, MINIMUM, 100_000_000e18);
        _bond(stake);
        _delegate(FIRST, bound(pool, 1e18, 2 * stake));
        _undelegate(FIRST, bound(leaving, 1e3, staking.positionOf(OPERATOR, FIRST).shares));
        // A pool that is over leaves the bond a wei.
        uint256 hadBond = staking.operatorOf(OPERATOR).bond;
        uint256 supply = opg.totalSupply();
        uint256 all = staking.capacity(OPERATOR);
        _lock(LOCKER, all, time + 1 days);
        assertEq(_slash(LOCKER, all, SECOND, fee), all, "slashed");
        uint256 had = opg.balanceOf(SECOND);
        _pass(7 days);
        (uint256 toVictim, uint256 toChallengers) = escrow.release(slashes[0]);
        assertEq(opg.balanceOf(SECOND) - had, toVictim + toChallengers, "paid");
        assertEq(supply - opg.totalSupply(), all - toVictim - toChallengers, "burnt");
        uint256 fromBond = slashes[0].fromBond;
        assertEq(fromBond, hadBond, "bond first");
        assertLe(toVictim, fee / 2, "half of the fee");
        assertLe(toVictim * 10, fromBond * 3, "three tenths of the bond");
        assertTrue(toVictim == fee / 2 || (toVictim + 1) * 10 > fromBond * 3, "as much as may be");
        uint256 fromPool = all - fromBond;
        assertLe(toChallengers * 20, fromBond * 10 + fromPool, "half of the bond, a twentieth of the pool");
        assertLe(fromBond * 10 + fromPool, toChallengers * 20 + 19, "rounded once");
    }

    /* FORFEITS */

    /// @dev Whatever was unbonded since, a miss costs the bond a tenth of what is forfeited, as far as there is any of it, and its
    /// delegators nothing. The bond's votes are gone at once.
    function testFuzz_Threat6_AMissCostsTheBondATenth(uint256 amount, uint256 part, uint256 leaving) external {
        _bond(MINIMUM);
        _delegate(FIRST, 5 * MINIMUM);
        vm.startPrank(OPERATOR);
        staking.VOTES().delegate(OPERATOR);
        staking.syncVotes(OPERATOR, OPERATOR);
        vm.stopPrank();
        amount = bound(amount, 1, staking.capacity(OPERATOR));
        part = bound(part, 1, amount);
        _lock(LOCKER, amount, time + 10 days);
        leaving = bound(leaving, 0, MINIMUM);
        vm.prank(OPERATOR);
        staking.retire();
        if (leaving > 0) _unbond(leaving);
        _pass(10 days - 1);
        assertEq(_forfeit(LOCKER, part), part / 10, "forfeited");
        uint256 bond = staking.operatorOf(OPERATOR).bond;
        uint256 unbonding = staking.poolOf(OPERATOR).bondUnbonding;
        assertEq(bond + unbonding, MINIMUM - part / 10, "of the bond");
        assertTrue(unbonding == leaving || bond == 0, "active before unbonding");
        assertEq(staking.poolOf(OPERATOR).assets, 5 * MINIMUM, "of delegators");
        assertEq(staking.VOTES().getVotes(OPERATOR), bond, "votes of the bond");
        assertEq(staking.lockOf(OPERATOR, LOCKER).amount, amount - part, "still locked");
    }

    /// @dev Two lockers gone wrong, that lock and have forfeited whatever there is at every moment of ten days: at first a tenth of what can
    /// be locked at once, then a tenth of what has come back.
    function testFuzz_Threat8_LockingAgainTakesNoMore(uint256 pool, uint256[8] calldata waits) external {
        _bond(10 * MINIMUM);
        pool = bound(pool, 1e18, 100 * MINIMUM);
        _delegate(FIRST, pool);
        uint256 most = staking.capacity(OPERATOR);
        uint256 taken;
        for (uint256 i = 0; i < waits.length; ++i) {
            address locker = i % 2 == 0 ? LOCKER : OTHER;
            _lock(locker, staking.capacity(OPERATOR), time + 1 days);
            taken += _forfeit(locker, type(uint256).max);
            if (i == 0) assertEq(taken, most / 10, "at once");
            uint256 left = staking.capacity(OPERATOR);
            assertEq(left, 0, "capacity right after a miss of everything");
            _pass(bound(waits[i], 0, 10 days / waits.length));
        }
        assertLe(taken * 10, 2 * most, "a locker took more than came back");
    }

    function _forfeit(address locker, uint256 amount) private returns (uint256 paid) {
        uint32 epoch = staking.lockOf(OPERATOR, locker).epoch;
        uint256 had = opg.balanceOf(locker);
        vm.prank(locker);
        paid = staking.forfeit(OPERATOR, amount, epoch);
        assertEq(opg.balanceOf(locker) - had, paid, "paid to the locker");
    }

    /* LOCKS */

    /// @dev What A locked, and lost by a clear, is none of what B locked, even by the same locker and to the wei.
    function testFuzz_Threat1_AClearedLockTakesNothingOfTheNext(
        uint256 first,
        uint256 second,
        uint256 leaving
    ) external {
        _bond(20 * MINIMUM);
        first = bound(first, 1, 20 * MINIMUM);
        second = bound(second, 1, 20 * MINIMUM);
        uint32 epoch = _lock(LOCKER, first, time + 5 days);
        _pass(5 days);
        staking.clear(OPERATOR, LOCKER);
        uint32 next = _lock(LOCKER, second, time + 5 days);
        assertEq(next, epoch + 1, "epoch");
        vm.prank(LOCKER);
        assertEq(staking.unlock(OPERATOR, first, epoch), 0, "settled of the past");
        vm.prank(LOCKER);
        assertEq(staking.forfeit(OPERATOR, first, epoch), 0, "forfeited of the past");
        IComputeStaking.Verdict memory verdict;
        vm.prank(LOCKER);
        assertEq(staking.slash(OPERATOR, first, epoch, verdict), 0, "slashed of the past");
        vm.prank(SECOND);
        assertEq(staking.slash(OPERATOR, second, next, verdict), 0, "slashed by who has no lock");
        vm.startPrank(OPERATOR);
        staking.retire();
        staking.unbond(bound(leaving, 1, 20 * MINIMUM));
        vm.stopPrank();
        _pass(5 days - 1);
        assertEq(_slash(LOCKER, type(uint256).max, SECOND, 0), second, "all of the next");
    }

    /// @dev A lock that is only made to last must still be covered, like any other.
    function testFuzz_Threat6_NoLockOutlastsTheStakeBehindIt(uint256 amount, uint256 kept) external {
        _bond(10 * MINIMUM);
        amount = bound(amount, 1, 10 * MINIMUM);
        kept = bound(kept, MINIMUM, 10 * MINIMUM - 1);
        _lock(LOCKER, amount, time + 10 days);
        _unbond(10 * MINIMUM - kept);
        _pass(9 days);
        vm.prank(LOCKER);
        (bool done, ) = address(staking).call(abi.encodeCall(staking.lock, (OPERATOR, 0, uint40(time + 10 days))));
        assertTrue(done == (amount <= kept), "whether a lock goes on");
    }

    /* REVERSALS */

    /// @dev Those who are still there get back what they lost, whatever others did meanwhile; nobody gets more, nor all of them together.
    function testFuzz_Threat60_WhoStaysGetsAllBack(uint256[3] calldata sizes, uint256 share, uint256 moved) external {
        _bond(10 * MINIMUM);
        _delegate(FIRST, bound(sizes[0], 1e18, 5 * MINIMUM));
        _delegate(SECOND, bound(sizes[1], 1e18, 5 * MINIMUM));
        // The second leaves with a part before the slash: that ticket answers, too.
        _undelegate(SECOND, bound(sizes[2], 1e12, staking.positionOf(OPERATOR, SECOND).shares));
        TicketId ticket = _lastTicket;
        uint256 before = staking.positionOf(OPERATOR, FIRST).assets;
        uint256 inTicket = staking.ticketOf(ticket).assets;
        _slashMuch(share);
        // The first moves from the pool to a ticket of its own while the slash waits, if it has anything.
        _pass(1);
        bool moves = moved % 2 == 0 && staking.positionOf(OPERATOR, FIRST).assets > 1e6;
        if (moves) _undelegate(FIRST, _partOfShares(FIRST, moved));
        escrow.stop(LOCKER);
        escrow.reverse(slashes[0]);
        assertEq(staking.operatorOf(OPERATOR).bond, 10 * MINIMUM, "the bond, whole");
        uint256 back = staking.ticketOf(ticket).assets;
        assertLe(back, inTicket + 2, "a ticket gained");
        assertLe(inTicket, back + _slack(back), "a ticket lost");
        uint256 has = staking.positionOf(OPERATOR, FIRST).assets;
        if (moves) has += staking.ticketOf(_lastTicket).assets;
        // But for the wei that others' rounding leaves.
        assertLe(has, before + 2, "a delegator gained");
        if (!moves) assertLe(before, has + _slack(has), "a delegator who stayed lost");
    }

    /// @dev The bond whole, and any part of the pool.
    function _slashMuch(uint256 seed) private {
        uint256 amount = 10 * MINIMUM + bound(seed, 0, staking.capacity(OPERATOR) - 10 * MINIMUM);
        _lock(LOCKER, amount, time + 1 days);
        assertEq(_slash(LOCKER, amount, SECOND, 0), amount, "slashed");
    }

    function _partOfShares(address who, uint256 seed) private view returns (uint256) {
        uint256 shares = staking.positionOf(OPERATOR, who).shares;
        return bound(seed, shares / 1e3 + 1, shares);
    }

    /// @dev To the second: a week, then as long as the stop is undecided, 42 days at most.
    function testFuzz_Threat59_ASlashWaitsAWeekAndWhileAStopIsUndecided(
        uint256 stopped,
        uint256 lifted,
        bool lifts
    ) external {
        _bond(2 * MINIMUM);
        _lock(LOCKER, MINIMUM, time + 1 days);
        _slash(LOCKER, MINIMUM, SECOND, 0);
        _refused(abi.encodeCall(escrow.reverse, (slashes[0])));
        stopped = START + bound(stopped, 0, 7 days - 1);
        lifted = stopped + bound(lifted, 7 days, 35 days - 1);
        _at(stopped);
        escrow.stop(LOCKER);
        _at(START + 7 days - 1);
        _refused(abi.encodeCall(escrow.release, (slashes[0])));
        uint256 decided = lifts ? lifted : stopped + 35 days;
        _at(decided - 1);
        _refused(abi.encodeCall(escrow.release, (slashes[0])));
        _at(decided);
        if (lifts) escrow.lift(LOCKER);
        else _refused(abi.encodeCall(escrow.lift, (LOCKER)));
        _refused(abi.encodeCall(escrow.reverse, (slashes[0])));
        escrow.release(slashes[0]);
        _at(stopped + 56 days - 1);
        _refused(abi.encodeCall(escrow.stop, (LOCKER)));
        _at(stopped + 56 days);
        if (lifts) escrow.stop(LOCKER);
        else _refused(abi.encodeCall(escrow.stop, (LOCKER)));
    }

    /// @dev To the second, and once.
    function testFuzz_Threat6_ATicketIsPaidOnceAndNotASecondEarly(uint256 amount, bool delegated) external {
        _bond(10 * MINIMUM);
        amount = bound(amount, 1e18, MINIMUM);
        if (delegated) {
            _delegate(FIRST, amount);
            _undelegate(FIRST, staking.positionOf(OPERATOR, FIRST).shares);
        } else {
            _unbond(amount);
            _lastTicket = _own[0];
        }
        bytes memory call = abi.encodeCall(staking.withdraw, (_lastTicket));
        _at(START + 21 days - 1);
        (bool early, ) = address(staking).call(call);
        _at(START + 21 days);
        uint256 worth = staking.ticketOf(_lastTicket).assets;
        assertEq(staking.withdraw(_lastTicket), worth, "withdrawn");
        (bool again, ) = address(staking).call(call);
        assertTrue(!early && !again, "a ticket paid early, or twice");
        assertLe(amount, worth + 2, "round trip");
        assertLe(worth, amount, "a round trip gained");
    }

    function _refused(bytes memory call) private {
        (bool done, ) = address(escrow).call(call);
        assertTrue(!done, "what should be refused");
    }

    function _at(uint256 timestamp) private {
        if (timestamp < time) return;
        time = timestamp;
        vm.warp(time);
    }

    /* EARNINGS */

    /// @dev At no commission, a delegator with as much stake as the operator earns as much. Wei that rounding and the virtual shares may
    /// cost: two, and the income over the pool.
    function testFuzz_AsMuchStakeEarnsAsMuch(uint256 stake, uint256 income, uint256 other) external {
        stake = bound(stake, MINIMUM, 10_000_000e18);
        income = bound(income, 1, 100_000_000e18);
        other = bound(other, 0, 5 * stake);
        _bond(stake);
        _delegate(FIRST, stake);
        if (other >= 1e18) _delegate(SECOND, other);
        uint256 had = staking.positionOf(OPERATOR, FIRST).assets;
        staking.distribute(OPERATOR, income);
        _pass(7 days);
        uint256 ofOperator = staking.operatorOf(OPERATOR).bond - stake;
        uint256 ofDelegator = staking.positionOf(OPERATOR, FIRST).assets - had;
        uint256 slack = 3 + income / stake;
        assertLe(ofDelegator, ofOperator, "a delegator earned more");
        assertLe(ofOperator, ofDelegator + slack, "an operator earned more");
    }

    /// @dev The worked number of the interface, and any other.
    function testFuzz_Threat23_CommissionIsOfThePoolsPartAlone(
        uint256 stake,
        uint256 pool,
        uint256 income,
        uint256 bps
    ) external {
        stake = bound(stake, MINIMUM, 10_000_000e18);
        pool = bound(pool, 1e18, 10 * stake);
        income = bound(income, 1, 100_000_000e18);
        bps = bound(bps, 0, 5_000);
        vm.startPrank(OPERATOR);
        staking.setCommission(uint16(bps));
        vm.stopPrank();
        _pass(21 days);
        if (bps > 0) staking.raiseCommission(OPERATOR);
        _bond(stake);
        _delegate(FIRST, pool);
        staking.distribute(OPERATOR, income);
        uint256 toPool = staking.poolOf(OPERATOR).undripped;
        assertEq(staking.operatorOf(OPERATOR).bond, stake + income - toPool, "the rest to the bond");
        // income × pool / (pool + bond) × (1 − commission), within two wei.
        uint256 part = (income * pool) / (pool + stake);
        assertLe(toPool * 10_000, part * (10_000 - bps) + 10_000, "too much to the pool");
        assertLe(part * (10_000 - bps), toPool * 10_000 + 10_000, "too little to the pool");
    }

    /* LEFTOVERS */

    /// @dev Who leaves a crumb of shares behind does not hold up what the others' pool earned: the last who leaves empties the pool.
    function testFuzz_Threat21_ACrumbOfSharesKeepsNothing(uint256 crumb, uint256 income) external {
        _bond(10 * MINIMUM);
        _delegate(FIRST, 10 * MINIMUM);
        _delegate(SECOND, 1e18);
        crumb = bound(crumb, 1, 400);
        _undelegate(SECOND, staking.positionOf(OPERATOR, SECOND).shares - crumb);
        income = bound(income, 1e18, MINIMUM);
        staking.distribute(OPERATOR, income);
        _undelegate(FIRST, staking.positionOf(OPERATOR, FIRST).shares);
        uint256 has = staking.operatorOf(OPERATOR).bond;
        assertLe(10 * MINIMUM + income, has + 1e3, "income of nobody");
        assertEq(staking.poolOf(OPERATOR).shares, 0, "shares of next to nothing");
    }

    /// @dev A locker that delegators on their way out have not agreed to waits until they are out.
    function testFuzz_Threat24_ANewLockerWaitsForThoseOnTheirWayOut(uint256 amount) external {
        _bond(10 * MINIMUM);
        _delegate(FIRST, bound(amount, 1e18, 10 * MINIMUM));
        _undelegate(FIRST, staking.positionOf(OPERATOR, FIRST).shares);
        vm.prank(OPERATOR);
        staking.allow(SECOND);
        assertLe(
            staking.ticketOf(_lastTicket).withdrawableAt,
            staking.lockOf(OPERATOR, SECOND).allowedFrom,
            "before tickets are out"
        );
    }

    /// @dev Also for what an operator delegates to itself after its bond was counted.
    function testFuzz_VotesLeaveWithTheStake(uint256 amount, uint256 more) external {
        _bond(10 * MINIMUM);
        vm.startPrank(OPERATOR);
        staking.VOTES().delegate(OPERATOR);
        staking.syncVotes(OPERATOR, OPERATOR);
        staking.delegate(OPERATOR, bound(amount, 1e18, MINIMUM), 0);
        staking.bond(bound(more, 1, MINIMUM));
        staking.undelegate(OPERATOR, staking.positionOf(OPERATOR, OPERATOR).shares);
        vm.stopPrank();
        uint256 counted = staking.VOTES().stakedVotesOf(OPERATOR, OPERATOR);
        assertLe(counted, staking.operatorOf(OPERATOR).bond, "votes without stake");
    }

    /* PEOPLE */

    TicketId private _lastTicket;
    uint256 private _verdicts;
    TicketId[] private _own;

    function _bond(uint256 amount) private {
        vm.prank(OPERATOR);
        staking.bond(amount);
    }

    function _unbond(uint256 amount) private {
        vm.prank(OPERATOR);
        _own.push(staking.unbond(amount));
    }

    function _delegate(address who, uint256 amount) private {
        vm.prank(who);
        staking.delegate(OPERATOR, amount, 1);
    }

    function _undelegate(address who, uint256 shares) private {
        vm.prank(who);
        _lastTicket = staking.undelegate(OPERATOR, shares);
    }

    function _lock(address locker, uint256 amount, uint256 until) private returns (uint32) {
        vm.prank(locker);
        return staking.lock(OPERATOR, amount, uint40(until));
    }

    function _slash(address locker, uint256 amount, address paid, uint96 fee) private returns (uint256 slashed) {
        IComputeStaking.Lock memory lock = staking.lockOf(OPERATOR, locker);
        IComputeStaking.Pool memory pool = staking.poolOf(OPERATOR);
        uint256 bond = uint256(staking.operatorOf(OPERATOR).bond) + pool.bondUnbonding;
        IComputeStaking.Verdict memory verdict = IComputeStaking.Verdict(bytes32(++_verdicts), paid, fee, paid);
        vm.prank(locker);
        slashed = staking.slash(OPERATOR, amount, lock.epoch, verdict);
        assertEq(slashed, amount < lock.amount ? amount : lock.amount, "within its life, a lock is taken whole");
        if (slashed == 0) return 0;
        ISlashEscrow.Slash storage s = slashes.push();
        s.operator = OPERATOR;
        s.locker = locker;
        s.verdict = verdict.id;
        (s.victim, s.victimFee, s.challengers) = (paid, fee, paid);
        s.openedAt = uint40(time);
        s.fromBond = uint96(slashed < bond ? slashed : bond);
        uint256 all = pool.assets + pool.unbonding;
        if (slashed > bond) {
            s.fromUnbonding = uint96(((slashed - bond) * pool.unbonding) / all);
            s.fromPool = uint96(slashed - bond - s.fromUnbonding);
            s.poolShares = uint120(pool.shares);
            s.unbondingShares = uint120(pool.unbondingShares);
            (s.poolGeneration, s.unbondingGeneration) = (pool.generation, pool.unbondingGeneration);
        }
    }

    function _pass(uint256 duration) private {
        time += duration;
        vm.warp(time);
    }

    /// @dev All that the operator has anywhere, and what it forfeited.
    function _wealth() private view returns (uint256 sum) {
        sum = opg.balanceOf(LOCKER) + opg.balanceOf(OTHER);
        sum += opg.balanceOf(OPERATOR) + staking.operatorOf(OPERATOR).bond;
        sum += staking.positionOf(OPERATOR, OPERATOR).assets;
        for (uint256 i = 0; i < _own.length; ++i) sum += staking.ticketOf(_own[i]).assets;
    }

    /// @dev What rounding may cost who stays: the virtual shares have their part of what comes back.
    function _slack(uint256 amount) private pure returns (uint256) {
        return 1e7 + amount / 1e10;
    }
}
