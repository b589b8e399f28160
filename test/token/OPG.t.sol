// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {OPG} from "../../contracts/token/OPG.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Laws of the token over random histories of four accounts.
contract OPGTest is SolidityTest {
    struct Step {
        uint8 action;
        uint8 actor;
        uint8 other;
        uint256 amount;
    }

    uint256 private constant SUPPLY = 1_000_000_000e18;
    uint256 private constant ACCOUNTS = 4;

    OPG private opg;
    address[ACCOUNTS] private accounts;

    function setUp() external {
        for (uint256 i = 0; i < ACCOUNTS; ++i) accounts[i] = address(uint160(0xA11CE + i));
        opg = new OPG(accounts[0]);
    }

    function testFuzz_SupplyIsConservedAndVotesFollowBalances(Step[24] calldata steps) external {
        uint256 burnt;
        for (uint256 i = 0; i < steps.length; ++i) burnt += _play(steps[i]);

        uint256 balances;
        uint256[ACCOUNTS] memory delegated;
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            uint256 balance = opg.balanceOf(accounts[i]);
            balances += balance;
            for (uint256 j = 0; j < ACCOUNTS; ++j) {
                if (opg.delegates(accounts[i]) == accounts[j]) delegated[j] += balance;
            }
        }
        assertEq(opg.totalSupply() + burnt, SUPPLY, "supply + burnt");
        assertEq(balances, opg.totalSupply(), "sum of balances");
        for (uint256 j = 0; j < ACCOUNTS; ++j) assertEq(opg.getVotes(accounts[j]), delegated[j], "votes of a delegate");

        // Asked of the token: the compiler may read block.timestamp again after the warp, since no transaction changes it.
        uint256 end = opg.clock();
        vm.warp(end + 1);
        assertEq(opg.getPastTotalSupply(end), opg.totalSupply(), "votes that could be cast");
    }

    function testFuzz_AnAuthorizationPaysExactlyOnceWhicheverOverloadIsUsed(
        uint256 key,
        uint256 value,
        bytes32 nonce,
        bool byBytes
    ) external {
        key = bound(key, 1, type(uint128).max);
        value = bound(value, 0, SUPPLY);
        address payer = vm.addr(key);
        vm.assume(payer != accounts[0] && payer != accounts[1]);
        vm.prank(accounts[0]);
        opg.transfer(payer, value);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(payer, accounts[1], value, nonce));

        _send(payer, value, nonce, v, r, s, byBytes);
        assertEq(opg.balanceOf(payer), 0, "balance of the payer");
        assertEq(opg.balanceOf(accounts[1]), value, "balance of the payee");
        assertTrue(opg.authorizationState(payer, nonce), "nonce spent");

        bytes memory used = abi.encodeWithSignature("ERC3009UsedAuthorization(address,bytes32)", payer, nonce);
        vm.expectRevert(used);
        _send(payer, value, nonce, v, r, s, true);
        vm.expectRevert(used);
        _send(payer, value, nonce, v, r, s, false);
    }

    /// @return burnt What the step took out of the supply.
    function _play(Step calldata step) private returns (uint256 burnt) {
        address actor = accounts[step.actor % ACCOUNTS];
        address other = accounts[step.other % ACCOUNTS];
        uint256 amount = bound(step.amount, 0, opg.balanceOf(actor));
        vm.warp(opg.clock() + (step.amount % 3));

        if (step.action % 4 == 0) {
            vm.prank(actor);
            opg.delegate(other);
        } else if (step.action % 4 == 1) {
            vm.prank(actor);
            opg.burn(amount / 1_000);
            burnt = amount / 1_000;
        } else {
            vm.prank(actor);
            opg.transfer(other, amount);
        }
    }

    function _send(address payer, uint256 value, bytes32 nonce, uint8 v, bytes32 r, bytes32 s, bool byBytes) private {
        if (byBytes) {
            bytes memory signature = abi.encodePacked(r, s, v);
            opg.transferWithAuthorization(payer, accounts[1], value, 0, type(uint48).max, nonce, signature);
        } else {
            opg.transferWithAuthorization(payer, accounts[1], value, 0, type(uint48).max, nonce, v, r, s);
        }
    }

    /// @dev Written out once more, so that a change of the type string in the token is noticed here too.
    function _digest(address from, address to, uint256 value, bytes32 nonce) private view returns (bytes32) {
        bytes32 typeHash = keccak256(
            "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
        );
        bytes32 structHash = keccak256(
            abi.encode(typeHash, from, to, value, uint256(0), uint256(type(uint48).max), nonce)
        );
        return keccak256(abi.encodePacked(hex"1901", opg.DOMAIN_SEPARATOR(), structHash));
    }
}
