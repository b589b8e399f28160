// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {InferenceConsumer} from "opengradient-suite/contracts/inference/InferenceConsumer.sol";
import {IInferenceMarket} from "opengradient-suite/contracts/interfaces/inference/IInferenceMarket.sol";
import {VersionId} from "opengradient-suite/contracts/types/VersionId.sol";

/// @title PriceGuard
/// @notice Example: knows whether the market is volatile, as one model that one requester pays for says.
contract PriceGuard is InferenceConsumer {
    address private immutable _REQUESTER;
    VersionId private immutable _VERSION;
    bool public isVolatile;

    constructor(IInferenceMarket market, address requester, VersionId versionId) InferenceConsumer(market) {
        _REQUESTER = requester;
        _VERSION = versionId;
    }

    function _onResult(bytes32, VersionId, bytes32, bytes calldata output) internal override {
        isVolatile = uint32(bytes4(output)) == 1;
    }

    function _trustsRequester(address requester) internal view override returns (bool) {
        return requester == _REQUESTER;
    }

    function _trustsVersion(VersionId versionId) internal view override returns (bool) {
        return versionId == _VERSION;
    }
}
