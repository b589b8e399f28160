// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IInferenceMarket} from "../../contracts/interfaces/inference/IInferenceMarket.sol";
import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {TicketId} from "../../contracts/types/TicketId.sol";
import {VersionId, toVersionId} from "../../contracts/types/VersionId.sol";
import {Consumer__Mock} from "../helpers/Consumer__Mock.sol";
import {Ledger} from "./Ledger.sol";

/// @notice What people do, at random. Every action first says whether it should work, then tries it: a refusal of what should work, or
/// the success of what should not, is a broken law. What works is entered into the ledger.
abstract contract Actors is Ledger {
    uint256 internal constant ACTIONS = 28;
    uint64 internal constant MODELS = 3;
    uint256 private constant MOST_VERSIONS = 12;

    /// @notice How often an action worked.
    mapping(bytes4 action => uint256) public done;

    /// @dev Set on the chain before every action; asked here, since the compiler may read block.timestamp only once.
    uint256 internal _time = 1_800_000_000;
    uint256 private _salt;
    Tracked private _unknown;
    uint256 private _budgetEpoch;
    uint256 private _budgetCap;
    uint256 private _budgetSpent;
    mapping(address locker => bool) private _hasRole;

    /// @notice An action worked though it should not, or was refused with `answer` though it should work.
    error Surprise(bool expected, bytes answer);

    modifier onTime() {
        vm.warp(_time);
        _;
    }

    constructor() {
        vm.warp(_time);
        for (uint256 i = 0; i < _lockers.length; ++i) _hasRole[_lockers[i]] = true;
        for (uint64 modelId = 1; modelId <= MODELS; ++modelId) {
            address holder = _customer(3 + modelId);
            _holders[modelId] = holder;
            vm.prank(holder);
            registry.registerModel(IModelRegistry.ModelKind.Model, "m");
            _publish(modelId, 1_000 * modelId, modelId - 1);
        }
    }

    /// @notice Every action, for those who pick from them.
    function actions() public view virtual returns (bytes4[] memory list) {
        list = new bytes4[](ACTIONS);
        list[0] = this.wait_.selector;
        list[1] = this.bond.selector;
        list[2] = this.unbond.selector;
        list[3] = this.retire.selector;
        list[4] = this.withdrawTicket.selector;
        list[5] = this.setAgent.selector;
        list[6] = this.trust.selector;
        list[7] = this.lock.selector;
        list[8] = this.unlock.selector;
        list[9] = this.clear.selector;
        list[10] = this.distribute.selector;
        list[11] = this.toggleRole.selector;
        list[12] = this.deposit.selector;
        list[13] = this.withdrawDeposit.selector;
        list[14] = this.request.selector;
        list[15] = this.cancel.selector;
        list[16] = this.expire.selector;
        list[17] = this.accept.selector;
        list[18] = this.submit.selector;
        list[19] = this.retryCallback.selector;
        list[20] = this.split.selector;
        list[21] = this.harvest.selector;
        list[22] = this.flush.selector;
        list[23] = this.publish.selector;
        list[24] = this.spendTreasury.selector;
        list[25] = this.donate.selector;
    }

    /* TIME */

    /// @notice Mostly hours, sometimes weeks.
    function wait_(uint256 seed) external {
        _time += seed % 4 == 0 ? (seed / 4) % 15 days : (seed / 4) % 8 hours;
        ++done[msg.sig];
    }

    /* STAKE */

    function bond(uint256 who, uint256 amount) external onTime {
        address operator = _operator(who);
        amount = bound(amount, 0, 3 * MINIMUM_BOND);
        bool expected = amount > 0 && staking.operatorOf(operator).bond + amount >= MINIMUM_BOND;
        expected = expected && amount <= opg.balanceOf(operator);
        _attempt(operator, address(staking), abi.encodeCall(staking.bond, (amount)), expected);
    }

    function unbond(uint256 who, uint256 amount) external onTime {
        address operator = _operator(who);
        IComputeStaking.Operator memory o = staking.operatorOf(operator);
        amount = amount % 4 == 0 ? o.bond : bound(amount, 0, 2 * MINIMUM_BOND);
        bool expected = amount > 0 && amount <= o.bond && (!o.active || o.bond - amount >= MINIMUM_BOND);
        if (!_attempt(operator, address(staking), abi.encodeCall(staking.unbond, (amount)), expected)) return;
        _enterTicket(operator, _time);
    }

    function retire(uint256 who) external onTime {
        address operator = _operator(who);
        bool expected = staking.operatorOf(operator).active;
        _attempt(operator, address(staking), abi.encodeCall(staking.retire, ()), expected);
    }

    function withdrawTicket(uint256 caller, uint256 seed) external onTime {
        // Sometimes one that never was.
        uint256 which = bound(seed, 0, _tickets.length);
        TicketId id = which < _tickets.length ? _tickets[which] : TicketId.wrap(seed);
        IComputeStaking.Ticket memory ticket = staking.ticketOf(id);
        bool expected = ticket.owner != address(0) && _time >= ticket.withdrawableAt;
        _attempt(_person(caller), address(staking), abi.encodeCall(staking.withdraw, (id)), expected);
    }

    function setAgent(uint256 who, uint256 limit) external onTime {
        uint96 most = uint96(bound(limit, 0, MINIMUM_BOND));
        _attempt(_operator(who), address(staking), abi.encodeCall(staking.setAgent, (_agent, most)), true);
    }

    /// @notice Lets a locker in, or out.
    function trust(uint256 who, uint256 which) external onTime {
        address operator = _operator(who);
        address locker = _lockers[which % 2];
        bool isAllowed = staking.lockOf(operator, locker).allowedFrom != 0;
        // Mostly in, or nobody would have work.
        if (isAllowed && which % 3 != 0) return;
        bytes memory call =
            isAllowed ? abi.encodeCall(staking.disallow, (locker)) : abi.encodeCall(staking.allow, (locker));
        _attempt(operator, address(staking), call, true);
    }

    function lock(uint256 who, uint256 amount, uint256 until) external onTime {
        address operator = _operator(who);
        amount = bound(amount, 0, 4 * MINIMUM_BOND);
        until = bound(until, _time, _time + 11 days);
        bool expected = until > _time && until <= _time + 10 days && _canLock(operator, _lockers[1], amount);
        bytes memory call = abi.encodeCall(staking.lock, (operator, amount, uint40(until)));
        if (!_attempt(_lockers[1], address(staking), call, expected)) return;
        IComputeStaking.Operator memory o = staking.operatorOf(operator);
        assertLe(o.locked, o.bond, "locked beyond the bond");
    }

    function unlock(uint256 who, uint256 amount, uint256 seed) external onTime {
        address operator = _operator(who);
        IComputeStaking.Lock memory l = staking.lockOf(operator, _lockers[1]);
        uint32 epoch = seed % 4 == 0 ? uint32(seed) : l.epoch;
        uint256 expected =
            epoch != l.epoch
                ? 0
                : amount < l.amount
                    ? amount
                    : l.amount;
        vm.prank(_lockers[1]);
        assertEq(staking.unlock(operator, amount, epoch), expected, "unlocked");
        if (expected > 0) ++done[msg.sig];
    }

    function clear(uint256 caller, uint256 who, uint256 which) external onTime {
        address operator = _operator(who);
        address locker = _lockers[which % 2];
        IComputeStaking.Lock memory l = staking.lockOf(operator, locker);
        bool expected = l.amount > 0 && _time >= l.lastUntil;
        _attempt(_person(caller), address(staking), abi.encodeCall(staking.clear, (operator, locker)), expected);
    }

    function distribute(uint256 payer, uint256 who, uint256 amount) external onTime {
        address operator = _operator(who);
        amount = bound(amount, 0, 100e18);
        address from = _person(payer);
        bool expected = amount > 0 && amount <= opg.balanceOf(from);
        bytes memory call = abi.encodeCall(staking.distribute, (operator, amount));
        if (_attempt(from, address(staking), call, expected)) _enterPayment(from, operator, amount);
    }

    /// @notice A vote takes a locker's role away, or gives it back.
    function toggleRole(uint256 seed) external onTime {
        address locker = _lockers[seed % 4 == 0 ? 0 : 1];
        if (_hasRole[locker] && seed % 3 != 0) return;
        if (_hasRole[locker]) manager.revokeRole(ROLE_LOCKER, locker);
        else manager.grantRole(ROLE_LOCKER, locker, 0);
        _hasRole[locker] = !_hasRole[locker];
        ++done[msg.sig];
    }

    /* MARKET */

    function deposit(uint256 payer, uint256 who, uint256 amount) external onTime {
        address from = _person(payer);
        address to = _customer(who);
        amount = bound(amount, 0, 10_000e18);
        bool expected = amount <= opg.balanceOf(from);
        bytes memory call = abi.encodeCall(market.deposit, (to, amount));
        if (_attempt(from, address(market), call, expected)) _enterPayment(from, to, amount);
    }

    function withdrawDeposit(uint256 who, uint256 amount) external onTime {
        address requester = _person(who);
        uint256 available = market.depositOf(requester);
        amount = bound(amount, 0, available + available / 2);
        _attempt(requester, address(market), abi.encodeCall(market.withdraw, (amount)), amount <= available);
    }

    function request(uint256 who, uint256 fee, uint256 times, uint256 options) external onTime {
        IInferenceMarket.Request memory r = _draftRequest(_customer(who), fee, times, options);
        bool expected = r.maxFee <= market.depositOf(r.requester);
        bytes memory input = options % 2 == 0 ? bytes("") : bytes("input");
        // The input of an unknown version cannot be checked.
        if (input.length != 0 && !registry.exists(r.versionId)) expected = false;
        bytes memory call = abi.encodeCall(market.request, (r, input));
        if (!_attempt(r.requester, address(market), call, expected)) return;
        Tracked storage tracked = _requests.push();
        tracked.request = r;
        tracked.id = market.hashRequest(r);
        tracked.status = IInferenceMarket.Status.Open;
        tracked.held = r.maxFee;
    }

    function cancel(uint256 caller, uint256 seed) external onTime {
        Tracked storage tracked = _find(IInferenceMarket.Status.Open, seed);
        address from = caller % 4 == 0 ? _person(caller / 4) : tracked.request.requester;
        bool expected = tracked.status == IInferenceMarket.Status.Open && from == tracked.request.requester;
        bytes memory call = abi.encodeCall(market.cancel, (tracked.request));
        if (_attempt(from, address(market), call, expected)) _endRequest(tracked, IInferenceMarket.Status.Refunded);
    }

    function expire(uint256 caller, uint256 seed) external onTime {
        IInferenceMarket.Status wanted =
            seed % 2 == 0 ? IInferenceMarket.Status.Open : IInferenceMarket.Status.Accepted;
        Tracked storage tracked = _find(wanted, seed / 2);
        bytes memory call = abi.encodeCall(market.expire, (tracked.request));
        if (_attempt(_person(caller), address(market), call, _canExpire(tracked))) {
            _endRequest(tracked, IInferenceMarket.Status.Refunded);
        }
    }

    function accept(uint256 who, uint256 seed, uint256 byAgent) external onTime {
        Tracked storage tracked = _find(IInferenceMarket.Status.Open, seed);
        IInferenceMarket.Request memory r = tracked.request;
        address operator = r.operator == address(0) || who % 8 == 0 ? _operator(who) : r.operator;
        address from = byAgent % 3 == 0 ? _agent : operator;
        bool expected = tracked.status == IInferenceMarket.Status.Open && _canAccept(r, operator, from);
        if (!_attempt(from, address(market), abi.encodeCall(market.accept, (r, operator)), expected)) return;
        tracked.status = IInferenceMarket.Status.Accepted;
        tracked.operator = operator;
        tracked.acceptedAt = _time;
        tracked.held = _price(r, _time);
        tracked.lockEpoch = staking.lockOf(operator, address(market)).epoch;
        IComputeStaking.Operator memory o = staking.operatorOf(operator);
        assertLe(o.locked, o.bond, "collateral beyond the bond");
    }

    function submit(uint256 seed, uint256 byAgent, uint256 mood) external onTime {
        Tracked storage tracked = _find(IInferenceMarket.Status.Accepted, seed);
        address operator = tracked.operator;
        address from = byAgent % 3 == 0 ? _agent : operator;
        bool expected =
            tracked.status == IInferenceMarket.Status.Accepted &&
                _time < tracked.acceptedAt + tracked.request.deliverWithin &&
                (from == operator || staking.agentLimit(operator, _agent) > 0);
        Consumer__Mock.Mood chosen = Consumer__Mock.Mood(mood % 6);
        consumer.setMood(chosen, abi.encodeCall(market.expire, (tracked.request)));
        bytes memory call = abi.encodeCall(market.submit, (tracked.request, "answer", new bytes[](0)));
        if (!_attempt(from, address(market), call, expected)) return;
        assertTrue(!consumer.reentryWorked(), "a request ended twice");
        _enterFee(tracked.request.requester, operator, tracked.request.versionId, tracked.held);
        _endRequest(tracked, IInferenceMarket.Status.Final);
        tracked.callbackFailed =
            tracked.request.callbackGas != 0 &&
            chosen != Consumer__Mock.Mood.Kind &&
            chosen != Consumer__Mock.Mood.Reenter;
    }

    function retryCallback(uint256 caller, uint256 seed) external onTime {
        // One whose callback failed, if there is one.
        Tracked storage tracked = _unknown;
        for (uint256 i = 0; i < _requests.length && !tracked.callbackFailed; ++i) {
            tracked = _requests[((seed % _requests.length) + i) % _requests.length];
        }
        consumer.setMood(Consumer__Mock.Mood.Kind, "");
        bytes memory call = abi.encodeCall(market.retryCallback, (tracked.request, "answer"));
        if (_attempt(_person(caller), address(market), call, tracked.callbackFailed)) tracked.callbackFailed = false;
    }

    /* MONEY */

    function split(uint256 payer, uint256 who, uint256 which, uint256 amount) external onTime {
        address from = _person(payer);
        VersionId versionId = _versions[which % _versions.length];
        // Often a few wei, where rounding is all there is.
        amount = amount % 2 == 0 ? bound(amount, 0, 100) : bound(amount, 0, 1_000e18);
        bool expected = amount > 0 && amount <= opg.balanceOf(from);
        bytes memory call = abi.encodeCall(splitter.split, (_operator(who), versionId, amount));
        if (_attempt(from, address(splitter), call, expected)) _enterFee(from, _operator(who), versionId, amount);
    }

    function harvest(uint256 caller, uint256 which) external onTime {
        VersionId versionId = _versions[which % _versions.length];
        bool isSomething = royalties[versionId] > 0;
        vm.prank(_person(caller));
        assertEq(splitter.harvest(versionId), _enterHarvest(versionId), "harvested");
        if (isSomething) ++done[msg.sig];
    }

    function flush(uint256 caller) external onTime {
        bool isSomething = forTreasury + forFire > 0;
        vm.prank(_person(caller));
        splitter.flush();
        _enterFlush();
        if (isSomething) ++done[msg.sig];
    }

    function publish(uint256 which, uint256 royalty, uint256 lineage) external onTime {
        if (_versions.length == MOST_VERSIONS) return;
        uint64 modelId = uint64(1 + (which % MODELS));
        // Now and then the model finds another holder first, who earns from then on what was not harvested.
        if (which % 5 == 0) {
            address holder = _customer(which / 5);
            vm.prank(_holders[modelId]);
            registry.transferFrom(_holders[modelId], holder, modelId);
            _holders[modelId] = holder;
        }
        _publish(modelId, royalty % 3_001, lineage);
        ++done[msg.sig];
    }

    function spendTreasury(uint256 who, uint256 amount) external onTime {
        uint256 epoch = _time / 7 days;
        uint256 balance = opg.balanceOf(address(treasury));
        (uint256 cap, uint256 spent) = epoch == _budgetEpoch ? (_budgetCap, _budgetSpent) : (balance / 100, 0);
        amount = bound(amount, 0, cap + 1);
        address to = _customer(who);
        bytes memory call = abi.encodeCall(treasury.pay, (IERC20(address(opg)), to, amount));
        if (!_attempt(_treasurer, address(treasury), call, spent + amount <= cap)) return;
        (_budgetEpoch, _budgetCap, _budgetSpent) = (epoch, cap, spent + amount);
        _enterPayment(address(treasury), to, amount);
    }

    function donate(uint256 where, uint256 amount) external onTime {
        address to = places()[where % 7];
        amount = bound(amount, 0, 50_000e18);
        if (_attempt(_donor, address(opg), abi.encodeCall(opg.transfer, (to, amount)), true)) {
            _enterPayment(_donor, to, amount);
        }
    }

    /* EXITS */

    /// @notice Everybody leaves, each by the ways that are open to them, with a stranger's help where anyone may help. Nothing may fail.
    function everybodyLeaves() external onTime {
        for (uint256 i = 0; i < _requests.length; ++i) _finish(_requests[i]);
        for (uint256 i = 0; i < _people.length; ++i) {
            vm.startPrank(_people[i]);
            market.withdraw(market.depositOf(_people[i]));
            vm.stopPrank();
        }
        _pass(10 days);
        for (uint256 i = 0; i < OPERATORS; ++i) _leave(_people[i]);
        _pass(21 days);
        vm.startPrank(thief);
        for (uint256 i = 0; i < _tickets.length; ++i) {
            if (staking.ticketOf(_tickets[i]).owner != address(0)) staking.withdraw(_tickets[i]);
        }
        // A child's income reaches its parents when it is harvested: youngest first.
        for (uint256 i = _versions.length; i > 0; --i) {
            assertEq(splitter.harvest(_versions[i - 1]), _enterHarvest(_versions[i - 1]), "harvested at the end");
        }
        splitter.flush();
        vm.stopPrank();
        _enterFlush();
    }

    function _finish(Tracked storage tracked) private {
        if (tracked.status == IInferenceMarket.Status.Open && _time < tracked.request.acceptBy) {
            vm.prank(tracked.request.requester);
            market.cancel(tracked.request);
        } else if (tracked.status <= IInferenceMarket.Status.Accepted) {
            if (!_canExpire(tracked)) _pass(2 days);
            vm.prank(thief);
            market.expire(tracked.request);
        } else {
            return;
        }
        _endRequest(tracked, IInferenceMarket.Status.Refunded);
    }

    function _leave(address operator) private {
        for (uint256 i = 0; i < _lockers.length; ++i) {
            if (staking.lockOf(operator, _lockers[i]).amount == 0) continue;
            vm.prank(thief);
            staking.clear(operator, _lockers[i]);
        }
        vm.startPrank(operator);
        IComputeStaking.Operator memory o = staking.operatorOf(operator);
        if (o.active) staking.retire();
        if (o.bond > 0) {
            staking.unbond(o.bond);
            _enterTicket(operator, _time);
        }
        vm.stopPrank();
    }

    function _pass(uint256 duration) private {
        _time += duration;
        vm.warp(_time);
    }

    /* WHAT SHOULD WORK */

    function _attempt(address from, address target, bytes memory call, bool expected) internal returns (bool success) {
        bytes memory answer;
        vm.prank(from);
        (success, answer) = target.call(call);
        if (success != expected) revert Surprise(expected, answer);
        if (success) ++done[msg.sig];
    }

    function _canLock(address operator, address locker, uint256 amount) private view returns (bool) {
        IComputeStaking.Operator memory o = staking.operatorOf(operator);
        return
            _hasRole[locker] &&
            staking.lockOf(operator, locker).allowedFrom != 0 &&
            o.active &&
            o.locked + amount <= o.bond;
    }

    function _canAccept(IInferenceMarket.Request memory r, address operator, address from) private view returns (bool) {
        if (_time >= r.acceptBy || _time + r.deliverWithin > r.expireAt) return false;
        if (r.operator != address(0) && r.operator != operator) return false;
        if (!registry.exists(r.versionId) || !_canLock(operator, address(market), r.collateral)) return false;
        if (from == operator) return true;
        uint256 locked = staking.lockOf(operator, address(market)).amount + r.collateral;
        return locked <= staking.agentLimit(operator, from);
    }

    function _canExpire(Tracked storage tracked) private view returns (bool) {
        if (tracked.status == IInferenceMarket.Status.Open) return _time >= tracked.request.acceptBy;
        return
            tracked.status == IInferenceMarket.Status.Accepted &&
            _time >= tracked.acceptedAt + tracked.request.deliverWithin;
    }

    /* DRAFTS */

    function _draftRequest(
        address requester,
        uint256 fee,
        uint256 times,
        uint256 options
    ) private returns (IInferenceMarket.Request memory r) {
        r.requester = requester;
        r.versionId = options % 16 < 2 ? toVersionId(9, 9) : _versions[(options >> 8) % _versions.length];
        r.inputHash = keccak256("input");
        r.inputURI = "u";
        uint256 deposited = market.depositOf(requester);
        r.maxFee = uint96(fee % 8 == 0 ? 0 : bound(fee, 0, deposited < 900e18 ? deposited + deposited / 8 : 900e18));
        r.minFee = uint96(bound(fee >> 96, 0, r.maxFee));
        r.rampStart = uint40(_time + (times % 6 hours));
        r.rampEnd = r.rampStart + uint40((times >> 32) % 12 hours);
        r.acceptBy = uint40(_time + 1 + ((times >> 64) % 2 days));
        r.deliverWithin = uint32(1 + ((times >> 96) % 1 days));
        r.expireAt = uint40(_time + r.deliverWithin + ((times >> 128) % 2 days));
        if (r.expireAt > r.acceptBy + 7 days) r.expireAt = r.acceptBy + 7 days;
        r.collateral = uint96((r.maxFee > FLOOR ? r.maxFee : FLOOR) + ((options >> 16) % 100e18));
        if ((options >> 128) % 4 == 0) r.operator = _operator(options >> 136);
        if ((options >> 144) % 4 != 0) r.consumer = address(consumer);
        if ((options >> 144) % 4 > 1) r.callbackGas = 300_000;
        r.salt = ++_salt;
    }

    /// @dev `lineage` picks up to one parent among the versions of every model, in the order of ids.
    function _publish(uint64 modelId, uint256 royalty, uint256 lineage) private {
        IModelRegistry.VersionParams memory params;
        params.contentHash = bytes32(uint256(1));
        params.size = 1;
        params.royaltyBps = uint16(royalty);
        params.uri = "u";
        params.licence = "l";
        IModelRegistry.Parent[] memory parents = new IModelRegistry.Parent[](MODELS);
        uint256 count;
        for (uint64 i = 1; i <= MODELS; ++i) {
            uint32 number =
                (lineage >> (i - 1)) % 2 == 0 || _holders[i] == address(0) ? 0 : registry.latestVersionOf(i).numberOf();
            if (number == 0) continue;
            uint32 chosen = uint32(1 + ((lineage >> (16 * i)) % number));
            uint16 shareBps = uint16(1 + ((lineage >> (16 * i + 128)) % 3_000));
            parents[count++] = IModelRegistry.Parent(toVersionId(i, chosen), shareBps);
        }
        params.parents = new IModelRegistry.Parent[](count);
        for (uint256 i = 0; i < count; ++i) params.parents[i] = parents[i];
        vm.prank(_holders[modelId]);
        _enterPublication(registry.publish(modelId, params), params);
    }

    /// @dev The next request in `wanted` from a random start on; any request if there is none; an unknown one if there is none at all.
    function _find(IInferenceMarket.Status wanted, uint256 seed) internal view returns (Tracked storage tracked) {
        uint256 count = _requests.length;
        for (uint256 i = 0; i < count; ++i) {
            tracked = _requests[((seed % count) + i) % count];
            if (tracked.status == wanted) return tracked;
        }
        return count == 0 ? _unknown : _requests[seed % count];
    }

    function _endRequest(Tracked storage tracked, IInferenceMarket.Status status) private {
        tracked.status = status;
        tracked.held = 0;
    }
}
