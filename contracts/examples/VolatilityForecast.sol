// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {InferenceConsumer} from "../inference/InferenceConsumer.sol";
import {IInferenceMarket} from "../interfaces/inference/IInferenceMarket.sol";
import {VersionId} from "../types/VersionId.sol";

/// @title VolatilityForecast
/// @notice Example: a contract that buys forecasts of the next hour's volatility and remembers the latest.
/// @dev It is its own requester: fund its deposit with `InferenceMarket.deposit(address(this), …)`. Only its owner may spend that.
contract VolatilityForecast is InferenceConsumer {
    enum Volatility {
        Unknown,
        Calm,
        Volatile
    }

    VersionId public immutable VERSION;
    address public immutable OWNER;

    /// @notice The latest forecast. Its input is what the owner asked with: `inputHash` tells which.
    Volatility public latest;
    bytes32 public latestInputHash;

    event ForecastReceived(bytes32 indexed requestId, bytes32 indexed inputHash, Volatility forecast);

    error VolatilityForecastNotOwner(address caller, address owner);
    error VolatilityForecastUnknownClass(bytes output);

    constructor(IInferenceMarket market, VersionId versionId) InferenceConsumer(market) {
        VERSION = versionId;
        OWNER = msg.sender;
    }

    /// @notice Asks for one forecast. Caller: the owner. The market says what `r` and `input` must be.
    function ask(IInferenceMarket.Request calldata r, bytes calldata input) external returns (bytes32 requestId) {
        if (msg.sender != OWNER) revert VolatilityForecastNotOwner(msg.sender, OWNER);
        return MARKET.request(r, input);
    }

    /// @dev The answer is one int32 in the first lane of one word: class 0 is calm, class 1 is volatile.
    function _onResult(bytes32 requestId, VersionId, bytes32 inputHash, bytes calldata output) internal override {
        uint32 class = output.length == 32 ? uint32(bytes4(output)) : type(uint32).max;
        if (class > 1) revert VolatilityForecastUnknownClass(output);
        latest = class == 0 ? Volatility.Calm : Volatility.Volatile;
        latestInputHash = inputHash;
        emit ForecastReceived(requestId, inputHash, latest);
    }

    function _trustsVersion(VersionId versionId) internal view override returns (bool) {
        return versionId == VERSION;
    }
}
