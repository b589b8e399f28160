// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {Treasury} from "../../contracts/governance/Treasury.sol";
import {InferenceMarket} from "../../contracts/inference/InferenceMarket.sol";
import {ModelRegistry} from "../../contracts/registry/ModelRegistry.sol";
import {RevenueSplitter} from "../../contracts/rewards/RevenueSplitter.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {Consumer__Mock} from "../helpers/Consumer__Mock.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice The real contracts, wired as they are deployed, and the people who use them.
abstract contract World is SolidityTest {
    uint256 public constant SUPPLY = 1_000_000_000e18;
    uint256 public constant OPERATORS = 3;
    uint256 internal constant WEALTH = 1_000_000e18;
    uint256 internal constant MINIMUM_BOND = 10_000e18;
    uint256 internal constant FLOOR = 100e18;
    uint16 internal constant TREASURY_BPS = 500;
    uint16 internal constant BURN_BPS = 1_000;
    uint64 internal constant ROLE_TREASURER = 4;

    OPG public immutable opg;
    ModelRegistry public immutable registry;
    AccessManager public immutable manager;
    ComputeStaking public immutable staking;
    Treasury public immutable treasury;
    RevenueSplitter public immutable splitter;
    InferenceMarket public immutable market;
    Consumer__Mock public immutable consumer;

    /// @dev The operators come first. Everybody but the thief starts with WEALTH; the donor has what is left of the supply.
    address[] internal _people;
    address[2] internal _lockers;
    address internal immutable _agent = address(0xA6E27);
    address internal immutable _treasurer = address(0x72EA);
    address internal immutable _donor = address(0xD0202);
    address public immutable thief = address(0x7417F);

    constructor() {
        opg = new OPG(address(this));
        registry = new ModelRegistry();
        manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, MINIMUM_BOND);
        treasury = new Treasury(manager);
        splitter = new RevenueSplitter(opg, true, registry, staking, address(treasury), TREASURY_BPS, BURN_BPS);
        market = new InferenceMarket(opg, registry, staking, splitter, FLOOR);
        consumer = new Consumer__Mock();
        _lockers = [address(market), address(0x10C4E2)];

        bytes4[] memory pay = new bytes4[](1);
        pay[0] = treasury.pay.selector;
        manager.setTargetFunctionRole(address(treasury), pay, ROLE_TREASURER);
        manager.grantRole(ROLE_TREASURER, _treasurer, 0);
        for (uint256 i = 0; i < _lockers.length; ++i) manager.grantRole(ROLE_LOCKER, _lockers[i], 0);

        for (uint160 i = 0; i < 8; ++i) _people.push(address(0xA11CE00 + i));
        _people.push(_agent);
        _people.push(_treasurer);
        for (uint256 i = 0; i < _people.length; ++i) opg.transfer(_people[i], WEALTH);
        _people.push(_donor);
        opg.transfer(_donor, opg.balanceOf(address(this)));
        _people.push(thief);
        for (uint256 i = 0; i < _people.length; ++i) _approve(_people[i]);
        for (uint256 i = 0; i < OPERATORS; ++i) _enrol(_people[i]);
    }

    function people() external view returns (address[] memory) {
        return _people;
    }

    function lockers() external view returns (address[2] memory) {
        return _lockers;
    }

    /// @dev Everything that OPG may be sent to by mistake.
    function places() public view returns (address[7] memory) {
        return
            [
                address(staking),
                address(splitter),
                address(market),
                address(treasury),
                address(registry),
                address(manager),
                address(opg)
            ];
    }

    function _person(uint256 seed) internal view returns (address) {
        return _people[seed % _people.length];
    }

    function _operator(uint256 seed) internal view returns (address) {
        return _people[seed % OPERATORS];
    }

    /// @dev Operators, requesters and publishers are the same eight people, so that everybody may deal with themselves as well.
    function _customer(uint256 seed) internal view returns (address) {
        return _people[seed % 8];
    }

    function _approve(address person) private {
        vm.startPrank(person);
        opg.approve(address(staking), type(uint256).max);
        opg.approve(address(splitter), type(uint256).max);
        opg.approve(address(market), type(uint256).max);
        vm.stopPrank();
    }

    function _enrol(address operator) private {
        vm.startPrank(operator);
        staking.registerOperator(0, "o");
        staking.bond(5 * MINIMUM_BOND);
        for (uint256 i = 0; i < _lockers.length; ++i) staking.allow(_lockers[i]);
        vm.stopPrank();
    }
}
