// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PinnedAuthority} from "../governance/PinnedAuthority.sol";
import {VotingPower} from "../governance/VotingPower.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../interfaces/staking/ISlashEscrow.sol";
import {Drip} from "../libraries/Drip.sol";
import {SharePool} from "../libraries/SharePool.sol";
import {TicketId} from "../types/TicketId.sol";
import {SlashEscrow} from "./SlashEscrow.sol";

/// @title StakeBooks
/// @notice What {ComputeStaking} keeps: whose stake is where, and what it comes to now. Who may do what is decided there.
/// @dev Invariants: OPG.balanceOf(this) ≥ Σ bonds + Σ pools + Σ unbonding + Σ undripped; the difference is what was sent here by plain
/// transfer. Σ locks of an operator + its rest = its `locked`. Active delegated assets or undripped income only where there are active
/// shares. No function loops.
abstract contract StakeBooks is IComputeStaking, PinnedAuthority {
    using Drip for Drip.Pool;
    using SafeCast for uint256;

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

    /// @dev One slot. What forfeits have used up of an operator's capacity: `amount` at `since`, evenly less from then on. An operator's
    /// stored `locked` includes `amount`, so that a lock that fits beside all of it need not look here.
    struct Rest {
        uint96 amount;
        uint40 since;
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
    uint256 internal constant _LOWEST_MINIMUM_BOND = 100e18;
    uint256 internal constant _HIGHEST_MINIMUM_BOND = 100_000e18;
    uint256 internal constant _BPS = 10_000;

    IERC20 public immutable OPG;
    ISlashEscrow public immutable ESCROW;
    VotingPower public immutable VOTES;
    /// @inheritdoc IComputeStaking
    uint256 public immutable minimumBond;

    mapping(address operator => Operator) internal _operators;
    mapping(address operator => Drip.Pool) internal _pools;
    mapping(address operator => Shares) internal _shares;
    mapping(address operator => Unbonding) internal _unbonding;
    mapping(address operator => Unbonding) internal _bondUnbonding;
    mapping(address operator => mapping(address delegator => Share)) internal _positions;
    mapping(address operator => mapping(address locker => Lock)) internal _locks;
    mapping(address operator => mapping(address agent => uint96 limit)) internal _agentLimits;
    mapping(address operator => Rest) internal _rests;
    mapping(address operator => CommissionRaise) internal _raises;
    mapping(TicketId ticketId => uint120 shares) internal _tickets;
    mapping(uint24 index => address operator) internal _operatorAt;
    /// @inheritdoc IComputeStaking
    uint24 public operatorCount;

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

    /* BONDS */

    function _checkPoolPerBond(address operator, uint256 poolAssets, uint256 bondAssets) internal pure {
        uint256 limit = bondAssets * MAX_POOL_PER_BOND;
        if (poolAssets > limit) revert ComputeStakingPoolTooLarge(operator, poolAssets, limit);
    }

    /// @dev From the bond, active before unbonding.
    function _takeBond(address operator, uint256 amount) internal returns (uint256 active, uint256 unbonding) {
        Operator storage o = _operators[operator];
        active = Math.min(amount, o.bond);
        o.bond -= uint96(active);
        if (active == amount) return (active, 0);

        Unbonding storage u = _bondUnbonding[operator];
        unbonding = Math.min(amount - active, u.assets);
        if (unbonding != 0) u.assets -= uint96(unbonding);
    }

    /* POOLS */

    /// @dev The pool with all that has dripped into it until now.
    function _current(address operator) internal view returns (Drip.Pool memory pool) {
        pool = _pools[operator];
        pool.update();
    }

    // Packing these slots is long code: here once, for all places.

    function _storeShares(address operator, Shares memory s) internal {
        _shares[operator] = s;
    }

    function _storePool(address operator, Drip.Pool memory pool) internal {
        _pools[operator] = pool;
    }

    /// @dev What `delegator` has in the pool of `generation`; whatever was slashed to nothing is forgotten.
    function _positionOf(
        address operator,
        address delegator,
        uint24 generation
    ) internal view returns (Share memory position) {
        position = _positions[operator][delegator];
        position.shares = uint120(SharePool.carry(position.shares, position.generation, generation));
        position.generation = generation;
        if (position.shares == 0) position.principal = 0;
    }

    /// @dev Shares that together are worth less than a wei are nobody's to move, whether somebody left them or renewals did: with them in
    /// place, what is still to drip would go to the virtual shares. While a slash waits they may be worth something again.
    function _isOver(Drip.Pool memory pool, Shares memory s) internal pure returns (bool) {
        return s.total == 0 || (s.escrows == 0 && SharePool.toAssets(s.total, pool.assets, s.total) == 0);
    }

    /// @dev Without active shares nobody could ever claim what drips, or the wei that rounding left.
    function _closePool(address operator, Drip.Pool memory pool, Shares memory s) internal {
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

    /// @dev From the pool, active and unbonding alike, and stops its drip. Fills in the pool's part of `taken`.
    function _takePool(address operator, uint256 amount, ISlashEscrow.Slash memory taken) internal {
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
        _storePool(operator, pool);
    }

    function _endEscrow(address operator, Drip.Pool memory pool) internal {
        Shares memory s = _shares[operator];
        s.escrows -= 1;
        emit EscrowEnded(operator, s.escrows);
        if (s.escrows == 0) {
            pool.resume();
            if (_operators[operator].hasPool && _isOver(pool, s)) _closePool(operator, pool, s);
        }
        _storePool(operator, pool);
        _storeShares(operator, s);
    }

    /* TICKETS */

    /// @dev Turns assets into shares of what is on its way out, and says of which generation they are.
    function _leave(
        address operator,
        StakeClass class,
        Unbonding storage u,
        uint24 generation,
        uint256 assets
    ) internal returns (uint256 shares, uint24 present) {
        uint256 unbonding = u.assets;
        uint120 total;
        (total, present) = SharePool.renew(unbonding, u.shares, generation);
        if (present != generation) emit GenerationStarted(operator, class, present, total);
        shares = SharePool.toShares(assets, unbonding, total);
        u.assets = (unbonding + assets).toUint96();
        u.shares = (total + shares).toUint120();
    }

    /// @dev A ticket's shares, in the present generation.
    function _carryTicket(address operator, TicketId ticketId, uint256 shares) internal view returns (uint256) {
        Shares storage s = _shares[operator];
        uint24 present = ticketId.isDelegated() ? s.unbondingGeneration : s.bondGeneration;
        return SharePool.carry(shares, ticketId.generationOf(), present);
    }

    /* LOCKS */

    /// @dev Takes up to `amount` off what the caller has locked in `epoch`.
    function _release(address operator, uint256 amount, uint32 epoch) internal returns (uint256 released) {
        Lock storage position = _locks[operator][msg.sender];
        if (epoch != position.epoch) return 0;
        released = Math.min(amount, position.amount);
        if (released == 0) return 0;
        position.amount -= uint96(released);
        _operators[operator].locked -= uint96(released);
    }

    /// @dev What may be locked in all.
    function _lockable(address operator, Operator memory o) internal view returns (uint256) {
        uint256 stake = o.bond + (o.hasPool ? _current(operator).assets : 0);
        return Math.min(stake, o.bond * MAX_LOCKED_PER_BOND);
    }

    /// @dev What all lockers hold, and what may be locked besides of `most` in all.
    function _room(address operator, uint256 most) internal view returns (uint256 locked, uint256 free) {
        Rest memory rest = _rests[operator];
        locked = _operators[operator].locked - rest.amount;
        free = Math.saturatingSub(most, locked + _resting(rest));
    }

    /// @dev Rounded up, against who wants to lock.
    function _resting(Rest memory rest) internal view returns (uint256) {
        uint256 elapsed = Math.min(block.timestamp - rest.since, MAX_LOCK);
        return rest.amount - (rest.amount * elapsed) / MAX_LOCK;
    }

    /* VOTES */

    function _countVotes(address account, address operator) internal {
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
        Operator memory o = _operators[operator];
        o.locked -= _rests[operator].amount;
        return o;
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
        (, uint256 free) = _room(operator, _lockable(operator, o));
        return free;
    }

    /// @inheritdoc IComputeStaking
    function resting(address operator) external view returns (uint256) {
        return _resting(_rests[operator]);
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
