// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {placeOf} from "./CalldataNumbers.sol";
import {MerkleRange} from "./MerkleRange.sol";
import {OperatorRecord} from "./OperatorRecord.sol";
import {ProgramHeader} from "./ProgramHeader.sol";

/// @title ProgramTree
/// @notice Opens a program's header and records, 256 bytes each, against its root.
/// @dev The header is node 0 at level 3, record i node i + 1. The header states the number of records and thereby the tree's depth. No tree
/// has two headers of unlike depth: the leaves of the shallower one, hashed from 33 bytes, would have to be inner nodes of the deeper one.
library ProgramTree {
    /// @notice A header and a record have 256 bytes.
    error ProgramTreeLength(uint256 length);
    /// @notice What was opened belongs to the program `proven`, or to none.
    error ProgramTreeOtherProgram(bytes32 programRoot, bytes32 proven);
    /// @notice The program has `records` records, counted from 0.
    error ProgramTreeNoRecord(uint256 index, uint256 records);

    uint256 private constant BYTES = 256;
    uint256 private constant WORDS = 8;

    function headerOf(
        bytes32 programRoot,
        IStepVerifier.OpenedHeader calldata opened
    ) internal pure returns (ProgramHeader header) {
        if (opened.data.length != BYTES) revert ProgramTreeLength(opened.data.length);
        header = ProgramHeader.wrap(placeOf(opened.data));
        _check(programRoot, header, opened.data, 0, opened.siblings);
    }

    /// @param header of the same program.
    function recordOf(
        bytes32 programRoot,
        ProgramHeader header,
        IStepVerifier.OpenedRecord calldata opened
    ) internal pure returns (OperatorRecord) {
        if (opened.data.length != BYTES) revert ProgramTreeLength(opened.data.length);
        uint256 index = opened.index;
        if (index >= header.records()) revert ProgramTreeNoRecord(index, header.records());
        _check(programRoot, header, opened.data, index + 1, opened.siblings);
        return OperatorRecord.wrap(placeOf(opened.data));
    }

    function _check(
        bytes32 programRoot,
        ProgramHeader header,
        bytes calldata data,
        uint256 node,
        bytes32[] calldata siblings
    ) private pure {
        uint256 depth = MerkleRange.depthFor(WORDS * (1 + header.records()));
        bytes32 proven = MerkleRange.root(data, WORDS * node, depth, siblings);
        if (proven != programRoot) revert ProgramTreeOtherProgram(programRoot, proven);
    }
}
