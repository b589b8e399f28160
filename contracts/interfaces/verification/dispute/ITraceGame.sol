// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {VersionId} from "../../../types/VersionId.sol";

/// @title ITraceGame
/// @notice Where a claim is proven wrong by recomputing one number.
interface ITraceGame {
    /// @notice How a claim, its version and the game itself stand; what a keeper asks before it goes on.
    struct Standing {
        uint32 openGames; // that have not ended
        bool fallen; // lost, by proof or by silence
        bool malformed; // the version's program is: nobody may accept it, and a claim that nobody challenged is refunded, for a miss
        bool stopped; // no move counts now
        uint40 stoppedAt; // the last stop, 0 = never; a claim accepted at it or before, and not final then, is void
    }

    /// @notice How the claim of `keeper` stands. All games of the claim have ended if `openGames` is 0.
    function standingOf(address keeper, bytes32 claimId, VersionId versionId) external view returns (Standing memory);

    /// @notice Whether the game has been stopped and nobody has decided yet what becomes of its verdicts.
    function isUndecided() external view returns (bool);
}
