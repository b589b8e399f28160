// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {u8At} from "../../../contracts/verification/dispute/CalldataNumbers.sol";
import {PackedDot} from "../../../contracts/verification/dispute/PackedDot.sol";
import {SolidityTest} from "../../helpers/SolidityTest.sol";

/// @notice Eight products to a multiplication, against one after the other.
contract PackedDotTest is SolidityTest {
    uint256 private constant WORDS = 6;
    uint256 private constant LANES = 32;

    function testFuzz_EqualsTheSumOfProductsTermByTerm(
        bytes32[WORDS] calldata weights,
        bytes32[WORDS] calldata activations,
        uint256 start,
        uint256 lane,
        uint256 count,
        bool isPermuted
    ) external pure {
        start = bound(start, 0, LANES - 1);
        lane = bound(lane, 0, LANES - 1);
        count = bound(count, 1, LANES * (WORDS - 1));
        (uint256 x, uint256 w) = (_placeOf(activations) + start, _placeOf(weights));

        int256 expected;
        for (uint256 term = 0; term < count; ++term) {
            uint256 at = lane + term;
            if (isPermuted) at = at - (at % LANES) + 28 + 2 * (at % 4) - (at % LANES);
            expected += (int256(u8At(x, term)) - 128) * (int256(u8At(w, at)) - 128);
        }
        // In plain order a run starts at any byte.
        if (!isPermuted) (w, lane) = (w + lane, 0);
        int256 sum = PackedDot.sum(x, w, lane, count, isPermuted);
        assertTrue(sum == expected, "the packed sum is another");
    }

    function test_HoldsTheLargestSumsOfEitherSign() external view {
        bytes memory low = new bytes(1 << 16);
        bytes memory high = new bytes(1 << 16);
        for (uint256 i = 0; i < high.length; ++i) {
            high[i] = 0xff;
        }
        int256 terms = int256(low.length);
        assertTrue(this.sumOf(low, low) == 16_384 * terms, "the largest");
        assertTrue(this.sumOf(low, high) == -16_256 * terms, "the smallest");
        assertTrue(this.sumOf(high, high) == 16_129 * terms, "of the largest operands");
    }

    function sumOf(bytes calldata activations, bytes calldata weights) external pure returns (int256) {
        uint256 x;
        uint256 w;
        assembly ("memory-safe") {
            x := activations.offset
            w := weights.offset
        }
        return PackedDot.sum(x, w, 0, activations.length, true);
    }

    function _placeOf(bytes32[WORDS] calldata words) private pure returns (uint256 place) {
        assembly ("memory-safe") {
            place := words
        }
    }
}
