// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Drip} from "../../contracts/libraries/Drip.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Income that drips, against a model that counts every second on its own.
contract DripTest is SolidityTest {
    using Drip for Drip.Pool;

    struct Step {
        uint8 action;
        uint32 time;
        uint96 income;
    }

    uint256 private constant START = 1_800_000_000;
    /// @dev The model counts in 2^-64 wei.
    uint256 private constant ONE = 1 << 64;
    uint256 private constant MOST = 1e27;

    Drip.Pool private pool;
    uint256 private time;
    bool private still;
    // The model: what flows in each second, what is left, for how long, and what has arrived.
    uint256 private rate;
    uint256 private left;
    uint256 private seconds_;
    uint256 private arrived;
    uint256 private given;

    /// @dev A second of the model is a second: thousands of them at most, so that a run ends.
    function testFuzz_Threat16_IncomeArrivesAsIfEverySecondWereCounted(Step[12] calldata steps) external {
        time = START;
        vm.warp(time);
        pool.since = uint40(time);
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 duration = steps[i].time % 900;
            for (uint256 t = 0; t < duration && !still; ++t) _tick();
            time += duration;
            vm.warp(time);
            Drip.Pool memory p = pool;
            p.update();
            _play(p, steps[i]);
            pool = p;
            _compare(p, i + 1);
        }
    }

    /// @dev However often somebody looks, and whatever is given in between, income is there after a week and a gift's own time.
    function testFuzz_Threat21_GiftsDoNotHoldUpTheDrip(
        uint96 income,
        uint96[8] calldata gifts,
        uint32[8] calldata times
    ) external {
        income = uint96(bound(income, 1e18, MOST));
        time = START;
        vm.warp(time);
        Drip.Pool memory p;
        p.update();
        p.add(income);
        assertEq(p.remaining, 7 days, "a week at first");
        for (uint256 i = 0; i < gifts.length; ++i) {
            time += times[i] % 1 days;
            vm.warp(time);
            p.update();
            uint256 before = p.remaining;
            uint256 undripped = p.undripped;
            uint256 gift = i % 2 == 0 ? gifts[i] % 3 : bound(gifts[i], 0, 1e24);
            p.add(gift);
            assertLe(before, p.remaining, "a gift hastened the drip");
            assertLe(p.remaining, 7 days, "longer than a week");
            // By no more than its own weight: a wei delays nothing.
            assertLe((p.remaining - before) * (undripped + gift), gift * (7 days - before), "a gift's delay");
        }
        vm.warp(time + p.remaining);
        p.update();
        assertEq(p.undripped, 0, "all in");
        assertEq(p.remaining, 0, "no time left");
    }

    function testFuzz_PastItsEndNothingFlows(uint96 income, uint32 late, uint96 more) external {
        income = uint96(bound(income, 1, MOST));
        vm.warp(START);
        Drip.Pool memory p;
        p.update();
        p.add(income);
        time = START + 7 days + 1 + late;
        vm.warp(time);
        p.update();
        assertEq(p.assets, income, "all in, and no more");
        assertEq(p.undripped, 0, "nothing left");
        assertEq(p.remaining, 0, "no time left");
        assertEq(p.since, time, "up to date");
        p.add(bound(more, 1, MOST));
        assertEq(p.remaining, 7 days, "the next income has a week of its own");
    }

    function testFuzz_StandingStillLosesNoTime(uint96 income, uint32 before, uint32 pause_, uint32 later) external {
        income = uint96(bound(income, 1, MOST));
        vm.warp(START);
        Drip.Pool memory p;
        p.update();
        p.add(income);
        uint256 first = before % 7 days;
        vm.warp(START + first);
        p.update();
        p.stop();
        uint256 assets = p.assets;
        vm.warp(START + first + pause_);
        p.update();
        assertEq(p.assets, assets, "dripped while it stood still");
        assertEq(p.remaining, 7 days - first, "remaining while it stood still");
        p.resume();
        p.update();
        assertEq(p.assets, assets, "dripped at once");
        uint256 then = first + pause_ + (later % (7 days - first));
        vm.warp(START + then);
        p.update();
        uint256 flowing = first + (later % (7 days - first));
        assertLe(p.assets, (uint256(income) * flowing) / 7 days, "too fast");
        assertLe((uint256(income) * flowing) / 7 days, p.assets + 1, "too slow");
        assertEq(uint256(p.assets) + p.undripped, income, "sum");
    }

    function testFuzz_HastenedIncomeIsThereAtOnce(uint96 assets, uint96 undripped, uint24 remaining) external pure {
        Drip.Pool memory p;
        p.assets = uint96(bound(assets, 0, MOST));
        p.undripped = uint96(bound(undripped, 0, MOST));
        p.remaining = remaining;
        uint256 sum = uint256(p.assets) + p.undripped;
        p.hasten();
        assertEq(p.assets, sum, "assets");
        assertEq(p.undripped, 0, "undripped");
        assertEq(p.remaining, 0, "remaining");
    }

    function _tick() private {
        if (seconds_ == 0) return;
        uint256 drop = seconds_ == 1 ? left : rate;
        left -= drop;
        arrived += drop;
        seconds_ -= 1;
    }

    function _play(Drip.Pool memory p, Step calldata step) private {
        uint256 action = step.action % 8;
        if (action < 4) {
            uint256 income = action == 0 ? step.income % 3 : bound(step.income, 0, MOST / 16);
            p.add(income);
            given += income;
            // Exactly as many whole seconds as the weighted mean has.
            uint256 all = left / ONE + income;
            seconds_ = p.remaining;
            if (all == 0) return;
            left += income * ONE;
            rate = seconds_ == 0 ? 0 : left / seconds_;
        } else if (action == 4) {
            p.hasten();
            arrived += left;
            left = 0;
            seconds_ = 0;
            rate = 0;
        } else if (action == 5) {
            p.stop();
            still = true;
        } else {
            p.resume();
            still = false;
        }
    }

    /// @dev A wei for every time that somebody looked.
    function _compare(Drip.Pool memory p, uint256 looks) private view {
        assertEq(uint256(p.assets) + p.undripped, given, "all income");
        assertEq(p.remaining, seconds_, "seconds left");
        assertLe(p.assets, arrived / ONE + looks, "too fast");
        assertLe(arrived / ONE, p.assets + looks, "too slow");
    }
}
