// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../interfaces/verification/dispute/IStepVerifier.sol";
import {i32At, placeOf, u8At} from "./CalldataNumbers.sol";

/// @title OpenedWords
/// @notice Reads elements of tensors from leaf words that were opened, and that stay in the calldata.
library OpenedWords {
    /// @notice Openings that are ordered by tree and leaf and do not overlap.
    struct Words {
        uint256[3] leaves; // of each tree; a leaf at or past them is the word 0
        Range[] ranges;
    }

    /// @notice Consecutive leaves of a tree.
    struct Range {
        IStepVerifier.Tree tree;
        uint256 first;
        uint256 end; // the leaf after the last
        uint256 place; // of the first word in the calldata
    }

    /// @notice Where the elements of a tensor are.
    struct Tensor {
        IStepVerifier.Tree tree;
        uint256 firstLeaf;
        bool isBytes; // int8, else int32
        bool isPermuted; // the bytes of a word stand in the order of weight words
        Range range; // that was read last
    }

    /// @notice An element depends on a leaf that the step does not open.
    error OpenedWordsMissing(IStepVerifier.Tree tree, uint256 leaf);

    function rangeOf(IStepVerifier.Opening calldata opening) internal pure returns (Range memory) {
        uint256 first = opening.firstLeaf;
        return Range(opening.tree, first, first + opening.words.length / 32, placeOf(opening.words));
    }

    /// @notice Element number `index` of a tensor.
    function elementAt(Words memory words, Tensor memory tensor, uint256 index) internal pure returns (int256) {
        unchecked {
            if (!tensor.isBytes) {
                uint256 place = _placeOf(words, tensor, tensor.firstLeaf + index / 8);
                return place == 0 ? int256(0) : i32At(place, 4 * (index % 8));
            }
            uint256 word = _placeOf(words, tensor, tensor.firstLeaf + index / 32);
            uint256 lane = index % 32;
            if (tensor.isPermuted) lane = 28 + 2 * (lane % 4) - lane;
            return (word == 0 ? int256(0) : int256(u8At(word, lane))) - 128;
        }
    }

    /// @notice Where element 0 of an int8 tensor is in the calldata, or would be, if its elements `index` … `index + count − 1` lie in one
    /// opening; 0 if they do not.
    function origin(
        Words memory words,
        Tensor memory tensor,
        uint256 index,
        uint256 count
    ) internal pure returns (uint256) {
        unchecked {
            uint256 leaf = tensor.firstLeaf + index / 32;
            uint256 place = _placeOf(words, tensor, leaf);
            uint256 last = tensor.firstLeaf + (index + count - 1) / 32;
            if (place == 0 || last >= tensor.range.end) return 0;
            return place - 32 * (index / 32);
        }
    }

    /// @return place of a leaf's word in the calldata, 0 for one that its tree does not have.
    function _placeOf(Words memory words, Tensor memory tensor, uint256 leaf) private pure returns (uint256 place) {
        unchecked {
            Range memory range = tensor.range;
            if (leaf < range.first || leaf >= range.end) {
                if (leaf >= words.leaves[uint256(tensor.tree)]) return 0;
                range = _find(words.ranges, tensor.tree, leaf);
                tensor.range = range;
            }
            return range.place + 32 * (leaf - range.first);
        }
    }

    function _find(Range[] memory ranges, IStepVerifier.Tree tree, uint256 leaf) private pure returns (Range memory) {
        unchecked {
            for (uint256 i = 0; i < ranges.length; ++i) {
                Range memory range = ranges[i];
                if (range.tree == tree && range.first <= leaf && leaf < range.end) return range;
            }
        }
        revert OpenedWordsMissing(tree, leaf);
    }
}
