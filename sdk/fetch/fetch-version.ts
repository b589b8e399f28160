import type { ModelRegistry } from "../generated/index.ts";
import type { DirectoryReader } from "../program/directory-files.ts";
import { uriOf } from "../registry/version-uri.ts";
import type { VersionId } from "../registry/version-id.ts";
import type { FetchOptions } from "./fetch-content.ts";
import { fetchDirectory } from "./fetch-directory.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import type { Policy } from "./policy.ts";

/** For addresses that strangers wrote: nothing on this machine is read for them. */
export const STRANGERS: Policy = { ...DEFAULT_POLICY, allowFile: false, allowHttp: "never" };

/**
 * Fetches what a version published, from where it was published: what an operator does before it accepts work, and a
 * challenger before it disputes.
 * @param options with the policy {@link STRANGERS} unless another one is named.
 * @throws as `uriOf` and `fetchDirectory`.
 */
export async function fetchVersion(
  registry: ModelRegistry,
  versionId: VersionId,
  options: FetchOptions,
): Promise<DirectoryReader> {
  const published = await registry.versionOf(versionId);
  return fetchDirectory(await uriOf(registry, versionId), { policy: STRANGERS, ...options }, published);
}
