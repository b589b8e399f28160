// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Operand, SOURCE_NONE, SOURCE_WEIGHTS} from "./Operand.sol";
import {OperatorRecord, FLAG_BIAS, KERNEL_CONST, KERNEL_INPUT, hasTable, lanesOf} from "./OperatorRecord.sol";

/// @title StepSizes
/// @notice What recomputing one element opens at most, from the record alone. `sdk/program/step.ts` is the twin.
library StepSizes {
    uint256 private constant MAX_TERMS = 16_384;
    uint256 private constant MAX_RUNS = 16;
    uint256 private constant MAX_ACTIVATION_WORDS = 1_100;
    uint256 private constant MAX_WEIGHT_WORDS = 1_100;

    struct Size {
        uint256 runs;
        uint256 activationWords;
        uint256 weightWords;
    }

    /// @notice Whether one transaction cannot hold a step.
    function isTooLarge(OperatorRecord record) internal pure returns (bool) {
        Size memory size = _sizeOf(record);
        return
            record.terms() > MAX_TERMS ||
            size.runs > MAX_RUNS ||
            size.activationWords > MAX_ACTIVATION_WORDS ||
            size.weightWords > MAX_WEIGHT_WORDS;
    }

    /// @notice Leaf words of all kinds.
    function wordsOf(OperatorRecord record) internal pure returns (uint256) {
        Size memory size = _sizeOf(record);
        return size.activationWords + size.weightWords;
    }

    function _sizeOf(OperatorRecord record) private pure returns (Size memory size) {
        // An input element is compared with the input tensor's own leaf, a constant is one of the weights.
        if (record.kernel() == KERNEL_INPUT) return Size(1, 1, 0);
        if (record.kernel() == KERNEL_CONST) return Size(1, 0, 1);
        _add(size, record, record.a());
        _add(size, record, record.b());
        uint256 single = (record.flags() & FLAG_BIAS == 0 ? 0 : 1) + (hasTable(record) ? 1 : 0);
        size.runs += single;
        size.weightWords += single;
    }

    /// @dev Runs of consecutive elements that one reduction reads, and an upper bound of the words they lie in.
    function _add(Size memory size, OperatorRecord record, Operand operand) private pure {
        if (operand.source() == SOURCE_NONE) return;
        uint256 lanes = lanesOf(operand.dtype());
        uint256 length = 1;
        uint256 runs = 1;
        bool isWhole = _isMultiple(operand.base(), lanes);
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            isWhole = isWhole && _isMultiple(operand.stride(dimension), lanes);
        }
        for (uint256 dimension = 3; dimension > 0;) {
            uint256 extent = record.reduce(--dimension);
            int256 stride = operand.reduceStride(dimension);
            if (extent == 1) continue;
            if (runs == 1 && stride == int256(length)) {
                length *= extent;
            } else {
                runs *= extent;
                isWhole = isWhole && _isMultiple(stride, lanes);
            }
        }
        // A run that may start inside a word may touch one word more.
        uint256 words = runs * (((isWhole ? length : length + lanes - 1) + lanes - 1) / lanes);
        size.runs += runs;
        if (operand.source() == SOURCE_WEIGHTS) size.weightWords += words;
        else size.activationWords += words;
    }

    function _isMultiple(int256 offset, uint256 lanes) private pure returns (bool) {
        return offset % int256(lanes) == 0;
    }
}
