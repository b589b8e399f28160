// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {TicketId, toTicketId} from "../../contracts/types/TicketId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice A ticket's name gives back what it was made of, and no two tickets share one.
contract TicketIdTest is SolidityTest {
    uint24 private constant GENERATIONS = 1 << 23;
    uint256 private constant FREE = 0xff << 88;

    function testFuzz_Threat79_ATicketIsNamedByAllThatItIs(
        address owner,
        uint24 index,
        uint40 at,
        uint24 generation,
        bool delegated
    ) external pure {
        generation %= GENERATIONS;
        TicketId id = toTicketId(owner, index, at, generation, delegated);
        assertEq(id.ownerOf(), owner, "owner");
        assertEq(id.indexOf(), index, "index");
        assertEq(id.withdrawableAtOf(), at, "time");
        assertEq(id.generationOf(), generation, "generation");
        assertTrue(id.isDelegated() == delegated, "class");
        assertTrue(id == toTicketId(owner, index, at, generation, delegated), "the same");
    }

    function testFuzz_Threat79_AnyDifferenceIsAnotherTicket(uint256 left, uint256 right) external pure {
        // Eight bits are free.
        (left, right) = (left & ~FREE, right & ~FREE);
        TicketId id = TicketId.wrap(left);
        bool same = id == TicketId.wrap(right);
        assertTrue(same == (left == right), "equal");
        TicketId again = toTicketId(
            id.ownerOf(),
            id.indexOf(),
            id.withdrawableAtOf(),
            id.generationOf(),
            id.isDelegated()
        );
        assertEq(TicketId.unwrap(again), left, "a name made of its parts");
    }
}
