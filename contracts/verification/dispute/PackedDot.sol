// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {wordAt} from "./CalldataNumbers.sol";

/// @title PackedDot
/// @notice The sum of products of two runs of int8, eight products to one multiplication. `docs/programs.md` explains the order of bytes
/// in weight words that it rests on.
library PackedDot {
    /// @dev The last byte of each of the eight groups of four.
    uint256 private constant GROUPS = 0x000000ff_000000ff_000000ff_000000ff_000000ff_000000ff_000000ff_000000ff;
    uint256 private constant ZEROS = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant LOW_64 = 0x0000000000000000_ffffffffffffffff_0000000000000000_ffffffffffffffff;
    uint256 private constant LOW_32 = 0x00000000ffffffff_00000000ffffffff_00000000ffffffff_00000000ffffffff;

    /// @notice Σ x·w over `count` terms, one at least, 2^16 at most.
    /// @param x place of the first element in the calldata.
    /// @param w place of the first element, or of the weight word that it is in.
    /// @param lane of the first element in that weight word; 0 for elements in plain order.
    /// @param isPermuted whether at `w` there are weight words.
    function sum(uint256 x, uint256 w, uint256 lane, uint256 count, bool isPermuted) internal pure returns (int256) {
        unchecked {
            uint256 words = (lane + count + 31) / 32;
            uint256 last = w + 32 * (words - 1);
            uint256 tail = type(uint256).max << (8 * (32 * words - lane - count));
            // The first word and the last may have lanes without a term.
            uint256 partly = w;
            uint256 mask = type(uint256).max >> (8 * lane);
            if (words == 1) mask &= tail;

            uint256 groups = _groups();
            uint256 products;
            for (x -= lane; ; x += 32) {
                uint256 xWord = wordAt(x);
                if (w == partly) {
                    xWord = _only(xWord, mask);
                    (partly, mask) = (last, tail);
                }
                products += _products(xWord, wordAt(w), isPermuted, groups);
                if (w == last) break;
                w += 32;
            }
            // The fields below the top one are far from half of it, whatever their sign.
            return int256(products + (1 << 223)) >> 224;
        }
    }

    /// @dev The 32 products of two words, summed in the top field of 32 bits.
    function _products(uint256 x, uint256 w, bool isPermuted, uint256 groups) private pure returns (uint256 products) {
        unchecked {
            if (!isPermuted) w = _reversed(w);
            // Stored bytes have 128 added. Taken away, fields are signed, and so are those of products, mod 2^256. Both factors are negated.
            uint256 offsets = groups & ZEROS;
            products = (offsets - ((x >> 24) & groups)) * (offsets - ((w >> 24) & groups));
            products += (offsets - ((x >> 16) & groups)) * (offsets - ((w >> 16) & groups));
            products += (offsets - ((x >> 8) & groups)) * (offsets - ((w >> 8) & groups));
            products += (offsets - (x & groups)) * (offsets - (w & groups));
        }
    }

    /// @dev GROUPS, as a value that stays on the stack: wherever a large literal is used the compiler would compute it anew.
    function _groups() private pure returns (uint256 groups) {
        groups = GROUPS;
        assembly ("memory-safe") {
            groups := mul(groups, gt(mload(0x40), 0))
        }
    }

    /// @dev The bytes in `mask`, and stored zeros elsewhere: where there is no term the other factor does not matter.
    function _only(uint256 word, uint256 mask) private pure returns (uint256) {
        return (word & mask) | (ZEROS & ~mask);
    }

    /// @dev The eight groups of four bytes in reverse order, as in a weight word.
    function _reversed(uint256 word) private pure returns (uint256) {
        word = (word >> 128) | (word << 128);
        word = ((word >> 64) & LOW_64) | ((word & LOW_64) << 64);
        return ((word >> 32) & LOW_32) | ((word & LOW_32) << 32);
    }
}
