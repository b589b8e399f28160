// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IInferenceConsumer} from "../interfaces/inference/IInferenceConsumer.sol";
import {IInferenceMarket} from "../interfaces/inference/IInferenceMarket.sol";
import {IModelRegistry} from "../interfaces/registry/IModelRegistry.sol";
import {IRevenueSplitter} from "../interfaces/rewards/IRevenueSplitter.sol";
import {IComputeStaking} from "../interfaces/staking/IComputeStaking.sol";
import {TensorHash} from "../libraries/TensorHash.sol";
import {VersionId} from "../types/VersionId.sol";

/// @title InferenceMarket
/// @notice See {IInferenceMarket}.
/// @dev Invariant: OPG.balanceOf(this) ≥ Σ deposits + Σ maxFee of open requests + Σ price of accepted ones.
/// No function is reserved for anyone but the parties of a request.
/// The price is not stored: it follows from the request and the time of its accept.
/// No reentrancy guard, so that a consumer may make its next request from within its callback: whatever a callback could exploit is
/// written before it. After it only what a failed callback leaves behind is, for a request that nothing else can change.
contract InferenceMarket is IInferenceMarket, EIP712 {
    using SafeERC20 for IERC20;

    bytes32 public constant REQUEST_TYPEHASH = keccak256(
        "Request(address requester,address consumer,uint256 versionId,bytes32 inputHash,string inputURI,uint32 requiredProofs,"
        "uint96 minFee,uint96 maxFee,"
        "uint40 rampStart,uint40 rampEnd,uint40 acceptBy,uint32 deliverWithin,uint32 window,uint40 expireAt,uint96 collateral,"
        "address operator,uint32 callbackGas,uint256 salt)"
    );

    uint256 public constant MAX_ACCEPT_AHEAD = 30 days;
    uint256 public constant MAX_DELIVER_WITHIN = 2 days;
    uint256 public constant MAX_EXPIRE_AFTER_ACCEPT_BY = 7 days;
    uint256 public constant MAX_WINDOW = 4 days;
    uint256 public constant MAX_CALLBACK_GAS = 500_000;
    uint256 public constant MAX_BYTES = 4_096;
    uint256 public constant MAX_URI_LENGTH = 2_048;
    /// @dev The longest game of recomputation: both clocks and the grace of every move. A constant, so that the collateral of every request
    /// is locked by one rule.
    uint256 public constant GAME_MAX = 45 hours;
    uint256 public constant LOCK_MARGIN = 2 days;
    uint256 private constant _LOWEST_COLLATERAL_FLOOR = 1e18;
    uint256 private constant _HIGHEST_COLLATERAL_FLOOR = 10_000e18;
    /// @dev Gas for the call itself and for what a failed one leaves behind: the mark, the output's hash in a new slot, the event.
    uint256 private constant _CALLBACK_OVERHEAD = 32_000;

    IERC20 public immutable OPG;
    IModelRegistry public immutable REGISTRY;
    IComputeStaking public immutable STAKING;
    IRevenueSplitter public immutable SPLITTER;
    /// @inheritdoc IInferenceMarket
    uint256 public immutable collateralFloor;

    mapping(address requester => uint256) private _deposits;
    mapping(bytes32 requestId => RequestState) private _states;
    mapping(bytes32 requestId => bytes32) private _outputHashes;

    constructor(
        IERC20 opg,
        IModelRegistry registry,
        IComputeStaking staking,
        IRevenueSplitter splitter,
        uint256 collateralFloor_
    ) EIP712("OpenGradient InferenceMarket", "1") {
        if (collateralFloor_ < _LOWEST_COLLATERAL_FLOOR || collateralFloor_ > _HIGHEST_COLLATERAL_FLOOR) {
            revert InferenceMarketCollateralFloorOutOfRange(
                collateralFloor_,
                _LOWEST_COLLATERAL_FLOOR,
                _HIGHEST_COLLATERAL_FLOOR
            );
        }
        assert(MAX_DELIVER_WITHIN + MAX_WINDOW + GAME_MAX + LOCK_MARGIN <= 10 days);
        OPG = opg;
        REGISTRY = registry;
        STAKING = staking;
        SPLITTER = splitter;
        collateralFloor = collateralFloor_;
        opg.forceApprove(address(splitter), type(uint256).max);
    }

    /* DEPOSITS */

    /// @inheritdoc IInferenceMarket
    function deposit(address requester, uint256 assets) external {
        _deposits[requester] += assets;
        emit Deposited(requester, msg.sender, assets);
        OPG.safeTransferFrom(msg.sender, address(this), assets);
    }

    /// @inheritdoc IInferenceMarket
    function withdraw(uint256 assets) external {
        _spend(msg.sender, assets);
        emit DepositWithdrawn(msg.sender, assets);
        OPG.safeTransfer(msg.sender, assets);
    }

    function _spend(address requester, uint256 assets) private {
        uint256 available = _deposits[requester];
        if (assets > available) revert InferenceMarketInsufficientDeposit(requester, available, assets);
        _deposits[requester] = available - assets;
    }

    /* REQUESTS */

    /// @inheritdoc IInferenceMarket
    function request(Request calldata r, bytes calldata input) external returns (bytes32 requestId) {
        if (msg.sender != r.requester) revert InferenceMarketNotRequester(msg.sender, r.requester);
        _checkRequest(r);
        if (input.length != 0) _checkInput(r, input);
        requestId = hashRequest(r);
        RequestState storage state = _states[requestId];
        if (state.status != Status.None) revert InferenceMarketAlreadyRequested(requestId, state.status);

        _spend(msg.sender, r.maxFee);
        state.status = Status.Open;
        if (input.length != 0) state.inputPublic = true;
        emit InferenceRequested(requestId, msg.sender, r.versionId, r.maxFee, input);
        // An account without code called directly, so its transaction shows the request. That of any other caller may not.
        if (msg.sender.code.length != 0) emit RequestPublished(requestId, r);
    }

    /// @inheritdoc IInferenceMarket
    function cancel(Request calldata r) external {
        if (msg.sender != r.requester) revert InferenceMarketNotRequester(msg.sender, r.requester);
        bytes32 requestId = hashRequest(r);
        RequestState storage state = _stateIn(requestId, Status.Open);
        _refund(requestId, state, r.requester, r.maxFee);
    }

    /// @inheritdoc IInferenceMarket
    function expire(Request calldata r) external {
        bytes32 requestId = hashRequest(r);
        RequestState storage state = _states[requestId];
        if (state.status == Status.Open) {
            if (block.timestamp < r.acceptBy) revert InferenceMarketTooEarly(requestId, r.acceptBy, block.timestamp);
            _refund(requestId, state, r.requester, r.maxFee);
            return;
        }

        if (state.status != Status.Accepted) {
            revert InferenceMarketWrongStatus(requestId, state.status, Status.Accepted);
        }
        uint256 deliverBy = state.acceptedAt + r.deliverWithin;
        if (block.timestamp < deliverBy) revert InferenceMarketTooEarly(requestId, deliverBy, block.timestamp);
        _refund(requestId, state, r.requester, priceAt(r, state.acceptedAt));
        STAKING.unlock(state.operator, r.collateral, state.lockEpoch);
    }

    function _refund(bytes32 requestId, RequestState storage state, address requester, uint256 assets) private {
        state.status = Status.Refunded;
        _deposits[requester] += assets;
        emit RequestRefunded(requestId, requester, assets);
    }

    function _stateIn(bytes32 requestId, Status needed) private view returns (RequestState storage state) {
        state = _states[requestId];
        if (state.status != needed) revert InferenceMarketWrongStatus(requestId, state.status, needed);
    }

    /// @dev Reads every narrow field, and so refuses stray high bits: a request that passes has one form and one id.
    function _checkRequest(Request calldata r) private view {
        // Nothing here can grant a proof; asking for one would be a request that nobody can fulfil.
        if (r.requiredProofs != 0) revert InferenceMarketProofsNotGrantable(r.requiredProofs, 0);
        if (r.window != 0) revert InferenceMarketWindowOutOfRange(r.window, 0, 0);
        if (r.minFee > r.maxFee) revert InferenceMarketFeeRange(r.minFee, r.maxFee);
        if (r.rampStart > r.rampEnd) revert InferenceMarketRampRange(r.rampStart, r.rampEnd);
        _checkTimes(r.acceptBy, r.deliverWithin, r.expireAt);
        uint256 minimum = Math.max(r.maxFee, collateralFloor);
        if (r.collateral < minimum) revert InferenceMarketCollateralTooLow(r.collateral, minimum);
        uint256 uriLength = bytes(r.inputURI).length;
        if (uriLength > MAX_URI_LENGTH) revert InferenceMarketURITooLong(uriLength, MAX_URI_LENGTH);
        (address consumer, uint32 callbackGas) = (r.consumer, r.callbackGas);
        if (callbackGas > MAX_CALLBACK_GAS) revert InferenceMarketCallbackGasTooHigh(callbackGas, MAX_CALLBACK_GAS);
        if (callbackGas != 0 && consumer == address(0)) revert InferenceMarketCallbackWithoutConsumer(callbackGas);
        // Any operator will do here: read for its high bits only.
        r.operator;
    }

    function _checkTimes(uint40 acceptBy, uint32 deliverWithin, uint40 expireAt) private view {
        // Sums of times of 40 bits and constants.
        unchecked {
            uint256 latest = block.timestamp + MAX_ACCEPT_AHEAD;
            if (acceptBy <= block.timestamp || acceptBy > latest) {
                revert InferenceMarketAcceptByOutOfRange(acceptBy, block.timestamp + 1, latest);
            }
            if (deliverWithin == 0 || deliverWithin > MAX_DELIVER_WITHIN) {
                revert InferenceMarketDeliverWithinOutOfRange(deliverWithin, 1, MAX_DELIVER_WITHIN);
            }
            uint256 earliest = block.timestamp + deliverWithin;
            latest = acceptBy + MAX_EXPIRE_AFTER_ACCEPT_BY;
            if (expireAt < earliest || expireAt > latest) {
                revert InferenceMarketExpireAtOutOfRange(expireAt, earliest, latest);
            }
        }
    }

    function _checkInput(Request calldata r, bytes calldata input) private view {
        bytes32 actual = _hashBytes(r.versionId, input);
        if (actual != r.inputHash) revert InferenceMarketInputMismatch(r.inputHash, actual);
    }

    /// @dev Reverts for an unknown version.
    function _hashBytes(VersionId versionId, bytes calldata data) private view returns (bytes32) {
        if (data.length > MAX_BYTES) revert InferenceMarketBytesTooLong(data.length, MAX_BYTES);
        return REGISTRY.hasProgram(versionId) ? TensorHash.root(data) : keccak256(data);
    }

    /* DELIVERY */

    /// @inheritdoc IInferenceMarket
    function accept(Request calldata r, address operator) external {
        bytes32 requestId = hashRequest(r);
        RequestState storage state = _stateIn(requestId, Status.Open);
        if (block.timestamp >= r.acceptBy) revert InferenceMarketTooLate(requestId, r.acceptBy, block.timestamp);
        uint256 deliverBy = block.timestamp + r.deliverWithin;
        if (deliverBy > r.expireAt)
            revert InferenceMarketTooLate(requestId, r.expireAt - r.deliverWithin + 1, block.timestamp);
        if (r.operator != address(0) && r.operator != operator)
            revert InferenceMarketOperatorNamed(r.operator, operator);
        uint256 agentLimit = _agentLimit(operator);
        // Refused here, before stake is locked for something that could never be paid: reverts for an unknown version.
        REGISTRY.hasProgram(r.versionId);
        uint256 price = priceAt(r, block.timestamp);

        state.status = Status.Accepted;
        state.acceptedAt = uint40(block.timestamp);
        state.operator = operator;
        if (price != r.maxFee) _deposits[r.requester] += r.maxFee - price;
        emit InferenceAccepted(requestId, operator, price, uint40(deliverBy));
        state.lockEpoch = STAKING.lock(operator, r.collateral, uint40(deliverBy + r.window + GAME_MAX + LOCK_MARGIN));
        if (agentLimit != type(uint256).max) {
            uint256 locked = STAKING.lockOf(operator, address(this)).amount;
            if (locked > agentLimit) revert InferenceMarketAgentLimitExceeded(operator, msg.sender, locked, agentLimit);
        }
    }

    /// @inheritdoc IInferenceMarket
    function submit(Request calldata r, bytes calldata output, bytes[] calldata proofs) external {
        bytes32 requestId = hashRequest(r);
        RequestState storage state = _stateIn(requestId, Status.Accepted);
        address operator = state.operator;
        _agentLimit(operator);
        uint256 deliverBy = state.acceptedAt + r.deliverWithin;
        if (block.timestamp >= deliverBy) revert InferenceMarketTooLate(requestId, deliverBy, block.timestamp);
        if (proofs.length != 0) revert InferenceMarketUnexpectedProofs(proofs.length, 0);
        bytes32 outputHash = _hashBytes(r.versionId, output);
        uint256 price = priceAt(r, state.acceptedAt);

        state.status = Status.Final;
        if (r.callbackGas == 0 && r.consumer != address(0)) _outputHashes[requestId] = outputHash;
        emit ResultSubmitted(requestId, operator, outputHash, output);
        emit RequestFinalized(requestId, operator, price);
        STAKING.unlock(operator, r.collateral, state.lockEpoch);
        if (price != 0) SPLITTER.split(operator, r.versionId, price);

        if (r.callbackGas == 0) return;
        if (!_callBack(r, requestId, output, r.callbackGas)) {
            state.callbackFailed = true;
            _outputHashes[requestId] = outputHash;
            emit CallbackFailed(requestId, r.consumer);
        }
    }

    /// @inheritdoc IInferenceMarket
    function retryCallback(Request calldata r, bytes calldata output) external {
        bytes32 requestId = hashRequest(r);
        RequestState storage state = _states[requestId];
        if (!state.callbackFailed) revert InferenceMarketNoFailedCallback(requestId);
        bytes32 outputHash = _outputHashes[requestId];
        bytes32 actual = _hashBytes(r.versionId, output);
        if (actual != outputHash) revert InferenceMarketOutputMismatch(outputHash, actual);

        state.callbackFailed = false;
        delete _outputHashes[requestId];
        emit CallbackRetried(requestId, r.consumer);
        if (!_callBack(r, requestId, output, gasleft())) revert InferenceMarketCallbackReverted(requestId, r.consumer);
    }

    /// @dev Whether the caller may act for `operator`, and up to which lock: the operator itself without limit.
    function _agentLimit(address operator) private view returns (uint256 limit) {
        if (msg.sender == operator) return type(uint256).max;
        limit = STAKING.agentLimit(operator, msg.sender);
        if (limit == 0) revert InferenceMarketNotOperator(msg.sender, operator);
    }

    /// @dev The EVM passes on at most 63/64 of the gas, silently: with less at hand a caller could make any callback fail. So there must be
    /// enough for the callback and for what follows it, whatever the callback does. No return data is copied, so that a consumer cannot
    /// make its caller pay for it.
    function _callBack(
        Request calldata r,
        bytes32 requestId,
        bytes calldata output,
        uint256 gasLimit
    ) private returns (bool success) {
        bytes memory data = abi.encodeCall(
            IInferenceConsumer.onResult,
            (requestId, r.requester, r.versionId, r.inputHash, output)
        );
        address consumer = r.consumer;
        uint256 needed = (uint256(r.callbackGas) * 64) / 63 + _CALLBACK_OVERHEAD;
        if (gasleft() < needed) revert InferenceMarketInsufficientGas(gasleft(), needed);
        assembly ("memory-safe") {
            success := call(gasLimit, consumer, 0, add(data, 0x20), mload(data), 0, 0)
        }
    }

    /* VIEWS */

    /// @inheritdoc IInferenceMarket
    function depositOf(address requester) external view returns (uint256) {
        return _deposits[requester];
    }

    /// @inheritdoc IInferenceMarket
    function hashRequest(Request calldata r) public view returns (bytes32 requestId) {
        bytes32 uriHash = keccak256(bytes(r.inputURI));
        bytes32 typehash = REQUEST_TYPEHASH;
        bytes32 structHash;
        // The fields stand in calldata as EIP-712 encodes them, word by word, but for the string, whose word is an offset there. Reading
        // them one by one costs 2 k gas more, in each of three transactions. `_checkRequest` refuses words with stray high bits.
        assembly ("memory-safe") {
            let fields := mload(0x40)
            mstore(fields, typehash)
            calldatacopy(add(fields, 0x20), r, 0x240)
            mstore(add(fields, 0xa0), uriHash)
            structHash := keccak256(fields, 0x260)
        }
        return _hashTypedDataV4(structHash);
    }

    /// @inheritdoc IInferenceMarket
    function stateOf(bytes32 requestId) external view returns (RequestState memory) {
        return _states[requestId];
    }

    /// @inheritdoc IInferenceMarket
    function outputHashOf(bytes32 requestId) external view returns (bytes32) {
        return _outputHashes[requestId];
    }

    /// @inheritdoc IInferenceMarket
    function priceAt(Request calldata r, uint256 timestamp) public pure returns (uint256) {
        if (timestamp >= r.rampEnd) return r.maxFee;
        if (timestamp <= r.rampStart) return r.minFee;
        // Inside a ramp its length is above zero. 96 + 40 bits cannot overflow.
        uint256 rise = uint256(r.maxFee - r.minFee) * (timestamp - r.rampStart);
        return r.minFee + Math.ceilDiv(rise, r.rampEnd - r.rampStart);
    }
}
