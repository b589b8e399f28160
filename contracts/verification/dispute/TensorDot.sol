// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {OpenedWords} from "./OpenedWords.sol";
import {Operand} from "./Operand.sol";
import {OperatorRecord, FLAG_BIAS} from "./OperatorRecord.sol";
import {PackedDot} from "./PackedDot.sol";
import {TensorTerms} from "./TensorTerms.sol";

/// @title TensorDot
/// @notice The kernel DOT, for {TensorKernels}: runs of terms that lie one after the other in both operands are summed 32 at a time.
library TensorDot {
    using OpenedWords for OpenedWords.Words;

    /// @dev Longer runs, which no well-formed record has, are cut.
    uint256 private constant MOST_PACKED = 1 << 16;

    /// @dev One operand, its number of elements, and how far apart the terms of a run lie.
    struct Side {
        OpenedWords.Tensor tensor;
        uint256 length;
        int256 stride;
    }

    /// @notice Σ a·b + bias, mod 2^32.
    function dot(
        OperatorRecord record,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) internal pure returns (int256 sum) {
        if (record.flags() & FLAG_BIAS != 0) sum = _biasOf(record, at, words);
        Operand a = record.a();
        Operand b = record.b();
        if (TensorTerms.isVoid(a) || TensorTerms.isVoid(b) || record.terms() == 0) return sum;

        (uint256 rows, uint256 columns, uint256 run) = _runsOf(record);
        Side memory left = Side(TensorTerms.tensorOf(a), a.length(), a.reduceStride(2));
        Side memory right = Side(TensorTerms.tensorOf(b), b.length(), b.reduceStride(2));
        right.tensor.isPermuted = right.tensor.isBytes && right.tensor.tree == IStepVerifier.Tree.Weights;
        (int256 i, int256 j) = (a.firstElement(at), b.firstElement(at));
        unchecked {
            for (uint256 r0 = 0; r0 < rows; ++r0) {
                for (uint256 r1 = 0; r1 < columns; ++r1) {
                    sum += _run(
                        words,
                        left,
                        TensorTerms.rowOf(a, i, r0, r1),
                        right,
                        TensorTerms.rowOf(b, j, r0, r1),
                        run
                    );
                }
            }
        }
        return int256(int32(sum));
    }

    /// @dev Number max(0, o[2]·indexStride of b + o[3]) of the biases.
    function _biasOf(
        OperatorRecord record,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) private pure returns (int256) {
        int256 number = int256(at[2]) * record.b().indexStride() + int256(at[3]);
        OpenedWords.Tensor memory biases;
        biases.tree = IStepVerifier.Tree.Weights;
        biases.firstLeaf = record.biasLeaf();
        return words.elementAt(biases, number < 0 ? 0 : uint256(number));
    }

    /// @dev How many terms there are in dimensions 0 and 1, and in one run. A dimension joins the run where it continues it in both
    /// operands, as rows of weights always do and windows do that are as wide as the image.
    function _runsOf(OperatorRecord record) private pure returns (uint256 rows, uint256 columns, uint256 run) {
        (rows, columns, run) = (record.reduce(0), record.reduce(1), record.reduce(2));
        if (!_continues(record, 1, columns, run)) return (rows, columns, run);
        unchecked {
            (columns, run) = (1, columns * run);
            if (_continues(record, 0, rows, run)) (rows, run) = (1, rows * run);
        }
    }

    function _continues(
        OperatorRecord record,
        uint256 dimension,
        uint256 extent,
        uint256 run
    ) private pure returns (bool) {
        return extent == 1 || (_follows(record.a(), dimension, run) && _follows(record.b(), dimension, run));
    }

    function _follows(Operand operand, uint256 dimension, uint256 run) private pure returns (bool) {
        unchecked {
            return operand.reduceStride(dimension) == int256(run) * operand.reduceStride(2);
        }
    }

    /// @dev Σ a·b over `count` terms, from element `i` of the left and `j` of the right on.
    function _run(
        OpenedWords.Words memory words,
        Side memory left,
        int256 i,
        Side memory right,
        int256 j,
        uint256 count
    ) private pure returns (int256 sum) {
        unchecked {
            if (_isPlain(left, i, count) && _isPlain(right, j, count)) {
                uint256 x = words.origin(left.tensor, uint256(i), count);
                uint256 w = words.origin(right.tensor, uint256(j), count);
                if (x != 0 && w != 0) {
                    bool isPermuted = right.tensor.isPermuted;
                    uint256 lane = isPermuted ? uint256(j) % 32 : 0;
                    return PackedDot.sum(x + uint256(i), w + uint256(j) - lane, lane, count, isPermuted);
                }
            }
            for (; count > 0; --count) {
                int256 element = words.elementAt(left.tensor, TensorTerms.clamped(i, left.length));
                sum += element * words.elementAt(right.tensor, TensorTerms.clamped(j, right.length));
                i += left.stride;
                j += right.stride;
            }
        }
    }

    /// @dev Whether the run is int8, one element after the other, and no index of it is clamped.
    function _isPlain(Side memory side, int256 first, uint256 count) private pure returns (bool) {
        unchecked {
            if (!side.tensor.isBytes || (side.stride != 1 && count > 1)) return false;
            return count <= MOST_PACKED && first >= 0 && uint256(first) + count <= side.length;
        }
    }
}
