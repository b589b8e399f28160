import { id } from "ethers";

import type { IModelRegistry } from "../../sdk/generated/index.ts";
import { Arithmetic, Runtime } from "../../sdk/registry/terms.ts";

export type VersionParams = IModelRegistry.VersionParamsStruct;

/** A version that any publisher may publish, with all three roots; tests change one thing at a time. */
export function versionParams(changes: Partial<VersionParams> = {}): VersionParams {
  return {
    contentHash: id("content"),
    programRoot: id("program"),
    weightsRoot: id("weights"),
    size: 1_048_576n,
    royaltyBps: 500n,
    acceptedProofs: 3n,
    runtime: Runtime.Program,
    arithmetic: Arithmetic.Int8,
    uri: "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
    licence: "Apache-2.0",
    parents: [],
    ...changes,
  };
}

/** The same as the tuple that an event carries. */
export function asTuple(params: VersionParams): unknown[] {
  const { contentHash, programRoot, weightsRoot, size, royaltyBps, acceptedProofs, runtime, arithmetic } = params;
  const parents = params.parents.map((parent) => [parent.versionId, parent.shareBps]);
  const fixed = [contentHash, programRoot, weightsRoot, size, royaltyBps, acceptedProofs, runtime, arithmetic];
  return [...fixed, params.uri, params.licence, parents];
}
