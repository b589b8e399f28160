// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {VersionId} from "../../types/VersionId.sol";

/// @title IInferenceMarket
/// @notice Where inference is bought: a requester puts up the fee, an operator accepts and delivers, everybody is paid.
/// @dev Amounts are OPG wei, times unix seconds, durations seconds. A deadline is the first instant that is too late. A request is hashed,
/// not stored: later calls bring it again. Safety rests on the token being an ERC-20 without fee,
/// rebase or transfer hook.
interface IInferenceMarket {
    /// @dev EIP-712, domain "OpenGradient InferenceMarket", version "1". Its typed hash is the request's id.
    struct Request {
        address requester; // whose deposit pays
        address consumer; // who is handed the result; 0 = nobody
        VersionId versionId; // what to run; it need not exist yet, but nobody can accept before it does
        bytes32 inputHash; // tensor root for versions with a program, else keccak256 of the bytes
        string inputURI; // where the input is when it is not public; at most 2,048 bytes
        uint32 requiredProofs; // proof kinds, all of which must be granted; 0 = the operator's word
        uint96 minFee; // price until rampStart
        uint96 maxFee; // price from rampEnd on, and what the deposit must hold
        uint40 rampStart;
        uint40 rampEnd;
        uint40 acceptBy; // deadline to accept
        uint32 deliverWithin; // from accept to the deadline to submit, at most 2 days
        uint32 window; // time to challenge; 0 when nothing required can be challenged
        uint40 expireAt; // every delivery deadline lies at or before it
        uint96 collateral; // stake locked by accept, at least the greater of maxFee and the floor
        address operator; // the only one who may accept; 0 = anyone
        uint32 callbackGas; // gas that the consumer is called with; 0 = it looks for itself
        uint256 salt; // makes equal requests distinct
    }

    /// @dev Never returns to None, so that a request can be made only once.
    enum Status {
        None,
        Open,
        Accepted,
        Final,
        Refunded
    }

    /// @dev One slot. The price is `priceAt(request, acceptedAt)`.
    struct RequestState {
        Status status;
        bool inputPublic; // the input's bytes are in the request's event
        bool callbackFailed; // the consumer reverted; `retryCallback` may hand the result over
        uint40 acceptedAt;
        uint32 lockEpoch; // of the collateral in ComputeStaking
        address operator; // who accepted
    }

    /// @notice `payer` added `assets` OPG wei to the deposit of `requester`.
    event Deposited(address indexed requester, address indexed payer, uint256 assets);
    /// @notice `assets` OPG wei of its deposit went back to `requester`.
    event DepositWithdrawn(address indexed requester, uint256 assets);
    /// @notice `held` (the request's maxFee) left the requester's deposit; `input` is empty when the input is not public. The request
    /// itself stands in the transaction's calldata, or in {RequestPublished} when its requester is a contract.
    event InferenceRequested(
        bytes32 indexed requestId,
        address indexed requester,
        VersionId indexed versionId,
        uint256 held,
        bytes input
    );
    /// @notice The whole request of a requester with code, for those who will answer it. A contract that asks while it is being built has
    /// no code yet and publishes nothing: it should ask later.
    event RequestPublished(bytes32 indexed requestId, Request request);
    /// @notice `price` is fixed now.
    event InferenceAccepted(bytes32 indexed requestId, address indexed operator, uint256 price, uint40 deliverBy);
    /// @notice The answer of `operator`: `output`, and the commitment to it, hashed like the input.
    event ResultSubmitted(bytes32 indexed requestId, address indexed operator, bytes32 outputHash, bytes output);
    /// @notice Nothing about the request changes any more; `price` was paid.
    event RequestFinalized(bytes32 indexed requestId, address indexed operator, uint256 price);
    /// @notice `assets`, all that was still held for the request, are back in the requester's deposit.
    event RequestRefunded(bytes32 indexed requestId, address indexed requester, uint256 assets);
    /// @notice `consumer` reverted when it was handed the result; {retryCallback} may hand it over later.
    event CallbackFailed(bytes32 indexed requestId, address indexed consumer);
    /// @notice `consumer` took, at a later attempt, the result that it had refused.
    event CallbackRetried(bytes32 indexed requestId, address indexed consumer);

