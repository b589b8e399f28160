// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IStepVerifier} from "../../../contracts/interfaces/verification/dispute/IStepVerifier.sol";
import {SolidityTest} from "../../helpers/SolidityTest.sol";
import {TensorKernels__Harness} from "../../helpers/TensorKernels__Harness.sol";

/// @notice Kernels have a value for any record, and depend on nothing but what they read.
contract TensorKernelsTest is SolidityTest {
    uint256 private constant LEAVES = 12;

    TensorKernels__Harness private immutable harness = new TensorKernels__Harness();

    function testFuzz_GiveAValueOfTheRecordsTypeForAnyBytes(
        uint256[8] calldata record,
        uint256 kernel,
        uint256 variant,
        uint256 position,
        bytes32 seed
    ) external view {
        uint256[8] memory words = _computable(record, bound(kernel, 0, 10), bound(variant, 0, 4));
        position = bound(position, 0, (1 << 37) - 1);
        int256 value = _evaluate(words, position, _openings(seed));
        (int256 least, int256 most) = _isInt8(words) ? (int256(-128), int256(127)) : (-(2 ** 31), int256(2 ** 31 - 1));
        assertTrue(value >= least && value <= most, "a value of the type");
        assertTrue(value == _evaluate(words, position, _openings(seed)), "the same value again");

        uint256 elements = 1;
        for (uint256 dimension = 0; dimension < 4; ++dimension) {
            elements *= _u32(words, 64 + 4 * dimension);
        }
        if (position >= elements) assertTrue(value == 0, "nothing past the tensor's end");
    }

    /// @dev A reduction of 7 × 7 × 7 at most: bytes at random may ask for 2^96 terms.
    function _computable(
        uint256[8] memory record,
        uint256 kernel,
        uint256 variant
    ) private pure returns (uint256[8] memory) {
        record[0] = ((record[0] << 16) >> 16) | (kernel << 248) | (variant << 240);
        // Bytes 80 to 91 are three extents, in word 2.
        uint256 extents = uint256(0x00000007_00000007_00000007) << 32;
        uint256 others = ~(uint256(type(uint96).max) << 32);
        record[2] = (record[2] & others) | (record[2] & extents);
        return record;
    }

    function _evaluate(
        uint256[8] memory record,
        uint256 position,
        IStepVerifier.Opening[] memory openings
    ) private view returns (int256) {
        TensorKernels__Harness.Query[] memory queries = new TensorKernels__Harness.Query[](1);
        uint256[] memory positions = new uint256[](1);
        positions[0] = position;
        queries[0] = TensorKernels__Harness.Query(abi.encode(record), positions);
        return harness.evaluate(queries, openings, [LEAVES, LEAVES, LEAVES])[0][0];
    }

    function _openings(bytes32 seed) private pure returns (IStepVerifier.Opening[] memory openings) {
        openings = new IStepVerifier.Opening[](3);
        for (uint256 tree = 0; tree < 3; ++tree) {
            bytes memory words;
            for (uint256 leaf = 0; leaf < LEAVES; ++leaf) {
                words = bytes.concat(words, keccak256(abi.encode(seed, tree, leaf)));
            }
            openings[tree] = IStepVerifier.Opening(IStepVerifier.Tree(tree), 0, words, new bytes32[](0));
        }
    }

    function _isInt8(uint256[8] memory record) private pure returns (bool) {
        return (record[0] >> 232) & 0xff == 1;
    }

    function _u32(uint256[8] memory record, uint256 at) private pure returns (uint256) {
        return (record[at / 32] >> (224 - 8 * (at % 32))) & type(uint32).max;
    }
}
