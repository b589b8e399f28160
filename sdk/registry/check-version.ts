import { sha256 } from "ethers";

import type { ModelRegistry } from "../generated/index.ts";
import { programRoot, weightsRoot } from "../program/commitments.ts";
import type { Program } from "../program/program.ts";
import { requirePublished } from "./published.ts";
import type { VersionId } from "./version-id.ts";

/**
 * What an operator checks before it runs a version, and anybody before relying on one: that file, program and weights are those that were
 * published.
 * @param file the bytes that `contentHash` is the SHA-256 of.
 * @throws SuiteError `NOT_WHAT_WAS_PUBLISHED`, naming what differs.
 */
export async function checkVersion(
  registry: ModelRegistry,
  versionId: VersionId,
  file: Uint8Array,
  program: Program,
): Promise<void> {
  const mine = { contentHash: sha256(file), programRoot: programRoot(program), weightsRoot: weightsRoot(program) };
  requirePublished(mine, await registry.versionOf(versionId));
}
