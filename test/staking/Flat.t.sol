// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {ISlashEscrow} from "../../contracts/interfaces/staking/ISlashEscrow.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {TicketId, toTicketId} from "../../contracts/types/TicketId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice What each act costs does not depend on how many others there are. One popular operator has all delegators, tickets and lockers.
contract FlatTest is SolidityTest {
    uint256 private constant MINIMUM = 100e18;
    uint256 private constant ACTS = 9;

    OPG private opg;
    AccessManager private manager;
    ComputeStaking private staking;
    address private popular = address(0x900000);
    uint256 private time = 1_000_000;
    uint160 private people = 0xA00000;
    uint256 private crowd;
    uint160 private lockers;

    function setUp() external {
        vm.warp(time);
        opg = new OPG(address(this));
        manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, MINIMUM);
        _fund(popular, 100_000_000e18);
        vm.startPrank(popular);
        staking.registerOperator(0, "");
        // In the order in which they come, so that no lock has to wait.
        for (uint160 i = 0; i < 1_100; ++i) staking.allow(_locker(i));
        staking.bond(100_000_000e18);
        vm.stopPrank();
    }

    function test_Threat5_Threat80_EveryActCostsTheSameAmongAThousand() external {
        // What is the very first of its kind pays for the slots of all.
        _growTo(1);
        _measure();
        _growTo(2);
        uint256[ACTS] memory alone = _measure();
        for (uint256 size = 10; size <= 1_000; size *= 10) {
            _growTo(size);
            uint256[ACTS] memory among = _measure();
            for (uint256 act = 0; act < ACTS; ++act) {
                // A branch more or less, as the numbers have it.
                assertLe(among[act], alone[act] + 100, "gas of an act");
                assertLe(alone[act], among[act] + 100, "gas of an act");
            }
        }
    }

    /// @dev So many operators, delegators, tickets and lockers.
    function _growTo(uint256 size) private {
        for (; crowd < size; ++crowd) {
            address person = _newcomer();
            address locker = _newLocker();
            vm.startPrank(person);
            staking.registerOperator(0, "");
            staking.bond(MINIMUM);
            staking.delegate(popular, 4e18, 0);
            staking.undelegate(popular, 1e21);
            vm.stopPrank();
            vm.prank(locker);
            staking.lock(popular, 1e18, uint40(time + 10 days));
        }
    }

    /// @dev Each act by somebody new, so that its own slots are as cold as the first time.
    function _measure() private returns (uint256[ACTS] memory gas) {
        address person = _newcomer();
        address locker = _newLocker();
        vm.startPrank(person);
        gas[0] = _gas(abi.encodeCall(staking.registerOperator, (0, "")));
        gas[1] = _gas(abi.encodeCall(staking.bond, (MINIMUM)));
        gas[2] = _gas(abi.encodeCall(staking.delegate, (popular, 4e18, 0)));
        gas[3] = _gas(abi.encodeCall(staking.undelegate, (popular, 1e21)));
        gas[4] = _gas(abi.encodeCall(staking.distribute, (popular, 1e18)));
        vm.stopPrank();
        TicketId ticket = toTicketId(person, 1, uint40(time + 21 days), 0, true);
        vm.startPrank(locker);
        gas[5] = _gas(abi.encodeCall(staking.lock, (popular, 3e18, uint40(time + 10 days))));
        gas[6] = _gas(abi.encodeCall(staking.unlock, (popular, 1e18, 0)));
        ISlashEscrow.Slash memory slash = _slashBy(locker);
        IComputeStaking.Verdict memory verdict = IComputeStaking.Verdict(bytes32(0), address(0), 0, address(0));
        gas[7] = _gas(abi.encodeCall(staking.slash, (popular, 1e18, 0, verdict)));
        vm.stopPrank();
        time += 21 days;
        vm.warp(time);
        staking.ESCROW().release(slash);
        gas[8] = _gas(abi.encodeCall(staking.withdraw, (ticket)));
    }

    function _gas(bytes memory call) private returns (uint256 used) {
        used = gasleft();
        (bool done, ) = address(staking).call(call);
        used -= gasleft();
        assertTrue(done, "a measured act works");
    }

    /// @dev What the escrow will hold when `locker` slashes an OPG of the popular operator's bond.
    function _slashBy(address locker) private view returns (ISlashEscrow.Slash memory slash) {
        IComputeStaking.Pool memory pool = staking.poolOf(popular);
        slash.operator = popular;
        slash.locker = locker;
        slash.openedAt = uint40(time);
        slash.fromBond = 1e18;
        slash.poolShares = uint120(pool.shares);
    }

    function _newcomer() private returns (address person) {
        person = address(++people);
        _fund(person, 2 * MINIMUM);
    }

    function _fund(address person, uint256 amount) private {
        opg.transfer(person, amount);
        vm.prank(person);
        opg.approve(address(staking), type(uint256).max);
    }

    function _newLocker() private returns (address locker) {
        locker = _locker(lockers++);
        manager.grantRole(ROLE_LOCKER, locker, 0);
    }

    function _locker(uint160 number) private pure returns (address) {
        return address(0xB00000 + number);
    }
}
