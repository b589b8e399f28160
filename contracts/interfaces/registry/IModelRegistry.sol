// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";

import {VersionId} from "../../types/VersionId.sol";

/// @title IModelRegistry
/// @notice Models, adapters and datasets, their versions, and what each version descends from.
///
/// Every model is an ERC-721 token. Whoever holds the token may publish versions of it, and is the one who earns from them; an approval
/// lets somebody move the token, never publish. Nobody else has any right here: there is no administrator, no pause and no upgrade.
///
/// A version never changes once it is published. Only a warning, its deprecation, may be added to it later.
/// @dev Lineage is declared by the publisher, not discovered: nothing here proves that a parent was really used, or that none is missing.
/// Files live elsewhere: the registry fixes their hashes and says where they were published, it does not keep them available.
interface IModelRegistry is IERC721 {
    /// @notice What a model is: something that runs, a change to something that runs, or something to learn from.
    enum ModelKind {
        Model,
        Adapter,
        Dataset
    }

    /// @notice One step of lineage.
    struct Parent {
        VersionId versionId;
        // of what the child version earns, in 1/10,000; never of the fee that a requester pays
        uint16 shareBps;
    }

    /// @notice What contracts need to know when a version is used.
    struct Terms {
        // one slot, 16 bits free
        uint40 publishedAt; // unix seconds
        uint40 publishedBlock; // block.number then: where the log {VersionPublished} is found, on chains that count their own blocks
        uint64 size; // bytes of the file
        uint16 royaltyBps; // of each fee, in 1/10,000
        uint32 acceptedProofs; // bits, see contracts/types/ProofKinds.sol
        uint16 runtime; // see VersionParams
        uint16 arithmetic; // see VersionParams
        uint8 parentCount;
        bool hasProgram; // whether programRoot is set, so whether recomputation can prove a result wrong
    }

    /// @notice What a publisher says about a version.
    /// @dev `runtime` and `arithmetic` are open lists: the registry takes any number, and those who run models agree on its meaning.
    ///
    /// runtime: 0 unspecified · 1 the file is an ONNX model, run by an ONNX runtime · 2 integer program, compiled from the ONNX file by
    /// the SDK · 3 hosted, the file describes a service that its operator runs · 4 the file is data and is not run.
    ///
    /// arithmetic: 0 unspecified · 1 float32 · 2 int8 values with int32 accumulators · 3 float16 · 4 bfloat16.
    struct VersionParams {
        bytes32 contentHash; // SHA-256 of the file
        bytes32 programRoot; // root over the operators of the integer program; zero when a result cannot be recomputed on chain
        bytes32 weightsRoot; // root over the weights; zero when there is none to show
        uint64 size; // bytes of the file
        uint16 royaltyBps; // of each fee, in 1/10,000
        uint32 acceptedProofs; // bits, see contracts/types/ProofKinds.sol; zero accepts none, so only the operator's word
        uint16 runtime;
        uint16 arithmetic;
        string uri; // where the file is, for instance ipfs://…
        string licence; // SPDX identifier or expression, for instance Apache-2.0
        Parent[] parents; // strictly ascending by versionId
    }

    /// @notice All that is stored of a version; parents are read with {parentsOf}, `uri` and `licence` from the log.
    struct Version {
        bytes32 contentHash;
        bytes32 programRoot;
        bytes32 weightsRoot;
        Terms terms;
    }

    /// @notice A model exists. `publisher` holds its token.
    event ModelRegistered(uint64 indexed modelId, address indexed publisher, ModelKind kind, string metadataURI);

    /// @notice The holder described its model anew.
    event ModelMetadataSet(uint64 indexed modelId, string metadataURI);

    /// @notice A version exists, with everything its publisher said about it. The only place that keeps `uri` and `licence`.
    event VersionPublished(
        VersionId indexed versionId,
        uint64 indexed modelId,
        address indexed publisher,
        VersionParams params
    );

    /// @notice The holder warns of a version. `replacement` is zero when there is none.
    event VersionDeprecated(VersionId indexed versionId, VersionId indexed replacement);

    /// @notice No model has this id.
    error ModelRegistryUnknownModel(uint64 modelId);

    /// @notice No version has this id.
    error ModelRegistryUnknownVersion(VersionId versionId);

    /// @notice Only the holder of the model's token may do this; being approved for it is not enough.
    error ModelRegistryNotHolder(uint64 modelId, address caller, address holder);

    /// @notice A version without the hash of its file is no version.
    error ModelRegistryZeroContentHash(uint64 modelId);

    /// @notice A file has at least one byte.
    error ModelRegistryZeroSize(uint64 modelId);

    /// @notice A publisher may ask for `maximumBps` of each fee at most.
    error ModelRegistryRoyaltyTooHigh(uint16 royaltyBps, uint16 maximumBps);

