// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {ModelRegistry} from "../../contracts/registry/ModelRegistry.sol";
import {RevenueSplitter} from "../../contracts/rewards/RevenueSplitter.sol";
import {ComputeStaking} from "../../contracts/staking/ComputeStaking.sol";
import {OPG} from "../../contracts/token/OPG.sol";
import {VersionId, toVersionId} from "../../contracts/types/VersionId.sol";
import {SolidityTest} from "../helpers/SolidityTest.sol";

/// @notice Laws of dividing fees and of handing royalties up a lineage. This contract is payer, operator and publisher at once.
contract RevenueSplitterTest is SolidityTest {
    uint256 private constant SUPPLY = 1_000_000_000e18;
    uint256 private constant PARENTS = 8;
    address private constant TREASURY = address(0x7EA5);
    address private constant HOLDER = address(0xA11CE);

    OPG private opg;
    ModelRegistry private registry;
    ComputeStaking private staking;
    uint64[PARENTS] private parentModels;

    function setUp() external {
        opg = new OPG(address(this));
        registry = new ModelRegistry();
        staking = new ComputeStaking(opg, true, true, new AccessManager(address(this)), 100e18);
        staking.registerOperator(0, "o");
        for (uint256 i = 0; i < PARENTS; ++i) {
            parentModels[i] = registry.registerModel(IModelRegistry.ModelKind.Dataset, "d");
            _publish(parentModels[i], 0, new IModelRegistry.Parent[](0));
        }
    }

    function testFuzz_EveryWeiOfAFeeIsSomebodysAndRoundingIsTheOperators(
        uint256 amount,
        uint16 royaltyBps,
        uint16 treasuryBps,
        uint16 burnBps
    ) external {
        amount = bound(amount, 1, SUPPLY);
        royaltyBps = uint16(bound(royaltyBps, 0, 3_000));
        treasuryBps = uint16(bound(treasuryBps, 0, 1_000));
        burnBps = uint16(bound(burnBps, 200, 2_000));
        RevenueSplitter splitter = _deploy(treasuryBps, burnBps);
        VersionId version = _publishModel(royaltyBps, new IModelRegistry.Parent[](0));

        splitter.split(address(this), version, amount);
        uint256 earned = splitter.earned(version);
        (uint256 toTreasury, uint256 toBurn) = splitter.accrued();
        uint256 bond = staking.operatorOf(address(this)).bond;
        assertEq(earned, (amount * royaltyBps) / 10_000, "royalty, rounded down");
        assertEq(toTreasury, (amount * treasuryBps) / 10_000, "treasury share, rounded down");
        assertEq(toBurn, (amount * burnBps) / 10_000, "burnt share, rounded down");
        assertEq(earned + toTreasury + toBurn + bond, amount, "parts of the fee");
        uint256 exactly = amount * (10_000 - royaltyBps - treasuryBps - burnBps);
        assertLe(exactly, bond * 10_000, "the operator's least");
        assertLe(bond * 10_000, exactly + 3 * 9_999, "the operator's most: three roundings");
        assertEq(opg.balanceOf(address(splitter)), earned + toTreasury + toBurn, "kept by the splitter");
        assertEq(opg.balanceOf(address(staking)), bond, "moved on to staking");

        splitter.flush();
        assertEq(opg.balanceOf(address(splitter)), earned, "kept after a flush");
        assertEq(opg.balanceOf(TREASURY), toTreasury, "paid to the treasury");
        assertEq(opg.totalSupply(), SUPPLY - toBurn, "supply");
    }

    /// @dev One fee more or less at a time: splitting in two never pays the royalty, the treasury or the fire more than splitting once.
    function testFuzz_Threat15_CuttingAFeeInTwoGainsOnlyTheOperator(
        uint256 amount,
        uint256 first,
        uint16 royaltyBps
    ) external {
        amount = bound(amount, 2, SUPPLY / 2);
        first = bound(first, 1, amount - 1);
        VersionId version = _publishModel(uint16(bound(royaltyBps, 0, 3_000)), new IModelRegistry.Parent[](0));
        RevenueSplitter once = _deploy(500, 1_000);
        RevenueSplitter twice = _deploy(500, 1_000);

        once.split(address(this), version, amount);
        twice.split(address(this), version, first);
        twice.split(address(this), version, amount - first);
        (uint256 treasuryOnce, uint256 burnOnce) = once.accrued();
        (uint256 treasuryTwice, uint256 burnTwice) = twice.accrued();
        _assertOneLessAtMost(twice.earned(version), once.earned(version), "royalty");
        _assertOneLessAtMost(treasuryTwice, treasuryOnce, "treasury");
        _assertOneLessAtMost(burnTwice, burnOnce, "burn");
    }

    function testFuzz_AHarvestConservesAndLeavesDustToTheChild(
        uint256 amount,
        uint8 count,
        uint16[PARENTS] calldata shares
    ) external {
        amount = bound(amount, 1, SUPPLY);
        IModelRegistry.Parent[] memory parents = _parents(bound(count, 0, PARENTS), shares);
        RevenueSplitter splitter = _deploy(0, 200);
        VersionId child = _publishModel(3_000, parents);
        splitter.split(address(this), child, amount);
        uint256 income = splitter.earned(child);

        uint256 paid = splitter.harvest(child);
        assertEq(opg.balanceOf(HOLDER), paid, "paid to the holder");
        assertEq(splitter.earned(child), 0, "left to the child");
        uint256 passedOn;
        uint256 totalBps;
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 share = splitter.earned(parents[i].versionId);
            assertEq(share, (income * parents[i].shareBps) / 10_000, "share, rounded down");
            passedOn += share;
            totalBps += parents[i].shareBps;
        }
        assertEq(paid + passedOn, income, "income");
        assertLe(income * (10_000 - totalBps), paid * 10_000, "the holder's least");
        assertLe(paid * 10_000, income * (10_000 - totalBps) + parents.length * 9_999, "dust: below a wei a parent");
        assertEq(splitter.harvest(child), 0, "a second harvest");
    }

    /// @dev Dataset → model → adapter: whoever is harvested first, nothing is left over and nothing is lost.
    function testFuzz_Threat19_HarvestingAGrandchildReachesEveryAncestor(
        uint256 amount,
        uint16 modelBps,
        uint16 dataBps
    ) external {
        amount = bound(amount, 1, SUPPLY);
        RevenueSplitter splitter = _deploy(0, 200);
        VersionId dataset = toVersionId(parentModels[0], 1);
        VersionId model = _publishModel(0, _parent(dataset, uint16(bound(dataBps, 1, 9_000))));
        VersionId adapter = _publishModel(3_000, _parent(model, uint16(bound(modelBps, 1, 9_000))));
        splitter.split(address(this), adapter, amount);
        uint256 income = splitter.earned(adapter);
        uint256 before = opg.balanceOf(address(this));

        uint256 paid = splitter.harvest(adapter) + splitter.harvest(model) + splitter.harvest(dataset);
        assertEq(paid, income, "paid to all three");
        assertEq(opg.balanceOf(HOLDER) + opg.balanceOf(address(this)) - before, income, "received by their holders");
    }

    function _assertOneLessAtMost(uint256 twice, uint256 once, string memory what) private pure {
        assertLe(twice, once, what);
        assertLe(once, twice + 1, what);
    }

    function _deploy(uint16 treasuryBps, uint16 burnBps) private returns (RevenueSplitter splitter) {
        splitter = new RevenueSplitter(opg, true, registry, staking, TREASURY, treasuryBps, burnBps);
        opg.approve(address(splitter), type(uint256).max);
    }

    /// @dev A model whose token is HOLDER's, so that its income is told apart from this contract's.
    function _publishModel(
        uint16 royaltyBps,
        IModelRegistry.Parent[] memory parents
    ) private returns (VersionId version) {
        uint64 modelId = registry.registerModel(IModelRegistry.ModelKind.Model, "m");
        version = _publish(modelId, royaltyBps, parents);
        registry.transferFrom(address(this), HOLDER, modelId);
    }

    function _publish(
        uint64 modelId,
        uint16 royaltyBps,
        IModelRegistry.Parent[] memory parents
    ) private returns (VersionId) {
        IModelRegistry.VersionParams memory params;
        params.contentHash = bytes32(uint256(1));
        params.size = 1;
        params.royaltyBps = royaltyBps;
        params.uri = "u";
        params.licence = "l";
        params.parents = parents;
        return registry.publish(modelId, params);
    }

    function _parent(VersionId id, uint16 shareBps) private pure returns (IModelRegistry.Parent[] memory parents) {
        parents = new IModelRegistry.Parent[](1);
        parents[0] = IModelRegistry.Parent(id, shareBps);
    }

    /// @dev `count` datasets; together they are promised 9,000 at most.
    function _parents(
        uint256 count,
        uint16[PARENTS] calldata shares
    ) private view returns (IModelRegistry.Parent[] memory parents) {
        parents = new IModelRegistry.Parent[](count);
        for (uint256 i = 0; i < count; ++i) {
            parents[i].versionId = toVersionId(parentModels[i], 1);
            parents[i].shareBps = uint16(bound(shares[i], 1, 9_000 / count));
        }
    }
}
