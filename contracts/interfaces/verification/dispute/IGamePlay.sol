// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../../types/VersionId.sol";
import {ISlashEscrow} from "../../staking/ISlashEscrow.sol";
import {IStepVerifier} from "./IStepVerifier.sol";

/// @title IGamePlay
/// @notice What the players of a {ITraceGame} call. `docs/challenges.md` tells the protocol, the money and the clocks.
///
/// A claim is wrong exactly if some element of the proposer's trace, or of the output, is not what its own operands make of it. A game
/// makes
/// the proposer show the trace, sixteen nodes at a time and only where its challenger asks; whoever sees such an element then proves it,
/// and
/// the claim falls for everyone. So an honest proposer cannot lose by content, and what a challenger asks for need not be trusted.
/// @dev Claims and games are hashed, not stored: moves bring the {Dossier} and the {Game} that they go on from, as events tell them.
/// Whoever
/// moves on what has changed since reverts with {TraceGameStaleDossier} or {TraceGameStaleGame}.
interface IGamePlay {
    /// @notice How a claim stands here. It never returns to `Open`.
    enum Outcome {
        Open,
        Void, // nobody won: everyone has their bonds back
        Proven, // an element was recomputed
        Silent, // the proposer let its clock run out
        Malformed // its version's program is
    }

    /// @notice Who has to move in a game.
    enum Turn {
        Cover, // the proposer: nothing was answered yet
        Challenger,
        Reveal // the proposer: a node was picked
    }

    /// @notice What is known of a claim, from its first challenge on; it does not change but for the trace.
    struct Dossier {
        address keeper;
        bytes32 claimId; // as the keeper calls it
        address proposer;
        VersionId versionId;
        bytes32 inputHash;
        bytes32 outputHash;
        bytes32 programRoot;
        bytes32 weightsRoot;
        bytes32 traceRoot; // 0 until it is posted
        uint40 openedAt; // the first challenge, unix seconds
        uint8 traceDepth;
        uint8 outputDepth;
    }

    /// @notice One challenger against the proposer.
    struct Game {
        uint24 number; // among those of the claim, from 1
        address challenger;
        uint80 bond; // native wei that the challenger put up
        uint80 unit; // native wei that the proposer's balance holds for it once it is covered
        Turn turn;
        uint40 since; // the turn's beginning, unix seconds
        uint24 proposerUsed; // seconds of the clocks, up to this turn
        uint24 challengerUsed;
        bool isOutput; // the tree that `node` belongs to
        uint8 level; // of `node`, 0 are leaves
        uint32 index;
        bytes32 node; // 0 before the first pick
    }

    /// @notice A node of the proposer's trees.
    struct Pick {
        bool isOutput;
        uint8 level;
        uint32 index;
        bytes32 node;
        bytes32[] siblings; // from `level` up to below the node picked before, or up to below the root
    }

    /// @notice How a claim stands here.
    struct ClaimState {
        // one slot
        uint24 games; // opened
        uint24 open; // of these, not ended; what they were when the claim was decided
        uint24 covered; // the first so many games are
        Outcome outcome;
        bool collected; // the challengers' part of the slash is here
        bool proverPaid; // who proved the program malformed has its share
        uint80 balance; // native wei of the proposer
        uint80 reserved; // of these, for the covered games that have not ended
    }

