// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {PinnedAuthority} from "../governance/PinnedAuthority.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {ILocker} from "../interfaces/staking/ILocker.sol";
import {ISlashEscrow} from "../interfaces/staking/ISlashEscrow.sol";
import {Burning} from "../libraries/Burning.sol";
import {Stops} from "../libraries/Stops.sol";

/// @title SlashEscrow
/// @notice See {ISlashEscrow}.
/// @dev Built by the staking contract, in its constructor. Invariant: OPG.balanceOf(this) ≥ Σ open slashes.
contract SlashEscrow is ISlashEscrow, PinnedAuthority {
    using Burning for IERC20;
    using SafeERC20 for IERC20;
    using Stops for Stops.Stop;

    uint256 public constant ESCROW_PERIOD = 7 days;
    uint256 public constant STOP_PERIOD = Stops.PERIOD;
    uint256 public constant STOP_COOLDOWN = Stops.COOLDOWN;
    uint256 private constant _BPS = 10_000;
    uint256 private constant _VICTIM_BPS = 3_000;
    uint256 private constant _CHALLENGERS_BPS = 5_000;
    uint256 private constant _CHALLENGERS_OF_POOL_BPS = 500;
    /// @dev Enough for a locker to look into its own storage and ask a game.
    uint256 private constant _QUESTION_GAS = 100_000;

    IERC20 public immutable OPG;
    IComputeStaking public immutable STAKING;
    /// @notice Whether the token has `burn`; without it, burnt OPG goes to 0x…dEaD.
    bool public immutable BURNABLE;

    mapping(bytes32 slashId => Outcome) private _outcomes;
    mapping(address locker => Stops.Stop) private _stops;

    constructor(IERC20 opg, bool burnable, IAccessManager manager) PinnedAuthority(manager) {
        opg.check(burnable);
        OPG = opg;
        BURNABLE = burnable;
        STAKING = IComputeStaking(msg.sender);
    }

    /* SLASHES */

    /// @inheritdoc ISlashEscrow
    function open(Slash calldata slash) external {
        if (msg.sender != address(STAKING)) revert SlashEscrowNotStaking(msg.sender);
        if (isStopped(slash.locker)) revert SlashEscrowLockerStopped(slash.locker, _stops[slash.locker].at);
        bytes32 slashId = slashIdOf(slash);
        if (_outcomes[slashId].status != Status.None) revert SlashEscrowDuplicate(slashId);

        _outcomes[slashId].status = Status.Open;
        emit SlashOpened(slashId, slash.operator, slash.locker, slash);
    }

    /// @inheritdoc ISlashEscrow
    function release(Slash calldata slash) external returns (uint256 toVictim, uint256 toChallengers) {
        bytes32 slashId = _openSlash(slash);
        uint256 releasableAt = slash.openedAt + ESCROW_PERIOD;
        if (block.timestamp < releasableAt) revert SlashEscrowTooEarly(slashId, releasableAt, block.timestamp);
        if (isHeld(slash)) revert SlashEscrowHeld(slashId, _heldUntil(slash));
        (toVictim, toChallengers) = _partsOf(slash);
        uint256 burnt = _sumOf(slash) - toVictim - toChallengers;

        _outcomes[slashId] = Outcome(Status.Released, uint96(toVictim), uint96(toChallengers));
        emit SlashReleased(slashId, slash.operator, toVictim, toChallengers, burnt);
        STAKING.endEscrow(slash.operator);
        if (toVictim != 0) OPG.safeTransfer(slash.victim, toVictim);
        if (toChallengers != 0) OPG.safeTransfer(slash.challengers, toChallengers);
        OPG.burn(BURNABLE, burnt);
    }

    /// @inheritdoc ISlashEscrow
    function reverse(Slash calldata slash) external restricted returns (uint256 returned) {
        bytes32 slashId = _openSlash(slash);
        if (!isHeld(slash)) revert SlashEscrowNotHeld(slashId);

        _outcomes[slashId].status = Status.Reversed;
        returned = STAKING.restore(slash);
        uint256 burnt = _sumOf(slash) - returned;
        emit SlashReversed(slashId, slash.operator, returned, burnt);
        OPG.safeTransfer(address(STAKING), returned);
        OPG.burn(BURNABLE, burnt);
    }

    function _openSlash(Slash calldata slash) private view returns (bytes32 slashId) {
        slashId = slashIdOf(slash);
        Status status = _outcomes[slashId].status;
        if (status != Status.Open) revert SlashEscrowNotOpen(slashId, status);
    }

    function _partsOf(Slash calldata slash) private pure returns (uint256 toVictim, uint256 toChallengers) {
        if (slash.victim != address(0)) {
            toVictim = Math.min(slash.victimFee / 2, (slash.fromBond * _VICTIM_BPS) / _BPS);
        }
        if (slash.challengers != address(0)) {
            uint256 ofPool = uint256(slash.fromPool) + slash.fromUnbonding;
            toChallengers = (slash.fromBond * _CHALLENGERS_BPS + ofPool * _CHALLENGERS_OF_POOL_BPS) / _BPS;
        }
    }

    function _sumOf(Slash calldata slash) private pure returns (uint256) {
        return uint256(slash.fromBond) + slash.fromPool + slash.fromUnbonding;
    }

    /* STOPS */

    /// @inheritdoc ISlashEscrow
    function stop(address locker) external restricted {
        emit LockerStopped(locker, _stops[locker].stop());
    }

    /// @inheritdoc ISlashEscrow
    function lift(address locker) external restricted {
        _stops[locker].lift();
        emit LockerStopLifted(locker);
    }

    /// @inheritdoc ISlashEscrow
    function makePermanent(address locker) external restricted {
        _stops[locker].makePermanent();
        emit LockerStopMadePermanent(locker);
    }

    /* VIEWS */

    /// @inheritdoc ISlashEscrow
    function slashIdOf(Slash calldata slash) public pure returns (bytes32) {
        return keccak256(abi.encode(slash));
    }

    /// @inheritdoc ISlashEscrow
    function outcomeOf(bytes32 slashId) external view returns (Outcome memory) {
        return _outcomes[slashId];
    }

    /// @inheritdoc ISlashEscrow
    function isHeld(Slash calldata slash) public view returns (bool) {
        if (block.timestamp >= _heldUntil(slash)) return false;
        return _stops[slash.locker].isUndecided() || _isVerdictStopped(slash.locker, slash.verdict);
    }

    /// @inheritdoc ISlashEscrow
    function stopOf(address locker) external view returns (Stops.Stop memory) {
        return _stops[locker];
    }

    /// @inheritdoc ISlashEscrow
    function isStopped(address locker) public view returns (bool) {
        return _stops[locker].isStopped();
    }

    /// @dev Whatever is stopped, and however often: a slash waits no longer than this.
    function _heldUntil(Slash calldata slash) private pure returns (uint256) {
        return slash.openedAt + ESCROW_PERIOD + STOP_PERIOD;
    }

    /// @dev Copies one word of the answer and no more.
    function _isVerdictStopped(address locker, bytes32 verdict) private view returns (bool) {
        bytes memory question = abi.encodeCall(ILocker.isVerdictStopped, (verdict));
        // A call gets at most 63/64 of what is left, once reaching its target is paid: with less, starving the question would free a held
        // slash.
        if (gasleft() < _QUESTION_GAS + _QUESTION_GAS / 16) revert SlashEscrowNotEnoughGas(gasleft(), _QUESTION_GAS);
        uint256 size;
        uint256 answer;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(_QUESTION_GAS, locker, add(question, 0x20), mload(question), 0, 0x20)
            size := returndatasize()
            answer := mload(0)
        }
        return success && size >= 32 && answer == 1;
    }
}
