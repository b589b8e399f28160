// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInferenceConsumer} from "../interfaces/inference/IInferenceConsumer.sol";
import {IInferenceMarket} from "../interfaces/inference/IInferenceMarket.sol";
import {VersionId} from "../types/VersionId.sol";

/// @title InferenceConsumer
/// @notice Base of contracts that are handed results: inherit it, say which version and whose requests you trust, use the answer.
/// @dev The market hands a result over at most once, so `_onResult` needs no guard against replay.
abstract contract InferenceConsumer is IInferenceConsumer {
    IInferenceMarket public immutable MARKET;

    /// @notice Only `market` hands over results.
    error InferenceConsumerNotMarket(address caller, address market);
    /// @notice This contract does not listen to results that `requester` asked for.
    error InferenceConsumerUntrustedRequester(bytes32 requestId, address requester);
    /// @notice This contract does not understand answers of `versionId`.
    error InferenceConsumerUntrustedVersion(bytes32 requestId, VersionId versionId);

    constructor(IInferenceMarket market) {
        MARKET = market;
    }

    /// @inheritdoc IInferenceConsumer
    function onResult(
        bytes32 requestId,
        address requester,
        VersionId versionId,
        bytes32 inputHash,
        bytes calldata output
    ) external {
        if (msg.sender != address(MARKET)) revert InferenceConsumerNotMarket(msg.sender, address(MARKET));
        if (!_trustsRequester(requester)) revert InferenceConsumerUntrustedRequester(requestId, requester);
        if (!_trustsVersion(versionId)) revert InferenceConsumerUntrustedVersion(requestId, versionId);
        _onResult(requestId, versionId, inputHash, output);
    }

    /// @dev Uses the result. `output` is what the accepting operator says, as strong as the proofs that the request required.
    function _onResult(
        bytes32 requestId,
        VersionId versionId,
        bytes32 inputHash,
        bytes calldata output
    ) internal virtual;

    /// @dev Whose requests may speak to this contract. Only its own, unless overridden: a stranger could ask with chosen input.
    function _trustsRequester(address requester) internal view virtual returns (bool) {
        return requester == address(this);
    }

    /// @dev Which version's answers this contract understands.
    function _trustsVersion(VersionId versionId) internal view virtual returns (bool);
}
