// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {wordAt} from "./CalldataNumbers.sol";

/// @title PackedDot
/// @notice The sum of products of two runs of int8, eight products to one multiplication. `docs/programs.md` explains the order of bytes
/// in weight words that it rests on.
library PackedDot {
    /// @dev The last byte of each of the eight groups of four.
    uint256 private constant GROUPS = 0x000000ff_000000ff_000000ff_000000ff_000000ff_000000ff_000000ff_000000ff;
    uint256 private constant ONES = 0x00000001_00000001_00000001_00000001_00000001_00000001_00000001_00000001;
    uint256 private constant ZEROS = 0x8080808080808080808080808080808080808080808080808080808080808080;
    uint256 private constant LOW_64 = 0x0000000000000000_ffffffffffffffff_0000000000000000_ffffffffffffffff;
    uint256 private constant LOW_32 = 0x00000000ffffffff_00000000ffffffff_00000000ffffffff_00000000ffffffff;

    /// @notice Σ x·w over `count` terms, one at least, fewer than 2^24.
    /// @param x place of the first element in the calldata.
    /// @param w place of the first element, or of the weight word that it is in.
    /// @param lane of the first element in that weight word; 0 for elements in plain order.
    /// @param isPermuted whether at `w` there are weight words.
    function sum(
        uint256 x,
        uint256 w,
        uint256 lane,
        uint256 count,
        bool isPermuted
    ) internal pure returns (int256 total) {
        unchecked {
            uint256 words = (lane + count + 31) / 32;
            uint256 products;
            uint256 xs; // sums of stored bytes, in eight fields of 32 bits
            uint256 ws;
            x -= lane;
            for (uint256 i = 0; i < words; ++i) {
                uint256 xWord = wordAt(x + 32 * i);
                uint256 wWord = wordAt(w + 32 * i);
                // Where there is no term the activation is made zero, so that the weight does not matter.
                if (i == 0) xWord = _without(xWord, type(uint256).max >> (8 * lane));
                if (i + 1 == words) xWord = _without(xWord, type(uint256).max << (8 * (32 * words - lane - count)));
                if (!isPermuted) wWord = _reversed(wWord);

                uint256 x0 = (xWord >> 24) & GROUPS;
                uint256 x1 = (xWord >> 16) & GROUPS;
                uint256 x2 = (xWord >> 8) & GROUPS;
                uint256 x3 = xWord & GROUPS;
                uint256 w0 = (wWord >> 24) & GROUPS;
                uint256 w1 = (wWord >> 16) & GROUPS;
                uint256 w2 = (wWord >> 8) & GROUPS;
                uint256 w3 = wWord & GROUPS;
                // Each field is below 32 · 255², so that none carries.
                products += (x0 * w0 + x1 * w1 + x2 * w2 + x3 * w3) >> 224;
                xs += x0 + x1 + x2 + x3;
                ws += w0 + w1 + w2 + w3;
            }
            // Stored bytes have 128 added: Σ x·w = Σ x′·w′ − 128·Σ x′ − 128·Σ w′ + 16,384·n. Times ONES, the top field is the fields' sum.
            total =
                int256(products) -
                int256(128 * (((xs * ONES) >> 224) + ((ws * ONES) >> 224))) +
                int256(16_384 * 32 * words);
        }
    }

    /// @dev The bytes in `mask`, and stored zeros elsewhere.
    function _without(uint256 word, uint256 mask) private pure returns (uint256) {
        return (word & mask) | (ZEROS & ~mask);
    }

    /// @dev The eight groups of four bytes in reverse order, as in a weight word.
    function _reversed(uint256 word) private pure returns (uint256) {
        word = (word >> 128) | (word << 128);
        word = ((word >> 64) & LOW_64) | ((word & LOW_64) << 64);
        return ((word >> 32) & LOW_32) | ((word & LOW_32) << 32);
    }
}
