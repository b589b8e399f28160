// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../contracts/interfaces/verification/dispute/IStepVerifier.sol";
import {placeOf} from "../../contracts/verification/dispute/CalldataNumbers.sol";
import {OpenedWords} from "../../contracts/verification/dispute/OpenedWords.sol";
import {OperatorRecord} from "../../contracts/verification/dispute/OperatorRecord.sol";
import {TensorKernels} from "../../contracts/verification/dispute/TensorKernels.sol";

/// @notice Computes many elements from the same words, proofs left aside.
contract TensorKernels__Harness {
    struct Query {
        bytes record;
        uint256[] positions;
    }

    function evaluate(
        Query[] calldata queries,
        IStepVerifier.Opening[] calldata openings,
        uint256[3] calldata leaves
    ) external pure returns (int256[][] memory values) {
        OpenedWords.Words memory words = _wordsOf(openings, leaves);
        values = new int256[][](queries.length);
        for (uint256 i = 0; i < queries.length; ++i) {
            OperatorRecord record = OperatorRecord.wrap(placeOf(queries[i].record));
            uint256[] calldata positions = queries[i].positions;
            values[i] = new int256[](positions.length);
            for (uint256 j = 0; j < positions.length; ++j) {
                values[i][j] = TensorKernels.elementOf(record, positions[j], words);
            }
        }
    }

    /// @return the gas of one element, without its proofs.
    function gasOf(
        bytes calldata record,
        uint256 position,
        IStepVerifier.Opening[] calldata openings,
        uint256[3] calldata leaves
    ) external view returns (uint256) {
        OpenedWords.Words memory words = _wordsOf(openings, leaves);
        uint256 before = gasleft();
        TensorKernels.elementOf(OperatorRecord.wrap(placeOf(record)), position, words);
        return before - gasleft();
    }

    function _wordsOf(
        IStepVerifier.Opening[] calldata openings,
        uint256[3] calldata leaves
    ) private pure returns (OpenedWords.Words memory words) {
        words.leaves = leaves;
        words.ranges = new OpenedWords.Range[](openings.length);
        for (uint256 i = 0; i < openings.length; ++i) {
            words.ranges[i] = OpenedWords.rangeOf(openings[i]);
        }
    }
}
