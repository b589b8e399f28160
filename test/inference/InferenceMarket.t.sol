// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {InferenceMarket} from "../../contracts/inference/InferenceMarket.sol";
import {IInferenceMarket} from "../../contracts/interfaces/inference/IInferenceMarket.sol";
import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {ModelRegistry} from "../../contracts/registry/ModelRegistry.sol";
import {RevenueSplitter} from "../../contracts/rewards/RevenueSplitter.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Laws of prices, of request ids, and of one request's way through the market. This contract is its requester.
contract InferenceMarketTest is SolidityTest {
    enum Ending {
        Cancelled,
        NeverAccepted,
        Delivered,
        NeverDelivered
    }

    uint256 private constant DEPOSIT = 100_000_000e18;
    uint256 private constant BOND = 100_000_000e18;
    uint256 private constant START = 1_000_000;
    /// @dev Where the request's words begin in the calldata of `hashRequest`, and which of them is the string's offset.
    uint256 private constant HEAD = 4 + 32;
    uint256 private constant WORDS = 18;
    uint256 private constant URI_WORD = 4;
    address private constant OPERATOR = address(0x09E2);
    address private constant STRANGER = address(0xBAD);

    OPG private opg;
    ComputeStaking private staking;
    RevenueSplitter private splitter;
    InferenceMarket private market;
    IInferenceMarket.Request private template;

    function setUp() external {
        vm.warp(START);
        opg = new OPG(address(this));
        ModelRegistry registry = new ModelRegistry();
        AccessManager manager = new AccessManager(address(this));
        staking = new ComputeStaking(opg, true, true, manager, 100e18);
        splitter = new RevenueSplitter(opg, true, registry, staking, address(0x7EA5), 500, 1_000);
        market = new InferenceMarket(opg, registry, staking, splitter, 1e18);
        manager.grantRole(ROLE_LOCKER, address(market), 0);

        opg.transfer(OPERATOR, BOND);
        vm.startPrank(OPERATOR);
        opg.approve(address(staking), BOND);
        staking.registerOperator(0, "o");
        staking.bond(BOND);
        staking.allow(address(market));
        vm.stopPrank();

        opg.approve(address(market), DEPOSIT);
        market.deposit(address(this), DEPOSIT);
        template.requester = address(this);
        template.versionId = registry.publish(registry.registerModel(IModelRegistry.ModelKind.Model, "m"), _version());
        template.inputHash = keccak256("input");
        template.inputURI = "u";
        template.deliverWithin = 1 hours;
    }

    function testFuzz_APriceIsTheCeilingOfTheRampAndNeverFalls(
        uint96 minFee,
        uint96 maxFee,
        uint40 rampStart,
        uint40 rampEnd,
        uint256 early,
        uint256 late
    ) external view {
        IInferenceMarket.Request memory r = template;
        r.minFee = minFee < maxFee ? minFee : maxFee;
        r.maxFee = minFee < maxFee ? maxFee : minFee;
        r.rampStart = rampStart < rampEnd ? rampStart : rampEnd;
        r.rampEnd = rampStart < rampEnd ? rampEnd : rampStart;
        // Mostly inside the ramp and on its ends.
        early = early % 4 == 0 ? early : bound(early, r.rampStart, uint256(r.rampEnd) + 1);
        late = late % 4 == 0 ? late : bound(late, r.rampStart, uint256(r.rampEnd) + 1);
        if (early > late) (early, late) = (late, early);

        uint256 price = market.priceAt(r, early);
        assertEq(price, _price(r, early), "ceiling formula");
        assertLe(r.minFee, price, "at least minFee");
        assertLe(price, market.priceAt(r, late), "never falls");
        assertLe(market.priceAt(r, late), r.maxFee, "at most maxFee");
        assertEq(market.priceAt(r, r.rampEnd), r.maxFee, "at the end of the ramp");
    }

    function testFuzz_Threat52_AnIdIsTheTypedHash(IInferenceMarket.Request calldata r) external view {
        assertEq(market.hashRequest(r), _typedHash(r), "typed hash");
    }

    /// @dev Every single bit of the 17 fixed words counts, those above a narrow field too, and every byte of the string.
    function testFuzz_Threat53_AnyChangeOfARequestChangesItsId(
        IInferenceMarket.Request memory r,
        uint256 field,
        uint8 bit,
        bytes1 letter
    ) external view {
        field = bound(field, 0, WORDS - 1);
        bytes memory call = abi.encodeCall(market.hashRequest, (r));
        bytes32 before = _hash(call);
        if (field == URI_WORD) {
            r.inputURI = string.concat(r.inputURI, string(abi.encodePacked(letter)));
            call = abi.encodeCall(market.hashRequest, (r));
        } else {
            uint256 at = HEAD + 32 * field + (31 - bit / 8);
            call[at] ^= bytes1(uint8(1 << (bit % 8)));
        }
        assertTrue(_hash(call) != before, "an id that did not change");
    }

    function testFuzz_TheWayOfARequestConserves(
        uint96 minFee,
        uint96 maxFee,
        uint32 rampStart,
        uint32 rampLength,
        uint32 acceptAfter,
        uint8 ending
    ) external {
        IInferenceMarket.Request memory r = template;
        r.maxFee = uint96(bound(maxFee, 0, BOND));
        r.minFee = uint96(bound(minFee, 0, r.maxFee));
        r.rampStart = uint40(START + (rampStart % 1 days));
        r.rampEnd = r.rampStart + (rampLength % 1 days);
        r.acceptBy = uint40(START + 2 days);
        r.expireAt = r.acceptBy + r.deliverWithin;
        r.collateral = r.maxFee > 1e18 ? r.maxFee : 1e18;
        market.request(r, "");
        assertEq(market.depositOf(address(this)), DEPOSIT - r.maxFee, "deposit while open");

        uint256 acceptAt = START + (acceptAfter % 2 days);
        Ending end = Ending(ending % 4);
        uint256 price = end >= Ending.Delivered ? _accept(r, acceptAt) : 0;
        if (end == Ending.Delivered) {
            vm.warp(acceptAt + r.deliverWithin - 1);
            vm.prank(OPERATOR);
            market.submit(r, "answer", new bytes[](0));
        } else if (end == Ending.Cancelled) {
            vm.warp(acceptAt);
            market.cancel(r);
        } else {
            vm.warp(end == Ending.NeverAccepted ? r.acceptBy : acceptAt + r.deliverWithin);
            vm.prank(STRANGER);
            market.expire(r);
        }
        if (end == Ending.Delivered) _checkEnd(r, price, IInferenceMarket.Status.Final);
        else _checkEnd(r, 0, IInferenceMarket.Status.Refunded);
    }

    function _accept(IInferenceMarket.Request memory r, uint256 timestamp) private returns (uint256 price) {
        price = _price(r, timestamp);
        vm.warp(timestamp);
        vm.prank(OPERATOR);
        market.accept(r, OPERATOR);
        assertEq(market.depositOf(address(this)), DEPOSIT - price, "deposit while accepted");
        assertEq(staking.operatorOf(OPERATOR).locked, r.collateral, "collateral");
    }

    /// @dev Every wei of the deposit is still the requester's or was paid as the price, and the market keeps nothing.
    function _checkEnd(IInferenceMarket.Request memory r, uint256 paid, IInferenceMarket.Status ended) private {
        assertEq(market.depositOf(address(this)), DEPOSIT - paid, "deposit at the end");
        assertEq(opg.balanceOf(address(market)), DEPOSIT - paid, "held by the market");
        assertEq(staking.operatorOf(OPERATOR).locked, 0, "collateral at the end");
        uint256 toOperator = staking.operatorOf(OPERATOR).bond - BOND;
        assertEq(opg.balanceOf(address(splitter)) + toOperator, paid, "paid on");

        IInferenceMarket.Status status = market.stateOf(market.hashRequest(r)).status;
        assertTrue(status == ended, "status at the end");
        market.withdraw(DEPOSIT - paid);
        assertEq(opg.balanceOf(address(market)), 0, "left in the market");
    }

    function _price(IInferenceMarket.Request memory r, uint256 timestamp) private pure returns (uint256) {
        if (timestamp >= r.rampEnd) return r.maxFee;
        if (timestamp <= r.rampStart) return r.minFee;
        uint256 length = r.rampEnd - r.rampStart;
        uint256 rise = uint256(r.maxFee - r.minFee) * (timestamp - r.rampStart);
        return r.minFee + rise / length + (rise % length == 0 ? 0 : 1);
    }

    function _hash(bytes memory call) private view returns (bytes32) {
        (bool success, bytes memory answer) = address(market).staticcall(call);
        assertTrue(success, "hashRequest reverted");
        return abi.decode(answer, (bytes32));
    }

    /// @dev Written out once more, field by field.
    function _typedHash(IInferenceMarket.Request calldata r) private view returns (bytes32) {
        bytes memory first = abi.encode(
            market.REQUEST_TYPEHASH(),
            r.requester,
            r.consumer,
            r.versionId,
            r.inputHash,
            keccak256(bytes(r.inputURI)),
            r.requiredProofs,
            r.minFee,
            r.maxFee
        );
        bytes memory second = abi.encode(
            r.rampStart,
            r.rampEnd,
            r.acceptBy,
            r.deliverWithin,
            r.window,
            r.expireAt,
            r.collateral,
            r.operator,
            r.callbackGas,
            r.salt
        );
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("OpenGradient InferenceMarket"),
                keccak256("1"),
                block.chainid,
                address(market)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(bytes.concat(first, second))));
    }

    function _version() private pure returns (IModelRegistry.VersionParams memory params) {
        params.contentHash = bytes32(uint256(1));
        params.size = 1;
        params.royaltyBps = 2_000;
        params.uri = "u";
        params.licence = "l";
    }
}
