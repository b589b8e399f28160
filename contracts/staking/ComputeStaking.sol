// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PinnedAuthority} from "../governance/PinnedAuthority.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {ROLE_LOCKER} from "../types/Roles.sol";

/// @title ComputeStaking
/// @notice See {IComputeStaking}.
/// @dev Invariant: OPG.balanceOf(this) ≥ Σ bonds + Σ tickets; the difference is what was sent here by plain transfer. Σ locks of an
/// operator = its `locked`. No function loops.
contract ComputeStaking is IComputeStaking, PinnedAuthority {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint16 public constant MAX_COMMISSION_BPS = 5_000;
    uint256 public constant UNBONDING_PERIOD = 21 days;
    /// @dev At most half of UNBONDING_PERIOD: whatever was locked when its stake began to unbond can be reached before it leaves.
    uint256 public constant MAX_LOCK = 10 days;
    uint256 private constant _LOWEST_MINIMUM_BOND = 100e18;
    uint256 private constant _HIGHEST_MINIMUM_BOND = 100_000e18;

    IERC20 public immutable OPG;
    /// @inheritdoc IComputeStaking
    uint256 public immutable minimumBond;

    mapping(address operator => Operator) private _operators;
    mapping(address operator => mapping(address locker => Lock)) private _locks;
    mapping(address operator => mapping(address agent => uint96 limit)) private _agentLimits;
    mapping(uint256 ticketId => Ticket) private _tickets;
    uint256 private _ticketCount;

    modifier onlyOperator() {
        if (_operators[msg.sender].registeredAt == 0) revert ComputeStakingUnknownOperator(msg.sender);
        _;
    }

    constructor(IERC20 opg, IAccessManager manager, uint256 minimumBond_) PinnedAuthority(manager) {
        if (minimumBond_ < _LOWEST_MINIMUM_BOND || minimumBond_ > _HIGHEST_MINIMUM_BOND) {
            revert ComputeStakingMinimumBondOutOfRange(minimumBond_, _LOWEST_MINIMUM_BOND, _HIGHEST_MINIMUM_BOND);
        }
        assert(MAX_LOCK <= UNBONDING_PERIOD / 2);
        OPG = opg;
        minimumBond = minimumBond_;
    }

    /* OPERATORS */

    /// @inheritdoc IComputeStaking
    function registerOperator(uint16 commissionBps, string calldata metadataURI) external {
        Operator storage o = _operators[msg.sender];
        if (o.registeredAt != 0) revert ComputeStakingAlreadyRegistered(msg.sender, o.registeredAt);
        if (commissionBps > MAX_COMMISSION_BPS)
            revert ComputeStakingCommissionTooHigh(commissionBps, MAX_COMMISSION_BPS);

        o.registeredAt = uint40(block.timestamp);
        o.commissionBps = commissionBps;
        emit OperatorRegistered(msg.sender, commissionBps, metadataURI);
    }

    /// @inheritdoc IComputeStaking
    function bond(uint256 assets) external onlyOperator {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[msg.sender];
        uint256 newBond = o.bond + assets;
        if (newBond < minimumBond) revert ComputeStakingBondTooLow(msg.sender, newBond, minimumBond);

        o.bond = newBond.toUint96();
        emit Bonded(msg.sender, assets, newBond);
        if (!o.active) {
            o.active = true;
            emit OperatorActivated(msg.sender);
        }
        OPG.safeTransferFrom(msg.sender, address(this), assets);
    }

    /// @inheritdoc IComputeStaking
    function unbond(uint256 assets) external onlyOperator returns (uint256 ticketId) {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[msg.sender];
        if (assets > o.bond) revert ComputeStakingInsufficientBond(msg.sender, o.bond, assets);
        uint256 left = o.bond - assets;
        if (left < minimumBond && o.active) revert ComputeStakingBondTooLow(msg.sender, left, minimumBond);

        o.bond = uint96(left);
        ticketId = ++_ticketCount;
        uint40 withdrawableAt = uint40(block.timestamp + UNBONDING_PERIOD);
        _tickets[ticketId] = Ticket(msg.sender, withdrawableAt, msg.sender, uint96(assets));
        emit Unbonded(msg.sender, ticketId, assets, left, withdrawableAt);
    }

    /// @inheritdoc IComputeStaking
    function retire() external onlyOperator {
        Operator storage o = _operators[msg.sender];
        if (!o.active) revert ComputeStakingNotActive(msg.sender);
        o.active = false;
        emit OperatorRetired(msg.sender);
    }

    /// @inheritdoc IComputeStaking
    function withdraw(uint256 ticketId) external returns (uint256 assets) {
        Ticket memory ticket = _tickets[ticketId];
        if (ticket.owner == address(0)) revert ComputeStakingUnknownTicket(ticketId);
        if (block.timestamp < ticket.withdrawableAt) {
            revert ComputeStakingTicketLocked(ticketId, ticket.withdrawableAt, block.timestamp);
        }
        assets = ticket.assets;

        delete _tickets[ticketId];
        emit TicketWithdrawn(ticketId, ticket.owner, ticket.operator, assets);
        OPG.safeTransfer(ticket.owner, assets);
    }

    /// @inheritdoc IComputeStaking
    function setAgent(address agent, uint96 limit) external onlyOperator {
        if (agent == address(0)) revert ComputeStakingZeroAddress();
        emit AgentSet(msg.sender, agent, _agentLimits[msg.sender][agent], limit);
        _agentLimits[msg.sender][agent] = limit;
    }

    /* LOCKS */

    /// @inheritdoc IComputeStaking
    function allow(address locker) external onlyOperator {
        if (locker == address(0)) revert ComputeStakingZeroAddress();
        Lock storage position = _locks[msg.sender][locker];
        if (position.allowedFrom != 0) return;
        position.allowedFrom = uint40(block.timestamp);
        emit LockerAllowed(msg.sender, locker, uint40(block.timestamp));
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
        if (position.allowedFrom == 0)
            revert ComputeStakingLockerNotAllowed(operator, msg.sender, position.allowedFrom);
        Operator storage o = _operators[operator];
        if (!o.active) revert ComputeStakingNotActive(operator);
        uint256 free = capacity(operator);
        if (amount > free) revert ComputeStakingInsufficientCapacity(operator, free, amount);

        o.locked += uint96(amount);
        position.amount += uint96(amount);
        if (until > position.lastUntil) position.lastUntil = until;
        epoch = position.epoch;
        emit StakeLocked(operator, msg.sender, amount, until, epoch);
    }

    /// @inheritdoc IComputeStaking
    function unlock(address operator, uint256 amount, uint32 epoch) external returns (uint256 unlocked) {
        Lock storage position = _locks[operator][msg.sender];
        if (epoch != position.epoch) return 0;
        unlocked = Math.min(amount, position.amount);
        if (unlocked == 0) return 0;

        position.amount -= uint96(unlocked);
        _operators[operator].locked -= uint96(unlocked);
        emit StakeUnlocked(operator, msg.sender, unlocked, epoch);
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

    /* EARNINGS */

    /// @inheritdoc IComputeStaking
    function distribute(address operator, uint256 assets) external {
        if (assets == 0) revert ComputeStakingZeroAssets();
        Operator storage o = _operators[operator];
        if (o.registeredAt == 0) revert ComputeStakingUnknownOperator(operator);

        o.bond = (o.bond + assets).toUint96();
        emit Distributed(operator, msg.sender, assets, assets);
        OPG.safeTransferFrom(msg.sender, address(this), assets);
    }

    /* VIEWS */

    /// @inheritdoc IComputeStaking
    function operatorOf(address operator) external view returns (Operator memory) {
        return _operators[operator];
    }

    /// @inheritdoc IComputeStaking
    function capacity(address operator) public view returns (uint256) {
        Operator storage o = _operators[operator];
        return o.active ? Math.saturatingSub(o.bond, o.locked) : 0;
    }

    /// @inheritdoc IComputeStaking
    function lockOf(address operator, address locker) external view returns (Lock memory) {
        return _locks[operator][locker];
    }

    /// @inheritdoc IComputeStaking
    function ticketOf(uint256 ticketId) external view returns (Ticket memory) {
        return _tickets[ticketId];
    }

    /// @inheritdoc IComputeStaking
    function agentLimit(address operator, address agent) external view returns (uint96) {
        return _agentLimits[operator][agent];
    }
}