    /// @notice The first challenge of a claim. `claim` is what the claim is called here.
    event ClaimChallenged(bytes32 indexed claim, address indexed keeper, bytes32 indexed claimId, Dossier dossier);
    /// @notice A game begins with the proposer's turn. Amounts in native wei.
    event GameOpened(
        bytes32 indexed claim,
        uint24 indexed number,
        address indexed challenger,
        uint256 bond,
        uint256 unit
    );
    /// @notice The nodes four levels below the root, or every leaf word.
    event TracePosted(bytes32 indexed claim, bytes32 root, bytes content);
    /// @notice The proposer's balance answers for the game, and it is its challenger's turn.
    event GameCovered(bytes32 indexed claim, uint24 indexed number);
    /// @notice The proposer's turn to reveal `node`.
    event NodePicked(
        bytes32 indexed claim,
        uint24 indexed number,
        bool isOutput,
        uint8 level,
        uint32 index,
        bytes32 node
    );
    /// @notice The sixteen nodes four levels below the picked one, leaf words if these are leaves; the challenger's turn.
    event NodeRevealed(bytes32 indexed claim, uint24 indexed number, bytes content);
    /// @notice The challenger let its clock run out; its bond went to the proposer's balance.
    event GameForfeited(bytes32 indexed claim, uint24 indexed number, uint256 bond);
    /// @notice Lane `lane` of that leaf says `claimed` and must be `right`.
    event ElementProven(bytes32 indexed claim, bool isOutput, uint32 leaf, uint8 lane, uint256 claimed, uint256 right);
    /// @notice All games of the claim have ended. `sharers` share the challengers' part of the slash.
    event ClaimDecided(bytes32 indexed claim, Outcome outcome, uint256 sharers);
    /// @notice The proposer's balance grew.
    event BalanceFunded(bytes32 indexed claim, uint256 amount);
    /// @notice What of the proposer's balance no game needs was credited to the proposer.
    event BalanceReclaimed(bytes32 indexed claim, address indexed proposer, uint256 amount);
    /// @notice What the challenger gets back and wins of native coin was credited.
    event GameSettled(bytes32 indexed claim, uint24 indexed number, address indexed challenger, uint256 amount);
    /// @notice The challengers' part of the slash can be shared: `share` OPG wei each.
    event SlashCollected(bytes32 indexed claim, uint256 share);
    /// @notice The challenger of game `number`, or, if that is 0, who proved the program malformed, was paid OPG.
    event SharePaid(bytes32 indexed claim, uint24 indexed number, address indexed account, uint256 share);
    /// @notice Native coin that `account` can withdraw grew.
    event Credited(address indexed account, uint256 amount);
    /// @notice `account` took its credit.
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    /// @notice The version's program is malformed: nobody may accept it, and claims under challenge fall.
    event ProgramProvenMalformed(VersionId indexed versionId, address indexed prover, uint8 fault);
    /// @notice The guardian stopped the game. Unless lifted before `decidedBy`, the stop becomes permanent then.
    event GameStopped(uint40 decidedBy);
    /// @notice Claims that are accepted from now on can be challenged.
    event GameStopLifted();
    /// @notice No move will ever count again.
    event GameStopMadePermanent();

