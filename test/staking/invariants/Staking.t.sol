// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../../contracts/interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../../../contracts/interfaces/staking/ISlashEscrow.sol";
import {TicketId} from "../../../contracts/types/TicketId.sol";
import {SolidityTest} from "../../helpers/SolidityTest.sol";
import {Books} from "./Books.sol";
import {Judges} from "./Judges.sol";

/// @notice The laws of README.md, over random histories of everybody, and over one long fixed one.
contract StakingTest is SolidityTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant LONG = 700;
    /// @dev Wei that rounding may leave behind in one operator's books, for good.
    uint256 private constant CRUMBS = 1e6;

    Judges private all;

    function setUp() external {
        all = new Judges();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(all);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(all), all.actions());
    }

    /* LAWS THAT HOLD AT ANY MOMENT */

    function invariant_Threat21_EveryWeiIsWhereTheBooksSay() public view {
        uint256 sum = all.giftsToStaking();
        for (uint256 o = 0; o < all.OPERATORS(); ++o) sum += _checkStake(o);
        assertEq(_held(address(all.staking())), sum, "staking: bonds, pools, unbonding, undripped and gifts");
        ISlashEscrow.Slash[] memory slashes = all.slashes();
        sum = all.giftsToEscrow();
        for (uint256 i = 0; i < slashes.length; ++i) {
            sum += uint256(slashes[i].fromBond) + slashes[i].fromPool + slashes[i].fromUnbonding;
            ISlashEscrow.Outcome memory outcome = all.escrow().outcomeOf(all.escrow().slashIdOf(slashes[i]));
            assertTrue(outcome.status == ISlashEscrow.Status.Open, "an open slash");
        }
        assertEq(_held(address(all.escrow())), sum, "escrow: open slashes and gifts");
    }

    function _checkStake(uint256 o) private view returns (uint256) {
        Books.Stake memory s = all.stakeOf(o);
        (s.active, s.undripped, s.remaining) = all.flowed(o);
        IComputeStaking.Pool memory pool = all.staking().poolOf(all.people(o));
        IComputeStaking.Operator memory operator = all.staking().operatorOf(all.people(o));
        assertEq(operator.bond, s.bond, "bond");
        assertEq(pool.assets, s.active, "active pool");
        assertEq(pool.undripped, s.undripped, "still to drip");
        assertEq(pool.dripsFor, s.remaining, "seconds to drip");
        assertEq(pool.unbonding, s.unbonding, "unbonding of the pool");
        assertEq(pool.bondUnbonding, s.bondUnbonding, "unbonding of the bond");
        assertEq(pool.escrows, s.escrows, "slashes in escrow");
        assertTrue(operator.active == s.isActive, "active");
        assertTrue(pool.shares > 0 || s.active + s.undripped == 0, "assets of nobody");
        return s.bond + s.active + s.undripped + s.unbonding + s.bondUnbonding;
    }

    function invariant_Threat15_EverybodyHasInHandWhatTheBooksSay() public view {
        uint256 sum = _held(address(all.staking())) + _held(address(all.escrow()));
        for (uint256 i = 0; i < all.PEOPLE(); ++i) {
            assertEq(_held(all.people(i)), all.cash(i), "in hand");
            sum += all.cash(i);
        }
        for (uint256 l = 0; l < all.LOCKERS(); ++l) {
            assertEq(_held(all.lockers(l)), all.takings(l), "forfeited to a locker");
            sum += all.takings(l);
        }
        assertEq(sum, all.opg().totalSupply(), "balances of everybody and every place");
        assertEq(sum + all.burnt(), all.SUPPLY(), "supply and what was burnt");
        assertEq(_held(all.people(7)), 0, "the thief's loot");
    }

    function invariant_Threat8_LocksAddUpAndAreCovered() public view {
        for (uint256 o = 0; o < all.OPERATORS(); ++o) {
            uint256 sum;
            for (uint256 l = 0; l < all.LOCKERS(); ++l) sum += _checkLock(o, l);
            IComputeStaking.Operator memory operator = all.staking().operatorOf(all.people(o));
            assertEq(operator.locked, sum, "locks of an operator");
            uint256 slashable = all.staking().slashable(all.people(o));
            assertEq(slashable, all.reachable(o), "slashable");
            if (all.isLive(o)) assertLe(sum, slashable, "locks beyond what a slash can reach");
            assertEq(all.staking().resting(all.people(o)), all.resting(o), "resting");
            assertEq(all.staking().capacity(all.people(o)), operator.active ? all.free(o) : 0, "capacity");
        }
    }

    function _checkLock(uint256 o, uint256 l) private view returns (uint256) {
        IComputeStaking.Lock memory lock = all.staking().lockOf(all.people(o), all.lockers(l));
        Books.Locked memory k = all.lockedBy(o, l);
        assertEq(lock.amount, k.amount, "locked by one locker");
        assertEq(lock.lastUntil, k.until, "last end");
        assertEq(lock.allowedFrom, k.allowedFrom, "allowed from");
        assertEq(lock.epoch, k.epoch, "epoch");
        return k.amount;
    }

    /// @dev Whoever has shares has no more of them than there are, and what they are worth is there.
    function invariant_Threat14_SharesAndTicketsAreCovered() public view {
        for (uint256 o = 0; o < all.OPERATORS(); ++o) {
            IComputeStaking.Pool memory pool = all.staking().poolOf(all.people(o));
            uint256 shares;
            uint256 assets;
            for (uint256 i = 0; i < all.STAKERS(); ++i) {
                IComputeStaking.Position memory p = all.staking().positionOf(all.people(o), all.people(i));
                assertEq(p.principal, all.principalOf(o, i), "principal");
                shares += p.shares;
                assets += p.assets;
            }
            assertLe(shares, pool.shares, "shares of everybody");
            assertLe(assets, pool.assets, "worth of everybody");
            uint256 delegated = _worthOfTickets(o, true);
            uint256 bonds = _worthOfTickets(o, false);
            assertLe(delegated, pool.unbonding, "worth of delegators' tickets");
            assertLe(bonds, pool.bondUnbonding, "worth of an operator's tickets");
            assertLe(pool.unbonding - delegated, CRUMBS, "unbonding that is nobody's");
            assertLe(pool.bondUnbonding - bonds, CRUMBS, "bond unbonding that is nobody's");
        }
    }

    function _worthOfTickets(uint256 o, bool delegated) private view returns (uint256 sum) {
        TicketId[] memory tickets = all.tickets();
        for (uint256 i = 0; i < tickets.length; ++i) {
            if (tickets[i].indexOf() != o + 1 || tickets[i].isDelegated() != delegated) continue;
            sum += all.staking().ticketOf(tickets[i]).assets;
        }
    }

    function invariant_VotesAreStakesAsLastCounted() public view {
        uint256[7] memory powers;
        for (uint256 i = 0; i < all.STAKERS(); ++i) {
            uint256 sum;
            for (uint256 o = 0; o < all.OPERATORS(); ++o) {
                sum += _checkVotes(o, i);
            }
            address delegatee = all.votes().delegates(all.people(i));
            for (uint256 j = 0; j < 7; ++j) if (delegatee == all.people(j)) powers[j] += sum;
        }
        powers[3] += all.cash(3);
        for (uint256 j = 0; j < 7; ++j) {
            assertEq(all.votes().getVotes(all.people(j)), powers[j], "votes of a delegate");
        }
        Books.Memory[] memory memories = all.memories();
        for (uint256 i = 0; i < memories.length; ++i) {
            uint256 power = all.votes().getPastVotes(memories[i].account, memories[i].timestamp);
            assertEq(power, memories[i].power, "votes of the past");
        }
    }

    /// @dev No more than is there, but for slashes that nobody has synced, and a wei for each renewal.
    function _checkVotes(uint256 o, uint256 i) private view returns (uint256) {
        Books.Voter memory v = all.voterOf(o, i);
        Books.Stake memory s = all.stakeOf(o);
        assertEq(all.votes().stakedVotesOf(all.people(i), all.people(o)), v.counted, "votes of a stake");
        assertLe(v.counted, all.unitsOf(o, i) + s.lost - v.lostThen + 2 * s.renewals, "votes without stake");
        return v.counted;
    }

    /* LAWS AT THE END */

    /// @dev After every random history: everybody gets out, and only gifts stay behind.
    function afterInvariant() external {
        _checkExits();
    }

    /// @dev Not a law of the contracts but of these tests: what is never reached is not shown.
    function test_EveryActionWorksInALongHistoryAndEverybodyGetsOut() external {
        bytes4[] memory actions = all.actions();
        uint256 state = uint256(keccak256("staking"));
        for (uint256 i = 0; i < LONG; ++i) {
            state = uint256(keccak256(abi.encode(state)));
            // Every other act in turn, so that none is left out.
            _play(actions[(i % 2 == 0 ? i / 2 : state) % actions.length], state);
            if (i % 50 == 49) _checkAll();
        }
        for (uint256 i = 0; i < actions.length; ++i) {
            assertTrue(all.done(actions[i]) > 0, string.concat("never worked: action ", _decimal(i)));
        }
        assertTrue(all.wholeSlashes() > 0, "nobody lost everything");
        assertTrue(all.reversals() > 0, "no slash was reversed");
        _checkExits();
        _checkAll();
    }

    function _play(bytes4 action, uint256 state) private {
        bytes memory call = abi.encodePacked(action);
        for (uint256 i = 0; i < 5; ++i) call = bytes.concat(call, keccak256(abi.encode(state, i)));
        (bool success, bytes memory answer) = address(all).call(call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function _checkAll() private view {
        invariant_Threat21_EveryWeiIsWhereTheBooksSay();
        invariant_Threat15_EverybodyHasInHandWhatTheBooksSay();
        invariant_Threat8_LocksAddUpAndAreCovered();
        invariant_Threat14_SharesAndTicketsAreCovered();
        invariant_VotesAreStakesAsLastCounted();
    }

    function _checkExits() private {
        all.everybodyLeaves();
        for (uint256 i = 0; i < all.PEOPLE(); ++i) assertEq(_held(all.people(i)), all.cash(i), "in hand at the end");
        uint256 left = _held(address(all.staking())) - all.giftsToStaking();
        assertLe(left, CRUMBS, "crumbs that stay behind");
        assertEq(_held(address(all.escrow())), all.giftsToEscrow(), "only gifts stay in the escrow");
    }

    function _held(address account) private view returns (uint256) {
        return all.opg().balanceOf(account);
    }

    function _decimal(uint256 number) private pure returns (string memory) {
        bytes1 tens = bytes1(uint8(48 + number / 10));
        return string(abi.encodePacked(tens, bytes1(uint8(48 + (number % 10)))));
    }
}
