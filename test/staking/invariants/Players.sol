// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IComputeStaking} from "../../../contracts/interfaces/staking/IComputeStaking.sol";
import {TicketId, toTicketId} from "../../../contracts/types/TicketId.sol";
import {Books} from "./Books.sol";

/// @notice What operators, delegators, voters and givers do, at random. Every action first says whether it should work, then tries it.
abstract contract Players is Books {
    /// @notice How often an action worked.
    mapping(bytes4 action => uint256) public done;

    /// @notice An action worked though it should not, or was refused with `answer` though it should work.
    error Surprise(bool expected, bytes answer);

    modifier onTime() {
        vm.warp(_time);
        _;
    }

    /* TIME */

    /// @notice Mostly hours, sometimes days, sometimes weeks.
    function wait_(uint256 seed) external onTime {
        if (_memories.length < 16) {
            address account = people[seed % STAKERS];
            _memories.push(Memory(account, _time, votes.getVotes(account)));
        }
        if (seed % 8 < 3) _time += 1 + ((seed / 8) % 8 hours);
        else if (seed % 8 < 7) _time += (seed / 8) % 6 days;
        else _time += (seed / 8) % 40 days;
        if (_memories.length > 0 && _memories[_memories.length - 1].timestamp == _time) _memories.pop();
        vm.warp(_time);
        ++done[msg.sig];
    }

    /* BONDS */

    function bond(uint256 who, uint256 amount) external onTime {
        uint256 o = who % OPERATORS;
        Stake storage s = _stakes[o];
        amount = amount % 8 == 0 ? bound(amount, 0, 1) : bound(amount, 0, 5 * MINIMUM_BOND);
        (uint256 active, , ) = flowed(o);
        bool expected = amount > 0 && s.bond + amount >= MINIMUM_BOND && amount <= cash[o];
        if (!s.isActive && active > 10 * (s.bond + amount)) expected = false;
        if (!_attempt(people[o], address(staking), abi.encodeCall(staking.bond, (amount)), expected)) return;
        cash[o] -= amount;
        s.bond += amount;
        s.isActive = true;
        _count(o, o);
    }

    function unbond(uint256 who, uint256 amount) external onTime {
        uint256 o = who % OPERATORS;
        Stake storage s = _stakes[o];
        amount = amount % 4 == 0 ? s.bond : bound(amount, 0, s.bond + s.bond / 8);
        (uint256 active, , ) = flowed(o);
        bool expected = amount > 0 && amount <= s.bond;
        if (expected && s.isActive) expected = s.bond - amount >= MINIMUM_BOND && active <= 10 * (s.bond - amount);
        if (!_attempt(people[o], address(staking), abi.encodeCall(staking.unbond, (amount)), expected)) return;
        s.bond -= amount;
        s.bondUnbonding += amount;
        uint24 generation = staking.poolOf(people[o]).bondGeneration;
        _enterTicket(toTicketId(people[o], uint24(o + 1), uint40(_time + 21 days), generation, false));
        _count(o, o);
    }

    function retire(uint256 who, uint256 often) external onTime {
        uint256 o = who % OPERATORS;
        // Not too often, or nobody would have work.
        if (often % 4 != 0) return;
        if (_attempt(people[o], address(staking), abi.encodeCall(staking.retire, ()), _stakes[o].isActive)) {
            _stakes[o].isActive = false;
        }
    }

    function setCommission(uint256 who, uint256 bps) external onTime {
        uint16 wanted = uint16(bps % 5_002);
        bytes memory call = abi.encodeCall(staking.setCommission, (wanted));
        _attempt(people[who % OPERATORS], address(staking), call, wanted <= 5_000);
    }

    function raiseCommission(uint256 caller, uint256 who) external onTime {
        address operator = people[who % OPERATORS];
        IComputeStaking.CommissionRaise memory raise = staking.commissionRaiseOf(operator);
        bool expected = raise.effectiveFrom != 0 && _time >= raise.effectiveFrom;
        bytes memory call = abi.encodeCall(staking.raiseCommission, (operator));
        if (!_attempt(people[caller % PEOPLE], address(staking), call, expected)) return;
        assertEq(staking.operatorOf(operator).commissionBps, raise.commissionBps, "commission");
    }

    /* DELEGATION */

    function delegate(uint256 who, uint256 to, uint256 amount, uint256 strict) external onTime {
        uint256 i = who % STAKERS;
        uint256 o = to % OPERATORS;
        amount = amount % 8 == 0 ? bound(amount, 1e18 - 1, 2e18) : bound(amount, 1e18, 60 * MINIMUM_BOND);
        uint256 shares = staking.previewDelegate(people[o], amount);
        // A pool that has next to nothing and earns much sells no shares for a second or so, since they would outgrow their type.
        bool expected = shares > 0 && shares <= type(uint120).max / 2 && strict % 8 != 0 && _canDelegate(o, i, amount);
        IComputeStaking.Pool memory before = staking.poolOf(people[o]);
        uint256 had = staking.positionOf(people[o], people[i]).assets;
        _principals[o][i] = principalOf(o, i) + amount;
        bytes memory call = abi.encodeCall(
            staking.delegate,
            (people[o], amount, strict % 8 == 0 ? shares + 1 : shares)
        );
        if (!_attempt(people[i], address(staking), call, expected)) {
            _principals[o][i] -= amount;
            return;
        }
        _flow(o);
        _stakes[o].active += amount;
        cash[i] -= amount;
        IComputeStaking.Pool memory present = staking.poolOf(people[o]);
        _judgePool(before, present);
        if (present.generation != before.generation) ++_stakes[o].renewals;
        // Rounded against who joins: by less than two shares, and a wei.
        uint256 has = staking.positionOf(people[o], people[i]).assets;
        assertLe(has, had + amount, "joining gained");
        assertLe(had + amount, has + 4 + (2 * (present.assets + 1)) / (present.shares + 1_000), "joining lost");
        _count(o, i);
    }

    function _canDelegate(uint256 o, uint256 i, uint256 amount) private view returns (bool) {
        (uint256 active, , ) = flowed(o);
        Stake storage s = _stakes[o];
        return amount >= 1e18 && amount <= cash[i] && s.isActive && s.escrows == 0 && active + amount <= 10 * s.bond;
    }

    function undelegate(uint256 who, uint256 from, uint256 amount) external onTime {
        uint256 i = who % STAKERS;
        uint256 o = from % OPERATORS;
        IComputeStaking.Position memory had = staking.positionOf(people[o], people[i]);
        uint256 shares = amount % 3 == 0 ? had.shares : bound(amount, 0, had.shares + had.shares / 8);
        // Now and then all but next to nothing.
        if (amount % 16 == 1 && had.shares > 10) shares = had.shares - ((amount / 16) % 10);
        IComputeStaking.Pool memory before = staking.poolOf(people[o]);
        uint256 worth = (shares * (before.assets + 1)) / (before.shares + 1_000);
        bool expected = shares <= had.shares && worth > 0;
        bytes memory call = abi.encodeCall(staking.undelegate, (people[o], shares));
        if (!_attempt(people[i], address(staking), call, expected)) return;
        _flow(o);
        _stakes[o].active -= worth;
        _stakes[o].unbonding += worth;
        IComputeStaking.Pool memory present = staking.poolOf(people[o]);
        bool isOver = _isOver(o, before.shares - shares);
        assertTrue((present.shares == 0) == isOver, "whether the pool is over");
        if (isOver) _enterEmptyPool(o);
        else _judgePool(before, present);
        _judgeUnbonding(before, present);
        uint24 generation = present.unbondingGeneration;
        _enterTicket(toTicketId(people[i], uint24(o + 1), uint40(_time + 21 days), generation, true));
        IComputeStaking.Position memory has = staking.positionOf(people[o], people[i]);
        assertEq(has.shares, isOver ? 0 : had.shares - shares, "shares left");
        _principals[o][i] = (_principals[o][i] * has.shares) / had.shares;
        _count(o, i);
    }

    function withdraw(uint256 caller, uint256 seed) external onTime {
        // Sometimes one that never was.
        uint256 which = bound(seed, 0, _tickets.length);
        TicketId id = which < _tickets.length ? _tickets[which] : TicketId.wrap(seed);
        IComputeStaking.Ticket memory ticket = staking.ticketOf(id);
        address from = people[caller % PEOPLE];
        bool expected = ticket.owner != address(0) && _time >= ticket.withdrawableAt;
        if (expected && from != ticket.owner) expected = _stakes[_personOf(ticket.operator)].escrows == 0;
        bytes memory call = abi.encodeCall(staking.withdraw, (id));
        if (!_attempt(from, address(staking), call, expected)) return;
        _enterWithdrawal(ticket);
        _tickets[which] = _tickets[_tickets.length - 1];
        _tickets.pop();
    }

    function _enterWithdrawal(IComputeStaking.Ticket memory ticket) internal {
        uint256 o = _personOf(ticket.operator);
        cash[_personOf(ticket.owner)] += ticket.assets;
        if (ticket.delegated) _stakes[o].unbonding -= ticket.assets;
        else _stakes[o].bondUnbonding -= ticket.assets;
    }

    /// @dev Whether what is left is worth less than a wei, and no slash waits that could be reversed.
    function _isOver(uint256 o, uint256 shares) internal view returns (bool) {
        if (shares == 0) return true;
        return _stakes[o].escrows == 0 && shares * (_stakes[o].active + 1) < shares + 1_000;
    }

    function _judgePool(IComputeStaking.Pool memory a, IComputeStaking.Pool memory b) private pure {
        _judgePrice(a.assets, a.shares, b.assets, b.shares, b.generation - a.generation);
    }

    function _judgeUnbonding(IComputeStaking.Pool memory a, IComputeStaking.Pool memory b) private pure {
        uint256 renewals = b.unbondingGeneration - a.unbondingGeneration;
        _judgePrice(a.unbonding, a.unbondingShares, b.unbonding, b.unbondingShares, renewals);
    }

    /// @dev A share is worth no less than before. Virtual shares and the virtual wei included, so that this is exact; after a renewal, a
    /// share is compared with the thousandth that it became, and all of them together may have lost a wei.
    function _judgePrice(
        uint256 assets,
        uint256 shares,
        uint256 assetsNow,
        uint256 sharesNow,
        uint256 renewals
    ) private pure {
        if (shares == 0 || renewals >= 12) return;
        uint256 slack = renewals == 0 ? 1 : 3;
        uint256 carried = shares / 1_000 ** renewals;
        assertLe((assets + 1) * (sharesNow + 1_000), (assetsNow + slack) * (carried + 1_000), "price of a share");
    }

    /* EARNINGS */

    function distribute(uint256 payer, uint256 who, uint256 amount) external onTime {
        uint256 i = payer % PEOPLE;
        uint256 o = who % OPERATORS;
        // Often dust.
        amount = amount % 2 == 0 ? bound(amount, 0, 2) : bound(amount, 1, MINIMUM_BOND);
        bool expected = amount > 0 && amount <= cash[i];
        bytes memory call = abi.encodeCall(staking.distribute, (people[o], amount));
        uint256 bps = staking.operatorOf(people[o]).commissionBps;
        if (!_attempt(people[i], address(staking), call, expected)) return;
        cash[i] -= amount;
        _enterIncome(o, amount, bps);
    }

    /// @notice By plain transfer, which is nobody's.
    function donate(uint256 where, uint256 amount) external onTime {
        amount = bound(amount, 1, 100e18);
        address to = where % 2 == 0 ? address(staking) : address(escrow);
        _attempt(people[DONOR], address(opg), abi.encodeCall(opg.transfer, (to, amount)), true);
        cash[DONOR] -= amount;
        if (where % 2 == 0) giftsToStaking += amount;
        else giftsToEscrow += amount;
    }

    /* VOTES */

    function chooseDelegate(uint256 who, uint256 to) external onTime {
        address delegatee = to % 7 == 6 ? address(0) : people[to % 7];
        _attempt(people[who % STAKERS], address(votes), abi.encodeCall(votes.delegate, (delegatee)), true);
    }

    function syncVotes(uint256 caller, uint256 who, uint256 where) external onTime {
        uint256 i = who % STAKERS;
        uint256 o = where % OPERATORS;
        bytes memory call = abi.encodeCall(staking.syncVotes, (people[i], people[o]));
        bool expected = votes.delegates(people[i]) != address(0);
        if (!_attempt(people[caller % PEOPLE], address(staking), call, expected)) return;
        if (i == o || staking.positionOf(people[o], people[i]).shares > 0) _voters[o][i].counts = true;
        _enterCount(o, i);
    }

    /// @dev Once counted, whatever somebody does itself is counted at once.
    function _count(uint256 o, uint256 i) internal {
        if (_voters[o][i].counts) _enterCount(o, i);
    }

    function _enterCount(uint256 o, uint256 i) private {
        Voter storage v = _voters[o][i];
        v.counted = unitsOf(o, i);
        v.lostThen = _stakes[o].lost;
    }

    /// @notice What the stake of `i` with `o` should count now.
    function unitsOf(uint256 o, uint256 i) public view returns (uint256 units) {
        IComputeStaking.Position memory p = staking.positionOf(people[o], people[i]);
        units = _least(principalOf(o, i), p.assets);
        if (i == o) units += _stakes[o].bond;
    }

    /* SHARED */

    function _attempt(address from, address target, bytes memory call, bool expected) internal returns (bool success) {
        bytes memory answer;
        vm.prank(from);
        (success, answer) = target.call(call);
        if (success != expected) revert Surprise(expected, answer);
        if (success) ++done[msg.sig];
    }

    function _personOf(address person) internal view returns (uint256 i) {
        while (people[i] != person) ++i;
    }
}
