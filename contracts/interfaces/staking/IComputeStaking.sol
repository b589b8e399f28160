// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {TicketId} from "../../types/TicketId.sol";
import {ISlashEscrow} from "./ISlashEscrow.sol";

/// @title IComputeStaking
/// @notice Where operators bond the OPG that answers for their work, delegators add theirs, and lockers (the market, for one) reserve
/// it and take what a proven fault costs.
/// @dev Amounts are OPG wei in 96 bits (7.9e28 wei; the whole supply is 1e27). Times are unix seconds, a deadline is the first instant that
/// is too late. Safety rests on the token being an ERC-20 without fee, rebase or transfer hook, whose supply stays below 2^96.
///
/// A slash takes the self-bond first, active and then unbonding, and only then the pool, active and unbonding alike. Who may leave,
/// leaves over 21 days and answers until then, also for what is locked meanwhile. Who delegates answers for the locks that are open then,
/// too.
interface IComputeStaking {
    /// @dev One slot.
    struct Operator {
        uint96 bond; // active self-bond
        uint96 locked; // sum over all lockers; may exceed the active stake after an exit, when tickets still cover it
        uint24 index; // from 1, in order of registration; 0 = unknown operator
        uint16 commissionBps;
        bool active; // takes new locks and delegation; set by `bond`, ended by `retire`
        bool countsVotes; // `syncVotes` has counted its bond
        bool hasPool; // somebody holds shares of its pool
    }

    /// @dev One slot, 48 bits free. All locks of one locker on one operator.
    struct Lock {
        uint96 amount;
        uint40 lastUntil; // from here on anyone may clear
        uint32 epoch; // raised by `clear`, so that unlocks and slashes of an earlier epoch do nothing
        uint40 allowedFrom; // 0 = the operator takes no new locks from this locker
    }

    /// @notice A ticket as it is worth now.
    struct Ticket {
        address operator; // whose stake it was; it stays answerable until withdrawn
        address owner; // who is paid
        uint40 withdrawableAt;
        bool delegated; // false: of the operator's own bond
        uint256 assets;
    }

    /// @notice All stake of one operator but its active bond, as it is now.
    struct Pool {
        uint256 assets; // delegated and active
        uint256 shares;
        uint24 generation; // raised when shares are renewed, see {GenerationStarted}
        uint256 undripped; // earned, and not yet in `assets`
        uint256 dripsFor; // seconds over which it flows in, once no slash is in escrow
        uint256 unbonding; // delegated, on its way out
        uint256 unbondingShares;
        uint24 unbondingGeneration;
        uint256 bondUnbonding; // of the bond, on its way out
        uint256 bondUnbondingShares;
        uint24 bondGeneration;
        uint256 escrows; // slashes that are not decided yet
    }

    /// @notice What one delegator has in an operator's pool now.
    struct Position {
        uint256 shares;
        uint256 assets; // what they are worth, rounded down
        uint256 principal; // what was delegated for them
        bool countsVotes; // `syncVotes` has counted it
    }

    /// @dev One slot.
    struct CommissionRaise {
        uint16 commissionBps;
        uint40 effectiveFrom; // 0 = none announced
    }

    /// @notice Why a locker slashes, and who shall have what.
    struct Verdict {
        bytes32 id; // the locker's own name for its decision
        address victim; // 0 = nobody
        uint96 victimFee; // OPG wei the victim paid
        address challengers; // who takes the challengers' part and shares it out; 0 = nobody
    }