    /// @notice No move counts since `stoppedAt`.
    error TraceGameStopped(uint40 stoppedAt);
    /// @notice The claim ended without a verdict: {settle} and {reclaim} give everyone their own back.
    error TraceGameVoidClaim(bytes32 claim);
    /// @notice The claim was accepted at `acceptedAt`, the game stopped at that time or later.
    error TraceGameAcceptedBeforeStop(uint40 acceptedAt, uint40 stoppedAt);
    /// @notice The claim could be challenged before `challengeBy`.
    error TraceGameTooLate(uint40 challengeBy, uint256 now_);
    /// @notice The version has no program, so nothing of it can be recomputed.
    error TraceGameNoProgram(VersionId versionId);
    /// @notice The bond of a game opened now is `needed` native wei.
    error TraceGameBondTooSmall(uint256 given, uint256 needed);
    /// @notice The claim has been decided.
    error TraceGameDecided(bytes32 claim, Outcome outcome);
    /// @notice The claim is neither decided nor void: its games go on.
    error TraceGameUndecided(bytes32 claim);
    /// @notice Not the dossier of this claim as it stands.
    error TraceGameStaleDossier(bytes32 claim, bytes32 expected, bytes32 given);
    /// @notice Not this game as it stands; `expected` is 0 for one that never was or has ended.
    error TraceGameStaleGame(bytes32 claim, uint24 number, bytes32 expected, bytes32 given);
    /// @notice Only the proposer of the claim, or whom its keeper lets play for it, may post the trace.
    error TraceGameNotProposer(address caller, address proposer);
    /// @notice Only the game's challenger may pick.
    error TraceGameNotChallenger(address caller, address challenger);
    /// @notice A trace is posted once.
    error TraceGameTracePosted(bytes32 traceRoot);
    /// @notice Nothing can be covered before the trace is posted.
    error TraceGameNoTrace(bytes32 claim);
    /// @notice A trace of this depth is posted as sixteen nodes or as all its leaf words, of which this is no number.
    error TraceGameTraceSize(uint256 length, uint8 traceDepth);
    /// @notice Sixteen words are revealed at a time.
    error TraceGameContentSize(uint256 length);
    /// @notice What was revealed makes another node than the one picked.
    error TraceGameWrongContent(bytes32 node, bytes32 given);
    /// @notice Games are covered in their order.
    error TraceGameCoverOrder(uint24 number, uint24 next);
    /// @notice The proposer's balance must hold the unit of every game that it covers.
    error TraceGameUnderfunded(uint256 balance, uint256 needed);
    /// @notice It is another move's turn.
    error TraceGameWrongTurn(bytes32 claim, uint24 number, Turn turn);
    /// @notice The clock of whose turn it was ran out at `deadline`.
    error TraceGameLate(bytes32 claim, uint24 number, uint256 deadline, uint256 now_);
    /// @notice The clock of whose turn it is runs out at `deadline`.
    error TraceGameNotLate(bytes32 claim, uint24 number, uint256 deadline, uint256 now_);
    /// @notice A first pick after `node` was picked, or a further one before any was.
    error TraceGamePickOrder(bytes32 claim, uint24 number, bytes32 node);
    /// @notice A pick goes down a multiple of four levels from the node before, four at least, to level 4 or above; the first may be the
    /// output's root.
    error TraceGamePickLevel(uint8 level, uint256 siblings, uint8 from);
    /// @notice A pick stays below the node before: `index` must lie below `from` in the same tree.
    error TraceGamePickOutside(uint32 index, uint32 from);
    /// @notice The path does not lead from this node to the one before, or from this word to its root.
    error TraceGameWrongPath(bytes32 expected, bytes32 given);
    /// @notice A path from a leaf has as many siblings as its tree has levels.
    error TraceGamePathLength(uint256 length, uint8 depth);
    /// @notice The element is right.
    error TraceGameElementRight(uint256 value);
    /// @notice Nobody ever challenged it.
    error TraceGameUnknownClaim(bytes32 claim);
    /// @notice The claim has no open game that could win.
    error TraceGameNoOpenGame(bytes32 claim);
    /// @notice The records show no fault of the program.
    error TraceGameWellFormed(VersionId versionId);
    /// @notice It was proven before.
    error TraceGameKnownMalformed(VersionId versionId, address prover);
    /// @notice Nobody has proven the version's program malformed.
    error TraceGameNotMalformed(VersionId versionId);
    /// @notice The escrow has not released that slash.
    error TraceGameSlashNotReleased(bytes32 slashId, ISlashEscrow.Status status);
    /// @notice The challengers' part of that slash went to `challengers`, not here.
    error TraceGameForeignSlash(bytes32 slashId, address challengers);
    /// @notice The challengers' part was collected before.
    error TraceGameCollected(bytes32 claim);
    /// @notice The challengers' part has not been collected.
    error TraceGameNotCollected(bytes32 claim);
    /// @notice `account` has no share of this claim that could be paid.
    error TraceGameNoShare(bytes32 claim, address account);
    /// @notice `account` has no credit.
    error TraceGameNoCredit(address account);
    /// @notice `to` did not take the coin.
    error TraceGameTransferFailed(address to, uint256 amount);
    /// @notice The transaction's gas limit is too low to ask the keeper.
    error TraceGameNotEnoughGas(uint256 available, uint256 needed);

    /* OPENING */

    /// @notice Opens a game about a claim, inside its window. Anyone may, any number of times; the bond is sent along.
    /// @dev What is sent above the bond becomes credit. A claim whose program is proven malformed falls at once.
    /// @param evidence what the keeper wants besides the id.
    /// @param header of the version's program; not read if that is proven malformed.
    /// @return claim what the claim is called here: keccak256(keeper, claimId).
    /// @return number of the game.
    function challenge(
        address keeper,
        bytes32 claimId,
        bytes calldata evidence,
        IStepVerifier.OpenedHeader calldata header
    ) external payable returns (bytes32 claim, uint24 number);

    /* ANSWERING */

    /// @notice Posts the trace and covers games 1 to `games.length`. Caller: the proposer, or whom the keeper lets play for it.
    /// @param content 16 nodes four levels below the root; or all leaf words, up to the last that is not 0, if these decide the depth.
    /// @param games one at least, in order; each on its clock.
    function postTrace(Dossier calldata dossier, bytes calldata content, Game[] calldata games) external payable;

    /// @notice Covers the games after those that are covered, in order: the proposer's balance, with what is sent along, must hold the
    /// units
    /// of all that are covered and have not ended. Anyone may.
    function cover(Dossier calldata dossier, Game[] calldata games) external payable;

    /// @notice Answers a pick: the sixteen nodes four levels below the picked one, leaf words if it is at level 4. Anyone may: the picked
    /// hash leaves no choice.
    function reveal(bytes32 claim, Game calldata game, bytes calldata content) external;

    /// @notice Adds to the proposer's balance. Anyone may.
    function fund(bytes32 claim) external payable;

