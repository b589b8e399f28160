// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice The smallest smart account: it takes the signature of one key, prefixed by a byte that no plain account would send.
contract ERC1271Wallet__Mock is IERC1271 {
    error WalletDislikesSignature(bytes signature);

    address private immutable KEY;

    constructor(address key) {
        KEY = key;
    }

    /// @dev Reverts on a signature without the prefix, as some accounts do.
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 66 || signature[0] != 0x01) revert WalletDislikesSignature(signature);
        (address recovered, , ) = ECDSA.tryRecoverCalldata(hash, signature[1:]);
        return recovered == KEY ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