    /// @notice A URI has 1 to `maximum` bytes.
    error ModelRegistryInvalidURILength(uint256 length, uint256 maximum);

    /// @notice A licence identifier has 1 to `maximum` bytes.
    error ModelRegistryInvalidLicenceLength(uint256 length, uint256 maximum);

    /// @notice Recomputing a step needs the weights: a program comes with their root. One without weights has the root of the empty tree.
    error ModelRegistryProgramWithoutWeights(bytes32 programRoot);

    /// @notice A version descends from `maximum` others at most, so that paying all of them stays cheap.
    error ModelRegistryTooManyParents(uint256 count, uint256 maximum);

    /// @notice Parents are listed strictly ascending, each once.
    error ModelRegistryParentsNotAscending(VersionId previous, VersionId parent);

    /// @notice A parent without a share would be lineage that nobody pays.
    error ModelRegistryZeroShare(VersionId parent);

    /// @notice The parents together may be promised `maximumBps` of what the version earns at most.
    error ModelRegistrySharesTooHigh(uint256 totalBps, uint256 maximumBps);

    /// @notice A version cannot replace itself.
    error ModelRegistrySelfReplacement(VersionId versionId);

    /// @notice Creates a model and mints its token to the caller. Anyone may call.
    /// @param metadataURI what {IERC721Metadata-tokenURI} answers, 1 to 2,048 bytes; its holder may change it later.
    /// @return modelId counts up from 1; equal to the token's id.
    /// @dev Mints without asking a receiving contract: the caller mints to itself.
    function registerModel(ModelKind kind, string calldata metadataURI) external returns (uint64 modelId);

    /// @notice Describes a model anew. Caller: its holder.
    function setMetadataURI(uint64 modelId, string calldata metadataURI) external;

    /// @notice Publishes the next version of a model. Caller: its holder.
    /// @return versionId the model's id and a number that counts up from 1.
    /// @dev Reverts unless: `contentHash` is set; `size` > 0; `royaltyBps` ≤ 3,000; `uri` has 1 to 2,048 and `licence` 1 to 64 bytes; a
    /// `programRoot` comes with a `weightsRoot`; there are at most 8 parents, strictly ascending, each existing (so older: lineage has
    /// no cycles), each with a share, shares adding up to 9,000 at most. Any version may be a parent, deprecated ones too, without its
    /// publisher's consent: naming a parent can only pay it.
    function publish(uint64 modelId, VersionParams calldata params) external returns (VersionId versionId);

    /// @notice Warns of a version and may name a better one, of any model. Caller: the holder of the version's model.
    /// @param replacement zero or an existing version other than `versionId`.
    /// @dev A warning only: the version still runs, is paid and can be a parent. May be called again to name another replacement; a
    /// warning is never taken back. Replacements are one holder's advice: whoever follows a chain of them must expect a cycle.
    function deprecate(VersionId versionId, VersionId replacement) external;

    /// @notice The terms of use, in one storage read. Reverts {ModelRegistryUnknownVersion}.
    function termsOf(VersionId versionId) external view returns (Terms memory);

    /// @notice What the version takes of each fee, in 1/10,000. Reverts {ModelRegistryUnknownVersion}.
    function royaltyBpsOf(VersionId versionId) external view returns (uint16);

    /// @notice Whether recomputation can prove a result of the version wrong. Reverts {ModelRegistryUnknownVersion}.
    function hasProgram(VersionId versionId) external view returns (bool);

    /// @notice The hashes and the terms. Reverts {ModelRegistryUnknownVersion}.
    function versionOf(VersionId versionId) external view returns (Version memory);

    /// @notice The parents in the order of their ids. Reverts {ModelRegistryUnknownVersion}.
    function parentsOf(VersionId versionId) external view returns (Parent[] memory);

    /// @notice Who earns from a version, and with whom it shares: `holder` of the model's token now, and the parents.
    /// Reverts {ModelRegistryUnknownVersion}.
    /// @dev One call for whoever splits a version's income.
    function lineageOf(VersionId versionId) external view returns (address holder, Parent[] memory parents);

    /// @notice Reverts {ModelRegistryUnknownModel}.
    function kindOf(uint64 modelId) external view returns (ModelKind);

    /// @notice The version published last; zero when the model has none yet. Reverts {ModelRegistryUnknownModel}.
    function latestVersionOf(uint64 modelId) external view returns (VersionId);

    /// @notice Whether a version has been published under this id. Never reverts.
    function exists(VersionId versionId) external view returns (bool);

    /// @notice Whether the holder has warned of the version, and what it advises instead (zero: nothing).
    /// Reverts {ModelRegistryUnknownVersion}.
    function deprecationOf(VersionId versionId) external view returns (bool deprecated, VersionId replacement);
}