    /// @notice A market cannot be built with this `floor`, OPG wei.
    error InferenceMarketCollateralFloorOutOfRange(uint256 floor, uint256 lowest, uint256 highest);
    /// @notice The deposit of `requester` has `available` OPG wei, and `needed` is more.
    error InferenceMarketInsufficientDeposit(address requester, uint256 available, uint256 needed);
    /// @notice Only `requester`, who is named in the request, may ask for it or take it back.
    error InferenceMarketNotRequester(address caller, address requester);
    /// @notice `caller` is neither `operator` nor one of its agents.
    error InferenceMarketNotOperator(address caller, address operator);
    /// @notice The request is for the operator `named` alone.
    error InferenceMarketOperatorNamed(address named, address operator);
    /// @notice Accepting would bring the market's lock on `operator` to `locked` OPG wei, above the `limit` it set for `agent`.
    error InferenceMarketAgentLimitExceeded(address operator, address agent, uint256 locked, uint256 limit);
    /// @notice The request stands at `status`; this can be done at `needed` only.
    error InferenceMarketWrongStatus(bytes32 requestId, Status status, Status needed);
    /// @notice The same request was made before: change its `salt` to ask again.
    error InferenceMarketAlreadyRequested(bytes32 requestId, Status status);
    /// @notice `required` asks for proof kinds of which no verifier here can grant more than `grantable`.
    error InferenceMarketProofsNotGrantable(uint32 required, uint32 grantable);
    /// @notice `given` proofs came with the answer, and the request requires `required`.
    error InferenceMarketUnexpectedProofs(uint256 given, uint256 required);
    /// @notice `minFee` is above `maxFee`.
    error InferenceMarketFeeRange(uint96 minFee, uint96 maxFee);
    /// @notice `rampStart` is after `rampEnd`.
    error InferenceMarketRampRange(uint40 rampStart, uint40 rampEnd);
    /// @notice The deadline to accept must lie from `earliest` to `latest`, both included.
    error InferenceMarketAcceptByOutOfRange(uint40 acceptBy, uint256 earliest, uint256 latest);
    /// @notice The time to deliver must be from `shortest` to `longest` seconds, both included.
    error InferenceMarketDeliverWithinOutOfRange(uint32 deliverWithin, uint256 shortest, uint256 longest);
    /// @notice `expireAt` must lie from `earliest` to `latest`, both included.
    error InferenceMarketExpireAtOutOfRange(uint40 expireAt, uint256 earliest, uint256 latest);
    /// @notice The time to challenge must be from `shortest` to `longest` seconds, both included.
    error InferenceMarketWindowOutOfRange(uint32 window, uint256 shortest, uint256 longest);
    /// @notice The collateral must be at least `minimum` OPG wei: the greater of maxFee and the floor.
    error InferenceMarketCollateralTooLow(uint96 collateral, uint256 minimum);
    /// @notice A callback may be promised `maximum` gas at most.
    error InferenceMarketCallbackGasTooHigh(uint32 callbackGas, uint256 maximum);
    /// @notice Gas is promised for a callback, and no consumer is named.
    error InferenceMarketCallbackWithoutConsumer(uint32 callbackGas);
    /// @notice An input or an output has `maximum` bytes at most.
    error InferenceMarketBytesTooLong(uint256 length, uint256 maximum);
    /// @notice An input's URI has `maximum` bytes at most.
    error InferenceMarketURITooLong(uint256 length, uint256 maximum);
    /// @notice The input's bytes hash to `actual`, and the request says `inputHash`.
    error InferenceMarketInputMismatch(bytes32 inputHash, bytes32 actual);
    /// @notice The output's bytes hash to `actual`, and what was delivered to `outputHash`.
    error InferenceMarketOutputMismatch(bytes32 outputHash, bytes32 actual);
    /// @notice `deadline` has come: it is the first second that is too late.
    error InferenceMarketTooLate(bytes32 requestId, uint256 deadline, uint256 now_);
    /// @notice This can be done `from` that second on.
    error InferenceMarketTooEarly(bytes32 requestId, uint256 from, uint256 now_);
    /// @notice `needed` gas must be left for the callback and what follows it: send the transaction with more.
    error InferenceMarketInsufficientGas(uint256 available, uint256 needed);
    /// @notice No callback of this request has failed, or a later attempt has succeeded.
    error InferenceMarketNoFailedCallback(bytes32 requestId);
    /// @notice `consumer` refused the result again; it can be tried again.
    error InferenceMarketCallbackReverted(bytes32 requestId, address consumer);

