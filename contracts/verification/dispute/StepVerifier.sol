// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {MerkleRange} from "./MerkleRange.sol";
import {OpenedWords} from "./OpenedWords.sol";
import {OperatorRecord, DTYPE_INT8, DTYPE_INT32, lanesOf} from "./OperatorRecord.sol";
import {ProgramHeader} from "./ProgramHeader.sol";
import {ProgramTree} from "./ProgramTree.sol";
import {TensorKernels} from "./TensorKernels.sol";

/// @title StepVerifier
/// @notice See {IStepVerifier}.
contract StepVerifier is IStepVerifier {
    uint256 private constant MAX_DEPTH = 32;

    /// @inheritdoc IStepVerifier
    function recompute(
        Roots calldata roots,
        Place calldata place,
        bytes32 word,
        Step calldata step
    ) external pure returns (uint256 claimed, uint256 right) {
        ProgramHeader header = ProgramTree.headerOf(roots.program, step.header);
        uint256 depth = _checkDepth(place.isOutput ? header.outputDepth() : header.traceDepth());
        uint256 leaf = place.leaf;
        if (leaf >= 1 << depth) revert StepVerifierNoLeaf(place.isOutput, leaf, depth);

        // A leaf that no record covers is the word 0.
        if (leaf >= (place.isOutput ? header.outputLeaves() : header.traceLeaves())) {
            return (_stored(word, DTYPE_INT32, place.lane), 0);
        }
        OperatorRecord record = ProgramTree.recordOf(roots.program, header, step.record);
        if (place.isOutput) leaf += header.traceLeaves();
        if (leaf < record.firstLeaf() || leaf >= record.firstLeaf() + record.leaves()) {
            revert StepVerifierOtherRecord(leaf, record.firstLeaf(), record.leaves());
        }
        uint256 dtype = record.dtype();
        claimed = _stored(word, dtype, place.lane);
        uint256 position = (leaf - record.firstLeaf()) * lanesOf(dtype) + place.lane;
        int256 element = TensorKernels.elementOf(record, position, _opened(roots, header, step.openings));
        right = dtype == DTYPE_INT8 ? uint256(element + 128) : uint32(int32(element));
    }

    /// @inheritdoc IStepVerifier
    function shapeOf(bytes32 programRoot, OpenedHeader calldata opened) external pure returns (Shape memory) {
        ProgramHeader header = ProgramTree.headerOf(programRoot, opened);
        return
            Shape({
                traceDepth: uint8(_checkDepth(header.traceDepth())),
                outputDepth: uint8(_checkDepth(header.outputDepth())),
                worstStep: uint32(header.worstStep())
            });
    }

    /// @dev What stands in a lane.
    function _stored(bytes32 word, uint256 dtype, uint256 lane) private pure returns (uint256) {
        uint256 lanes = lanesOf(dtype);
        if (lane >= lanes) revert StepVerifierNoLane(lane, lanes);
        uint256 bits = 256 / lanes;
        return (uint256(word) >> (bits * (lanes - 1 - lane))) & ((1 << bits) - 1);
    }

    /// @dev The openings, each of them proven.
    function _opened(
        Roots calldata roots,
        ProgramHeader header,
        Opening[] calldata openings
    ) private pure returns (OpenedWords.Words memory words) {
        words.leaves = [header.traceLeaves(), header.inputLeaves(), header.weightLeaves()];
        words.ranges = new OpenedWords.Range[](openings.length);
        for (uint256 i = 0; i < openings.length; ++i) {
            Opening calldata opening = openings[i];
            OpenedWords.Range memory range = OpenedWords.rangeOf(opening);
            if (i > 0 && !_isBefore(words.ranges[i - 1], range)) {
                revert StepVerifierUnordered(i, opening.tree, opening.firstLeaf);
            }
            if (range.end > words.leaves[uint256(opening.tree)]) {
                revert StepVerifierOutside(opening.tree, range.first, range.end, words.leaves[uint256(opening.tree)]);
            }
            _prove(roots, header, opening);
            words.ranges[i] = range;
        }
    }

    function _prove(Roots calldata roots, ProgramHeader header, Opening calldata opening) private pure {
        (bytes32 root, uint256 depth) = (roots.trace, header.traceDepth());
        if (opening.tree == Tree.Input) (root, depth) = (roots.input, header.inputDepth());
        if (opening.tree == Tree.Weights) (root, depth) = (roots.weights, header.weightDepth());
        bytes32 proven = MerkleRange.root(opening.words, opening.firstLeaf, _checkDepth(depth), opening.siblings);
        if (proven != root) revert StepVerifierOtherTree(opening.tree, opening.firstLeaf, root, proven);
    }

    function _isBefore(OpenedWords.Range memory left, OpenedWords.Range memory right) private pure returns (bool) {
        return left.tree < right.tree || (left.tree == right.tree && left.end <= right.first);
    }

    function _checkDepth(uint256 depth) private pure returns (uint256) {
        if (depth == 0 || depth % 4 != 0 || depth > MAX_DEPTH) revert StepVerifierNoDepth(depth);
        return depth;
    }
}