    /// @notice `operator` exists from now on, without a bond. `metadataURI` is kept by this log alone.
    event OperatorRegistered(address indexed operator, uint24 indexed index, uint16 commissionBps, string metadataURI);
    /// @notice `operator` takes new locks and delegation from now on.
    event OperatorActivated(address indexed operator);
    /// @notice `operator` takes no new locks and no delegation from now on.
    event OperatorRetired(address indexed operator);
    /// @notice `bond` is the active self-bond afterwards.
    event Bonded(address indexed operator, uint256 assets, uint256 bond);
    /// @notice `bond` is the active self-bond afterwards; `shares` are of the bond's unbonding stake.
    event Unbonded(
        address indexed operator,
        TicketId indexed ticketId,
        uint256 assets,
        uint256 bond,
        uint256 shares,
        uint40 withdrawableAt
    );
    /// @notice `delegator` put `assets` into the pool for `shares`, of the pool's generation now.
    event Delegated(address indexed operator, address indexed delegator, uint256 assets, uint256 shares);
    /// @notice `shares` of the pool became `ticketShares` of its unbonding stake, worth `assets` then.
    event Undelegated(
        address indexed operator,
        address indexed delegator,
        TicketId indexed ticketId,
        uint256 shares,
        uint256 assets,
        uint256 ticketShares,
        uint40 withdrawableAt
    );
    /// @notice The last delegator left: what was still to drip, and what rounding had left, if anything, went to the bond.
    event PoolEmptied(address indexed operator, uint256 toBond);
    /// @notice A class of stake whose shares had lost their worth renewed them: there are `shares` now, and those of older generations
    /// count a thousandth for each generation since, none for twelve.
    event GenerationStarted(address indexed operator, StakeClass indexed class, uint24 generation, uint256 shares);
    /// @notice The ticket is gone; `owner` was paid `assets`, which slashes may have made less than what it was opened for.
    event TicketWithdrawn(TicketId indexed ticketId, address indexed owner, address indexed operator, uint256 assets);
    /// @notice `newBps` counts from the next income on. Whatever raise was announced is put into effect by it, or dropped.
    event CommissionChanged(address indexed operator, uint16 oldBps, uint16 newBps);
    /// @notice Anyone may put `newBps` into effect from `effectiveFrom` on. An earlier announcement is dropped.
    event CommissionRaiseAnnounced(address indexed operator, uint16 oldBps, uint16 newBps, uint40 effectiveFrom);
    /// @notice `newLimit` 0: `agent` acts for `operator` no more.
    event AgentSet(address indexed operator, address indexed agent, uint96 oldLimit, uint96 newLimit);
    /// @notice `locker` may lock the stake of `operator` from `allowedFrom` on.
    event LockerAllowed(address indexed operator, address indexed locker, uint40 allowedFrom);
    /// @notice `locker` takes no new locks on `operator`; those it has stay.
    event LockerDisallowed(address indexed operator, address indexed locker);
    /// @notice `locker` locked `amount` more. All it has locked in `epoch` ends with the latest `until` so far.
    event StakeLocked(address indexed operator, address indexed locker, uint256 amount, uint40 until, uint32 epoch);
    /// @notice `locker` gave back `amount` of what it had locked in `epoch`.
    event StakeUnlocked(address indexed operator, address indexed locker, uint256 amount, uint32 epoch);
    /// @notice `amount` was still locked when `epoch` ended.
    event LockCleared(address indexed operator, address indexed locker, uint256 amount, uint32 epoch);
    /// @notice Of the `requested` amount, `unlocked` was locked by `locker`; what there was of it left the bond (active, unbonding) and the
    /// pool (active, unbonding) for the escrow. What was still to drip joined the pool first if the pool would have been empty without.
    /// A pool that lost anything stands still until its last slash is decided.
    event OperatorSlashed(
        address indexed operator,
        address indexed locker,
        bytes32 indexed verdict,
        uint256 requested,
        uint256 unlocked,
        uint256 fromBond,
        uint256 fromBondUnbonding,
        uint256 fromPool,
        uint256 fromPoolUnbonding
    );
    /// @notice `unlocked` was locked by `locker` for something that `operator` failed to do; a tenth of it, as far as there was any, left
    /// the bond (active, unbonding) for the locker. `unlocked` rests from now on, together with what still rested.
    event BondForfeited(
        address indexed operator,
        address indexed locker,
        uint256 unlocked,
        uint256 fromBond,
        uint256 fromBondUnbonding
    );
    /// @notice A slash was decided; `left` are still in escrow.
    event EscrowEnded(address indexed operator, uint256 left);
    /// @notice A slash was reversed: what came back to the bond, the pool and its unbonding stake.
    event StakeRestored(address indexed operator, uint256 toBond, uint256 toPool, uint256 toPoolUnbonding);
    /// @notice `toBond` of `assets` went to the operator's bond, the rest drips into the pool.
    event Distributed(address indexed operator, address indexed payer, uint256 assets, uint256 toBond);

    /// @notice What a generation is of.
    enum StakeClass {
        Pool,
        PoolUnbonding,
        BondUnbonding
    }

