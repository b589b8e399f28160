// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {InferenceConsumer} from "../inference/InferenceConsumer.sol";
import {IInferenceMarket} from "../interfaces/inference/IInferenceMarket.sol";
import {VersionId} from "../types/VersionId.sol";

/// @title VolatilityForecast
/// @notice Example: a contract that buys forecasts of the next hour's volatility and remembers the latest.
/// @dev It is its own requester: fund its deposit with `InferenceMarket.deposit(address(this), …)`. Only its owner may spend that or take
/// it back. Results may arrive out of order: one that was asked for before the latest is ignored.
contract VolatilityForecast is InferenceConsumer {
    using SafeERC20 for IERC20;

    enum Volatility {
        Unknown,
        Calm,
        Volatile
    }

    VersionId public immutable VERSION;
    address public immutable OWNER;

    /// @notice The forecast that was asked for last, of those that have arrived. `latestInputHash` tells what it was about.
    Volatility public latest;
    bytes32 public latestInputHash;
    uint256 public latestAsk;

    uint256 private _askCount;
    mapping(bytes32 requestId => uint256 ask) private _asks;

    event ForecastReceived(bytes32 indexed requestId, bytes32 indexed inputHash, Volatility forecast);

    error VolatilityForecastNotOwner(address caller, address owner);
    error VolatilityForecastUnknownClass(bytes output);

    constructor(IInferenceMarket market, VersionId versionId) InferenceConsumer(market) {
        VERSION = versionId;
        OWNER = msg.sender;
    }

    /// @notice Asks for one forecast. Caller: the owner. The market says what `r` and `input` must be.
    function ask(IInferenceMarket.Request calldata r, bytes calldata input) external returns (bytes32 requestId) {
        _onlyOwner();
        requestId = MARKET.request(r, input);
        _asks[requestId] = ++_askCount;
    }

    /// @notice Takes back a request that nobody has accepted. Caller: the owner.
    function cancel(IInferenceMarket.Request calldata r) external {
        _onlyOwner();
        MARKET.cancel(r);
    }

    /// @notice Pays `assets` OPG of the deposit to the owner, who calls.
    function withdraw(uint256 assets) external {
        _onlyOwner();
        MARKET.withdraw(assets);
        MARKET.OPG().safeTransfer(OWNER, assets);
    }

    /// @dev The answer is one int32 in the first lane of one word: class 0 is calm, class 1 is volatile.
    function _onResult(bytes32 requestId, VersionId, bytes32 inputHash, bytes calldata output) internal override {
        uint32 class = output.length == 32 ? uint32(bytes4(output)) : type(uint32).max;
        if (class > 1) revert VolatilityForecastUnknownClass(output);
        uint256 ask_ = _asks[requestId];
        if (ask_ < latestAsk) return;
        latestAsk = ask_;
        latest = class == 0 ? Volatility.Calm : Volatility.Volatile;
        latestInputHash = inputHash;
        emit ForecastReceived(requestId, inputHash, latest);
    }

    function _onlyOwner() private view {
        if (msg.sender != OWNER) revert VolatilityForecastNotOwner(msg.sender, OWNER);
    }

    function _trustsVersion(VersionId versionId) internal view override returns (bool) {
        return versionId == VERSION;
    }
}
