// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {VotingPower} from "../../../contracts/governance/VotingPower.sol";
import {ComputeStaking} from "../../../contracts/staking/ComputeStaking.sol";
import {SlashEscrow} from "../../../contracts/staking/SlashEscrow.sol";
import {OPG} from "../../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../../contracts/types/Roles.sol";
import {Locker__Mock} from "../../helpers/Locker__Mock.sol";
import {SolidityTest} from "../../helpers/SolidityTest.sol";

/// @notice The real contracts of the staking room, and the people who use them.
abstract contract Stage is SolidityTest {
    uint256 public constant SUPPLY = 1_000_000_000e18;
    /// @notice The first three people are operators, the first six delegate and vote, the seventh gives, the eighth steals.
    uint256 public constant OPERATORS = 3;
    uint256 public constant STAKERS = 6;
    uint256 public constant PEOPLE = 8;
    uint256 public constant LOCKERS = 3;
    uint256 internal constant DONOR = 6;
    uint256 internal constant THIEF = 7;
    uint256 internal constant MINIMUM_BOND = 10_000e18;
    uint256 internal constant WEALTH = 1_000_000e18;
    uint64 internal constant ROLE_ARBITER = 5;
    uint64 internal constant ROLE_GUARDIAN = 6;

    // Not immutable: so many of them in the code that the test runner would not know the contract again.
    OPG public opg;
    AccessManager public manager;
    ComputeStaking public staking;
    SlashEscrow public escrow;
    VotingPower public votes;
    Locker__Mock internal _talker;
    address internal constant _ARBITER = address(0xA2B1);
    address internal constant _GUARDIAN = address(0x6A2D);

    address[PEOPLE] public people;
    /// @notice A vote takes the role from the first now and then, the guardian stops the second, the third is asked about its verdicts.
    address[LOCKERS] public lockers;

    constructor() {
        opg = new OPG(address(this));
        manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, MINIMUM_BOND);
        escrow = SlashEscrow(address(staking.ESCROW()));
        votes = staking.VOTES();
        _talker = new Locker__Mock(staking);
        lockers = [address(0x10C4E0), address(0x10C4E1), address(_talker)];
        for (uint256 i = 0; i < LOCKERS; ++i) manager.grantRole(ROLE_LOCKER, lockers[i], 0);
        _grant(ROLE_GUARDIAN, _GUARDIAN, escrow.stop.selector);
        _grant(ROLE_ARBITER, _ARBITER, escrow.lift.selector);
        _grant(ROLE_ARBITER, _ARBITER, escrow.makePermanent.selector);
        _grant(ROLE_ARBITER, _ARBITER, escrow.reverse.selector);

        for (uint160 i = 0; i < PEOPLE; ++i) people[i] = address(0xA11CE00 + i);
        for (uint256 i = 0; i < STAKERS; ++i) opg.transfer(people[i], WEALTH);
        opg.transfer(people[DONOR], opg.balanceOf(address(this)));
        for (uint256 i = 0; i < PEOPLE; ++i) {
            vm.prank(people[i]);
            opg.approve(address(staking), type(uint256).max);
        }
        for (uint256 i = 0; i < OPERATORS; ++i) {
            vm.prank(people[i]);
            staking.registerOperator(0, "o");
        }
    }

    function _grant(uint64 role, address holder, bytes4 selector) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(address(escrow), selectors, role);
        manager.grantRole(role, holder, 0);
    }
}