    /// @notice `operator` has not registered.
    error ComputeStakingUnknownOperator(address operator);
    /// @notice `operator` is registered already, as the `index`-th.
    error ComputeStakingAlreadyRegistered(address operator, uint24 index);
    /// @notice Commission is at most `maximumBps`.
    error ComputeStakingCommissionTooHigh(uint16 commissionBps, uint16 maximumBps);
    /// @notice No raise has been announced, or it takes effect at `effectiveFrom`.
    error ComputeStakingNoCommissionRaise(address operator, uint40 effectiveFrom, uint256 now_);
    /// @notice At deployment: the minimum bond must lie in `lowest` … `highest`.
    error ComputeStakingMinimumBondOutOfRange(uint256 minimumBond, uint256 lowest, uint256 highest);
    /// @notice At deployment: amounts of a token with such a supply would not fit into 96 bits.
    error ComputeStakingSupplyTooLarge(uint256 supply, uint256 maximum);
    /// @notice There is nothing to bond, unbond or distribute.
    error ComputeStakingZeroAssets();
    /// @notice The bond would be `bond`, below `minimumBond`. To unbond all of it, retire first.
    error ComputeStakingBondTooLow(address operator, uint256 bond, uint256 minimumBond);
    /// @notice `operator` asked to unbond `assets` of an active bond of `bond`.
    error ComputeStakingInsufficientBond(address operator, uint256 bond, uint256 assets);
    /// @notice The pool may be at most `limit`, ten times the active bond.
    error ComputeStakingPoolTooLarge(address operator, uint256 pool, uint256 limit);
    /// @notice Delegate `minimum` or more.
    error ComputeStakingDelegationTooSmall(uint256 assets, uint256 minimum);
    /// @notice `shares` is what the assets buy now: none, or fewer than the caller wanted.
    error ComputeStakingTooFewShares(uint256 shares, uint256 minShares);
    /// @notice `delegator` has `available` shares of the pool now, in its present generation.
    error ComputeStakingInsufficientShares(address operator, address delegator, uint256 available, uint256 needed);
    /// @notice `shares` of this pool are worth less than a wei now.
    error ComputeStakingWorthlessShares(address operator, uint256 shares);
    /// @notice While slashes of the operator are in escrow nobody may join its pool, and a ticket is paid only when its owner asks.
    error ComputeStakingSlashInEscrow(address operator, uint256 escrows);
    /// @notice `operator` has not bonded yet, or has retired.
    error ComputeStakingNotActive(address operator);
    /// @notice No such ticket was opened, or it has been withdrawn.
    error ComputeStakingUnknownTicket(TicketId ticketId);
    /// @notice The ticket can be withdrawn from `withdrawableAt` on.
    error ComputeStakingTicketLocked(TicketId ticketId, uint40 withdrawableAt, uint256 now_);
    /// @notice An agent or a locker has an address.
    error ComputeStakingZeroAddress();
    /// @notice `allowedFrom` is 0 for a locker that the operator has not let in, else when it may begin.
    error ComputeStakingLockerNotAllowed(address operator, address locker, uint40 allowedFrom);
    /// @notice A lock taken now ends in `earliest` … `latest`.
    error ComputeStakingLockHorizon(uint40 until, uint256 earliest, uint256 latest);
    /// @notice Lockers together may lock `free` more of the stake of `operator` now; or what is locked is not covered any more.
    error ComputeStakingInsufficientCapacity(address operator, uint256 free, uint256 needed);
    /// @notice `locker` has nothing locked, or its lock ends at `lastUntil`.
    error ComputeStakingLockNotClearable(address operator, address locker, uint256 amount, uint40 lastUntil);
    /// @notice The guardian has stopped `locker`: what it locked can only be unlocked.
    error ComputeStakingLockerStopped(address locker);
    /// @notice Only the slash escrow may call this.
    error ComputeStakingNotEscrow(address caller);
    /// @notice `account` has not delegated its staked votes at the voting power contract, so there is nothing to count.
    error ComputeStakingVotesNotDelegated(address account);

    /* OPERATORS */

    /// @notice Makes the caller an operator, once and for good.
    /// @param commissionBps share of its delegators' earnings that the operator keeps, at most 5,000.
    /// @param metadataURI who runs it and how to reach it; emitted, not stored.
    function registerOperator(uint16 commissionBps, string calldata metadataURI) external;

    /// @notice Lowers the caller's commission at once, or announces a raise, which anyone may put into effect after `UNBONDING_PERIOD`.
    /// @dev Caller: an operator. A new call replaces what was announced.
    function setCommission(uint16 commissionBps) external;

    /// @notice Puts an announced raise into effect. Anyone may call it, once its time has come.
    function raiseCommission(address operator) external;

