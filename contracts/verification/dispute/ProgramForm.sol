// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IProgramForm} from "../../interfaces/verification/dispute/IProgramForm.sol";
import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {wordAt} from "./CalldataNumbers.sol";
import {KernelForms} from "./KernelForms.sol";
import {MerkleRange} from "./MerkleRange.sol";
import {Operand, SOURCE_TRACE} from "./Operand.sol";
import {OperatorRecord} from "./OperatorRecord.sol";
import {ProgramHeader, PROGRAM_MAGIC} from "./ProgramHeader.sol";
import {ProgramTree} from "./ProgramTree.sol";
import {RecordForms} from "./RecordForms.sol";
import {StepSizes} from "./StepSizes.sol";

/// @title ProgramForm
/// @notice See {IProgramForm}.
contract ProgramForm is IProgramForm {
    /// @dev The leaves of all activations.
    uint256 private constant MOST_LEAVES = uint256(uint32(type(int32).max));
    /// @dev Bytes of the header from here on have no meaning.
    uint256 private constant HEADER_END = 80;

    /// @inheritdoc IProgramForm
    function faultOf(
        bytes32 programRoot,
        IStepVerifier.OpenedHeader calldata openedHeader,
        IStepVerifier.OpenedRecord[] calldata records
    ) external pure returns (Fault fault) {
        if (records.length > 2) revert ProgramFormTooManyRecords(records.length);
        ProgramHeader header = ProgramTree.headerOf(programRoot, openedHeader);
        if (records.length == 0) return _isFaulty(header) ? Fault.Header : Fault.None;

        OperatorRecord record = ProgramTree.recordOf(programRoot, header, records[0]);
        uint256 index = records[0].index;
        fault = _isFaulty(header) || _disagrees(header, record, index) ? Fault.Header : _alone(record, index);
        if (records.length == 1) return fault;

        OperatorRecord other = ProgramTree.recordOf(programRoot, header, records[1]);
        return fault == Fault.None ? _together(record, index, other, records[1].index) : fault;
    }

    /// @dev The header alone.
    function _isFaulty(ProgramHeader header) private pure returns (bool) {
        uint256 place = ProgramHeader.unwrap(header);
        uint256 stray = wordAt(place + HEADER_END);
        for (uint256 at = HEADER_END + 16; at < 256; at += 32) {
            stray |= wordAt(place + at);
        }
        return
            stray != 0 ||
            header.magic() != PROGRAM_MAGIC ||
            header.records() == 0 ||
            header.leaves() > MOST_LEAVES ||
            header.traceDepth() != MerkleRange.depthFor(header.traceLeaves()) ||
            header.weightDepth() != MerkleRange.depthFor(header.weightLeaves()) ||
            header.inputDepth() != MerkleRange.depthFor(header.inputLeaves()) ||
            header.outputDepth() != MerkleRange.depthFor(header.outputLeaves());
    }

    /// @dev What the header says of its first and last record, and of the words that any takes.
    function _disagrees(ProgramHeader header, OperatorRecord record, uint256 index) private pure returns (bool) {
        if (header.worstStep() < StepSizes.wordsOf(record)) return true;
        if (index == 0 && _differs(record, header.inputLeaves(), header.inputLength(), header.inputDType()))
            return true;
        if (index + 1 != header.records()) return false;
        return
            _differs(record, header.outputLeaves(), header.outputLength(), header.outputDType()) ||
            header.traceLeaves() != record.firstLeaf() ||
            header.leaves() != record.firstLeaf() + record.leaves() ||
            header.weightLeaves() != record.firstWeightLeaf() + record.weightLeaves();
    }

    function _differs(
        OperatorRecord record,
        uint256 leaves,
        uint256 length,
        uint256 dtype
    ) private pure returns (bool) {
        return record.leaves() != leaves || record.elements() != length || record.dtype() != dtype;
    }

    /// @dev The record alone.
    function _alone(OperatorRecord record, uint256 index) private pure returns (Fault) {
        if (RecordForms.hasBadShape(record)) return Fault.Shape;
        if (KernelForms.isFaulty(record, index)) return Fault.Kernel;
        if (RecordForms.hasBadRescale(record)) return Fault.Rescale;
        if (RecordForms.hasBadOperand(record, record.a(), index, true)) return Fault.OperandA;
        if (RecordForms.hasBadOperand(record, record.b(), index, false)) return Fault.OperandB;
        if (RecordForms.hasBadConstants(record)) return Fault.Constants;
        return StepSizes.isTooLarge(record) ? Fault.Limit : Fault.None;
    }

    /// @dev A record and the one after it, or one that it reads.
    function _together(
        OperatorRecord record,
        uint256 index,
        OperatorRecord other,
        uint256 otherIndex
    ) private pure returns (Fault) {
        if (otherIndex == index + 1) {
            bool isNext =
                other.firstLeaf() == record.firstLeaf() + record.leaves() &&
                    other.firstWeightLeaf() == record.firstWeightLeaf() + record.weightLeaves();
            return isNext ? Fault.None : Fault.Adjacency;
        }
        bool isOfA = _names(record.a(), otherIndex);
        bool isOfB = _names(record.b(), otherIndex);
        if (!isOfA && !isOfB) revert ProgramFormUnrelated(index, otherIndex);
        bool isOther = (isOfA && _isOther(record.a(), other)) || (isOfB && _isOther(record.b(), other));
        return isOther ? Fault.Producer : Fault.None;
    }

    function _names(Operand operand, uint256 index) private pure returns (bool) {
        return operand.source() == SOURCE_TRACE && operand.id() == index;
    }

    /// @dev Whether the operand is not the record's tensor.
    function _isOther(Operand operand, OperatorRecord producer) private pure returns (bool) {
        return
            operand.firstLeaf() != producer.firstLeaf() ||
            operand.length() != producer.elements() ||
            operand.dtype() != producer.dtype();
    }
}
