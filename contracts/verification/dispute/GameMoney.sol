// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {IGamePlay} from "../../interfaces/verification/dispute/IGamePlay.sol";
import {ISlashEscrow} from "../../interfaces/staking/ISlashEscrow.sol";
import {GameRecords} from "./GameRecords.sol";

/// @title GameMoney
/// @notice What a {TraceGame} owes: native coin as credits, and shares of slashes in OPG. Nothing is pushed.
/// @dev Invariants: address(this).balance ≥ Σ bonds of open and unsettled games + Σ balances of claims + Σ credits, equal but for coin that
/// was forced in; reserved ≤ balance for every claim that is not void.
abstract contract GameMoney is GameRecords {
    using SafeERC20 for IERC20;

    IERC20 public immutable OPG;
    ISlashEscrow public immutable ESCROW;

    mapping(address account => uint256) private _credits;
    mapping(bytes32 claim => uint256) private _shares;

    constructor(IERC20 opg, ISlashEscrow escrow) {
        OPG = opg;
        ESCROW = escrow;
    }

    /* NATIVE COIN */

    /// @inheritdoc IGamePlay
    function settle(Dossier calldata brought, Game calldata broughtGame) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        Game memory game = _read(claim, broughtGame);
        ClaimState memory state = _decided(claim, dossier);

        uint256 amount = game.bond;
        if (state.outcome == Outcome.Void) {
            delete _games[claim][game.number];
        } else {
            bool covered = game.number <= state.covered;
            if (covered) {
                amount += game.unit;
                state.balance -= game.unit;
                state.reserved -= game.unit;
                _states[claim] = state;
            }
            _games[claim][game.number] =
                covered || _coveredOpen(state) == 0 ? _shareMark(claim, game.number, game.challenger) : bytes32(0);
        }
        emit GameSettled(claim, game.number, game.challenger, amount);
        _credit(game.challenger, amount);
    }

    /// @inheritdoc IGamePlay
    function reclaim(Dossier calldata brought) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        ClaimState memory state = _states[claim];
        uint256 kept;
        if (state.outcome != Outcome.Open || state.open != 0) {
            state = _decided(claim, dossier);
            // The units of a void claim's games belong to nobody else.
            if (state.outcome != Outcome.Void) kept = state.reserved;
        }

        uint256 amount = state.balance - kept;
        if (amount == 0) revert TraceGameNoCredit(dossier.proposer);
        state.balance = uint80(kept); // at most what it was
        _states[claim] = state;
        emit BalanceReclaimed(claim, dossier.proposer, amount);
        _credit(dossier.proposer, amount);
    }

    /// @inheritdoc IGamePlay
    function withdraw(address payable to) external {
        uint256 amount = _credits[msg.sender];
        if (amount == 0) revert TraceGameNoCredit(msg.sender);

        delete _credits[msg.sender];
        emit Withdrawn(msg.sender, to, amount);
        (bool success, ) = to.call{value: amount}("");
        if (!success) revert TraceGameTransferFailed(to, amount);
    }

    function _credit(address account, uint256 amount) internal {
        _credits[account] += amount;
        emit Credited(account, amount);
    }

    /// @dev The state of a claim whose games have ended. Void is remembered, so that a keeper that changes its answer pays nobody twice.
    function _decided(bytes32 claim, Dossier memory dossier) private returns (ClaimState memory state) {
        state = _states[claim];
        if (state.outcome != Outcome.Open) return state;
        if (!_isVoid(dossier)) revert TraceGameUndecided(claim);

        state.outcome = Outcome.Void;
        _states[claim] = state;
        emit ClaimDecided(claim, Outcome.Void, 0);
    }

    /* SHARES OF SLASHES */

    /// @inheritdoc IGamePlay
    function collect(ISlashEscrow.Slash calldata slash) external {
        bytes32 slashId = ESCROW.slashIdOf(slash);
        ISlashEscrow.Outcome memory slashed = ESCROW.outcomeOf(slashId);
        if (slashed.status != ISlashEscrow.Status.Released) revert TraceGameSlashNotReleased(slashId, slashed.status);
        if (slash.challengers != address(this)) revert TraceGameForeignSlash(slashId, slash.challengers);
        bytes32 claim = claimKey(slash.locker, slash.verdict);
        ClaimState memory state = _states[claim];
        if (!_hasFallen(state)) revert TraceGameUndecided(claim);
        if (state.collected) revert TraceGameCollected(claim);

        uint256 share = slashed.toChallengers / _sharersOf(state);
        _states[claim].collected = true;
        _shares[claim] = share;
        emit SlashCollected(claim, share);
    }

    /// @inheritdoc IGamePlay
    function payShare(bytes32 claim, uint24 number, address challenger) external {
        if (!_states[claim].collected) revert TraceGameNotCollected(claim);
        if (_games[claim][number] != _shareMark(claim, number, challenger)) revert TraceGameNoShare(claim, challenger);

        delete _games[claim][number];
        _payShare(claim, number, challenger);
    }

    /// @inheritdoc IGamePlay
    function payProver(Dossier calldata brought) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        ClaimState memory state = _states[claim];
        address prover = _provers[dossier.versionId];
        if (!state.collected) revert TraceGameNotCollected(claim);
        if (state.outcome != Outcome.Malformed || state.proverPaid) revert TraceGameNoShare(claim, prover);

        _states[claim].proverPaid = true;
        _payShare(claim, 0, prover);
    }

    function _payShare(bytes32 claim, uint24 number, address account) private {
        uint256 share = _shares[claim];
        emit SharePaid(claim, number, account, share);
        OPG.safeTransfer(account, share);
    }

    /// @dev Challengers of covered games; of all, if none is covered; and who proved the program malformed if that felled the claim.
    function _sharersOf(ClaimState memory state) internal pure returns (uint256 sharers) {
        uint256 covered = _coveredOpen(state);
        sharers = covered == 0 ? state.open : covered;
        if (state.outcome == Outcome.Malformed) ++sharers;
    }

    /// @dev Only covered games can end one by one.
    function _coveredOpen(ClaimState memory state) private pure returns (uint256) {
        return state.open - (state.games - state.covered);
    }

    function _hasFallen(ClaimState memory state) internal pure returns (bool) {
        return state.outcome > Outcome.Void;
    }

    /// @dev What is left of a settled game that shares. Never a {Game}'s hash, which is over more words.
    function _shareMark(bytes32 claim, uint24 number, address challenger) private pure returns (bytes32) {
        return keccak256(abi.encode(claim, number, challenger));
    }

    /* VIEWS */

    /// @inheritdoc IGamePlay
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    /// @inheritdoc IGamePlay
    function shareOf(bytes32 claim) external view returns (uint256) {
        return _shares[claim];
    }
}
