// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {wordAt} from "./CalldataNumbers.sol";
import {Operand, SOURCE_NONE, SOURCE_TRACE} from "./Operand.sol";
import {
    OperatorRecord,
    DTYPE_INT32,
    DTYPE_INT8,
    FLAG_BIAS,
    FLAG_RESCALE,
    GATHER_LOOKUP,
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
    KERNEL_SELECT,
    MAP2_SUB,
    hasTable,
    variantsOf
} from "./OperatorRecord.sol";
import {RecordForms} from "./RecordForms.sol";

/// @title KernelForms
/// @notice The form of each kernel's well-formed records: which fields it uses, and what its operands are. For {ProgramForm};
/// `sdk/program/kernel-forms.ts` is the twin.
library KernelForms {
    // Sets of sources, one bit each.
    uint256 private constant NONE = 1;
    uint256 private constant TRACE = 2;
    uint256 private constant TRACE_OR_WEIGHTS = 6;
    uint256 private constant NONE_OR_TRACE = 3;

    /// @dev Bytes without a field: 52 to 63 of a record, and 14, 15 and 52 to 63 of an operand.
    uint256 private constant STRAY_RECORD = 0xffffffffffffffffffffffff;
    uint256 private constant STRAY_OPERAND = 0xffff00000000000000000000000000000000;

    function isFaulty(OperatorRecord record, uint256 index) internal pure returns (bool) {
        uint256 kernel = record.kernel();
        if (record.variant() >= variantsOf(kernel)) return true;
        if ((kernel == KERNEL_INPUT) != (index == 0)) return true;
        if (index == 0 && (record.firstLeaf() != 0 || record.firstWeightLeaf() != 0)) return true;
        return
            _hasStrayBytes(record) ||
            _hasUnusedFields(record, kernel) ||
            !_isIn(_sourcesOfA(kernel), record.a()) ||
            !_isIn(_sourcesOfB(kernel), record.b()) ||
            _isOddOne(record, kernel);
    }

    function _hasStrayBytes(OperatorRecord record) private pure returns (bool) {
        return
            (wordAt(OperatorRecord.unwrap(record) + 32) & STRAY_RECORD) | _strayOf(record.a()) | _strayOf(record.b()) !=
            0;
    }

    function _strayOf(Operand operand) private pure returns (uint256) {
        uint256 place = Operand.unwrap(operand);
        return (wordAt(place) & STRAY_OPERAND) | (wordAt(place + 32) & STRAY_RECORD);
    }

    /// @dev Optional fields that the kernel does not use must be zero, so that equal programs are equal bytes.
    function _hasUnusedFields(OperatorRecord record, uint256 kernel) private pure returns (bool) {
        bool isGather = kernel == KERNEL_GATHER;
        bool isWindow = isGather && record.variant() == GATHER_WINDOW;
        bool fills = kernel == KERNEL_SELECT || hasTable(record) || (isWindow && record.b().source() == SOURCE_NONE);
        bool reduces = kernel == KERNEL_DOT || kernel == KERNEL_REDUCE || kernel == KERNEL_ARGMAX;
        return
            record.flags() & ~_flagsOf(kernel) != 0 ||
            (!reduces && record.terms() != 1) ||
            (!_isAddition(record, kernel) && record.multiplierB() != 0) ||
            (!fills && record.fill() != 0) ||
            (!(isGather && record.variant() == GATHER_LOOKUP) && record.a().indexStride() != 0) ||
            (kernel != KERNEL_DOT && record.b().indexStride() != 0) ||
            (!isWindow && wordAt(OperatorRecord.unwrap(record) + 224) != 0);
    }

    function _flagsOf(uint256 kernel) private pure returns (uint256) {
        if (kernel == KERNEL_DOT) return FLAG_RESCALE | FLAG_BIAS;
        return kernel == KERNEL_REDUCE || kernel == KERNEL_MAP1 || kernel == KERNEL_MAP2 ? FLAG_RESCALE : 0;
    }

    function _sourcesOfA(uint256 kernel) private pure returns (uint256) {
        if (kernel == KERNEL_INPUT || kernel == KERNEL_CONST) return NONE;
        return kernel == KERNEL_GATHER ? TRACE_OR_WEIGHTS : TRACE;
    }

    function _sourcesOfB(uint256 kernel) private pure returns (uint256) {
        if (kernel == KERNEL_GATHER) return NONE_OR_TRACE;
        bool isPair = kernel == KERNEL_DOT || kernel == KERNEL_MAP2 || kernel == KERNEL_SELECT;
        return isPair ? TRACE_OR_WEIGHTS : NONE;
    }

    function _isIn(uint256 sources, Operand operand) private pure returns (bool) {
        return (sources >> operand.source()) & 1 == 1;
    }

    /// @dev Whether both operands have a factor of their own.
    function _isAddition(OperatorRecord record, uint256 kernel) private pure returns (bool) {
        return kernel == KERNEL_MAP2 && record.variant() <= MAP2_SUB && record.flags() & FLAG_RESCALE != 0;
    }

    /// @dev What one kernel asks and others do not.
    function _isOddOne(OperatorRecord record, uint256 kernel) private pure returns (bool) {
        if (kernel == KERNEL_DOT) return _isOddDot(record) || _isUnscaledByte(record);
        if (kernel == KERNEL_REDUCE || kernel == KERNEL_MAP1) return _isUnscaledByte(record);
        if (kernel == KERNEL_MAP2) {
            return (_isAddition(record, kernel) && record.multiplierB() <= 0) || _isUnscaledByte(record);
        }
        if (kernel == KERNEL_GATHER) return _isOddGather(record);
        if (kernel == KERNEL_ARGMAX) return record.dtype() != DTYPE_INT32;
        if (kernel == KERNEL_SELECT) return record.a().dtype() != record.dtype() || !_fits(record);
        return false;
    }

    /// @dev A result of one byte is clamped into it.
    function _isUnscaledByte(OperatorRecord record) private pure returns (bool) {
        return record.dtype() == DTYPE_INT8 && record.flags() & FLAG_RESCALE == 0;
    }

    /// @dev With weights: rows of them, each on leaves of its own, one for every value of o[2]·indexStride + o[3], so that a row and its
    /// bias have the same number.
    function _isOddDot(OperatorRecord record) private pure returns (bool) {
        Operand b = record.b();
        if (record.a().dtype() != DTYPE_INT8 || b.dtype() != DTYPE_INT8) return true;
        if (b.source() == SOURCE_TRACE) return record.flags() & FLAG_BIAS != 0 || b.indexStride() != 0;

        int256 group = b.indexStride();
        if (group != 0 && group != int256(record.shape(3))) return true;
        int256 row = int256((record.terms() + 31) / 32) * 32;
        int256 rows = (int256(record.shape(2)) - 1) * group + int256(record.shape(3));
        return
            b.base() != 0 ||
            int256(b.length()) != row * rows ||
            b.reduceStride(2) != 1 ||
            b.reduceStride(1) != int256(record.reduce(2)) ||
            b.reduceStride(0) != int256(record.reduce(1) * record.reduce(2)) ||
            b.stride(0) != 0 ||
            b.stride(1) != 0 ||
            b.stride(2) != group * row ||
            b.stride(3) != row;
    }

    function _isOddGather(OperatorRecord record) private pure returns (bool) {
        Operand a = record.a();
        Operand b = record.b();
        if (a.dtype() != record.dtype()) return true;
        if (record.variant() == GATHER_MOVE) return b.source() != SOURCE_NONE;
        if (record.variant() == GATHER_LOOKUP) return b.source() != SOURCE_TRACE || a.indexStride() <= 0;
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            uint256 extent = record.windowExtent(dimension);
            if (extent == 0 || record.windowStart(dimension) + extent > record.shape(dimension)) return true;
        }
        return b.source() == SOURCE_NONE ? !_fits(record) : b.dtype() != record.dtype();
    }

    /// @dev Whether `fill` is a value of the record's type.
    function _fits(OperatorRecord record) private pure returns (bool) {
        (int256 least, int256 most) = RecordForms.boundsOf(record.dtype());
        return record.fill() >= least && record.fill() <= most;
    }
}
