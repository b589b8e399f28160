// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInferenceMarket} from "../../contracts/interfaces/inference/IInferenceMarket.sol";
import {IComputeStaking} from "../../contracts/interfaces/staking/IComputeStaking.sol";
import {TicketId} from "../../contracts/types/TicketId.sol";
import {VersionId} from "../../contracts/types/VersionId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";
import {Everybody} from "./Everybody.sol";
import {Ledger} from "./Ledger.sol";

/// @notice The laws of README.md, over random histories of everybody, and over one long fixed one.
contract NetworkTest is SolidityTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant LONG = 2_000;

    Everybody private everybody;

    function setUp() external {
        everybody = new Everybody();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(everybody);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(everybody), everybody.actions());
    }

    /* LAWS THAT HOLD AT ANY MOMENT */

    function invariant_Threat21_StakingHoldsBondsAndTickets() public view {
        address[] memory people = everybody.people();
        uint256 sum = everybody.owned(address(everybody.staking()));
        for (uint256 i = 0; i < people.length; ++i) sum += everybody.staking().operatorOf(people[i]).bond;
        TicketId[] memory tickets = everybody.tickets();
        for (uint256 i = 0; i < tickets.length; ++i) sum += everybody.staking().ticketOf(tickets[i]).assets;
        assertEq(_held(address(everybody.staking())), sum, "staking: bonds, tickets and gifts");
    }

    function invariant_Threat8_LocksAddUp() public view {
        address[] memory people = everybody.people();
        address[2] memory lockers = everybody.lockers();
        for (uint256 i = 0; i < people.length; ++i) {
            uint256 sum;
            for (uint256 j = 0; j < lockers.length; ++j) {
                sum += everybody.staking().lockOf(people[i], lockers[j]).amount;
            }
            IComputeStaking.Operator memory o = everybody.staking().operatorOf(people[i]);
            assertEq(o.locked, sum, "locks of an operator");
            uint256 free = !o.active || o.locked > o.bond ? 0 : o.bond - o.locked;
            assertEq(everybody.staking().capacity(people[i]), free, "capacity");
        }
    }

    /// @dev What was cleared under a request is gone; everything else is there until the request ends, and not a moment longer.
    function invariant_Threat8_TheMarketLocksWhatItsRequestsDemand() public view {
        address market = address(everybody.market());
        address[] memory people = everybody.people();
        Ledger.Tracked[] memory requests = everybody.requests();
        for (uint256 i = 0; i < people.length; ++i) {
            IComputeStaking.Lock memory lock = everybody.staking().lockOf(people[i], market);
            uint256 sum;
            for (uint256 j = 0; j < requests.length; ++j) {
                bool isOpen = requests[j].status == IInferenceMarket.Status.Accepted;
                bool isHere = requests[j].operator == people[i] && requests[j].lockEpoch == lock.epoch;
                if (isOpen && isHere) sum += requests[j].request.collateral;
            }
            assertEq(lock.amount, sum, "collateral of a person's open requests");
        }
    }

    function invariant_MarketHoldsDepositsAndFees() public view {
        address[] memory people = everybody.people();
        Ledger.Tracked[] memory requests = everybody.requests();
        uint256 sum = everybody.owned(address(everybody.market()));
        for (uint256 i = 0; i < people.length; ++i) sum += everybody.market().depositOf(people[i]);
        for (uint256 i = 0; i < requests.length; ++i) sum += requests[i].held;
        assertEq(_held(address(everybody.market())), sum, "market: deposits, fees held and gifts");
    }

    function invariant_SplitterHoldsWhatIsNotYetPaid() public view {
        VersionId[] memory versions = everybody.versions();
        (uint256 toTreasury, uint256 toBurn) = everybody.splitter().accrued();
        uint256 sum = everybody.owned(address(everybody.splitter())) + toTreasury + toBurn;
        for (uint256 i = 0; i < versions.length; ++i) {
            uint256 earned = everybody.splitter().earned(versions[i]);
            assertEq(earned, everybody.royalties(versions[i]), "earned by a version");
            sum += earned;
        }
        assertEq(toTreasury, everybody.forTreasury(), "accrued for the treasury");
        assertEq(toBurn, everybody.forFire(), "accrued to be burnt");
        assertEq(_held(address(everybody.splitter())), sum, "splitter: earned, accrued and gifts");
    }

    function invariant_NoWeiIsMadeOrLost() public view {
        address[] memory people = everybody.people();
        address[7] memory places = everybody.places();
        uint256 sum;
        for (uint256 i = 0; i < people.length; ++i) sum += _held(people[i]);
        for (uint256 i = 0; i < places.length; ++i) sum += _held(places[i]);
        assertEq(sum, everybody.opg().totalSupply(), "balances of everybody and every place");
        assertEq(sum + everybody.burnt(), everybody.SUPPLY(), "supply and what was burnt");
        for (uint256 i = 3; i < places.length; ++i) {
            assertEq(_held(places[i]), everybody.owned(places[i]), "treasury, and places that only have gifts");
        }
    }

    function invariant_Threat18_EverybodyOwnsWhatTheLedgerSays() public view {
        address[] memory people = everybody.people();
        for (uint256 i = 0; i < people.length; ++i) {
            assertEq(_wealth(people[i]), everybody.owned(people[i]), "wealth of a person");
        }
        assertEq(_wealth(everybody.thief()), 0, "the thief's loot");
    }

    function invariant_Threat26_RequestsOnlyMoveForward() public view {
        Ledger.Tracked[] memory requests = everybody.requests();
        for (uint256 i = 0; i < requests.length; ++i) {
            IInferenceMarket.RequestState memory state = everybody.market().stateOf(requests[i].id);
            assertTrue(state.status == requests[i].status, "status of a request");
            assertEq(state.operator, requests[i].operator, "operator of a request");
            assertEq(state.lockEpoch, requests[i].lockEpoch, "epoch of the collateral");
            assertEq(state.acceptedAt, requests[i].acceptedAt, "time of the accept");
            assertTrue(state.callbackFailed == requests[i].callbackFailed, "failed callback");
        }
    }

    /* LAWS AT THE END */

    /// @dev After every random history: everybody gets out, and only gifts stay behind.
    function afterInvariant() external {
        _checkExits();
    }

    /// @dev Not a law of the contracts but of these tests: what is never reached is not shown.
    function test_EveryActionWorksInALongHistoryAndEverybodyGetsOut() external {
        bytes4[] memory actions = everybody.actions();
        uint256 state = uint256(keccak256("network"));
        for (uint256 i = 0; i < LONG; ++i) {
            state = uint256(keccak256(abi.encode(state)));
            _play(actions[state % actions.length], state);
            if (i % 100 == 99) _checkAll();
        }
        for (uint256 i = 0; i < actions.length; ++i) {
            assertTrue(everybody.done(actions[i]) > 0, string.concat("never worked: action ", _decimal(i)));
        }
        _checkExits();
        _checkAll();
    }

    function _play(bytes4 action, uint256 state) private {
        bytes memory call = abi.encodePacked(action);
        for (uint256 i = 0; i < 7; ++i) call = bytes.concat(call, keccak256(abi.encode(state, i)));
        (bool success, bytes memory answer) = address(everybody).call(call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function _checkAll() private view {
        invariant_Threat21_StakingHoldsBondsAndTickets();
        invariant_Threat8_LocksAddUp();
        invariant_Threat8_TheMarketLocksWhatItsRequestsDemand();
        invariant_MarketHoldsDepositsAndFees();
        invariant_SplitterHoldsWhatIsNotYetPaid();
        invariant_NoWeiIsMadeOrLost();
        invariant_Threat18_EverybodyOwnsWhatTheLedgerSays();
        invariant_Threat26_RequestsOnlyMoveForward();
    }

    function _checkExits() private {
        everybody.everybodyLeaves();
        address[] memory people = everybody.people();
        address[7] memory places = everybody.places();
        for (uint256 i = 0; i < people.length; ++i) {
            assertEq(_held(people[i]), everybody.owned(people[i]), "all that a person owns is in its hands");
            assertEq(everybody.staking().operatorOf(people[i]).locked, 0, "stake still locked");
        }
        for (uint256 i = 0; i < places.length; ++i) {
            assertEq(_held(places[i]), everybody.owned(places[i]), "only gifts stay behind");
        }
    }

    function _held(address account) private view returns (uint256) {
        return everybody.opg().balanceOf(account);
    }

    /// @dev Everything a person has, wherever it lies, but for royalties that nobody has harvested yet.
    function _wealth(address person) private view returns (uint256 sum) {
        sum = _held(person) + everybody.staking().operatorOf(person).bond + everybody.market().depositOf(person);
        TicketId[] memory tickets = everybody.tickets();
        for (uint256 i = 0; i < tickets.length; ++i) {
            IComputeStaking.Ticket memory ticket = everybody.staking().ticketOf(tickets[i]);
            if (ticket.owner == person) sum += ticket.assets;
        }
        Ledger.Tracked[] memory requests = everybody.requests();
        for (uint256 i = 0; i < requests.length; ++i) {
            if (requests[i].request.requester == person) sum += requests[i].held;
        }
    }

    function _decimal(uint256 number) private pure returns (string memory) {
        bytes1 tens = bytes1(uint8(48 + number / 10));
        return string(abi.encodePacked(tens, bytes1(uint8(48 + (number % 10)))));
    }
}
