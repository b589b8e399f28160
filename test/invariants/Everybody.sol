// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IInferenceMarket} from "../../contracts/interfaces/inference/IInferenceMarket.sol";
import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {ROLE_LOCKER} from "../../contracts/types/Roles.sol";
import {VersionId} from "../../contracts/types/VersionId.sol";
import {Actors} from "./Actors.sol";

/// @notice All actors, and a thief among them who owns nothing and tries everything.
contract Everybody is Actors {
    uint256 private constant TRESPASSES = 24;
    uint64 private constant ADMIN = 0;

    function actions() public view override returns (bytes4[] memory list) {
        list = super.actions();
        list[ACTIONS - 2] = this.trespass.selector;
        list[ACTIONS - 1] = this.babble.selector;
    }

    /// @notice Something that is not the thief's to do, with arguments that would be right for somebody else. It must be refused.
    function trespass(uint256 kind, uint256 seed) external onTime {
        (address target, bytes memory call) = _trespass(kind % TRESPASSES, seed);
        _attempt(thief, target, call, false);
        ++done[msg.sig];
    }

    /// @notice Any function with any arguments. It may work, but then it changes nothing that anybody owns.
    function babble(uint256 where, uint256 what, uint256[5] calldata words) external onTime {
        (address target, bytes4 selector) = _anyFunction(where, what);
        bytes memory call = abi.encodePacked(selector);
        for (uint256 i = 0; i < words.length; ++i) call = bytes.concat(call, bytes32(_anyWord(words[i])));
        vm.prank(thief);
        (bool success, ) = target.call(call);
        if (success) ++done[msg.sig];
    }

    function _trespass(uint256 kind, uint256 seed) private view returns (address target, bytes memory call) {
        if (kind < 6) return (address(market), _trespassInMarket(kind, seed));
        if (kind < 13) return (address(staking), _trespassInStaking(kind, seed));
        if (kind < 16) return (address(registry), _trespassInRegistry(kind, seed));
        if (kind < 20) return (address(manager), _trespassInManager(kind, seed));
        uint256 amount = 1 + (seed % SUPPLY);
        if (kind == 20) call = abi.encodeCall(treasury.pay, (IERC20(address(opg)), thief, seed % 2));
        if (kind == 21) call = abi.encodeCall(treasury.setAuthority, (thief));
        if (kind < 22) return (address(treasury), call);
        if (kind == 22) return (address(opg), abi.encodeCall(opg.transferFrom, (_owner(seed), thief, amount)));
        return (address(splitter), abi.encodeCall(splitter.split, (_operator(seed), _versions[0], amount)));
    }

    function _trespassInMarket(uint256 kind, uint256 seed) private view returns (bytes memory) {
        Tracked storage open = _find(IInferenceMarket.Status.Open, seed);
        Tracked storage accepted = _find(IInferenceMarket.Status.Accepted, seed);
        IInferenceMarket.Request memory r = open.request;
        if (kind == 0) return abi.encodeCall(market.cancel, (r));
        if (kind == 1) return abi.encodeCall(market.accept, (r, _operator(seed)));
        if (kind == 2) return abi.encodeCall(market.submit, (accepted.request, "answer", new bytes[](0)));
        if (kind == 3) return abi.encodeCall(market.withdraw, (1 + (seed % SUPPLY)));
        if (kind == 4) {
            // Somebody else's money.
            r.salt = seed;
            return abi.encodeCall(market.request, (r, ""));
        }
        // Somebody else's request, refunded to another.
        r = accepted.request;
        r.requester = thief;
        return abi.encodeCall(market.expire, (r));
    }

    function _trespassInStaking(uint256 kind, uint256 seed) private view returns (bytes memory) {
        if (kind == 6) return abi.encodeCall(staking.lock, (_operator(seed), seed % 1e18, uint40(_time + 1 days)));
        if (kind == 7) return abi.encodeCall(staking.bond, (1 + (seed % SUPPLY)));
        if (kind == 8) return abi.encodeCall(staking.unbond, (1 + (seed % 1e18)));
        if (kind == 9) return abi.encodeCall(staking.retire, ());
        if (kind == 10) return abi.encodeCall(staking.setAgent, (thief, uint96(seed)));
        if (kind == 11) return abi.encodeCall(staking.allow, (thief));
        return abi.encodeCall(staking.disallow, (_lockers[seed % 2]));
    }

    function _trespassInRegistry(uint256 kind, uint256 seed) private view returns (bytes memory) {
        uint64 modelId = uint64(1 + (seed % MODELS));
        IModelRegistry.VersionParams memory params;
        params.contentHash = bytes32(uint256(1));
        params.size = 1;
        params.uri = "u";
        params.licence = "l";
        if (kind == 13) return abi.encodeCall(registry.publish, (modelId, params));
        if (kind == 14) return abi.encodeCall(registry.transferFrom, (_holders[modelId], thief, modelId));
        return abi.encodeCall(registry.deprecate, (_versions[0], VersionId.wrap(0)));
    }

    function _trespassInManager(uint256 kind, uint256 seed) private view returns (bytes memory) {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = treasury.pay.selector;
        if (kind == 16) return abi.encodeCall(manager.grantRole, (seed % 2 == 0 ? ADMIN : ROLE_LOCKER, thief, 0));
        if (kind == 17) {
            return abi.encodeCall(manager.setTargetFunctionRole, (address(treasury), selectors, type(uint64).max));
        }
        if (kind == 18) return abi.encodeCall(manager.updateAuthority, (places()[seed % 4], thief));
        bytes memory pay = abi.encodeCall(treasury.pay, (IERC20(address(opg)), thief, 1));
        return abi.encodeCall(manager.execute, (address(treasury), pay));
    }

    /// @dev Somebody who is not the thief.
    function _owner(uint256 seed) private view returns (address) {
        return _people[seed % (_people.length - 1)];
    }

    /// @dev Harvest and flush are not among them: they are entered in the ledger when others call them, and anybody's call is the same.
    function _anyFunction(uint256 where, uint256 what) private view returns (address, bytes4) {
        bytes4[6] memory ofStaking = [
            staking.withdraw.selector,
            staking.unlock.selector,
            staking.clear.selector,
            staking.distribute.selector,
            staking.lock.selector,
            staking.setAgent.selector
        ];
        bytes4[6] memory ofToken = [
            opg.transfer.selector,
            opg.transferFrom.selector,
            opg.approve.selector,
            opg.burnFrom.selector,
            opg.burn.selector,
            opg.delegate.selector
        ];
        if (where % 4 == 0) return (address(staking), ofStaking[what % 6]);
        if (where % 4 == 1) return (address(opg), ofToken[what % 6]);
        if (where % 4 == 2)
            return (address(market), what % 2 == 0 ? market.deposit.selector : market.withdraw.selector);
        return (address(splitter), splitter.split.selector);
    }

    /// @dev A number, a small number, a person, a contract, a version or a time.
    function _anyWord(uint256 word) private view returns (uint256) {
        uint256 rest = word / 6;
        if (word % 6 == 0) return rest;
        if (word % 6 == 1) return rest % 4;
        if (word % 6 == 2) return uint160(_person(rest));
        if (word % 6 == 3) return uint160(places()[rest % 7]);
        if (word % 6 == 4) return VersionId.unwrap(_versions[rest % _versions.length]);
        return _time + (rest % 1 days);
    }
}
