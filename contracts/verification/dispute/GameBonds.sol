// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";

/// @title GameBonds
/// @notice What a game costs to put up, in native wei.
/// @dev The constants are measured, rounded up; `test/verification/dispute/TraceGame.gas.test.ts` plays against them.
library GameBonds {
    /// @dev Opening, posting the trace, and settling.
    uint256 internal constant FIXED_GAS = 270_000;
    /// @dev A pick and its reveal.
    uint256 internal constant ROUND_GAS = 90_000;
    /// @dev A proof that opens nothing, and each word that it opens, its part of the paths included.
    uint256 internal constant PROOF_GAS = 150_000;
    uint256 internal constant WORD_GAS = 1_600;
    /// @dev More than two records' limits in words is no well-formed program's; without a bound a header could price challengers out.
    uint256 internal constant MOST_WORDS = 2_200;
    uint256 internal constant BASE_FEE_FLOOR = 1 gwei;

    /// @notice Gas of a whole game, both sides.
    function gasOf(IStepVerifier.Shape memory shape) internal pure returns (uint256) {
        uint256 rounds = Math.max(shape.traceDepth, shape.outputDepth) / 4;
        uint256 words = Math.min(shape.worstStep, MOST_WORDS);
        return FIXED_GAS + rounds * ROUND_GAS + PROOF_GAS + words * WORD_GAS;
    }

    /// @notice Twice that at a base fee, never counted below the floor.
    function unitOf(IStepVerifier.Shape memory shape, uint256 baseFee) internal pure returns (uint256) {
        return 2 * gasOf(shape) * Math.max(baseFee, BASE_FEE_FLOOR);
    }

    /// @notice What a challenger puts up while `open` games of the claim are: units of 1 + open / 8, rounded up. So whoever opens many
    /// pays
    /// for the flood with the square of it.
    function bondOf(uint256 unit, uint256 open) internal pure returns (uint256) {
        return unit + Math.ceilDiv(unit * open, 8);
    }
}
