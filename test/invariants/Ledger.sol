// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IInferenceMarket} from "../../contracts/interfaces/inference/IInferenceMarket.sol";
import {IModelRegistry} from "../../contracts/interfaces/registry/IModelRegistry.sol";
import {TicketId, toTicketId} from "../../contracts/types/TicketId.sol";
import {VersionId} from "../../contracts/types/VersionId.sol";
import {World} from "./World.sol";

/// @notice Who should own what, by double entry and by formulas of its own: every entry takes from one account what it gives to others.
abstract contract Ledger is World {
    struct Tracked {
        IInferenceMarket.Request request;
        bytes32 id;
        IInferenceMarket.Status status;
        uint256 held;
        uint256 acceptedAt;
        address operator;
        uint32 lockEpoch;
        bool callbackFailed;
    }

    /// @notice What an account owns, wherever it lies. For a contract: what it was given by plain transfer.
    mapping(address account => uint256) public owned;
    mapping(VersionId versionId => uint256) public royalties;
    uint256 public forTreasury;
    uint256 public forFire;
    uint256 public burnt;

    VersionId[] internal _versions;
    mapping(VersionId versionId => uint16) internal _royaltyBps;
    mapping(VersionId versionId => IModelRegistry.Parent[]) internal _parents;
    mapping(uint64 modelId => address) internal _holders;
    Tracked[] internal _requests;
    TicketId[] internal _tickets;

    constructor() {
        for (uint256 i = 0; i < _people.length; ++i) owned[_people[i]] = WEALTH;
        owned[thief] = 0;
        owned[_donor] = SUPPLY - (_people.length - 2) * WEALTH;
    }

    function versions() external view returns (VersionId[] memory) {
        return _versions;
    }

    function tickets() external view returns (TicketId[] memory) {
        return _tickets;
    }

    function requests() external view returns (Tracked[] memory) {
        return _requests;
    }

    /// @dev What leaves in the same second is one ticket.
    function _enterTicket(address operator, uint256 timestamp) internal {
        TicketId id = toTicketId(operator, staking.operatorOf(operator).index, uint40(timestamp + 21 days), 0, false);
        for (uint256 i = 0; i < _tickets.length; ++i) if (_tickets[i] == id) return;
        _tickets.push(id);
    }

    function _enterPayment(address from, address to, uint256 amount) internal {
        owned[from] -= amount;
        owned[to] += amount;
    }

    function _enterFee(address from, address operator, VersionId versionId, uint256 fee) internal {
        uint256 royalty = (fee * _royaltyBps[versionId]) / 10_000;
        uint256 toTreasury = (fee * TREASURY_BPS) / 10_000;
        uint256 toFire = (fee * BURN_BPS) / 10_000;
        owned[from] -= fee;
        royalties[versionId] += royalty;
        forTreasury += toTreasury;
        forFire += toFire;
        owned[operator] += fee - royalty - toTreasury - toFire;
    }

    /// @return paid What is the holder's after its parents.
    function _enterHarvest(VersionId versionId) internal returns (uint256 paid) {
        uint256 income = royalties[versionId];
        royalties[versionId] = 0;
        paid = income;
        IModelRegistry.Parent[] storage parents = _parents[versionId];
        for (uint256 i = 0; i < parents.length; ++i) {
            uint256 share = (income * parents[i].shareBps) / 10_000;
            royalties[parents[i].versionId] += share;
            paid -= share;
        }
        owned[_holders[versionId.modelOf()]] += paid;
    }

    function _enterFlush() internal {
        owned[address(treasury)] += forTreasury;
        burnt += forFire;
        forTreasury = 0;
        forFire = 0;
    }

    function _enterPublication(VersionId versionId, IModelRegistry.VersionParams memory params) internal {
        _versions.push(versionId);
        _royaltyBps[versionId] = params.royaltyBps;
        for (uint256 i = 0; i < params.parents.length; ++i) _parents[versionId].push(params.parents[i]);
    }

    /// @dev The price by its own formula.
    function _price(IInferenceMarket.Request memory r, uint256 timestamp) internal pure returns (uint256) {
        if (timestamp >= r.rampEnd) return r.maxFee;
        if (timestamp <= r.rampStart) return r.minFee;
        uint256 length = r.rampEnd - r.rampStart;
        uint256 rise = uint256(r.maxFee - r.minFee) * (timestamp - r.rampStart);
        return r.minFee + rise / length + (rise % length == 0 ? 0 : 1);
    }
}
