// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../interfaces/staking/ISlashEscrow.sol";
import {Drip} from "../libraries/Drip.sol";
import {SharePool} from "../libraries/SharePool.sol";
import {ROLE_LOCKER} from "../types/Roles.sol";
import {TicketId, toTicketId} from "../types/TicketId.sol";
import {StakeBooks} from "./StakeBooks.sol";

/// @title ComputeStaking
/// @notice See {IComputeStaking}.
/// @dev Who may do what, and what it changes. {StakeBooks} keeps it.
contract ComputeStaking is StakeBooks {
    using Drip for Drip.Pool;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    modifier onlyOperator() {
        _checkOperator();
        _;
    }

    modifier onlyEscrow() {
        _checkEscrow();
        _;
    }

    /// @param burnable whether the token has `burn`.
    /// @param tokenVotes whether the token counts votes itself.
    constructor(
        IERC20 opg,
        bool burnable,
        bool tokenVotes,
        IAccessManager manager,
        uint256 minimumBond_
    ) StakeBooks(opg, burnable, tokenVotes, manager, minimumBond_) {}

    /* OPERATORS */

    /// @inheritdoc IComputeStaking
    function registerOperator(uint16 commissionBps, string calldata metadataURI) external {
        Operator storage o = _operators[msg.sender];
        if (o.index != 0) revert ComputeStakingAlreadyRegistered(msg.sender, o.index);
        _checkCommission(commissionBps);

        uint24 index = ++operatorCount;
        _operatorAt[index] = msg.sender;
        o.index = index;
        o.commissionBps = commissionBps;
        emit OperatorRegistered(msg.sender, index, commissionBps, metadataURI);
    }

    /// @inheritdoc IComputeStaking
    function setCommission(uint16 commissionBps) external onlyOperator {
        _checkCommission(commissionBps);
        Operator storage o = _operators[msg.sender];
        uint16 old = o.commissionBps;
        if (commissionBps > old) {
            uint40 effectiveFrom = uint40(block.timestamp + UNBONDING_PERIOD);
            _raises[msg.sender] = CommissionRaise(commissionBps, effectiveFrom);
            emit CommissionRaiseAnnounced(msg.sender, old, commissionBps, effectiveFrom);
        } else {
            delete _raises[msg.sender];
            o.commissionBps = commissionBps;
            emit CommissionChanged(msg.sender, old, commissionBps);
        }
    }

    /// @inheritdoc IComputeStaking
    function raiseCommission(address operator) external {
        CommissionRaise memory raise = _raises[operator];
        if (raise.effectiveFrom == 0 || block.timestamp < raise.effectiveFrom) {
            revert ComputeStakingNoCommissionRaise(operator, raise.effectiveFrom, block.timestamp);
        }
        Operator storage o = _operators[operator];

        delete _raises[operator];
        emit CommissionChanged(operator, o.commissionBps, raise.commissionBps);
        o.commissionBps = raise.commissionBps;
    }

    /// @inheritdoc IComputeStaking
    function bond(uint256 assets) external onlyOperator {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[msg.sender];
        uint256 newBond = o.bond + assets;
        if (newBond < minimumBond) revert ComputeStakingBondTooLow(msg.sender, newBond, minimumBond);
        bool activates = !o.active;
        if (activates) _checkPoolPerBond(msg.sender, _current(msg.sender).assets, newBond);

        o.bond = newBond.toUint96();
        emit Bonded(msg.sender, assets, newBond);
        if (activates) {
            o.active = true;
            emit OperatorActivated(msg.sender);
        }
        if (o.countsVotes) _countVotes(msg.sender, msg.sender);
        _pull(assets);
    }

    /// @inheritdoc IComputeStaking
    function unbond(uint256 assets) external onlyOperator returns (TicketId ticketId) {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[msg.sender];
        if (assets > o.bond) revert ComputeStakingInsufficientBond(msg.sender, o.bond, assets);
        uint256 left = o.bond - assets;
        if (o.active) {
            if (left < minimumBond) revert ComputeStakingBondTooLow(msg.sender, left, minimumBond);
            _checkPoolPerBond(msg.sender, _current(msg.sender).assets, left);
        }

        o.bond = uint96(left);
        Shares memory s = _shares[msg.sender];
        (uint256 shares, uint24 generation) = _leave(
            msg.sender,
            StakeClass.BondUnbonding,
            _bondUnbonding[msg.sender],
            s.bondGeneration,
            assets
        );
        if (generation != s.bondGeneration) _shares[msg.sender].bondGeneration = generation;
        uint40 withdrawableAt = uint40(block.timestamp + UNBONDING_PERIOD);
        ticketId = toTicketId(msg.sender, o.index, withdrawableAt, generation, false);
        _tickets[ticketId] += uint120(shares);
        emit Unbonded(msg.sender, ticketId, assets, left, shares, withdrawableAt);
        if (o.countsVotes) _countVotes(msg.sender, msg.sender);
    }

    /// @inheritdoc IComputeStaking
    function retire() external onlyOperator {
        Operator storage o = _operators[msg.sender];
        if (!o.active) revert ComputeStakingNotActive(msg.sender);
        o.active = false;
        emit OperatorRetired(msg.sender);
    }

    /// @inheritdoc IComputeStaking
    function setAgent(address agent, uint96 limit) external onlyOperator {
        if (agent == address(0)) revert ComputeStakingZeroAddress();
        emit AgentSet(msg.sender, agent, _agentLimits[msg.sender][agent], limit);
        _agentLimits[msg.sender][agent] = limit;
    }

    function _checkOperator() private view {
        if (_operators[msg.sender].index == 0) revert ComputeStakingUnknownOperator(msg.sender);
    }

    function _checkCommission(uint16 commissionBps) private pure {
        if (commissionBps > MAX_COMMISSION_BPS) {
            revert ComputeStakingCommissionTooHigh(commissionBps, MAX_COMMISSION_BPS);
        }
    }

    /* DELEGATION */

    /// @inheritdoc IComputeStaking
    function delegate(address operator, uint256 assets, uint256 minShares) external returns (uint256 shares) {
        if (assets < MIN_DELEGATION) revert ComputeStakingDelegationTooSmall(assets, MIN_DELEGATION);
        Operator storage o = _operators[operator];
        if (!o.active) revert ComputeStakingNotActive(operator);
        Drip.Pool memory pool = _current(operator);
        Shares memory s = _shares[operator];
        if (s.escrows != 0) revert ComputeStakingSlashInEscrow(operator, s.escrows);
        _checkPoolPerBond(operator, pool.assets + assets, o.bond);
        uint24 generation = s.generation;
        (s.total, s.generation) = SharePool.renew(uint256(pool.assets) + pool.undripped, s.total, s.generation);
        if (s.generation != generation) emit GenerationStarted(operator, StakeClass.Pool, s.generation, s.total);
        shares = SharePool.toShares(assets, pool.assets, s.total);
        if (shares == 0 || shares < minShares) revert ComputeStakingTooFewShares(shares, minShares);

        pool.assets = (pool.assets + assets).toUint96();
        s.total = (s.total + shares).toUint120();
        _storePool(operator, pool);
        _storeShares(operator, s);
        if (!o.hasPool) _operators[operator].hasPool = true;
        Share memory mine = _positionOf(operator, msg.sender, s.generation);
        mine.shares += uint120(shares);
        mine.principal += uint96(assets);
        _positions[operator][msg.sender] = mine;
        emit Delegated(operator, msg.sender, assets, shares);
        if (mine.countsVotes) _countVotes(msg.sender, operator);
        _pull(assets);
    }

    /// @inheritdoc IComputeStaking
    function undelegate(address operator, uint256 shares) external returns (TicketId ticketId) {
        Drip.Pool memory pool = _current(operator);
        Shares memory s = _shares[operator];
        Share memory mine = _positionOf(operator, msg.sender, s.generation);
        if (shares > mine.shares) {
            revert ComputeStakingInsufficientShares(operator, msg.sender, mine.shares, shares);
        }
        uint256 assets = SharePool.toAssets(shares, pool.assets, s.total);
        if (assets == 0) revert ComputeStakingWorthlessShares(operator, shares);

        // What stays of the principal is rounded down, so that votes are.
        mine.principal = uint96((uint256(mine.principal) * (mine.shares - shares)) / mine.shares);
        mine.shares -= uint120(shares);
        _positions[operator][msg.sender] = mine;
        pool.assets -= uint96(assets);
        s.total -= uint120(shares);
        if (_isOver(pool, s)) _closePool(operator, pool, s);
        _storePool(operator, pool);
        uint256 ticketShares;
        (ticketShares, s.unbondingGeneration) = _leave(
            operator,
            StakeClass.PoolUnbonding,
            _unbonding[operator],
            s.unbondingGeneration,
            assets
        );
        _storeShares(operator, s);
        uint40 withdrawableAt = uint40(block.timestamp + UNBONDING_PERIOD);
        ticketId = toTicketId(msg.sender, _operators[operator].index, withdrawableAt, s.unbondingGeneration, true);
        _tickets[ticketId] += uint120(ticketShares);
        emit Undelegated(operator, msg.sender, ticketId, shares, assets, ticketShares, withdrawableAt);
        if (mine.countsVotes) _countVotes(msg.sender, operator);
    }

    /// @inheritdoc IComputeStaking
    function withdraw(TicketId ticketId) external returns (uint256 assets) {
        uint256 shares = _tickets[ticketId];
        if (shares == 0) revert ComputeStakingUnknownTicket(ticketId);
        if (block.timestamp < ticketId.withdrawableAtOf()) {
            revert ComputeStakingTicketLocked(ticketId, ticketId.withdrawableAtOf(), block.timestamp);
        }
        address operator = _operatorAt[ticketId.indexOf()];
        address owner = ticketId.ownerOf();
        // What a reversal could bring back is lost to a ticket that has been paid: that is its owner's choice.
        uint256 escrows = _shares[operator].escrows;
        if (escrows != 0 && msg.sender != owner) revert ComputeStakingSlashInEscrow(operator, escrows);

        delete _tickets[ticketId];
        shares = _carryTicket(operator, ticketId, shares);
        Unbonding storage u = ticketId.isDelegated() ? _unbonding[operator] : _bondUnbonding[operator];
        assets = SharePool.toAssets(shares, u.assets, u.shares);
        u.assets -= uint96(assets);
        u.shares -= uint120(shares);
        emit TicketWithdrawn(ticketId, owner, operator, assets);
        if (assets != 0) OPG.safeTransfer(owner, assets);
    }

    /* LOCKS */

    /// @inheritdoc IComputeStaking
    function allow(address locker) external onlyOperator {
        if (locker == address(0)) revert ComputeStakingZeroAddress();
        Lock storage position = _locks[msg.sender][locker];
        if (position.allowedFrom != 0) return;
        // Tickets answer for new locks as well, so those on their way out shall be out before.
        bool hasDelegators = _operators[msg.sender].hasPool || _unbonding[msg.sender].assets >= MIN_DELEGATION;
        uint40 allowedFrom = uint40(block.timestamp + (hasDelegators ? ALLOW_DELAY : 0));
        position.allowedFrom = allowedFrom;
        emit LockerAllowed(msg.sender, locker, allowedFrom);
    }

    /// @inheritdoc IComputeStaking
    function disallow(address locker) external {
        Lock storage position = _locks[msg.sender][locker];
        if (position.allowedFrom == 0) revert ComputeStakingLockerNotAllowed(msg.sender, locker, 0);
        position.allowedFrom = 0;
        emit LockerDisallowed(msg.sender, locker);
    }

    /// @inheritdoc IComputeStaking
    function lock(
        address operator,
        uint256 amount,
        uint40 until
    ) external onlyRole(ROLE_LOCKER) returns (uint32 epoch) {
        if (until <= block.timestamp || until > block.timestamp + MAX_LOCK) {
            revert ComputeStakingLockHorizon(until, block.timestamp + 1, block.timestamp + MAX_LOCK);
        }
        Lock storage position = _locks[operator][msg.sender];
        if (position.allowedFrom == 0 || block.timestamp < position.allowedFrom) {
            revert ComputeStakingLockerNotAllowed(operator, msg.sender, position.allowedFrom);
        }
        Operator storage o = _operators[operator];
        if (!o.active) revert ComputeStakingNotActive(operator);
        uint256 most = _lockable(operator, o);
        if (o.locked > most || amount > most - o.locked) {
            (uint256 locked, uint256 free) = _room(operator, most);
            // Also for an amount of zero, which makes the others last: what is locked already must still be there.
            if (locked > most || amount > free) revert ComputeStakingInsufficientCapacity(operator, free, amount);
        }

        o.locked += uint96(amount);
        position.amount += uint96(amount);
        if (until > position.lastUntil) position.lastUntil = until;
        epoch = position.epoch;
        emit StakeLocked(operator, msg.sender, amount, until, epoch);
    }

    /// @inheritdoc IComputeStaking
    function unlock(address operator, uint256 amount, uint32 epoch) external returns (uint256 unlocked) {
        unlocked = _release(operator, amount, epoch);
        if (unlocked != 0) emit StakeUnlocked(operator, msg.sender, unlocked, epoch);
    }

    /// @inheritdoc IComputeStaking
    function clear(address operator, address locker) external {
        Lock storage position = _locks[operator][locker];
        uint96 amount = position.amount;
        // An empty lock is not cleared, so that nobody can turn the epoch counter for sport.
        if (amount == 0 || block.timestamp < position.lastUntil) {
            revert ComputeStakingLockNotClearable(operator, locker, amount, position.lastUntil);
        }

        emit LockCleared(operator, locker, amount, position.epoch);
        position.amount = 0;
        position.epoch += 1;
        _operators[operator].locked -= amount;
    }

    /* SLASHES */

    /// @inheritdoc IComputeStaking
    function slash(
        address operator,
        uint256 amount,
        uint32 epoch,
        Verdict calldata verdict
    ) external returns (uint256 slashed) {
        uint256 unlocked = _release(operator, amount, epoch);
        if (unlocked == 0) return 0;
        ISlashEscrow.Slash memory taken;
        taken.operator = operator;
        taken.locker = msg.sender;
        taken.verdict = verdict.id;
        taken.victim = verdict.victim;
        taken.victimFee = verdict.victimFee;
        taken.challengers = verdict.challengers;
        taken.openedAt = uint40(block.timestamp);
        (uint256 fromBond, uint256 fromBondUnbonding) = _takeBond(operator, unlocked);
        taken.fromBond = uint96(fromBond + fromBondUnbonding);
        _takePool(operator, unlocked - taken.fromBond, taken);
        slashed = uint256(taken.fromBond) + taken.fromPool + taken.fromUnbonding;
        emit OperatorSlashed(
            operator,
            msg.sender,
            verdict.id,
            amount,
            unlocked,
            fromBond,
            fromBondUnbonding,
            taken.fromPool,
            taken.fromUnbonding
        );
        if (slashed == 0) return 0;
        _shares[operator].escrows += 1;
        ESCROW.open(taken);
        OPG.safeTransfer(address(ESCROW), slashed);
    }

    /// @inheritdoc IComputeStaking
    function forfeit(address operator, uint256 amount, uint32 epoch) external returns (uint256 forfeited) {
        if (ESCROW.isStopped(msg.sender)) revert ComputeStakingLockerStopped(msg.sender);
        uint256 unlocked = _release(operator, amount, epoch);
        if (unlocked == 0) return 0;
        Operator storage o = _operators[operator];
        _rest(operator, unlocked);
        (uint256 fromBond, uint256 fromBondUnbonding) = _takeBond(operator, (unlocked * FORFEIT_BPS) / _BPS);
        forfeited = fromBond + fromBondUnbonding;
        emit BondForfeited(operator, msg.sender, unlocked, fromBond, fromBondUnbonding);
        // At once, since the locker's beneficiary may vote with it.
        if (o.countsVotes) _countVotes(operator, operator);
        if (forfeited != 0) OPG.safeTransfer(msg.sender, forfeited);
    }

    /// @dev With all that is locked it is no more than could be locked at some time before, so that it fits.
    function _rest(address operator, uint256 unlocked) private {
        Operator storage o = _operators[operator];
        Rest memory rest = _rests[operator];
        uint96 amount = uint96(_resting(rest) + unlocked);
        o.locked = o.locked - rest.amount + amount;
        _rests[operator] = Rest(amount, uint40(block.timestamp));
    }

    /// @inheritdoc IComputeStaking
    function endEscrow(address operator) external onlyEscrow {
        _endEscrow(operator, _current(operator));
    }

    /// @inheritdoc IComputeStaking
    function restore(ISlashEscrow.Slash calldata taken) external onlyEscrow returns (uint256 returned) {
        address operator = taken.operator;
        Shares memory s = _shares[operator];
        Unbonding storage u = _unbonding[operator];
        uint256 toPool = _partOfThoseLeft(
            taken.fromPool,
            s.total,
            SharePool.carry(taken.poolShares, taken.poolGeneration, s.generation),
            taken.fromPool
        );
        // Whoever went from the pool to a ticket meanwhile has shares there, and takes its part of what the pool lost along.
        uint256 toUnbonding = _partOfThoseLeft(
            taken.fromUnbonding,
            u.shares,
            SharePool.carry(taken.unbondingShares, taken.unbondingGeneration, s.unbondingGeneration),
            uint256(taken.fromPool) + taken.fromUnbonding - toPool
        );

        _operators[operator].bond += taken.fromBond;
        u.assets += uint96(toUnbonding);
        Drip.Pool memory pool = _current(operator);
        pool.assets += uint96(toPool);
        emit StakeRestored(operator, taken.fromBond, toPool, toUnbonding);
        _endEscrow(operator, pool);
        return taken.fromBond + toPool + toUnbonding;
    }

    function _checkEscrow() private view {
        if (msg.sender != address(ESCROW)) revert ComputeStakingNotEscrow(msg.sender);
    }

    function _partOfThoseLeft(
        uint256 amount,
        uint256 sharesNow,
        uint256 sharesThen,
        uint256 most
    ) private pure returns (uint256) {
        return sharesThen == 0 ? 0 : Math.min((amount * sharesNow) / sharesThen, most);
    }

    /* EARNINGS */

    /// @inheritdoc IComputeStaking
    function distribute(address operator, uint256 assets) external {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[operator];
        if (o.index == 0) revert ComputeStakingUnknownOperator(operator);
        uint256 toPool;

        if (o.hasPool) {
            Drip.Pool memory pool = _current(operator);
            // Nothing for shares that a slash made worthless, which may be all there is.
            if (pool.assets != 0) {
                uint256 poolPart = (assets * pool.assets) / (uint256(pool.assets) + o.bond);
                toPool = poolPart - (poolPart * o.commissionBps) / _BPS;
                pool.add(toPool);
                _storePool(operator, pool);
            }
        }
        uint256 toBond = assets - toPool;
        o.bond = (o.bond + toBond).toUint96();
        emit Distributed(operator, msg.sender, assets, toBond);
        _pull(assets);
    }

    /* VOTES */

    /// @inheritdoc IComputeStaking
    function syncVotes(address account, address operator) external {
        // Counting costs gas at every later move: only those who want to vote shall pay it.
        if (VOTES.delegates(account) == address(0)) revert ComputeStakingVotesNotDelegated(account);
        Share storage position = _positions[operator][account];
        // An operator's own delegation is counted with its bond, so from now on, even if there is none yet.
        if (position.shares != 0 || account == operator) position.countsVotes = true;
        if (account == operator) _operators[operator].countsVotes = true;
        _countVotes(account, operator);
    }

    function _pull(uint256 assets) private {
        OPG.safeTransferFrom(msg.sender, address(this), assets);
    }
}
