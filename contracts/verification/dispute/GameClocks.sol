// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGamePlay} from "../../interfaces/verification/dispute/IGamePlay.sol";

/// @title GameClocks
/// @notice The clocks of one game, evaluated when somebody moves.
/// @dev A move uses up `max(0, elapsed − grace)` of its side's budget. Law: a game in which the proposer has `m` moves ends within
/// PROPOSER_BUDGET + CHALLENGER_BUDGET + m · GRACE of its opening, if whoever can calls {IGamePlay-timeout}. Depth 32 gives m ≤ 9: the
/// trace
/// or cover, and a reveal of at most eight nodes of the output's tree; so 45 h.
library GameClocks {
    uint256 internal constant PROPOSER_BUDGET = 24 hours;
    uint256 internal constant CHALLENGER_BUDGET = 12 hours;
    /// @dev Of the proposer only: it does not choose when it is asked.
    uint256 internal constant GRACE = 1 hours;

    /// @notice The first second that is too late for whose turn it is.
    function deadline(IGamePlay.Game memory game) internal pure returns (uint256) {
        if (game.turn == IGamePlay.Turn.Challenger) return game.since + CHALLENGER_BUDGET - game.challengerUsed;
        return game.since + GRACE + PROPOSER_BUDGET - game.proposerUsed;
    }

    /// @notice Ends the proposer's turn now. Not after its deadline.
    function endProposers(IGamePlay.Game memory game) internal view {
        uint256 elapsed = block.timestamp - game.since;
        // Less than the budget, or the deadline would have passed.
        if (elapsed > GRACE) game.proposerUsed += uint24(elapsed - GRACE);
        game.turn = IGamePlay.Turn.Challenger;
        game.since = uint40(block.timestamp);
    }

    /// @notice Ends the challenger's turn now. Not after its deadline.
    function endChallengers(IGamePlay.Game memory game) internal view {
        game.challengerUsed += uint24(block.timestamp - game.since);
        game.turn = IGamePlay.Turn.Reveal;
        game.since = uint40(block.timestamp);
    }
}
