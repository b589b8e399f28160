// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {OpenedWords} from "./OpenedWords.sol";
import {Operand, SOURCE_TRACE, SOURCE_WEIGHTS} from "./Operand.sol";
import {OperatorRecord, DTYPE_INT8, REDUCE_MAX, REDUCE_SQUARES, REDUCE_SUM} from "./OperatorRecord.sol";

/// @title TensorTerms
/// @notice Reads operands by their index maps and folds the terms of one reduction, for {TensorKernels}.
/// @dev Nothing here overflows 256 bits: an element has 32, a coordinate of the result 37, an extent and a stride 32.
library TensorTerms {
    using OpenedWords for OpenedWords.Words;

    /// @notice Row-major coordinates of an element. An extent of 0 counts as 1, so that any record has coordinates.
    function coordinatesOf(OperatorRecord record, uint256 position) internal pure returns (uint256[4] memory at) {
        unchecked {
            for (uint256 dimension = 4; dimension > 0;) {
                uint256 extent = record.shape(--dimension);
                if (extent == 0) continue;
                at[dimension] = position % extent;
                position /= extent;
            }
        }
    }

    /// @notice An operand's element for a result without a reduction.
    function elementOf(
        Operand operand,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) internal pure returns (int256) {
        return elementOf(operand, operand.firstElement(at), words);
    }

    /// @notice An operand's element, the index clamped; 0 if it has none.
    function elementOf(Operand operand, int256 index, OpenedWords.Words memory words) internal pure returns (int256) {
        if (isVoid(operand)) return 0;
        return words.elementAt(tensorOf(operand), clamped(index, operand.length()));
    }

    /// @notice Σ a or Σ a², mod 2^32, or the largest or smallest a; 0 of no terms.
    function reduced(
        OperatorRecord record,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) internal pure returns (int256 result) {
        Operand a = record.a();
        if (isVoid(a) || record.terms() == 0) return 0;
        OpenedWords.Tensor memory tensor = tensorOf(a);
        uint256 length = a.length();
        uint256 variant = record.variant();
        int256 first = a.firstElement(at);
        bool isFirst = true;
        unchecked {
            for (uint256 r0 = 0; r0 < record.reduce(0); ++r0) {
                for (uint256 r1 = 0; r1 < record.reduce(1); ++r1) {
                    int256 index = rowOf(a, first, r0, r1);
                    int256 stride = a.reduceStride(2);
                    for (uint256 left = record.reduce(2); left > 0; --left) {
                        int256 element = words.elementAt(tensor, clamped(index, length));
                        if (variant == REDUCE_SUM) result += element;
                        else if (variant == REDUCE_SQUARES) result += element * element;
                        else if (isFirst || (element > result) == (variant == REDUCE_MAX)) result = element;
                        isFirst = false;
                        index += stride;
                    }
                }
            }
        }
        return int256(int32(result));
    }

    /// @notice Number of the term with the largest value, the lowest one if there are several; 0 of no terms.
    function argMax(
        OperatorRecord record,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) internal pure returns (int256) {
        Operand a = record.a();
        if (isVoid(a) || record.terms() == 0) return 0;
        OpenedWords.Tensor memory tensor = tensorOf(a);
        uint256 length = a.length();
        int256 first = a.firstElement(at);
        int256 largest = type(int256).min;
        uint256 best;
        uint256 number;
        unchecked {
            for (uint256 r0 = 0; r0 < record.reduce(0); ++r0) {
                for (uint256 r1 = 0; r1 < record.reduce(1); ++r1) {
                    int256 index = rowOf(a, first, r0, r1);
                    int256 stride = a.reduceStride(2);
                    for (uint256 left = record.reduce(2); left > 0; --left) {
                        int256 element = words.elementAt(tensor, clamped(index, length));
                        if (element > largest) (largest, best) = (element, number);
                        ++number;
                        index += stride;
                    }
                }
            }
        }
        return int256(best);
    }

    /// @notice Element number of the term with the given outer coordinates and 0 as the innermost.
    /// @param first of the term with none but zeros.
    function rowOf(Operand operand, int256 first, uint256 r0, uint256 r1) internal pure returns (int256) {
        unchecked {
            return first + int256(r0) * operand.reduceStride(0) + int256(r1) * operand.reduceStride(1);
        }
    }

    /// @notice Whether every element of the operand reads as 0: it has no source or no length.
    function isVoid(Operand operand) internal pure returns (bool) {
        uint256 source = operand.source();
        return (source != SOURCE_TRACE && source != SOURCE_WEIGHTS) || operand.length() == 0;
    }

    /// @notice Where the elements of an operand are that is not void.
    function tensorOf(Operand operand) internal pure returns (OpenedWords.Tensor memory tensor) {
        bool isTrace = operand.source() == SOURCE_TRACE;
        tensor.tree = isTrace ? IStepVerifier.Tree.Trace : IStepVerifier.Tree.Weights;
        tensor.firstLeaf = operand.firstLeaf();
        tensor.isBytes = operand.dtype() == DTYPE_INT8;
    }

    /// @notice `index` moved into 0 … length − 1. `length` is not 0.
    function clamped(int256 index, uint256 length) internal pure returns (uint256) {
        unchecked {
            if (index < 0) return 0;
            return uint256(index) < length ? uint256(index) : length - 1;
        }
    }
}