    /* DEPOSITS */

    /// @notice Adds `assets` OPG from the caller, who must have approved them, to `requester`'s deposit.
    function deposit(address requester, uint256 assets) external;

    /// @notice Pays `assets` OPG of the caller's deposit back to the caller.
    function withdraw(uint256 assets) external;

    /* REQUESTS */

    /// @notice Buys one inference: takes `maxFee` from the caller's deposit until the price is known.
    /// @dev Caller: `r.requester`. This market has no verifier and no game: only `requiredProofs` = 0 can be asked for.
    /// @param input the input's bytes, at most 4,096, to make them public; empty = not public, then only `inputHash` binds.
    /// @return requestId the typed hash of `r`.
    function request(Request calldata r, bytes calldata input) external returns (bytes32 requestId);

    /// @notice Takes an open request back. Caller: its requester. The whole fee returns to its deposit.
    function cancel(Request calldata r) external;

    /// @notice Ends a request that nobody accepted in time, or whose operator did not deliver in time. Anyone may call it; what was held
    /// returns to the requester's deposit, the collateral is unlocked.
    function expire(Request calldata r) external;

    /* DELIVERY */

    /// @notice Takes a request on for `operator`, at the price of this moment, and locks its collateral.
    /// @dev Caller: `operator`, who must have allowed this market in ComputeStaking, or one of its agents within its limit.
    function accept(Request calldata r, address operator) external;

    /// @notice Delivers the answer of an accepted request. With no proof required it is final in this transaction: the fee is split, the
    /// collateral unlocked, then the consumer called.
    /// @dev Caller: the accepting operator or one of its agents. Nothing that the consumer does can undo the delivery: give the transaction
    /// 64/63 of `callbackGas` more than the rest takes. A consumer without code counts as called.
    /// @param output at most 4,096 bytes; for versions with a program the tensor's words, a multiple of 32.
    /// @param proofs one for each required proof kind; none while none can be required.
    function submit(Request calldata r, bytes calldata output, bytes[] calldata proofs) external;

    /// @notice Hands a final result to a consumer that reverted the first time, with all the gas that the caller gives, at least
    /// `callbackGas`. Anyone may call it; reverts if the consumer reverts again, so it can be tried until it succeeds, once.
    function retryCallback(Request calldata r, bytes calldata output) external;

    /* VIEWS */

    /// @notice The token that is paid with.
    function OPG() external view returns (IERC20);

    /// @notice OPG wei that `requester` may spend or withdraw.
    function depositOf(address requester) external view returns (uint256);

    /// @notice The EIP-712 typed hash of `r`, which is its id.
    function hashRequest(Request calldata r) external view returns (bytes32 requestId);

    /// @notice All zero for an unknown request.
    function stateOf(bytes32 requestId) external view returns (RequestState memory);

    /// @notice Commitment to an output that its consumer has yet to take, hashed like the input: the consumer looks for itself, or its
    /// callback failed. 0 for every other request; {ResultSubmitted} tells it for all.
    function outputHashOf(bytes32 requestId) external view returns (bytes32);

    /// @notice What accepting `r` at `timestamp` pays, OPG wei: from `minFee` up to `maxFee` along the ramp, rounded up.
    /// Worked number: 1 to 3 OPG over 100 s, after 25 s: 1.5 OPG.
    function priceAt(Request calldata r, uint256 timestamp) external pure returns (uint256);

    /// @notice OPG wei that every collateral must reach.
    function collateralFloor() external view returns (uint256);
}
