// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @title PinnedAuthority
/// @notice Base of every contract of the suite that asks the access manager: its authority can never be exchanged.
/// @dev Two ways to guard a function. `restricted` follows the manager's function table, delays included, and is for acts of governance.
/// `onlyRole` asks for membership alone, so that no remapping of that table can open a function that locks stake; it
/// saves some 7 k gas on hot paths besides. Closing the contract in the manager stops `restricted` functions only.
abstract contract PinnedAuthority is AccessManaged {
    IAccessManager private immutable _MANAGER;

    /// @notice The authority is fixed for the life of the contract.
    error PinnedAuthorityImmutable(address authority);
    /// @notice `account` is not a member of `role` who may act at once (`delay` is 0 for somebody who is no member at all).
    error PinnedAuthorityMissingRole(address account, uint64 role, uint32 delay);

    modifier onlyRole(uint64 role) {
        (bool member, uint32 delay) = _MANAGER.hasRole(role, msg.sender);
        if (!member || delay != 0) revert PinnedAuthorityMissingRole(msg.sender, role, delay);
        _;
    }

    constructor(IAccessManager manager) AccessManaged(address(manager)) {
        _MANAGER = manager;
    }

    /// @notice Always reverts: a vote that could exchange the authority could take everything at once.
    function setAuthority(address) public view override {
        revert PinnedAuthorityImmutable(address(_MANAGER));
    }
}
