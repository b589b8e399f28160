// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PinnedAuthority} from "../governance/PinnedAuthority.sol";
import {VotingPower} from "../governance/VotingPower.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../interfaces/staking/ISlashEscrow.sol";
import {Drip} from "../libraries/Drip.sol";
import {SharePool} from "../libraries/SharePool.sol";
import {ROLE_LOCKER} from "../types/Roles.sol";
import {TicketId, toTicketId} from "../types/TicketId.sol";
import {SlashEscrow} from "./SlashEscrow.sol";

/// @title ComputeStaking
/// @notice See {IComputeStaking}.
/// @dev Invariants: OPG.balanceOf(this) ≥ Σ bonds + Σ pools + Σ unbonding + Σ undripped; the difference is what was sent here by plain
/// transfer. Σ locks of an operator = its `locked`. Active delegated assets or undripped income only where there are active shares. No
/// function loops.
contract ComputeStaking is IComputeStaking, PinnedAuthority {
    using Drip for Drip.Pool;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @dev One slot, 32 bits free, with the generations of all three classes of shares.
    struct Shares {
        uint120 total; // of the active pool
        uint24 generation;
        uint24 unbondingGeneration;
        uint24 bondGeneration;
        uint32 escrows;
    }

    /// @dev One slot, 40 bits free. Stake on its way out, owned by tickets.
    struct Unbonding {
        uint96 assets;
        uint120 shares;
    }

    /// @dev One slot, 8 bits free.
    struct Share {
        uint120 shares; // of `generation`
        uint96 principal;
        uint24 generation;
        bool countsVotes;
    }

    uint16 public constant MAX_COMMISSION_BPS = 5_000;
    /// @dev What a miss costs, of the collateral.
    uint256 public constant FORFEIT_BPS = 1_000;
    uint256 public constant MIN_DELEGATION = 1e18;
    uint256 public constant MAX_POOL_PER_BOND = 10;
    uint256 public constant MAX_LOCKED_PER_BOND = 3;
    uint256 public constant UNBONDING_PERIOD = 21 days;
    uint256 public constant ALLOW_DELAY = UNBONDING_PERIOD + 7 days;
    /// @dev At most half of UNBONDING_PERIOD: whatever was locked when its stake began to unbond can be reached before it leaves.
    uint256 public constant MAX_LOCK = 10 days;
    uint256 private constant _LOWEST_MINIMUM_BOND = 100e18;
    uint256 private constant _HIGHEST_MINIMUM_BOND = 100_000e18;
    uint256 private constant _BPS = 10_000;

    IERC20 public immutable OPG;
    ISlashEscrow public immutable ESCROW;
    VotingPower public immutable VOTES;
    /// @inheritdoc IComputeStaking
    uint256 public immutable minimumBond;

    mapping(address operator => Operator) private _operators;
    mapping(address operator => Drip.Pool) private _pools;
    mapping(address operator => Shares) private _shares;
    mapping(address operator => Unbonding) private _unbonding;
    mapping(address operator => Unbonding) private _bondUnbonding;
    mapping(address operator => mapping(address delegator => Share)) private _positions;
    mapping(address operator => mapping(address locker => Lock)) private _locks;
    mapping(address operator => mapping(address agent => uint96 limit)) private _agentLimits;
    mapping(address operator => CommissionRaise) private _raises;
    mapping(TicketId ticketId => uint120 shares) private _tickets;
    mapping(uint24 index => address operator) private _operatorAt;
    /// @inheritdoc IComputeStaking
    uint24 public operatorCount;

    modifier onlyOperator() {
        if (_operators[msg.sender].index == 0) revert ComputeStakingUnknownOperator(msg.sender);
        _;
    }

    modifier onlyEscrow() {
        if (msg.sender != address(ESCROW)) revert ComputeStakingNotEscrow(msg.sender);
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
    ) PinnedAuthority(manager) {
        if (minimumBond_ < _LOWEST_MINIMUM_BOND || minimumBond_ > _HIGHEST_MINIMUM_BOND) {
            revert ComputeStakingMinimumBondOutOfRange(minimumBond_, _LOWEST_MINIMUM_BOND, _HIGHEST_MINIMUM_BOND);
        }
        uint256 supply = opg.totalSupply();
        if (supply > type(uint96).max) revert ComputeStakingSupplyTooLarge(supply, type(uint96).max);
        assert(MAX_LOCK <= UNBONDING_PERIOD / 2);
        OPG = opg;
        minimumBond = minimumBond_;
        ESCROW = new SlashEscrow(opg, burnable, manager);
        VOTES = new VotingPower(opg, tokenVotes);
    }

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
        OPG.safeTransferFrom(msg.sender, address(this), assets);
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

    function _checkCommission(uint16 commissionBps) private pure {
        if (commissionBps > MAX_COMMISSION_BPS) {
            revert ComputeStakingCommissionTooHigh(commissionBps, MAX_COMMISSION_BPS);
        }
    }

    function _checkPoolPerBond(address operator, uint256 poolAssets, uint256 bondAssets) private pure {
        uint256 limit = bondAssets * MAX_POOL_PER_BOND;
        if (poolAssets > limit) revert ComputeStakingPoolTooLarge(operator, poolAssets, limit);
    }

    /* DELEGATION */

    /// @inheritdoc IComputeStaking
    function delegate(address operator, uint256 assets, uint256 minShares) external returns (uint256 shares) {
        if (assets < MIN_DELEGATION) revert ComputeStakingDelegationTooSmall(assets, MIN_DELEGATION);
        Operator memory o = _operators[operator];
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
        _pools[operator] = pool;
        _shares[operator] = s;
        if (!o.hasPool) _operators[operator].hasPool = true;
        Share memory mine = _positionOf(operator, msg.sender, s.generation);
        mine.shares += uint120(shares);
        mine.principal += uint96(assets);
        _positions[operator][msg.sender] = mine;
        emit Delegated(operator, msg.sender, assets, shares);
        if (mine.countsVotes) _countVotes(msg.sender, operator);
        OPG.safeTransferFrom(msg.sender, address(this), assets);
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
        _pools[operator] = pool;
        uint256 ticketShares;
        (ticketShares, s.unbondingGeneration) = _leave(
            operator,
            StakeClass.PoolUnbonding,
            _unbonding[operator],
            s.unbondingGeneration,
            assets
        );
        _shares[operator] = s;
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

    /// @dev Turns assets into shares of what is on its way out, and says of which generation they are.
    function _leave(
        address operator,
        StakeClass class,
        Unbonding storage u,
        uint24 generation,
        uint256 assets
    ) private returns (uint256 shares, uint24 present) {
        uint256 unbonding = u.assets;
        uint120 total;
        (total, present) = SharePool.renew(unbonding, u.shares, generation);
        if (present != generation) emit GenerationStarted(operator, class, present, total);
        shares = SharePool.toShares(assets, unbonding, total);
        u.assets = (unbonding + assets).toUint96();
        u.shares = (total + shares).toUint120();
    }

    /// @dev Shares that together are worth less than a wei are nobody's to move, whether somebody left them or renewals did: with them in
    /// place, what is still to drip would go to the virtual shares. While a slash waits they may be worth something again.
    function _isOver(Drip.Pool memory pool, Shares memory s) private pure returns (bool) {
        return s.total == 0 || (s.escrows == 0 && SharePool.toAssets(s.total, pool.assets, s.total) == 0);
    }

    /// @dev Without active shares nobody could ever claim what drips, or the wei that rounding left.
    function _closePool(address operator, Drip.Pool memory pool, Shares memory s) private {
        if (s.total != 0) {
            (s.total, s.generation) = SharePool.renew(0, s.total, s.generation);
            emit GenerationStarted(operator, StakeClass.Pool, s.generation, 0);
        }
        pool.hasten();
        emit PoolEmptied(operator, pool.assets);
        Operator storage o = _operators[operator];
        o.hasPool = false;
        o.bond += pool.assets;
        pool.assets = 0;
    }

    /// @dev What `delegator` has in the pool of `generation`; whatever was slashed to nothing is forgotten.
    function _positionOf(
        address operator,
        address delegator,
        uint24 generation
    ) private view returns (Share memory position) {
        position = _positions[operator][delegator];
        position.shares = uint120(SharePool.carry(position.shares, position.generation, generation));
        position.generation = generation;
        if (position.shares == 0) position.principal = 0;
    }

    /// @dev A ticket's shares, in the present generation.
    function _carryTicket(address operator, TicketId ticketId, uint256 shares) private view returns (uint256) {
        Shares storage s = _shares[operator];
        uint24 present = ticketId.isDelegated() ? s.unbondingGeneration : s.bondGeneration;
        return SharePool.carry(shares, ticketId.generationOf(), present);
    }

    /// @dev The pool with all that has dripped into it until now.
    function _current(address operator) private view returns (Drip.Pool memory pool) {
        pool = _pools[operator];
        pool.update();
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
        // Also for an amount of zero, which makes the others last: what is locked already must still be there.
        if (o.locked > most || amount > most - o.locked) {
            revert ComputeStakingInsufficientCapacity(operator, Math.saturatingSub(most, o.locked), amount);
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

    /// @dev What may be locked in all.
    function _lockable(address operator, Operator memory o) private view returns (uint256) {
        uint256 stake = o.bond + (o.hasPool ? _current(operator).assets : 0);
        return Math.min(stake, o.bond * MAX_LOCKED_PER_BOND);
    }

    /// @dev Takes up to `amount` off what the caller has locked in `epoch`.
    function _release(address operator, uint256 amount, uint32 epoch) private returns (uint256 released) {
        Lock storage position = _locks[operator][msg.sender];
        if (epoch != position.epoch) return 0;
        released = Math.min(amount, position.amount);
        if (released == 0) return 0;
        position.amount -= uint96(released);
        _operators[operator].locked -= uint96(released);
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
        (uint256 fromBond, uint256 fromBondUnbonding) = _takeBond(operator, (unlocked * FORFEIT_BPS) / _BPS);
        forfeited = fromBond + fromBondUnbonding;
        emit BondForfeited(operator, msg.sender, unlocked, fromBond, fromBondUnbonding);
        if (forfeited != 0) OPG.safeTransfer(msg.sender, forfeited);
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

    /// @dev From the bond, active before unbonding.
    function _takeBond(address operator, uint256 amount) private returns (uint256 active, uint256 unbonding) {
        Operator storage o = _operators[operator];
        active = Math.min(amount, o.bond);
        o.bond -= uint96(active);
        if (active == amount) return (active, 0);

        Unbonding storage u = _bondUnbonding[operator];
        unbonding = Math.min(amount - active, u.assets);
        if (unbonding != 0) u.assets -= uint96(unbonding);
    }

    /// @dev From the pool, active and unbonding alike, and stops its drip. Fills in the pool's part of `taken`.
    function _takePool(address operator, uint256 amount, ISlashEscrow.Slash memory taken) private {
        if (amount == 0) return;
        Drip.Pool memory pool = _current(operator);
        Shares storage s = _shares[operator];
        Unbonding storage u = _unbonding[operator];
        uint256 unbonding = u.assets;
        // What is still to drip is taken only from a pool that would be empty without it.
        if (amount >= pool.assets + unbonding) pool.hasten();
        uint256 all = pool.assets + unbonding;
        if (all == 0) return;
        amount = Math.min(amount, all);
        // The wei that rounding leaves over is the pool's to lose: a class of a few wei must not seem to have lost a large part.
        taken.fromUnbonding = uint96((amount * unbonding) / all);
        taken.fromPool = uint96(amount - taken.fromUnbonding);
        taken.poolShares = s.total;
        taken.unbondingShares = u.shares;
        taken.poolGeneration = s.generation;
        taken.unbondingGeneration = s.unbondingGeneration;
        pool.assets -= taken.fromPool;
        u.assets = uint96(unbonding - taken.fromUnbonding);
        pool.stop();
        _pools[operator] = pool;
    }

    function _endEscrow(address operator, Drip.Pool memory pool) private {
        Shares memory s = _shares[operator];
        s.escrows -= 1;
        emit EscrowEnded(operator, s.escrows);
        if (s.escrows == 0) {
            pool.resume();
            if (_operators[operator].hasPool && _isOver(pool, s)) _closePool(operator, pool, s);
        }
        _pools[operator] = pool;
        _shares[operator] = s;
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
                _pools[operator] = pool;
            }
        }
        uint256 toBond = assets - toPool;
        o.bond = (o.bond + toBond).toUint96();
        emit Distributed(operator, msg.sender, assets, toBond);
        OPG.safeTransferFrom(msg.sender, address(this), assets);
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

    function _countVotes(address account, address operator) private {
        Shares memory s = _shares[operator];
        Share memory position = _positionOf(operator, account, s.generation);
        uint256 value = SharePool.toAssets(position.shares, _current(operator).assets, s.total);
        uint256 units = Math.min(position.principal, value);
        if (account == operator) units += _operators[operator].bond;
        VOTES.update(account, operator, units);
    }

    /* VIEWS */

    /// @inheritdoc IComputeStaking
    function operatorOf(address operator) external view returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc IComputeStaking
    function operatorAt(uint24 index) external view returns (address) {
        return _operatorAt[index];
    }

    /// @inheritdoc IComputeStaking
    function poolOf(address operator) external view returns (Pool memory) {
        Drip.Pool memory pool = _current(operator);
        Shares memory s = _shares[operator];
        Unbonding memory u = _unbonding[operator];
        Unbonding memory b = _bondUnbonding[operator];
        return
            Pool({
                assets: pool.assets,
                shares: s.total,
                generation: s.generation,
                undripped: pool.undripped,
                dripsFor: pool.remaining,
                unbonding: u.assets,
                unbondingShares: u.shares,
                unbondingGeneration: s.unbondingGeneration,
                bondUnbonding: b.assets,
                bondUnbondingShares: b.shares,
                bondGeneration: s.bondGeneration,
                escrows: s.escrows
            });
    }

    /// @inheritdoc IComputeStaking
    function positionOf(address operator, address delegator) external view returns (Position memory) {
        Shares memory s = _shares[operator];
        Share memory position = _positionOf(operator, delegator, s.generation);
        uint256 assets = SharePool.toAssets(position.shares, _current(operator).assets, s.total);
        return Position(position.shares, assets, position.principal, position.countsVotes);
    }

    /// @inheritdoc IComputeStaking
    function previewDelegate(address operator, uint256 assets) external view returns (uint256 shares) {
        Drip.Pool memory pool = _current(operator);
        Shares memory s = _shares[operator];
        (uint120 total, ) = SharePool.renew(uint256(pool.assets) + pool.undripped, s.total, s.generation);
        return SharePool.toShares(assets, pool.assets, total);
    }

    /// @inheritdoc IComputeStaking
    function capacity(address operator) external view returns (uint256) {
        Operator memory o = _operators[operator];
        if (!o.active) return 0;
        return Math.saturatingSub(_lockable(operator, o), o.locked);
    }

    /// @inheritdoc IComputeStaking
    function slashable(address operator) external view returns (uint256) {
        Drip.Pool memory pool = _pools[operator];
        uint256 unbonding = uint256(_unbonding[operator].assets) + _bondUnbonding[operator].assets;
        return uint256(_operators[operator].bond) + pool.assets + pool.undripped + unbonding;
    }

    /// @inheritdoc IComputeStaking
    function lockOf(address operator, address locker) external view returns (Lock memory) {
        return _locks[operator][locker];
    }

    /// @inheritdoc IComputeStaking
    function ticketOf(TicketId ticketId) external view returns (Ticket memory ticket) {
        uint256 shares = _tickets[ticketId];
        if (shares == 0) return ticket;
        ticket.operator = _operatorAt[ticketId.indexOf()];
        ticket.owner = ticketId.ownerOf();
        ticket.withdrawableAt = ticketId.withdrawableAtOf();
        ticket.delegated = ticketId.isDelegated();
        Unbonding memory u = ticket.delegated ? _unbonding[ticket.operator] : _bondUnbonding[ticket.operator];
        shares = _carryTicket(ticket.operator, ticketId, shares);
        ticket.assets = SharePool.toAssets(shares, u.assets, u.shares);
    }

    /// @inheritdoc IComputeStaking
    function agentLimit(address operator, address agent) external view returns (uint96) {
        return _agentLimits[operator][agent];
    }

    /// @inheritdoc IComputeStaking
    function commissionRaiseOf(address operator) external view returns (CommissionRaise memory) {
        return _raises[operator];
    }
}
