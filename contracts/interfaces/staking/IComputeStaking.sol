// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IComputeStaking
/// @notice Where operators bond the OPG that answers for their work, and where lockers (the market, for one) reserve it.
/// @dev Amounts are OPG wei in 96 bits (7.9e28 wei; the whole supply is 1e27). Times are unix seconds, a deadline is the first instant that
/// is too late. Safety rests on the token being an ERC-20 without fee, rebase or transfer hook.
interface IComputeStaking {
    /// @dev One slot.
    struct Operator {
        uint96 bond; // active self-bond
        uint96 locked; // sum over all lockers; may exceed the bond after `unbond`, when tickets still cover it
        uint40 registeredAt; // 0 = unknown operator
        uint16 commissionBps;
        bool active; // takes new locks; set by `bond`, ended by `retire`
    }

    /// @dev One slot, 48 bits free. All locks of one locker on one operator.
    struct Lock {
        uint96 amount;
        uint40 lastUntil; // from here on anyone may clear
        uint32 epoch; // raised by `clear`, so that unlocks of an earlier epoch do nothing
        uint40 allowedFrom; // 0 = the operator takes no new locks from this locker
    }

    /// @dev Two slots. Stake on its way out.
    struct Ticket {
        address operator; // whose stake it was; it stays answerable until withdrawn
        uint40 withdrawableAt;
        address owner; // who is paid; 0 = unknown or withdrawn
        uint96 assets;
    }

    event OperatorRegistered(address indexed operator, uint16 commissionBps, string metadataURI);
    event OperatorActivated(address indexed operator);
    event OperatorRetired(address indexed operator);
    /// @notice `bond` is the active self-bond afterwards.
    event Bonded(address indexed operator, uint256 assets, uint256 bond);
    /// @notice `bond` is the active self-bond afterwards.
    event Unbonded(
        address indexed operator,
        uint256 indexed ticketId,
        uint256 assets,
        uint256 bond,
        uint40 withdrawableAt
    );
    event TicketWithdrawn(uint256 indexed ticketId, address indexed owner, address indexed operator, uint256 assets);
    event AgentSet(address indexed operator, address indexed agent, uint96 oldLimit, uint96 newLimit);
    event LockerAllowed(address indexed operator, address indexed locker, uint40 allowedFrom);
    event LockerDisallowed(address indexed operator, address indexed locker);
    event StakeLocked(address indexed operator, address indexed locker, uint256 amount, uint40 until, uint32 epoch);
    event StakeUnlocked(address indexed operator, address indexed locker, uint256 amount, uint32 epoch);
    /// @notice `amount` was still locked when `epoch` ended.
    event LockCleared(address indexed operator, address indexed locker, uint256 amount, uint32 epoch);
    /// @notice `toBond` of `assets` went to the operator's bond.
    event Distributed(address indexed operator, address indexed payer, uint256 assets, uint256 toBond);

    error ComputeStakingUnknownOperator(address operator);
    error ComputeStakingAlreadyRegistered(address operator, uint40 registeredAt);
    error ComputeStakingCommissionTooHigh(uint16 commissionBps, uint16 maximumBps);
    error ComputeStakingMinimumBondOutOfRange(uint256 minimumBond, uint256 lowest, uint256 highest);
    error ComputeStakingZeroAssets();
    error ComputeStakingBondTooLow(address operator, uint256 bond, uint256 minimumBond);
    error ComputeStakingInsufficientBond(address operator, uint256 bond, uint256 assets);
    /// @notice `operator` has not bonded yet, or has retired.
    error ComputeStakingNotActive(address operator);
    error ComputeStakingUnknownTicket(uint256 ticketId);
    error ComputeStakingTicketLocked(uint256 ticketId, uint40 withdrawableAt, uint256 now_);
    error ComputeStakingZeroAddress();
    error ComputeStakingLockerNotAllowed(address operator, address locker, uint40 allowedFrom);
    error ComputeStakingLockHorizon(uint40 until, uint256 earliest, uint256 latest);
    error ComputeStakingInsufficientCapacity(address operator, uint256 free, uint256 needed);
    error ComputeStakingLockNotClearable(address operator, address locker, uint256 amount, uint40 lastUntil);

