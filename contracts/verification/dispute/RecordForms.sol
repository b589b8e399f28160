// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {wordAt} from "./CalldataNumbers.sol";
import {Operand, SOURCE_NONE, SOURCE_TRACE, SOURCE_WEIGHTS} from "./Operand.sol";
import {
    OperatorRecord,
    DTYPE_INT32,
    DTYPE_INT8,
    FLAG_BIAS,
    FLAG_RESCALE,
    GATHER_WINDOW,
    KERNEL_CONST,
    KERNEL_DOT,
    KERNEL_GATHER,
    KERNEL_REDUCE,
    REDUCE_SQUARES,
    TABLE_ENTRIES,
    hasTable,
    lanesOf
} from "./OperatorRecord.sol";

/// @title RecordForms
/// @notice The conditions of one record that hold for all kernels, for {ProgramForm}. `sdk/program/well-formed.ts` is the twin.
/// @dev Exact for any bytes: products of dimensions have 128 bits at most, offsets of an index map 67.
library RecordForms {
    uint256 private constant MOST = uint256(uint32(type(int32).max));
    uint256 private constant MAX_SHIFT = 62;

    function hasBadShape(OperatorRecord record) internal pure returns (bool) {
        if (!isType(record.dtype()) || record.terms() == 0) return true;
        uint256 elements = record.elements();
        return elements == 0 || elements > MOST || record.leaves() != leavesFor(record.dtype(), elements);
    }

    function hasBadRescale(OperatorRecord record) internal pure returns (bool) {
        (int256 least, int256 most) = boundsOf(record.dtype());
        (int256 lo, int256 hi) = (record.lo(), record.hi());
        if (lo > hi || lo < least || hi > most) return true;
        if (record.flags() & FLAG_RESCALE != 0) return record.shift() > MAX_SHIFT || record.multiplier() <= 0;
        return record.multiplier() != 0 || record.shift() != 0 || lo != least || hi != most;
    }

    /// @param isA whether it is the record's first operand, which a window may confine.
    function hasBadOperand(
        OperatorRecord record,
        Operand operand,
        uint256 index,
        bool isA
    ) internal pure returns (bool) {
        uint256 source = operand.source();
        if (source == SOURCE_NONE) {
            uint256 place = Operand.unwrap(operand);
            return wordAt(place) | wordAt(place + 32) != 0;
        }
        if (!isType(operand.dtype())) return true;
        uint256 first = operand.firstLeaf();
        if (source == SOURCE_TRACE) {
            uint256 end = first + leavesFor(operand.dtype(), operand.length());
            if (operand.id() >= index || end > record.firstLeaf()) return true;
        } else if (source != SOURCE_WEIGHTS || operand.id() != 0 || first != record.firstWeightLeaf()) {
            return true;
        }
        bool isConfined = isA && record.kernel() == KERNEL_GATHER && record.variant() == GATHER_WINDOW;
        (int256 least, int256 most) = _reachOf(record, operand, isConfined);
        return least < 0 || most >= int256(operand.length());
    }

    /// @notice Whether the record's own constants do not fill its share of the weights, in the order elements, biases, table, or its
    /// accumulator has a bound that it must not have.
    function hasBadConstants(OperatorRecord record) internal pure returns (bool) {
        uint256 elements = _elementLeaves(record);
        uint256 bias = leavesFor(DTYPE_INT32, _biasesOf(record));
        uint256 table = hasTable(record) ? leavesFor(DTYPE_INT32, TABLE_ENTRIES) : 0;
        uint256 first = record.firstWeightLeaf();
        return
            record.biasLeaf() != (bias == 0 ? 0 : first + elements) ||
            record.tableLeaf() != (table == 0 ? 0 : first + elements + bias) ||
            record.weightLeaves() != elements + bias + table ||
            record.accumulatorBound() > (_accumulates(record) ? MOST : 0);
    }

    function isType(uint256 dtype) internal pure returns (bool) {
        return dtype == DTYPE_INT8 || dtype == DTYPE_INT32;
    }

    /// @return least smallest value of a type.
    /// @return most largest one.
    function boundsOf(uint256 dtype) internal pure returns (int256 least, int256 most) {
        if (dtype == DTYPE_INT8) return (type(int8).min, type(int8).max);
        return (type(int32).min, type(int32).max);
    }

    function leavesFor(uint256 dtype, uint256 elements) internal pure returns (uint256) {
        uint256 lanes = lanesOf(dtype);
        return (elements + lanes - 1) / lanes;
    }

    /// @dev Smallest and largest element number that an index map reaches over all coordinates, or over those of the window.
    function _reachOf(
        OperatorRecord record,
        Operand operand,
        bool isConfined
    ) private pure returns (int256 least, int256 most) {
        least = operand.base();
        most = least;
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            int256 stride = operand.stride(dimension);
            uint256 extent = isConfined ? record.windowExtent(dimension) : record.shape(dimension);
            if (isConfined) {
                int256 offset = int256(record.windowStart(dimension)) * stride;
                (least, most) = (least + offset, most + offset);
            }
            (least, most) = _stretched(least, most, extent, stride);
        }
        for (uint256 dimension = 0; dimension < 3; ++dimension) {
            (least, most) = _stretched(least, most, record.reduce(dimension), operand.reduceStride(dimension));
        }
    }

    function _stretched(
        int256 least,
        int256 most,
        uint256 extent,
        int256 stride
    ) private pure returns (int256, int256) {
        int256 offset = (int256(extent) - 1) * stride;
        return offset < 0 ? (least + offset, most) : (least, most + offset);
    }

    /// @dev Leaves of a CONST's tensor, or of the operand that lies in the weights; the first if both do.
    function _elementLeaves(OperatorRecord record) private pure returns (uint256) {
        if (record.kernel() == KERNEL_CONST) return leavesFor(record.dtype(), record.elements());
        Operand operand = record.a().source() == SOURCE_WEIGHTS ? record.a() : record.b();
        return operand.source() == SOURCE_WEIGHTS ? leavesFor(operand.dtype(), operand.length()) : 0;
    }

    /// @dev One for every value of o[2]·indexStride + o[3]. The stride is not negative: {KernelForms} has refused those.
    function _biasesOf(OperatorRecord record) private pure returns (uint256) {
        if (record.flags() & FLAG_BIAS == 0) return 0;
        return (record.shape(2) - 1) * uint256(record.b().indexStride()) + record.shape(3);
    }

    function _accumulates(OperatorRecord record) private pure returns (bool) {
        uint256 kernel = record.kernel();
        return kernel == KERNEL_DOT || (kernel == KERNEL_REDUCE && record.variant() <= REDUCE_SQUARES);
    }
}
