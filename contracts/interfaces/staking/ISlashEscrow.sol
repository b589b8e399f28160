// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Stops} from "../../libraries/Stops.sol";

/// @title ISlashEscrow
/// @notice Where slashed OPG waits before it is paid out and burnt, so that a broken judge can be stopped and what it took given back.
/// @dev What is paid out comes from the liar's own money. Of the part taken from the self-bond: to the victim half its fee, 30 % at most;
/// to the challengers 50 %. Of the part taken from delegators: to the challengers 5 %. The rest is burnt. All shares are rounded down.
/// Worked number: 1,000 OPG of bond and 200 OPG of the pool, fee 100 → victim 50, challengers 500 + 10, burnt 640.
/// A slash is hashed, not stored: its {Slash} stands in {SlashOpened}, and later calls bring it.
interface ISlashEscrow {
    /// @notice Where a slash stands. It never returns to an earlier status.
    enum Status {
        None,
        Open,
        Released,
        Reversed
    }

    /// @notice One slash, as {SlashOpened} tells it. Amounts in OPG wei.
    struct Slash {
        address operator;
        address locker; // who slashed
        bytes32 verdict; // the locker's name for its decision
        address victim; // 0 = nobody
        uint96 victimFee; // what the victim had paid; the locker gives that back itself
        address challengers; // who takes the challengers' part and shares it out; 0 = nobody
        uint40 openedAt;
        uint96 fromBond; // active and unbonding
        uint96 fromPool; // delegated and active
        uint96 fromUnbonding; // delegated and on its way out
        uint120 poolShares; // shares of the pool and of its unbonding stake when they were slashed, and their generations
        uint120 unbondingShares;
        uint24 poolGeneration;
        uint24 unbondingGeneration;
    }

    /// @dev One slot.
    struct Outcome {
        Status status;
        uint96 toVictim;
        uint96 toChallengers;
    }

    /// @notice A slash came in. `slash` is what later calls have to bring; it stands nowhere else.
    event SlashOpened(bytes32 indexed slashId, address indexed operator, address indexed locker, Slash slash);
    /// @notice `toVictim` + `toChallengers` + `burnt` = what was slashed.
    event SlashReleased(
        bytes32 indexed slashId,
        address indexed operator,
        uint256 toVictim,
        uint256 toChallengers,
        uint256 burnt
    );
    /// @notice `returned` + `burnt` = what was slashed.
    event SlashReversed(bytes32 indexed slashId, address indexed operator, uint256 returned, uint256 burnt);
    /// @notice Unless lifted before `decidedBy`, the stop becomes permanent then.
    event LockerStopped(address indexed locker, uint40 decidedBy);
    /// @notice The ARBITER ended the stop: `locker` may slash again, and what it had slashed is held no more.
    event LockerStopLifted(address indexed locker);
    /// @notice The ARBITER decided that `locker` never slashes again. What it had slashed is held no more.
    event LockerStopMadePermanent(address indexed locker);

    /// @notice Only the staking contract may call this.
    error SlashEscrowNotStaking(address caller);
    /// @notice A locker slashed twice alike, by the same verdict in the same second.
    error SlashEscrowDuplicate(bytes32 slashId);
    /// @notice `locker` has been stopped since `stoppedAt` and cannot slash.
    error SlashEscrowLockerStopped(address locker, uint40 stoppedAt);
    /// @notice The slash never was, or has been decided.
    error SlashEscrowNotOpen(bytes32 slashId, Status status);
    /// @notice The slash can be released from `releasableAt` on.
    error SlashEscrowTooEarly(bytes32 slashId, uint256 releasableAt, uint256 now_);
    /// @notice The slash waits for the decision on a stop, until `heldUntil` at the latest.
    error SlashEscrowHeld(bytes32 slashId, uint256 heldUntil);
    /// @notice Only a slash that a stop holds can be reversed.
    error SlashEscrowNotHeld(bytes32 slashId);
    /// @notice The transaction's gas limit is too low to ask the locker.
    error SlashEscrowNotEnoughGas(uint256 available, uint256 needed);

    /* SLASHES */

    /// @notice Takes a slash in. Caller: the staking contract, which has sent the OPG.
    /// @dev Reverts when the slashing locker is stopped.
    function open(Slash calldata slash) external;

    /// @notice Pays and burns an open slash, from `ESCROW_PERIOD` after it was opened on. Anyone may call it.
    /// @dev Not while it is held. What was paid can be read from `outcomeOf` afterwards.
    function release(Slash calldata slash) external returns (uint256 toVictim, uint256 toChallengers);

    /// @notice Gives a held slash back to those it was taken from, as far as they are still there; the rest is burnt.
    /// @dev Caller: ARBITER. Only a held slash: it takes a guardian's stop and a vote, never a vote alone.
    function reverse(Slash calldata slash) external returns (uint256 returned);

    /* STOPS */

    /// @notice Stops `locker`: it cannot slash, and what it has slashed is held. Caller: GUARDIAN.
    /// @dev Once in `STOP_COOLDOWN`, else `StopsTooSoon`. Lasts `STOP_PERIOD`; if it has not been lifted by then, it is permanent.
    function stop(address locker) external;

    /// @notice Ends a stop that is not decided, else `StopsNoneUndecided`. Caller: ARBITER.
    function lift(address locker) external;

    /// @notice Decides a stop at once. Caller: ARBITER. Reverse first what shall be reversed: a decided stop holds nothing.
    function makePermanent(address locker) external;

    /* VIEWS */

    /// @notice What outcomes are kept under: the hash of all of `slash`.
    function slashIdOf(Slash calldata slash) external pure returns (bytes32);

    /// @notice All zero for a slash that never was.
    function outcomeOf(bytes32 slashId) external view returns (Outcome memory);

    /// @notice Whether an open `slash` waits for the decision on a stop.
    function isHeld(Slash calldata slash) external view returns (bool);

    /// @notice All zero for a locker that was never stopped.
    function stopOf(address locker) external view returns (Stops.Stop memory);

    /// @notice Whether `locker` is stopped now, for a time or for good.
    function isStopped(address locker) external view returns (bool);
}
