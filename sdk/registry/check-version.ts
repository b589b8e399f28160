import { sha256 } from "ethers";

import { SuiteError } from "../errors.ts";
import type { ModelRegistry } from "../generated/index.ts";
import { programRoot, weightsRoot } from "../program/commitments.ts";
import type { Program } from "../program/program.ts";
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
  const { contentHash, programRoot: programHash, weightsRoot: weightsHash } = await registry.versionOf(versionId);
  const checks = [
    { what: "the file's SHA-256", mine: sha256(file), published: contentHash },
    { what: "the program's root", mine: programRoot(program), published: programHash },
    { what: "the weights' root", mine: weightsRoot(program), published: weightsHash },
  ];
  for (const { what, mine, published } of checks) {
    if (mine === published) continue;
    throw new SuiteError({
      code: "NOT_WHAT_WAS_PUBLISHED",
      what: `${what} is ${mine}, published is ${published}`,
      next: "do not accept: fetch the version's file again and compile it with the same version of this library",
    });
  }
}
