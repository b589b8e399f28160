// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IOPG
/// @notice What OPG adds to ERC-20, ERC-2612, ERC-5805 and ERC-3009: the same authorizations, signed by any kind of account.
///
/// The signature is whatever the account accepts: 65 bytes of ECDSA over secp256k1, or anything its contract takes by ERC-1271. Whoever
/// sends the authorization pays the gas; the payer needs no coin. Nonces are 32 random bytes, in no order. The EIP-712 types and the nonces
/// are those of ERC-3009, so an authorization that was used or cancelled through one overload is spent for the other one too.
/// @dev Errors are those of OpenZeppelin's ERC3009: `ERC3009InvalidSignature()`, `ERC3009InvalidAuthorizationTime(validAfter, validBefore)`
/// and `ERC3009UsedAuthorization(authorizer, nonce)`; besides `ERC20InvalidReceiver(to)` when somebody else than the payee receives.
interface IOPG {
    /// @notice Moves `value` OPG (wei) from `from` to `to`. Anyone may send it, while `validAfter < now < validBefore` (unix seconds).
    /// @dev Selector 0xcf092995. A contract that must know that it was paid uses {receiveWithAuthorization}: this call may reach the
    /// chain by anybody's hand, before the contract is asked.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice The same, but only the payee `to` may send it, so that nobody can pay it behind its back.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Spends `nonce` of `authorizer` without paying. Anyone may send it, at any time.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    /// @notice The version in the EIP-712 domain, for clients that ask the token instead of ERC-5267: "1".
    function version() external view returns (string memory);
}
