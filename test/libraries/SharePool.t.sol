// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {SharePool} from "../../contracts/libraries/SharePool.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Shares under everything that can happen to them: members who come and go, slashes of nearly everything, renewals.
contract SharePoolTest is SolidityTest {
    struct Member {
        uint256 shares;
        uint24 generation;
    }

    /// @dev The whole supply of OPG.
    uint256 private constant MOST = 1e27;
    uint256 private constant LIMIT = 1 << 120;
    uint256 private constant SLASHES = 100;

    uint256 private assets;
    uint120 private total;
    uint24 private generation;
    Member[] private members;

    function testFuzz_Threat15_ARoundTripNeverProfits(uint256 amount, uint256 pool, uint256 shares) external pure {
        (amount, pool) = (bound(amount, 0, MOST), bound(pool, 0, MOST));
        shares = bound(shares, 0, pool * 1e6);
        uint256 mine = SharePool.toShares(amount, pool, shares);
        uint256 back = SharePool.toAssets(mine, pool + amount, shares + mine);
        assertLe(back, amount, "joining and leaving gained");
        // By less than a share and a wei.
        assertLe(amount, back + 2 + (pool + amount + 1) / (shares + mine + 1_000), "joining and leaving lost");
    }

    /// @dev By exact products: the price is (assets + 1) / (shares + 1000), in no direction that pays who moves.
    function testFuzz_Threat15_NobodysMoveLowersThePrice(uint256 amount, uint256 pool, uint256 shares) external pure {
        pool = bound(pool, 0, MOST);
        amount = bound(amount, 0, MOST);
        shares = bound(shares, 0, pool * 1e6);
        uint256 mine = SharePool.toShares(amount, pool, shares);
        assertLe((pool + 1) * (shares + mine + 1_000), (pool + amount + 1) * (shares + 1_000), "joining");
        assertLe(amount * (shares + 1_000), (mine + 1) * (pool + 1), "a share too few, at most");
        if (shares == 0) return;
        uint256 leaving = bound(amount, 0, shares);
        uint256 worth = SharePool.toAssets(leaving, pool, shares);
        assertLe(worth, pool, "more than there is");
        assertLe((pool + 1) * (shares - leaving + 1_000), (pool - worth + 1) * (shares + 1_000), "leaving");
        assertLe(leaving * (pool + 1), (worth + 1) * (shares + 1_000), "a wei too little, at most");
    }

    function testFuzz_Threat12_RenewalsKeepSharesSmallAndEverybodysPart(
        uint256 pool,
        uint256 shares,
        uint256 part,
        uint24 old
    ) external pure {
        pool = pool % 3 == 0 ? bound(pool, 0, 1_000) : bound(pool, 0, MOST);
        shares = shares % 8 == 0 ? 0 : bound(shares, 0, LIMIT - 1);
        old = uint24(bound(old, 0, type(uint24).max - 12));
        (uint120 present, uint24 now_) = SharePool.renew(pool, uint120(shares), old);
        assertLe(present, pool * 1e6, "more than a million shares a wei");
        if (shares <= pool * 1e6) {
            assertEq(present, shares, "a needless renewal");
            assertEq(now_, old, "a needless generation");
        }
        if (shares == 0) return assertEq(now_, old, "a generation of nobody");
        part = bound(part, 0, shares);
        uint256 carried = SharePool.carry(part, old, now_) + SharePool.carry(shares - part, old, now_);
        assertLe(carried, present, "parts of a whole");
        if (pool == 0) return assertEq(carried, 0, "what is left of nothing");
        assertLe(present, carried + 1, "lost by carrying");
        if (now_ != old) assertLe(pool * 1e3, present + 1, "a renewal too many");
        // All that members have lost to the virtual shares is less than a wei, and one for rounding.
        uint256 before = SharePool.toAssets(shares, pool, shares);
        assertLe(before, SharePool.toAssets(present, pool, present) + 1, "lost by renewing");
    }

    function testFuzz_CarryingIsDividingByAThousandEachTime(uint256 shares, uint24 from, uint8 times) external pure {
        shares = bound(shares, 0, LIMIT / 1_000);
        from = uint24(bound(from, 0, type(uint24).max - 255));
        uint256 expected = shares;
        for (uint256 i = 0; i < times; ++i) expected /= 1_000;
        assertEq(SharePool.carry(shares, from, from + times), expected, "carried");
    }

    /// @dev A hundred times almost everything is slashed, and new members come in between: shares stay within their type, everybody
    /// can leave, and nobody takes more out than came in.
    function testFuzz_Threat12_AHundredSlashesOfNearlyEverything(uint256 seed) external {
        for (uint256 i = 0; i < SLASHES; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _join(seed % 4 == 0 ? 1e18 : bound(seed >> 8, 1e18, MOST / 1_000));
            if (seed % 3 == 0) _leave((seed >> 16) % members.length);
            // Nothing is left, a wei, a few, or a thousandth.
            uint256 kind = (seed >> 128) % 4;
            if (kind == 0) assets = 0;
            else if (kind == 1) assets = _least(assets, 1);
            else if (kind == 2) assets = _least(assets, 2 + ((seed >> 136) % 1e6));
            else assets /= 1_000;
        }
        uint256 worth;
        for (uint256 i = 0; i < members.length; ++i) worth += _worthOf(members[i]);
        assertLe(worth, assets, "worth of everybody");
        for (uint256 i = 0; i < members.length; ++i) _leave(i);
        assertLe(assets, 1e6, "crumbs");
    }

    function _join(uint256 amount) private {
        (total, generation) = SharePool.renew(assets, total, generation);
        uint256 shares = SharePool.toShares(amount, assets, total);
        assertLe(total + shares, LIMIT - 1, "shares beyond their type");
        assertTrue(shares > 0, "no shares");
        total += uint120(shares);
        assets += amount;
        members.push(Member(shares, generation));
        uint256 worth = _worthOf(members[members.length - 1]);
        assertLe(worth, amount, "joining gained");
        assertLe(amount, worth + 2 + (assets + 1) / (total + 1_000), "joining lost");
    }

    function _leave(uint256 i) private {
        Member storage m = members[i];
        uint256 shares = SharePool.carry(m.shares, m.generation, generation);
        uint256 worth = SharePool.toAssets(shares, assets, total);
        assets -= worth;
        total -= uint120(shares);
        m.shares = 0;
    }

    function _worthOf(Member storage m) private view returns (uint256) {
        return SharePool.toAssets(SharePool.carry(m.shares, m.generation, generation), assets, total);
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
