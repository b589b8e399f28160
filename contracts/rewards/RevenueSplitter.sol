// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {IModelRegistry} from "../interfaces/registry/IModelRegistry.sol";
import {IRevenueSplitter} from "../interfaces/rewards/IRevenueSplitter.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {Burning} from "../libraries/Burning.sol";
import {VersionId} from "../types/VersionId.sol";

/// @title RevenueSplitter
/// @notice See {IRevenueSplitter}.
/// @dev No function is reserved for anyone: who calls `split` pays.
/// Invariant: OPG.balanceOf(this) ≥ Σ earned + accrued treasury share + accrued burn.
contract RevenueSplitter is IRevenueSplitter {
    using Burning for IERC20;
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    uint256 private constant _BPS = 10_000;
    uint16 private constant _HIGHEST_TREASURY_BPS = 1_000;
    uint16 private constant _LOWEST_BURN_BPS = 200;
    uint16 private constant _HIGHEST_BURN_BPS = 2_000;

    IERC20 public immutable OPG;
    IModelRegistry public immutable REGISTRY;
    IComputeStaking public immutable STAKING;
    address public immutable TREASURY;
    /// @notice Whether the token has `burn`; without it, burnt OPG goes to 0x…dEaD.
    bool public immutable BURNABLE;
    /// @inheritdoc IRevenueSplitter
    uint16 public immutable treasuryBps;
    /// @inheritdoc IRevenueSplitter
    uint16 public immutable burnBps;

    struct Accrued {
        // one slot
        uint128 toTreasury;
        uint128 toBurn;
    }

    mapping(VersionId versionId => uint256) private _earned;
    Accrued private _accrued;

    constructor(
        IERC20 opg,
        bool burnable,
        IModelRegistry registry,
        IComputeStaking staking,
        address treasury,
        uint16 treasuryBps_,
        uint16 burnBps_
    ) {
        if (treasuryBps_ > _HIGHEST_TREASURY_BPS) {
            revert RevenueSplitterTreasuryShareOutOfRange(treasuryBps_, 0, _HIGHEST_TREASURY_BPS);
        }
        if (burnBps_ < _LOWEST_BURN_BPS || burnBps_ > _HIGHEST_BURN_BPS) {
            revert RevenueSplitterBurnShareOutOfRange(burnBps_, _LOWEST_BURN_BPS, _HIGHEST_BURN_BPS);
        }
        if (treasury == address(0)) revert RevenueSplitterZeroTreasury();
        opg.check(burnable);
        OPG = opg;
        BURNABLE = burnable;
        REGISTRY = registry;
        STAKING = staking;
        TREASURY = treasury;
        treasuryBps = treasuryBps_;
        burnBps = burnBps_;
        opg.forceApprove(address(staking), type(uint256).max);
    }

    /* FEES */

    /// @inheritdoc IRevenueSplitter
    function split(address operator, VersionId versionId, uint256 amount) external {
        uint256 royalty = (amount * REGISTRY.royaltyBpsOf(versionId)) / _BPS;
        uint256 toTreasury = (amount * treasuryBps) / _BPS;
        uint256 toBurn = (amount * burnBps) / _BPS;
        // Shares are bounded by 30 + 10 + 20 percent, so something is left of every amount above zero.
        uint256 toOperator = amount - royalty - toTreasury - toBurn;

        if (royalty != 0) _earned[versionId] += royalty;
        Accrued memory sums = _accrued;
        _accrued = Accrued((sums.toTreasury + toTreasury).toUint128(), (sums.toBurn + toBurn).toUint128());
        emit FeeSplit(operator, versionId, amount, royalty, toTreasury, toBurn, toOperator);
        OPG.safeTransferFrom(msg.sender, address(this), amount);
        STAKING.distribute(operator, toOperator);
    }

    /// @inheritdoc IRevenueSplitter
    function flush() external {
        Accrued memory sums = _accrued;
        if (sums.toTreasury == 0 && sums.toBurn == 0) return;

        delete _accrued;
        emit Flushed(msg.sender, sums.toTreasury, sums.toBurn);
        OPG.safeTransfer(TREASURY, sums.toTreasury);
        OPG.burn(BURNABLE, sums.toBurn);
    }

    /* ROYALTIES */

    /// @inheritdoc IRevenueSplitter
    function harvest(VersionId versionId) external returns (uint256 paid) {
        uint256 income = _earned[versionId];
        if (income == 0) return 0;
        (address holder, IModelRegistry.Parent[] memory parents) = REGISTRY.lineageOf(versionId);

        _earned[versionId] = 0;
        paid = income;
        // At most eight parents, fixed at publication.
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 share = (income * parents[i].shareBps) / _BPS;
            if (share == 0) continue;
            paid -= share;
            _earned[parents[i].versionId] += share;
            emit LineageShared(versionId, parents[i].versionId, share);
        }
        emit Harvested(versionId, holder, paid);
        OPG.safeTransfer(holder, paid);
    }

    /* VIEWS */

    /// @inheritdoc IRevenueSplitter
    function earned(VersionId versionId) external view returns (uint256) {
        return _earned[versionId];
    }

    /// @inheritdoc IRevenueSplitter
    function accrued() external view returns (uint256 toTreasury, uint256 toBurn) {
        return (_accrued.toTreasury, _accrued.toBurn);
    }
}
