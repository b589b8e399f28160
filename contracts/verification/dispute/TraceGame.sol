// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {PinnedAuthority} from "../../governance/PinnedAuthority.sol";
import {IModelRegistry} from "../../interfaces/registry/IModelRegistry.sol";
import {ISlashEscrow} from "../../interfaces/staking/ISlashEscrow.sol";
import {IClaims} from "../../interfaces/verification/dispute/IClaims.sol";
import {IGamePlay} from "../../interfaces/verification/dispute/IGamePlay.sol";
import {IProgramForm} from "../../interfaces/verification/dispute/IProgramForm.sol";
import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {ITraceGame} from "../../interfaces/verification/dispute/ITraceGame.sol";
import {Stops} from "../../libraries/Stops.sol";
import {TensorHash} from "../../libraries/TensorHash.sol";
import {VersionId} from "../../types/VersionId.sol";
import {GameBonds} from "./GameBonds.sol";
import {GameClocks} from "./GameClocks.sol";
import {GameMoney} from "./GameMoney.sol";
import {GameTree} from "./GameTree.sol";

/// @title TraceGame
/// @notice See {ITraceGame} and {IGamePlay}.
/// @dev Picks and reveals move nothing but their own game's hash, so they ask neither for a stop nor for the claim's state: on a claim that
/// is void or decided they are without consequence.
contract TraceGame is ITraceGame, GameMoney, PinnedAuthority {
    using GameClocks for Game;
    using SafeCast for uint256;
    using Stops for Stops.Stop;

    uint8 private constant _LEVELS = 4; // of one round

    IModelRegistry public immutable REGISTRY;
    IStepVerifier public immutable STEPS;
    IProgramForm public immutable FORM;

    constructor(
        IERC20 opg,
        IModelRegistry registry,
        ISlashEscrow escrow,
        IStepVerifier steps,
        IProgramForm form,
        IAccessManager manager
    ) GameMoney(opg, escrow) PinnedAuthority(manager) {
        REGISTRY = registry;
        STEPS = steps;
        FORM = form;
    }

    /* OPENING */

    /// @inheritdoc IGamePlay
    function challenge(
        address keeper,
        bytes32 claimId,
        bytes calldata evidence,
        IStepVerifier.OpenedHeader calldata header
    ) external payable returns (bytes32 claim, uint24 number) {
        claim = claimKey(keeper, claimId);
        ClaimState memory state = _openState(claim);
        IClaims.Claim memory made = IClaims(keeper).claimOf(claimId, evidence);
        _checkChallengeable(made);
        IModelRegistry.Version memory version = REGISTRY.versionOf(made.versionId);
        if (version.programRoot == 0) revert TraceGameNoProgram(made.versionId);

        bool malformed = _provers[made.versionId] != address(0);
        IStepVerifier.Shape memory shape;
        // Its depths are multiples of four, 4 to 32.
        if (!malformed) shape = STEPS.shapeOf(version.programRoot, header);
        if (state.games == 0) _openDossier(claim, keeper, claimId, made, version, shape);
        number = ++state.games;
        _openGame(claim, state, shape);
        ++state.open;
        if (malformed) _decide(claim, state, Outcome.Malformed);
        else _states[claim] = state;
    }

    function _checkChallengeable(IClaims.Claim memory made) private view {
        Stops.Stop memory last = _stop;
        if (last.isStopped()) revert TraceGameStopped(last.at);
        if (last.at != 0 && made.acceptedAt <= last.at) revert TraceGameAcceptedBeforeStop(made.acceptedAt, last.at);
        if (block.timestamp >= made.challengeBy) revert TraceGameTooLate(made.challengeBy, block.timestamp);
    }

    function _openDossier(
        bytes32 claim,
        address keeper,
        bytes32 claimId,
        IClaims.Claim memory made,
        IModelRegistry.Version memory version,
        IStepVerifier.Shape memory shape
    ) private {
        Dossier memory dossier = Dossier({
            keeper: keeper,
            claimId: claimId,
            proposer: made.proposer,
            versionId: made.versionId,
            inputHash: made.inputHash,
            outputHash: made.outputHash,
            programRoot: version.programRoot,
            weightsRoot: version.weightsRoot,
            traceRoot: 0,
            openedAt: uint40(block.timestamp),
            traceDepth: shape.traceDepth,
            outputDepth: shape.outputDepth
        });
        _store(claim, dossier);
        emit ClaimChallenged(claim, keeper, claimId, dossier);
    }

    function _openGame(bytes32 claim, ClaimState memory state, IStepVerifier.Shape memory shape) private {
        uint256 unit = GameBonds.unitOf(shape, block.basefee);
        uint256 bond = GameBonds.bondOf(unit, state.open);
        if (msg.value < bond) revert TraceGameBondTooSmall(msg.value, bond);

        Game memory game;
        game.number = state.games;
        game.challenger = msg.sender;
        game.bond = bond.toUint80();
        game.unit = unit.toUint80();
        game.since = uint40(block.timestamp);
        _store(claim, game);
        emit GameOpened(claim, game.number, msg.sender, bond, unit);
        if (msg.value > bond) _credit(msg.sender, msg.value - bond);
    }

    /* ANSWERING */

    /// @inheritdoc IGamePlay
    function postTrace(Dossier calldata brought, bytes calldata content, Game[] calldata games) external payable {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        ClaimState memory state = _openState(claim);
        _checkNoStop(claim, dossier);
        if (msg.sender != dossier.proposer && !IClaims(dossier.keeper).playsFor(dossier.proposer, msg.sender)) {
            revert TraceGameNotProposer(msg.sender, dossier.proposer);
        }
        if (dossier.traceRoot != 0) revert TraceGameTracePosted(dossier.traceRoot);

        dossier.traceRoot = _traceRoot(content, dossier.traceDepth);
        _store(claim, dossier);
        emit TracePosted(claim, dossier.traceRoot, content);
        _cover(claim, state, games);
    }

    /// @inheritdoc IGamePlay
    function cover(Dossier calldata brought, Game[] calldata games) external payable {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        ClaimState memory state = _openState(claim);
        _checkNoStop(claim, dossier);
        if (dossier.traceRoot == 0) revert TraceGameNoTrace(claim);
        _cover(claim, state, games);
    }

    /// @inheritdoc IGamePlay
    function reveal(bytes32 claim, Game calldata brought, bytes calldata content) external {
        Game memory game = _read(claim, brought);
        if (game.turn != Turn.Reveal) revert TraceGameWrongTurn(claim, game.number, game.turn);
        _checkInTime(claim, game);
        if (content.length != GameTree.SIXTEEN) revert TraceGameContentSize(content.length);
        bytes32 node = game.level == _LEVELS ? GameTree.foldWords(content) : GameTree.foldNodes(content);
        if (node != game.node) revert TraceGameWrongContent(game.node, node);

        game.endProposers();
        _store(claim, game);
        emit NodeRevealed(claim, game.number, content);
    }

    /// @inheritdoc IGamePlay
    function fund(bytes32 claim) external payable {
        ClaimState memory state = _openState(claim);
        if (state.games == 0) revert TraceGameUnknownClaim(claim);
        _fund(claim, state);
        _states[claim] = state;
    }

    /// @dev Sixteen words decide no depth but 4, so their number says whether they are nodes.
    function _traceRoot(bytes calldata content, uint8 depth) private pure returns (bytes32) {
        if (content.length == GameTree.SIXTEEN && depth != _LEVELS) return GameTree.foldNodes(content);
        uint256 words = content.length / 32;
        bool fits = words <= 2 ** depth && (depth == _LEVELS || words > 2 ** (depth - _LEVELS));
        if (!fits || words == 0 || content.length % 32 != 0) revert TraceGameTraceSize(content.length, depth);
        return TensorHash.root(content);
    }

    function _cover(bytes32 claim, ClaimState memory state, Game[] calldata games) private {
        if (games.length == 0) revert TraceGameNoOpenGame(claim);
        for (uint256 i = 0; i < games.length; ++i) {
            Game memory game = _read(claim, games[i]);
            if (game.number != ++state.covered) revert TraceGameCoverOrder(game.number, state.covered);
            _checkInTime(claim, game);

            game.endProposers();
            _store(claim, game);
            state.reserved += game.unit;
            emit GameCovered(claim, game.number);
        }
        _fund(claim, state);
        if (state.balance < state.reserved) revert TraceGameUnderfunded(state.balance, state.reserved);
        _states[claim] = state;
    }

    function _fund(bytes32 claim, ClaimState memory state) private {
        if (msg.value == 0) return;
        state.balance += msg.value.toUint80();
        emit BalanceFunded(claim, msg.value);
    }

    /* ASKING */

    /// @inheritdoc IGamePlay
    function pickFirst(Dossier calldata brought, Game calldata broughtGame, Pick calldata pick) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        Game memory game = _read(claim, broughtGame);
        if (game.node != 0) revert TraceGamePickOrder(claim, game.number, game.node);
        (bytes32 root, uint8 depth) = _treeOf(dossier, pick.isOutput);
        if (pick.siblings.length == 0 && pick.isOutput) {
            if (pick.level != depth) revert TraceGamePickLevel(pick.level, 0, depth);
            if (pick.index != 0) revert TraceGamePickOutside(pick.index, 0);
            if (pick.node != root) revert TraceGameWrongPath(root, pick.node);
        } else {
            _checkBelow(pick, depth, 0, root);
        }
        _pick(claim, game, pick);
    }

    /// @inheritdoc IGamePlay
    function pickNext(bytes32 claim, Game calldata broughtGame, Pick calldata pick) external {
        Game memory game = _read(claim, broughtGame);
        if (game.node == 0) revert TraceGamePickOrder(claim, game.number, game.node);
        if (pick.isOutput != game.isOutput) revert TraceGamePickOutside(pick.index, game.index);
        _checkBelow(pick, game.level, game.index, game.node);
        _pick(claim, game, pick);
    }

    function _checkBelow(Pick calldata pick, uint8 level, uint32 index, bytes32 node) private pure {
        uint256 levels = pick.siblings.length;
        if (levels == 0 || levels % _LEVELS != 0 || pick.level < _LEVELS || pick.level + levels != level) {
            revert TraceGamePickLevel(pick.level, levels, level);
        }
        if (pick.index >> levels != index) revert TraceGamePickOutside(pick.index, index);
        bytes32 reached = GameTree.climb(pick.node, pick.index, pick.siblings);
        if (reached != node) revert TraceGameWrongPath(node, reached);
    }

    function _pick(bytes32 claim, Game memory game, Pick calldata pick) private {
        if (game.turn != Turn.Challenger) revert TraceGameWrongTurn(claim, game.number, game.turn);
        if (msg.sender != game.challenger) revert TraceGameNotChallenger(msg.sender, game.challenger);
        _checkInTime(claim, game);

        game.endChallengers();
        game.isOutput = pick.isOutput;
        game.level = pick.level;
        game.index = pick.index;
        game.node = pick.node;
        _store(claim, game);
        emit NodePicked(claim, game.number, pick.isOutput, pick.level, pick.index, pick.node);
    }

    function _treeOf(Dossier memory dossier, bool isOutput) private pure returns (bytes32 root, uint8 depth) {
        return isOutput ? (dossier.outputHash, dossier.outputDepth) : (dossier.traceRoot, dossier.traceDepth);
    }

    /* DECIDING */

    /// @inheritdoc IGamePlay
    function prove(
        Dossier calldata brought,
        IStepVerifier.Place calldata place,
        bytes32 word,
        bytes32[] calldata siblings,
        IStepVerifier.Step calldata step
    ) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        if (dossier.traceRoot == 0) revert TraceGameNoTrace(claim);
        ClaimState memory state = _playedState(claim, dossier);
        _checkLeaf(dossier, place, word, siblings);
        (uint256 claimed, uint256 right) = STEPS.recompute(
            IStepVerifier.Roots({
                program: dossier.programRoot,
                weights: dossier.weightsRoot,
                input: dossier.inputHash,
                trace: dossier.traceRoot
            }),
            place,
            word,
            step
        );
        if (claimed == right) revert TraceGameElementRight(right);

        emit ElementProven(claim, place.isOutput, place.leaf, place.lane, claimed, right);
        _decide(claim, state, Outcome.Proven);
    }

    /// @inheritdoc IGamePlay
    function timeout(Dossier calldata brought, Game calldata broughtGame) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        Game memory game = _read(claim, broughtGame);
        ClaimState memory state = _playedState(claim, dossier);
        uint256 deadline = game.deadline();
        if (block.timestamp < deadline) {
            revert TraceGameNotLate(claim, game.number, deadline, block.timestamp);
        }

        if (game.turn != Turn.Challenger) {
            _decide(claim, state, Outcome.Silent);
            return;
        }
        --state.open;
        state.balance += game.bond;
        state.reserved -= game.unit;
        _states[claim] = state;
        delete _games[claim][game.number];
        emit GameForfeited(claim, game.number, game.bond);
    }

    /// @inheritdoc IGamePlay
    function proveMalformed(
        VersionId versionId,
        IStepVerifier.OpenedHeader calldata header,
        IStepVerifier.OpenedRecord[] calldata records
    ) external {
        if (_stop.isStopped()) revert TraceGameStopped(_stop.at);
        address prover = _provers[versionId];
        if (prover != address(0)) revert TraceGameKnownMalformed(versionId, prover);
        bytes32 programRoot = REGISTRY.versionOf(versionId).programRoot;
        if (programRoot == 0) revert TraceGameNoProgram(versionId);
        IProgramForm.Fault fault = FORM.faultOf(programRoot, header, records);
        if (fault == IProgramForm.Fault.None) revert TraceGameWellFormed(versionId);

        _provers[versionId] = msg.sender;
        emit ProgramProvenMalformed(versionId, msg.sender, uint8(fault));
    }

    /// @inheritdoc IGamePlay
    function fell(Dossier calldata brought) external {
        (bytes32 claim, Dossier memory dossier) = _read(brought);
        if (_provers[dossier.versionId] == address(0)) revert TraceGameNotMalformed(dossier.versionId);
        _decide(claim, _playedState(claim, dossier), Outcome.Malformed);
    }

    /// @dev Of a claim that somebody can still win or lose.
    function _playedState(bytes32 claim, Dossier memory dossier) private view returns (ClaimState memory state) {
        state = _openState(claim);
        if (state.open == 0) revert TraceGameNoOpenGame(claim);
        _checkNotVoid(claim, dossier);
    }

    /// @dev Whether the tree has the leaf is asked by the step verifier, whose header has the same depth.
    function _checkLeaf(
        Dossier memory dossier,
        IStepVerifier.Place calldata place,
        bytes32 word,
        bytes32[] calldata siblings
    ) private pure {
        (bytes32 root, uint8 depth) = _treeOf(dossier, place.isOutput);
        if (siblings.length != depth) revert TraceGamePathLength(siblings.length, depth);
        bytes32 reached = GameTree.climb(GameTree.hashLeaf(word), place.leaf, siblings);
        if (reached != root) revert TraceGameWrongPath(root, reached);
    }

    function _checkInTime(bytes32 claim, Game memory game) private view {
        uint256 deadline = game.deadline();
        if (block.timestamp >= deadline) revert TraceGameLate(claim, game.number, deadline, block.timestamp);
    }

    function _decide(bytes32 claim, ClaimState memory state, Outcome outcome) private {
        state.outcome = outcome;
        _states[claim] = state;
        emit ClaimDecided(claim, outcome, _sharersOf(state));
    }

    /* STOPPING */

    /// @inheritdoc IGamePlay
    function stop() external restricted {
        emit GameStopped(_stop.stop());
    }

    /// @inheritdoc IGamePlay
    function lift() external restricted {
        _stop.lift();
        emit GameStopLifted();
    }

    /// @inheritdoc IGamePlay
    function makePermanent() external restricted {
        _stop.makePermanent();
        emit GameStopMadePermanent();
    }

    /* VIEWS */

    /// @inheritdoc ITraceGame
    function standingOf(address keeper, bytes32 claimId, VersionId versionId) external view returns (Standing memory) {
        ClaimState memory state = _states[claimKey(keeper, claimId)];
        return
            Standing({
                openGames: state.outcome == Outcome.Open ? state.open : 0,
                fallen: _hasFallen(state),
                malformed: _provers[versionId] != address(0),
                stopped: _stop.isStopped(),
                stoppedAt: _stop.at
            });
    }

    /// @inheritdoc ITraceGame
    function isUndecided() external view returns (bool) {
        return _stop.isUndecided();
    }

    /// @inheritdoc IGamePlay
    function deadlineOf(Game calldata game) external pure returns (uint256) {
        Game memory copy = game;
        return copy.deadline();
    }

    /// @inheritdoc IGamePlay
    function bondAt(
        bytes32 claim,
        IStepVerifier.Shape calldata shape,
        uint256 baseFee
    ) external view returns (uint256 bond, uint256 unit) {
        unit = GameBonds.unitOf(shape, baseFee);
        bond = GameBonds.bondOf(unit, _states[claim].open);
    }
}