    /* OPERATORS */

    /// @notice Makes the caller an operator, once and for good.
    /// @param commissionBps share of its delegators' earnings that the operator keeps, at most 5,000.
    /// @param metadataURI who runs it and how to reach it; emitted, not stored.
    function registerOperator(uint16 commissionBps, string calldata metadataURI) external;

    /// @notice Adds `assets` OPG from the caller, who must have approved them, to its self-bond, and makes it active.
    /// @dev Caller: a registered operator. The bond must reach `minimumBond`.
    function bond(uint256 assets) external;

    /// @notice Takes `assets` OPG out of the caller's self-bond; they can be withdrawn after `UNBONDING_PERIOD`.
    /// @dev Caller: an operator. Leaves at least `minimumBond`, unless it is not active. Open locks do not stand in the way: what unbonds
    /// stays answerable until withdrawn, longer than any lock can last.
    /// @return ticketId what to give to `withdraw`.
    function unbond(uint256 assets) external returns (uint256 ticketId);

    /// @notice The caller, an active operator, takes no new locks from now on and may unbond everything. `bond` undoes it.
    function retire() external;

    /// @notice Pays the ticket to its owner. Anyone may call it, once `withdrawableAt` has come; nothing can pause it.
    function withdraw(uint256 ticketId) external returns (uint256 assets);

    /// @notice Lets `agent` act for the caller in the network's work, never with its money.
    /// @dev Caller: an operator. An agent may accept only while the market's lock on the operator stays at or below `limit`.
    /// @param limit OPG wei; 0 removes the agent.
    function setAgent(address agent, uint96 limit) external;

    /* LOCKS */

    /// @notice Lets `locker` lock the caller's stake, at once while the caller has no delegators.
    /// @dev Caller: an operator. This, not any vote, is what puts stake within a contract's reach. Calling again changes nothing.
    function allow(address locker) external;

    /// @notice Stops new locks by `locker` at once. The locks it holds stay until they are unlocked or cleared.
    function disallow(address locker) external;

    /// @notice Reserves `amount` of `operator`'s stake for the caller until the caller unlocks it.
    /// @dev Caller: a LOCKER that the operator allows. `now < until ≤ now + MAX_LOCK`; from the last `until` on anyone may clear.
    /// @return epoch to be given back to `unlock`.
    function lock(address operator, uint256 amount, uint40 until) external returns (uint32 epoch);

    /// @notice Gives back up to `amount` of what the caller itself locked in `epoch`.
    /// @dev Caller: any locker, role or no role. Clamps instead of reverting; a past epoch unlocks nothing.
    /// @return unlocked OPG wei actually freed.
    function unlock(address operator, uint256 amount, uint32 epoch) external returns (uint256 unlocked);

    /// @notice Frees what `locker` left locked past its last `until`. Anyone may call it.
    function clear(address operator, address locker) external;

    /* EARNINGS */

    /// @notice Pays `assets` OPG from the caller, who must have approved them, to `operator`'s stake. Anyone may call it.
    /// @dev All of it goes to the bond while there is no delegation pool. An operator that is not active is paid as well.
    function distribute(address operator, uint256 assets) external;

    /* VIEWS */

    /// @notice All zero for an unknown operator.
    function operatorOf(address operator) external view returns (Operator memory);

    /// @notice OPG wei that lockers together may still lock: active bond − locked, not below 0. 0 for an operator that is
    /// unknown or not active: gifts alone make nobody an operator to rely on.
    function capacity(address operator) external view returns (uint256);

    function lockOf(address operator, address locker) external view returns (Lock memory);

    /// @notice All zero for a ticket that never was or has been withdrawn.
    function ticketOf(uint256 ticketId) external view returns (Ticket memory);

    /// @notice 0 = not an agent of `operator`.
    function agentLimit(address operator, address agent) external view returns (uint96);

    /// @notice OPG wei that a self-bond must reach.
    function minimumBond() external view returns (uint256);
}
