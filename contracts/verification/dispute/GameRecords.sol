// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IClaims} from "../../interfaces/verification/dispute/IClaims.sol";
import {IGamePlay} from "../../interfaces/verification/dispute/IGamePlay.sol";
import {Stops} from "../../libraries/Stops.sol";
import {VersionId} from "../../types/VersionId.sol";

/// @title GameRecords
/// @notice What a {TraceGame} keeps: one slot and a hash for each claim, a hash for each game.
abstract contract GameRecords is IGamePlay {
    using Stops for Stops.Stop;

    /// @dev Enough for a keeper to look into its own storage and ask what its claim depends on.
    uint256 private constant _QUESTION_GAS = 200_000;
    /// @dev Of a {Dossier}, and of a {Game}.
    uint256 private constant _WORDS = 12;

    mapping(bytes32 claim => ClaimState) internal _states;
    mapping(bytes32 claim => bytes32 dossierHash) internal _dossiers;
    mapping(bytes32 claim => mapping(uint256 number => bytes32 gameHash)) internal _games;
    mapping(VersionId => address prover) internal _provers;
    Stops.Stop internal _stop;

    /* CHECKS */

    /// @return claim whose dossier it is.
    /// @return dossier as it stands.
    function _read(Dossier calldata brought) internal view returns (bytes32 claim, Dossier memory dossier) {
        uint256 size = _WORDS * 32;
        bytes32 given;
        // Copied as it is: only clean words have the hash of what was stored.
        assembly ("memory-safe") {
            dossier := mload(0x40)
            mstore(0x40, add(dossier, size))
            calldatacopy(dossier, brought, size)
            given := keccak256(dossier, size)
        }
        claim = claimKey(dossier.keeper, dossier.claimId);
        bytes32 expected = _dossiers[claim];
        if (expected != given) revert TraceGameStaleDossier(claim, expected, given);
    }

    /// @return game as it stands.
    function _read(bytes32 claim, Game calldata brought) internal view returns (Game memory game) {
        uint256 size = _WORDS * 32;
        bytes32 given;
        assembly ("memory-safe") {
            game := mload(0x40)
            mstore(0x40, add(game, size))
            calldatacopy(game, brought, size)
            given := keccak256(game, size)
        }
        bytes32 expected = _games[claim][game.number];
        if (expected != given) revert TraceGameStaleGame(claim, game.number, expected, given);
    }

    /// @dev Structs of words lie in memory as `abi.encode` writes them.
    function _store(bytes32 claim, Dossier memory dossier) internal {
        bytes32 hash;
        uint256 size = _WORDS * 32;
        assembly ("memory-safe") {
            hash := keccak256(dossier, size)
        }
        _dossiers[claim] = hash;
    }

    function _store(bytes32 claim, Game memory game) internal {
        bytes32 hash;
        uint256 size = _WORDS * 32;
        assembly ("memory-safe") {
            hash := keccak256(game, size)
        }
        _games[claim][game.number] = hash;
    }

    /// @dev A claim that was challenged before a stop was accepted before it.
    function _checkNoStop(bytes32 claim, Dossier memory dossier) internal view {
        Stops.Stop memory last = _stop;
        if (last.at == 0) return;
        if (!last.lifted) revert TraceGameStopped(last.at);
        if (dossier.openedAt <= last.at) revert TraceGameVoidClaim(claim);
    }

    function _openState(bytes32 claim) internal view returns (ClaimState memory state) {
        state = _states[claim];
        if (state.outcome != Outcome.Open) revert TraceGameDecided(claim, state.outcome);
    }

    /* VOID */

    /// @dev For moves that take from somebody: neither stopped, nor void as the keeper knows.
    function _checkNotVoid(bytes32 claim, Dossier memory dossier) internal view {
        _checkNoStop(claim, dossier);
        if (_saysVoid(dossier.keeper, dossier.claimId)) revert TraceGameVoidClaim(claim);
    }

    function _isVoid(Dossier memory dossier) internal view returns (bool) {
        Stops.Stop memory last = _stop;
        return (last.at != 0 && dossier.openedAt <= last.at) || _saysVoid(dossier.keeper, dossier.claimId);
    }

    /// @dev Whatever a keeper does but answer true is no. Copies one word of the answer and no more.
    function _saysVoid(address keeper, bytes32 claimId) private view returns (bool) {
        bytes memory question = abi.encodeCall(IClaims.isVoid, (claimId));
        // A call gets at most 63/64 of what is left, once reaching its target is paid: with less, starving the question would turn a void
        // claim's bonds into somebody's win.
        if (gasleft() < _QUESTION_GAS + _QUESTION_GAS / 16) revert TraceGameNotEnoughGas(gasleft(), _QUESTION_GAS);
        uint256 size;
        uint256 answer;
        bool success;
        assembly ("memory-safe") {
            success := staticcall(_QUESTION_GAS, keeper, add(question, 0x20), mload(question), 0, 0x20)
            size := returndatasize()
            answer := mload(0)
        }
        return success && size >= 32 && answer == 1;
    }

    /* VIEWS */

    /// @inheritdoc IGamePlay
    function claimKey(address keeper, bytes32 claimId) public pure returns (bytes32 claim) {
        return keccak256(abi.encode(keeper, claimId));
    }

    /// @inheritdoc IGamePlay
    function stateOf(bytes32 claim) external view returns (ClaimState memory) {
        return _states[claim];
    }

    /// @inheritdoc IGamePlay
    function dossierHashOf(bytes32 claim) external view returns (bytes32) {
        return _dossiers[claim];
    }

    /// @inheritdoc IGamePlay
    function gameHashOf(bytes32 claim, uint24 number) external view returns (bytes32) {
        return _games[claim][number];
    }

    /// @inheritdoc IGamePlay
    function proverOf(VersionId versionId) external view returns (address) {
        return _provers[versionId];
    }

    /// @inheritdoc IGamePlay
    function lastStop() external view returns (uint40 at, bool lifted, bool permanent) {
        return (_stop.at, _stop.lifted, _stop.permanent);
    }
}