    /* ASKING */

    /// @notice The first pick of a game: below a root. Caller: its challenger.
    /// @param pick without siblings it names the output's root itself.
    function pickFirst(Dossier calldata dossier, Game calldata game, Pick calldata pick) external;

    /// @notice A further pick, below the node picked before. It may go down by more than four levels where more is known. Caller: the
    /// game's
    /// challenger.
    function pickNext(bytes32 claim, Game calldata game, Pick calldata pick) external;

    /* DECIDING */

    /// @notice Proves an element of a posted trace, or of the output, wrong: the claim falls. Anyone may, while a game of it is open; who
    /// wins are the challengers of covered games, so that copying a proof earns nothing.
    /// @param word the leaf's word, `siblings` its path to the root.
    function prove(
        Dossier calldata dossier,
        IStepVerifier.Place calldata place,
        bytes32 word,
        bytes32[] calldata siblings,
        IStepVerifier.Step calldata step
    ) external;

    /// @notice Ends a game whose clock has run out: against its challenger, who loses the bond, or against the proposer, whose claim
    /// falls.
    /// Anyone may.
    function timeout(Dossier calldata dossier, Game calldata game) external;

    /// @notice Proves that a version's program is malformed. Anyone may; the first to do so shares in claims that fall by it.
    function proveMalformed(
        VersionId versionId,
        IStepVerifier.OpenedHeader calldata header,
        IStepVerifier.OpenedRecord[] calldata records
    ) external;

    /// @notice Fells a claim with an open game whose program is proven malformed. Anyone may.
    function fell(Dossier calldata dossier) external;

    /* MONEY */

    /// @notice Credits what a challenger gets when the claim is decided: its bond, and the game's unit if it was covered and the claim
    /// fell.
    /// Anyone may.
    function settle(Dossier calldata dossier, Game calldata game) external;

    /// @notice Credits to the proposer what no game needs of its balance: while none is open all, after a fall what is not reserved.
    /// Anyone
    /// may.
    function reclaim(Dossier calldata dossier) external;

    /// @notice Takes note of the challengers' part of the released slash of a fallen claim. Anyone may, once.
    function collect(ISlashEscrow.Slash calldata slash) external;

    /// @notice Pays a settled game's share of the slash to its challenger. Anyone may.
    function payShare(bytes32 claim, uint24 number, address challenger) external;

    /// @notice Pays the share of who proved a claim's program malformed. Anyone may.
    function payProver(Dossier calldata dossier) external;

    /// @notice Sends the caller's credit to `to`.
    function withdraw(address payable to) external;

    /* STOPPING */

    /// @notice Stops the game: no move counts, no clock runs, and every claim accepted by now is void unless decided. Caller: GUARDIAN.
    function stop() external;

    /// @notice Ends a stop that is not decided. Caller: ARBITER.
    function lift() external;

    /// @notice Makes a stop permanent at once. Caller: ARBITER.
    function makePermanent() external;

    /* VIEWS */

    /// @notice What a claim is called here.
    function claimKey(address keeper, bytes32 claimId) external pure returns (bytes32 claim);

    /// @notice All zero for a claim that nobody challenged.
    function stateOf(bytes32 claim) external view returns (ClaimState memory);

    /// @notice The hash of the claim's {Dossier}, ABI-encoded; 0 if nobody challenged it.
    function dossierHashOf(bytes32 claim) external view returns (bytes32);

    /// @notice The hash of the {Game}, ABI-encoded; 0 for one that never was, ended or is settled.
    function gameHashOf(bytes32 claim, uint24 number) external view returns (bytes32);

    /// @notice When the clock of whose turn it is runs out: the first second that is too late for its move.
    function deadlineOf(Game calldata game) external pure returns (uint256);

    /// @notice What the next game on the claim would cost at a base fee, in native wei: the challenger's bond, and the unit that the
    /// proposer must hold for it.
    function bondAt(
        bytes32 claim,
        IStepVerifier.Shape calldata shape,
        uint256 baseFee
    ) external view returns (uint256 bond, uint256 unit);

    /// @notice Native wei that `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice Who first proved the version's program malformed; 0 if nobody.
    function proverOf(VersionId versionId) external view returns (address);

    /// @notice OPG wei for each who shares in the claim's slash, once collected.
    function shareOf(bytes32 claim) external view returns (uint256);

    /// @notice The last stop; all zero if there was none.
    function lastStop() external view returns (uint40 at, bool lifted, bool permanent);
}
