// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IStepVerifier
/// @notice Recomputes one element of a program's run from opened words. `docs/programs.md` defines every byte.
/// @dev Pure: nothing here knows games or claims. Whatever bytes a record has, an element has a value; what reverts is a proof that does
/// not fit, never a computation.
interface IStepVerifier {
    /// @notice What a run is made of.
    struct Roots {
        bytes32 program;
        bytes32 weights;
        bytes32 input;
        bytes32 trace;
    }

    /// @notice A program's header, the first node of its tree.
    struct OpenedHeader {
        bytes data; // 256 bytes
        bytes32[] siblings; // from level 3 up
    }

    /// @notice A record of a program.
    struct OpenedRecord {
        uint32 index; // the first is 0
        bytes data; // 256 bytes
        bytes32[] siblings; // from level 3 up
    }

    /// @notice A tree that operands are read from.
    enum Tree {
        Trace,
        Input,
        Weights
    }

    /// @notice Consecutive leaf words of a tree and the siblings that prove them, as `rangeProof` of the SDK orders them.
    struct Opening {
        Tree tree;
        uint32 firstLeaf;
        bytes words;
        bytes32[] siblings;
    }

    /// @notice All that one element's recomputation needs.
    struct Step {
        OpenedHeader header;
        OpenedRecord record; // ignored for a leaf that no record covers
        Opening[] openings; // by tree, then by leaf; everything that the element reads
    }

    /// @notice Which element: a lane of a leaf of the trace, or of the output's tree.
    struct Place {
        bool isOutput;
        uint32 leaf;
        uint8 lane;
    }

    /// @notice What a game needs to know of a program before it can be played.
    struct Shape {
        uint8 traceDepth; // a multiple of 4, 4 at least
        uint8 outputDepth;
        uint32 worstStep; // the most words that one element opens
    }

    /// @notice The header states a depth that no tree has: 4, 8, … 32.
    error StepVerifierNoDepth(uint256 depth);
    /// @notice The trace or output has no such leaf.
    error StepVerifierNoLeaf(bool isOutput, uint256 leaf, uint256 depth);
    /// @notice A word of int8 has 32 lanes, any other 8.
    error StepVerifierNoLane(uint256 lane, uint256 lanes);
    /// @notice The record opened covers other leaves; those of the output count from the trace's end on.
    error StepVerifierOtherRecord(uint256 leaf, uint256 firstLeaf, uint256 leaves);
    /// @notice An opening begins before the one before it has ended.
    error StepVerifierUnordered(uint256 opening, Tree tree, uint256 firstLeaf);
    /// @notice An opening ends past the leaves that the header gives the tree.
    error StepVerifierOutside(Tree tree, uint256 firstLeaf, uint256 end, uint256 leaves);
    /// @notice The words or siblings of an opening are those of another tree.
    error StepVerifierOtherTree(Tree tree, uint256 firstLeaf, bytes32 root, bytes32 proven);

    /// @notice What the element must be, as it is stored in its lane.
    /// @param word the leaf's word, of which the lane is compared.
    /// @return claimed what stands in the lane.
    /// @return right what belongs there; equal to `claimed` if the word is right in this lane.
    function recompute(
        Roots calldata roots,
        Place calldata place,
        bytes32 word,
        Step calldata step
    ) external pure returns (uint256 claimed, uint256 right);

    /// @notice The shape that a program's header states.
    function shapeOf(bytes32 programRoot, OpenedHeader calldata header) external pure returns (Shape memory);
}
