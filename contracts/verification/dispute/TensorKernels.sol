// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {OpenedWords} from "./OpenedWords.sol";
import {Operand, SOURCE_NONE} from "./Operand.sol";
import {
    OperatorRecord,
    DTYPE_INT8,
    FLAG_RESCALE,
    GATHER_MOVE,
    GATHER_WINDOW,
    KERNEL_ARGMAX,
    KERNEL_CONST,
    KERNEL_DOT,
    KERNEL_GATHER,
    KERNEL_INPUT,
    KERNEL_MAP1,
    KERNEL_MAP2,
    KERNEL_REDUCE,
    MAP1_SAME,
    MAP1_TABLE,
    MAP2_ADD,
    MAP2_MUL,
    MAP2_SUB,
    TABLE_ENTRIES,
    variantsOf
} from "./OperatorRecord.sol";
import {TensorDot} from "./TensorDot.sol";
import {TensorTerms} from "./TensorTerms.sol";

/// @title TensorKernels
/// @notice The nine kernels, one element at a time. `docs/programs.md` is their definition, `sdk/program/kernels.ts` the twin.
/// @dev Total: any 256 bytes as record and any words give a value. It reverts only for a word that was not opened, and runs out of gas only
/// for a record that is not well-formed: a well-formed one has at most 16,384 terms, bytes at random may ask for 2^96.
library TensorKernels {
    using OpenedWords for OpenedWords.Words;

    /// @dev A shift above counts as this.
    uint256 private constant MAX_SHIFT = 62;
    int256 private constant MAX_INT32 = type(int32).max;

    /// @dev M, M of operand b, and S; without a rescale 1, 1 and 0.
    struct Factors {
        int256 m;
        int256 mB;
        uint256 shift;
    }

    /// @notice The element at row-major `position` of the record's tensor; 0 in a lane past the tensor's end and for a kernel or variant
    /// that does not exist.
    /// @param position below 2^37: of a lane of one of 2^32 leaves.
    function elementOf(
        OperatorRecord record,
        uint256 position,
        OpenedWords.Words memory words
    ) internal pure returns (int256) {
        uint256 kernel = record.kernel();
        if (position >= record.elements() || record.variant() >= variantsOf(kernel)) return 0;
        if (kernel == KERNEL_INPUT || kernel == KERNEL_CONST) {
            OpenedWords.Tensor memory tensor;
            tensor.tree = kernel == KERNEL_INPUT ? IStepVerifier.Tree.Input : IStepVerifier.Tree.Weights;
            tensor.firstLeaf = kernel == KERNEL_INPUT ? 0 : record.firstWeightLeaf();
            tensor.isBytes = record.dtype() == DTYPE_INT8;
            return words.elementAt(tensor, position);
        }
        return _settled(record, _valueOf(record, kernel, TensorTerms.coordinatesOf(record, position), words));
    }

    /// @dev The result before it is clamped.
    function _valueOf(
        OperatorRecord record,
        uint256 kernel,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) private pure returns (int256) {
        Factors memory factors = Factors(1, 1, 0);
        if (record.flags() & FLAG_RESCALE != 0) {
            factors = Factors(record.multiplier(), record.multiplierB(), Math.min(record.shift(), MAX_SHIFT));
        }
        if (kernel == KERNEL_MAP2) {
            int256 a = TensorTerms.elementOf(record.a(), at, words);
            return _combined(record.variant(), a, TensorTerms.elementOf(record.b(), at, words), factors);
        }
        return _shifted(_unscaled(record, kernel, at, words) * factors.m, factors.shift);
    }

    function _unscaled(
        OperatorRecord record,
        uint256 kernel,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) private pure returns (int256) {
        if (kernel == KERNEL_DOT) return TensorDot.dot(record, at, words);
        if (kernel == KERNEL_REDUCE) return TensorTerms.reduced(record, at, words);
        if (kernel == KERNEL_ARGMAX) return TensorTerms.argMax(record, at, words);
        if (kernel == KERNEL_MAP1) return _mapped(record, TensorTerms.elementOf(record.a(), at, words), words);
        if (kernel == KERNEL_GATHER) return _gathered(record, at, words);
        bool isMasked = TensorTerms.elementOf(record.b(), at, words) == 0;
        return isMasked ? record.fill() : TensorTerms.elementOf(record.a(), at, words);
    }

    /// @dev The element, its entry in the table (entry 0 stands for `fill`), or its reciprocal root.
    function _mapped(
        OperatorRecord record,
        int256 element,
        OpenedWords.Words memory words
    ) private pure returns (int256) {
        uint256 variant = record.variant();
        if (variant == MAP1_SAME) return element;
        if (variant != MAP1_TABLE) return _reciprocalRoot(element);
        OpenedWords.Tensor memory table;
        table.tree = IStepVerifier.Tree.Weights;
        table.firstLeaf = record.tableLeaf();
        return words.elementAt(table, TensorTerms.clamped(element - record.fill(), TABLE_ENTRIES));
    }

    /// @dev An element of a; outside the window one of b, or `fill` if there is no b; or of the row of a that b names.
    function _gathered(
        OperatorRecord record,
        uint256[4] memory at,
        OpenedWords.Words memory words
    ) private pure returns (int256) {
        Operand a = record.a();
        Operand b = record.b();
        uint256 variant = record.variant();
        if (variant == GATHER_MOVE) return TensorTerms.elementOf(a, at, words);
        if (variant == GATHER_WINDOW) {
            if (_isInside(record, at)) return TensorTerms.elementOf(a, at, words);
            return b.source() == SOURCE_NONE ? record.fill() : TensorTerms.elementOf(b, at, words);
        }
        int256 row = TensorTerms.elementOf(b, at, words);
        return TensorTerms.elementOf(a, a.firstElement(at) + row * a.indexStride(), words);
    }

    function _isInside(OperatorRecord record, uint256[4] memory at) private pure returns (bool) {
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            uint256 start = record.windowStart(dimension);
            uint256 coordinate = at[dimension];
            if (coordinate < start || coordinate >= start + record.windowExtent(dimension)) return false;
        }
        return true;
    }

    /// @dev MAP2 before the clamp: to the nearest whole number, ties towards +∞; 0 for a division by 0.
    function _combined(uint256 variant, int256 a, int256 b, Factors memory factors) private pure returns (int256) {
        if (variant == MAP2_ADD) return _shifted(a * factors.m + b * factors.mB, factors.shift);
        if (variant == MAP2_SUB) return _shifted(a * factors.m - b * factors.mB, factors.shift);
        if (variant == MAP2_MUL) return _shifted(a * b * factors.m, factors.shift);
        return _quotient(a * factors.m, b << factors.shift);
    }

    /// @dev value / 2^shift to the nearest whole number, ties towards +∞.
    function _shifted(int256 value, uint256 shift) private pure returns (int256) {
        return shift == 0 ? value : (value + int256(1 << (shift - 1))) >> shift;
    }

    /// @dev n / d to the nearest whole number, ties towards +∞; 0 for d = 0.
    function _quotient(int256 n, int256 d) private pure returns (int256 quotient) {
        if (d == 0) return 0;
        if (d < 0) (n, d) = (-n, -d);
        int256 top = 2 * n + d;
        quotient = top / (2 * d);
        if (top < 0 && top % (2 * d) != 0) --quotient;
    }

    /// @dev 2^31 / √value, rounded down and at most 2^31 − 1; 0 for values that are not positive.
    function _reciprocalRoot(int256 value) private pure returns (int256) {
        if (value <= 0) return 0;
        int256 root = int256(Math.sqrt((1 << 62) / uint256(value)));
        return root < MAX_INT32 ? root : MAX_INT32;
    }

    /// @dev Clamped if it is rescaled, `lo` winning where the bounds are crossed; then mod 2^8 or 2^32 into the record's type.
    function _settled(OperatorRecord record, int256 value) private pure returns (int256) {
        if (record.flags() & FLAG_RESCALE != 0) {
            if (value > record.hi()) value = record.hi();
            if (value < record.lo()) value = record.lo();
        }
        return record.dtype() == DTYPE_INT8 ? int256(int8(value)) : int256(int32(value));
    }
}
