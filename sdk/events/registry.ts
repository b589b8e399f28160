import { ZeroAddress } from "ethers";

import { ModelRegistry__factory, type ModelRegistry } from "../generated/index.ts";
import { modelOf, type VersionId } from "../registry/version-id.ts";
import { change, pairOf, type Draft } from "./draft.ts";
import { applying, IGNORED, textOf, type Handlers } from "./handlers.ts";

export type ModelRow = {
  readonly kind: bigint;
  /** Who holds the token: may publish, and earns. */
  readonly holder: string;
  /** Who may move the token for its holder; the zero address for nobody. */
  readonly approved: string;
  /** `undefined` when its bytes are no UTF-8. */
  readonly metadataURI: string | undefined;
  /** The version published last; 0 when there is none. */
  readonly latestVersion: VersionId;
};

export type ParentRow = { readonly versionId: VersionId; readonly shareBps: bigint };

/** `IModelRegistry.Version` and its terms, with what only the log keeps: `uri`, `licence` and who published it. */
export type VersionRow = {
  readonly contentHash: string;
  readonly programRoot: string;
  readonly weightsRoot: string;
  readonly size: bigint;
  readonly royaltyBps: bigint;
  readonly acceptedProofs: bigint;
  readonly runtime: bigint;
  readonly arithmetic: bigint;
  /** `undefined` when its bytes are no UTF-8. */
  readonly uri: string | undefined;
  /** `undefined` when its bytes are no UTF-8. */
  readonly licence: string | undefined;
  readonly parents: readonly ParentRow[];
  readonly publisher: string;
  readonly publishedAt: bigint;
  /** Of the log. Equal to `Terms.publishedBlock`, but on chains whose `block.number` counts the blocks of another chain. */
  readonly publishedBlock: bigint;
  readonly deprecated: boolean;
  /** 0 for none. */
  readonly replacement: VersionId;
};

/** All of ModelRegistry that its views show, and what only its logs keep. */
export type RegistryState = {
  readonly models: ReadonlyMap<bigint, ModelRow>;
  readonly versions: ReadonlyMap<VersionId, VersionRow>;
  /** By holder and who may move all its tokens, see {@link isApprovedForAll}. */
  readonly movers: ReadonlyMap<string, boolean>;
};

export const NO_REGISTRY: RegistryState = { models: new Map(), versions: new Map(), movers: new Map() };

/** As the view of that name says. */
export function isApprovedForAll(state: RegistryState, holder: string, mover: string): boolean {
  return state.movers.get(pairOf(holder, mover)) ?? false;
}

/** A model between its token's mint and the event that describes it, in one transaction. */
const UNDESCRIBED = { kind: 0n, metadataURI: undefined, latestVersion: 0n } as const;

const HANDLERS: Handlers<ModelRegistry, Draft<RegistryState>> = {
  Transfer(state, { to, tokenId }) {
    // An approval ends with a transfer, without an event of its own.
    state.models.set(tokenId, { ...(state.models.get(tokenId) ?? UNDESCRIBED), holder: to, approved: ZeroAddress });
  },
  Approval(state, { approved, tokenId }) {
    change(state.models, tokenId, "model", () => ({ approved }));
  },
  ApprovalForAll(state, { owner, operator, approved }) {
    state.movers.set(pairOf(owner, operator), approved);
  },
  ModelRegistered(state, event) {
    change(state.models, event.modelId, "model", () => ({
      kind: event.kind,
      metadataURI: textOf(() => event.metadataURI),
    }));
  },
  ModelMetadataSet(state, event) {
    change(state.models, event.modelId, "model", () => ({ metadataURI: textOf(() => event.metadataURI) }));
  },
  VersionPublished(state, { versionId, publisher, params }, { timestamp, blockNumber }) {
    change(state.models, modelOf(versionId), "model", () => ({ latestVersion: versionId }));
    state.versions.set(versionId, {
      contentHash: params.contentHash,
      programRoot: params.programRoot,
      weightsRoot: params.weightsRoot,
      size: params.size,
      royaltyBps: params.royaltyBps,
      acceptedProofs: params.acceptedProofs,
      runtime: params.runtime,
      arithmetic: params.arithmetic,
      uri: textOf(() => params.uri),
      licence: textOf(() => params.licence),
      parents: params.parents.map(({ versionId: parent, shareBps }) => ({ versionId: parent, shareBps })),
      publisher,
      publishedAt: timestamp,
      publishedBlock: BigInt(blockNumber),
      deprecated: false,
      replacement: 0n,
    });
  },
  VersionDeprecated(state, { versionId, replacement }) {
    change(state.versions, versionId, "version", () => ({ deprecated: true, replacement }));
  },
  // ERC-4906 for marketplaces; ModelMetadataSet says what the metadata is.
  MetadataUpdate: IGNORED,
  BatchMetadataUpdate: IGNORED,
};

/** Applies a log of ModelRegistry. */
export const applyRegistry = applying<ModelRegistry, Draft<RegistryState>>(
  ModelRegistry__factory.createInterface(),
  HANDLERS,
);