    /// @notice Adds `assets` OPG from the caller, who must have approved them, to its self-bond, and makes it active.
    /// @dev Caller: a registered operator. The bond must reach `minimumBond`, and a tenth of the pool when it was not active.
    function bond(uint256 assets) external;

    /// @notice Takes `assets` OPG out of the caller's self-bond; they can be withdrawn after `UNBONDING_PERIOD`.
    /// @dev Caller: an operator. Leaves at least `minimumBond` and a tenth of the pool, unless it is not active. Open locks do not stand in
    /// the way: what unbonds stays answerable until withdrawn, longer than any lock can last.
    /// @return ticketId what to give to `withdraw`.
    function unbond(uint256 assets) external returns (TicketId ticketId);

    /// @notice The caller, an active operator, takes no new locks and no delegation any more and may unbond everything. `bond` undoes it.
    function retire() external;

    /// @notice Lets `agent` act for the caller in the network's work, never with its money.
    /// @dev Caller: an operator. An agent may accept only while the market's lock on the operator stays at or below `limit`.
    /// @param limit OPG wei; 0 removes the agent.
    function setAgent(address agent, uint96 limit) external;

    /* DELEGATION */

    /// @notice Adds `assets` OPG from the caller, who must have approved them, to `operator`'s pool.
    /// @dev Anyone, for itself only. At least `MIN_DELEGATION`; the pool stays within ten times the bond. Refused while a slash of the
    /// operator is in escrow. Shares are rounded down.
    /// @param minShares the fewest shares that will do, against a price that moved; see `previewDelegate`.
    function delegate(address operator, uint256 assets, uint256 minShares) external returns (uint256 shares);

    /// @notice Takes `shares` of the caller out of `operator`'s pool; what they are worth can be withdrawn after `UNBONDING_PERIOD`.
    /// @dev It earns nothing on the way and answers for slashes until withdrawn. Rounded down.
    /// @return ticketId what to give to `withdraw`.
    function undelegate(address operator, uint256 shares) external returns (TicketId ticketId);

    /// @notice Pays the ticket to its owner, once its time has come; nothing can pause it. Anyone may call it, only the owner while a slash
    /// of the operator is in escrow.
    /// @return assets OPG wei paid, rounded down; 0 if all of it was slashed.
    function withdraw(TicketId ticketId) external returns (uint256 assets);

    /* LOCKS */

    /// @notice Lets `locker` lock the caller's stake: at once while the caller has no delegators, nor 1 OPG
    /// of theirs on its way out, else after `ALLOW_DELAY`.
    /// @dev Caller: an operator. This, not any vote, is what puts stake within a contract's reach, and it waits so that every delegator
    /// can be out before. Calling again changes nothing. Anybody may delegate to an operator that has bonded: allow first, then bond.
    function allow(address locker) external;

    /// @notice Stops new locks by `locker` at once. The locks it holds stay until they are unlocked, slashed or cleared.
    function disallow(address locker) external;

    /// @notice Reserves `amount` of `operator`'s stake for the caller until the caller unlocks it.
    /// @dev Caller: a LOCKER that the operator allows. `now < until ≤ now + MAX_LOCK`; from the last `until` on anyone may clear.
    /// @return epoch to be given back to `unlock` and `slash`.
    function lock(address operator, uint256 amount, uint40 until) external returns (uint32 epoch);

    /// @notice Gives back up to `amount` of what the caller itself locked in `epoch`.
    /// @dev Caller: any locker, role or no role. Clamps instead of reverting; a past epoch unlocks nothing.
    /// @return unlocked OPG wei actually freed.
    function unlock(address operator, uint256 amount, uint32 epoch) external returns (uint256 unlocked);

    /// @notice Frees what `locker` left locked past its last `until`. Anyone may call it.
    function clear(address operator, address locker) external;

    /* SLASHES */

    /// @notice Takes up to `amount` of what the caller itself locked in `epoch` out of `operator`'s stake and sends it to the escrow.
    /// @dev Caller: any locker, role or no role, that is not stopped. Clamps instead of reverting, so that nothing an operator does can
    /// shield it; a past epoch takes nothing. Bond before pool. It does not loop.
    /// @return slashed OPG wei actually taken.
    function slash(
        address operator,
        uint256 amount,
        uint32 epoch,
        Verdict calldata verdict
    ) external returns (uint256 slashed);

