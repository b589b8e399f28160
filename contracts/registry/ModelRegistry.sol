// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ERC721URIStorage} from "@openzeppelin/contracts/token/ERC721/extensions/ERC721URIStorage.sol";

import {IModelRegistry} from "../interfaces/registry/IModelRegistry.sol";
import {VersionId, toVersionId} from "../types/VersionId.sol";

/// @title ModelRegistry
/// @notice See {IModelRegistry}.
/// @dev Laws: a version never changes; its parents were published before it, so lineage has no cycles; at least a tenth of what it earns is
/// left to it after its parents.
contract ModelRegistry is IModelRegistry, ERC721URIStorage {
    struct Model {
        // one slot, 216 bits free
        uint32 versionCount;
        ModelKind kind;
    }

    struct StoredParent {
        // one slot, 144 bits free
        uint96 versionId; // of a version that exists, so nothing is cut off
        uint16 shareBps;
    }

    struct Deprecation {
        // one slot, 152 bits free
        uint96 replacement; // zero, or of a version that exists
        bool deprecated;
    }

    /// @notice Parents a version may have.
    uint256 public constant MAX_PARENTS = 8;
    /// @notice What parents may be promised together, in 1/10,000 of a version's income.
    uint256 public constant MAX_SHARES_BPS = 9_000;
    /// @notice What a version may take of each fee, in 1/10,000.
    uint16 public constant MAX_ROYALTY_BPS = 3_000;
    /// @notice Bytes of a URI.
    uint256 public constant MAX_URI_LENGTH = 2_048;
    /// @notice Bytes of a licence identifier.
    uint256 public constant MAX_LICENCE_LENGTH = 64;

    uint64 private _modelCount;
    mapping(uint64 modelId => Model) private _models;
    mapping(VersionId => Version) private _versions;
    mapping(VersionId child => mapping(uint256 index => StoredParent)) private _parents;
    mapping(VersionId => Deprecation) private _deprecations;

    constructor() ERC721("OpenGradient Models", "OGM") {}

    /* MODELS */

    /// @inheritdoc IModelRegistry
    function registerModel(ModelKind kind, string calldata metadataURI) external returns (uint64 modelId) {
        _checkURI(metadataURI);

        modelId = ++_modelCount;
        _models[modelId].kind = kind;
        _mint(msg.sender, modelId);
        _setTokenURI(modelId, metadataURI);
        emit ModelRegistered(modelId, msg.sender, kind, metadataURI);
    }

    /// @inheritdoc IModelRegistry
    function setMetadataURI(uint64 modelId, string calldata metadataURI) external {
        _checkHolder(modelId);
        _checkURI(metadataURI);

        _setTokenURI(modelId, metadataURI);
        emit ModelMetadataSet(modelId, metadataURI);
    }

    /* PUBLISHING */

    /// @inheritdoc IModelRegistry
    function publish(uint64 modelId, VersionParams calldata params) external returns (VersionId versionId) {
        _checkHolder(modelId);
        _checkParams(modelId, params);

        versionId = toVersionId(modelId, ++_models[modelId].versionCount);
        _storeParents(versionId, params.parents);
        _versions[versionId] = Version({
            contentHash: params.contentHash,
            programRoot: params.programRoot,
            weightsRoot: params.weightsRoot,
            terms: Terms({
                publishedAt: uint40(block.timestamp),
                publishedBlock: uint40(block.number),
                size: params.size,
                royaltyBps: params.royaltyBps,
                acceptedProofs: params.acceptedProofs,
                runtime: params.runtime,
                arithmetic: params.arithmetic,
                parentCount: uint8(params.parents.length), // at most MAX_PARENTS
                hasProgram: params.programRoot != 0
            })
        });
        emit VersionPublished(versionId, modelId, msg.sender, params);
    }

    function _checkParams(uint64 modelId, VersionParams calldata params) private pure {
        if (params.contentHash == 0) revert ModelRegistryZeroContentHash(modelId);
        if (params.size == 0) revert ModelRegistryZeroSize(modelId);
        if (params.royaltyBps > MAX_ROYALTY_BPS) {
            revert ModelRegistryRoyaltyTooHigh(params.royaltyBps, MAX_ROYALTY_BPS);
        }
        _checkURI(params.uri);
        uint256 licenceLength = bytes(params.licence).length;
        if (licenceLength == 0 || licenceLength > MAX_LICENCE_LENGTH) {
            revert ModelRegistryInvalidLicenceLength(licenceLength, MAX_LICENCE_LENGTH);
        }
        if (params.programRoot != 0 && params.weightsRoot == 0) {
            revert ModelRegistryProgramWithoutWeights(params.programRoot);
        }
    }

    /// @dev Whatever exists is older than the child, which does not exist yet: nothing else is needed to keep lineage without cycles.
    function _storeParents(VersionId child, Parent[] calldata parents) private {
        if (parents.length > MAX_PARENTS) revert ModelRegistryTooManyParents(parents.length, MAX_PARENTS);

        VersionId previous;
        uint256 totalBps;
        for (uint256 i = 0; i < parents.length; ++i) {
            Parent calldata parent = parents[i];
            uint256 id = VersionId.unwrap(parent.versionId);
            if (id <= VersionId.unwrap(previous)) revert ModelRegistryParentsNotAscending(previous, parent.versionId);
            _termsIn(parent.versionId);
            if (parent.shareBps == 0) revert ModelRegistryZeroShare(parent.versionId);

            _parents[child][i] = StoredParent({versionId: uint96(id), shareBps: parent.shareBps});
            previous = parent.versionId;
            totalBps += parent.shareBps;
        }
        if (totalBps > MAX_SHARES_BPS) revert ModelRegistrySharesTooHigh(totalBps, MAX_SHARES_BPS);
    }

    function _checkURI(string calldata uri) private pure {
        uint256 length = bytes(uri).length;
        if (length == 0 || length > MAX_URI_LENGTH) revert ModelRegistryInvalidURILength(length, MAX_URI_LENGTH);
    }

    /* DEPRECATING */

    /// @inheritdoc IModelRegistry
    function deprecate(VersionId versionId, VersionId replacement) external {
        // Asked first: bits that no id has would be cut off on the way to the model.
        _termsIn(versionId);
        _checkHolder(versionId.modelOf());
        if (replacement == versionId) revert ModelRegistrySelfReplacement(versionId);
        uint256 id = VersionId.unwrap(replacement);
        if (id != 0) _termsIn(replacement);

        _deprecations[versionId] = Deprecation({replacement: uint96(id), deprecated: true});
        emit VersionDeprecated(versionId, replacement);
    }

    /* VIEWS */

    /// @inheritdoc IModelRegistry
    function termsOf(VersionId versionId) external view returns (Terms memory) {
        return _termsIn(versionId);
    }

    /// @inheritdoc IModelRegistry
    function royaltyBpsOf(VersionId versionId) external view returns (uint16) {
        return _termsIn(versionId).royaltyBps;
    }

    /// @inheritdoc IModelRegistry
    function hasProgram(VersionId versionId) external view returns (bool) {
        return _termsIn(versionId).hasProgram;
    }

    /// @inheritdoc IModelRegistry
    function versionOf(VersionId versionId) external view returns (Version memory) {
        _termsIn(versionId);
        return _versions[versionId];
    }

    /// @inheritdoc IModelRegistry
    function parentsOf(VersionId versionId) external view returns (Parent[] memory) {
        return _readParents(versionId);
    }

    /// @inheritdoc IModelRegistry
    function lineageOf(VersionId versionId) external view returns (address holder, Parent[] memory parents) {
        parents = _readParents(versionId);
        holder = _ownerOf(versionId.modelOf());
    }

    /// @inheritdoc IModelRegistry
    function kindOf(uint64 modelId) external view returns (ModelKind) {
        _requireHolder(modelId);
        return _models[modelId].kind;
    }

    /// @inheritdoc IModelRegistry
    function latestVersionOf(uint64 modelId) external view returns (VersionId) {
        _requireHolder(modelId);
        uint32 count = _models[modelId].versionCount;
        return count == 0 ? VersionId.wrap(0) : toVersionId(modelId, count);
    }

    /// @inheritdoc IModelRegistry
    function exists(VersionId versionId) external view returns (bool) {
        return _versions[versionId].terms.publishedAt != 0;
    }

    /// @inheritdoc IModelRegistry
    function deprecationOf(VersionId versionId) external view returns (bool deprecated, VersionId replacement) {
        _termsIn(versionId);
        Deprecation storage deprecation = _deprecations[versionId];
        return (deprecation.deprecated, VersionId.wrap(deprecation.replacement));
    }

    function _readParents(VersionId versionId) private view returns (Parent[] memory parents) {
        parents = new Parent[](_termsIn(versionId).parentCount);
        for (uint256 i = 0; i < parents.length; ++i) {
            StoredParent storage stored = _parents[versionId][i];
            parents[i] = Parent({versionId: VersionId.wrap(stored.versionId), shareBps: stored.shareBps});
        }
    }

    function _termsIn(VersionId versionId) private view returns (Terms storage terms) {
        terms = _versions[versionId].terms;
        if (terms.publishedAt == 0) revert ModelRegistryUnknownVersion(versionId);
    }

    /// @dev A token is never burnt, so a model without a holder was never registered.
    function _requireHolder(uint64 modelId) private view returns (address holder) {
        holder = _ownerOf(modelId);
        if (holder == address(0)) revert ModelRegistryUnknownModel(modelId);
    }

    function _checkHolder(uint64 modelId) private view {
        address holder = _requireHolder(modelId);
        if (msg.sender != holder) revert ModelRegistryNotHolder(modelId, msg.sender, holder);
    }
}