    /// @notice Unlocks up to `amount` of what the caller locked in `epoch` because `operator` failed to do what it was locked for, and pays
    /// a tenth of that from the self-bond to the caller, at once and without escrow.
    /// @dev Caller: the locker that holds the lock; reverts only if it has been stopped. A past epoch unlocks nothing. What is not in the
    /// bond, active or unbonding, is not paid: a miss never reaches delegators. Rounded down. What it unlocks rests: it stays out of the
    /// capacity, evenly less of it over `MAX_LOCK`, and what still rests at the next miss begins anew with it. So a locker gone wrong, or
    /// a stolen agent's key, takes a tenth of what can be locked at once, and no more by locking and forfeiting again: everything else goes
    /// through the escrow. Votes of the bond are counted at once.
    /// @return forfeited OPG wei that the caller received.
    function forfeit(address operator, uint256 amount, uint32 epoch) external returns (uint256 forfeited);

    /// @notice A slash of `operator` was paid out. Caller: the escrow.
    function endEscrow(address operator) external;

    /// @notice Takes back what the escrow is about to send for a reversed slash. Caller: the escrow.
    /// @dev The bond's part goes to the active bond whole. Of the pool's parts comes back amount × shares now / shares at the slash, for
    /// those who are still there: of its active part at most that, of its unbonding part at most what is left of both. Rounded down.
    /// @return returned OPG wei that the escrow has to send.
    function restore(ISlashEscrow.Slash calldata slash) external returns (uint256 returned);

    /* EARNINGS */

    /// @notice Pays `assets` OPG from the caller, who must have approved them, to `operator`'s stake. Anyone may call it.
    /// @dev The pool's part is assets × pool / (pool + bond), less commission, and drips in over seven days; the rest goes to the bond at
    /// once. All of it does while there is no pool. An operator that is not active is paid as well.
    /// Worked number: 100 OPG to a bond of 10,000 and a pool of 30,000 at 10 % commission: 25 + 7.5 to the bond, 67.5 to the pool.
    function distribute(address operator, uint256 assets) external;

    /* VOTES */

    /// @notice Makes what `account` has at stake with `operator` count as votes, as much as it is now. Anyone may call it.
    /// @dev min(principal, value of its shares), and for the operator itself its bond. `account` must have chosen a delegate at the voting
    /// power contract. From then on its own moves are counted at once, what others cause (income, slashes) at the next call.
    function syncVotes(address account, address operator) external;

    /* VIEWS */

    /// @notice All zero for an unknown operator.
    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice The operator registered as the `index`-th; 0 beyond `operatorCount`.
    function operatorAt(uint24 index) external view returns (address);

    /// @notice How many operators have registered.
    function operatorCount() external view returns (uint24);

    /// @notice All stake of `operator` but its active bond, with what has dripped until now; all zero for an unknown operator.
    function poolOf(address operator) external view returns (Pool memory);

    /// @notice All zero for somebody who has delegated nothing to the present pool.
    function positionOf(address operator, address delegator) external view returns (Position memory);

    /// @notice Shares that `delegate` would give for `assets` now.
    function previewDelegate(address operator, uint256 assets) external view returns (uint256 shares);

    /// @notice OPG wei that lockers together may still lock: min(bond + pool, 3 × bond), all active, − locked − resting, not below 0. 0 for
    /// an operator that is unknown or not active: gifts alone make nobody an operator to rely on.
    function capacity(address operator) external view returns (uint256);

    /// @notice OPG wei that forfeits have taken from the capacity, as they are now. Rounded up; 0 `MAX_LOCK` after the latest.
    function resting(address operator) external view returns (uint256);

    /// @notice OPG wei that slashes could reach now: bond and pool, active and unbonding, and what is still to drip.
    function slashable(address operator) external view returns (uint256);

    /// @notice What `locker` has locked of the stake of `operator`; all zero for a locker that was never allowed.
    function lockOf(address operator, address locker) external view returns (Lock memory);

    /// @notice All zero for a ticket that never was or has been withdrawn.
    function ticketOf(TicketId ticketId) external view returns (Ticket memory);

    /// @notice 0 = not an agent of `operator`.
    function agentLimit(address operator, address agent) external view returns (uint96);

    /// @notice What `operator` has announced; all zero if nothing.
    function commissionRaiseOf(address operator) external view returns (CommissionRaise memory);

    /// @notice OPG wei that a self-bond must reach.
    function minimumBond() external view returns (uint256);
}
