import { SuiteError } from "../errors.ts";
import type { ModelRegistry } from "../generated/index.ts";
import { modelOf, numberOf, type VersionId } from "./version-id.ts";

/**
 * Where a version's file was published. Only the log of its publication says so.
 * @throws SuiteError `LOG_NOT_FOUND` where the node does not have that log (any more). The registry's own refusal, of an
 * unknown version.
 */
export async function uriOf(registry: ModelRegistry, versionId: VersionId): Promise<string> {
  const { publishedBlock } = await registry.termsOf(versionId);
  const filter = registry.filters.VersionPublished(versionId);
  const [log] = await registry.queryFilter(filter, Number(publishedBlock), Number(publishedBlock));
  if (log !== undefined) return log.args.params.uri;
  throw new SuiteError({
    code: "LOG_NOT_FOUND",
    what: `block ${publishedBlock} has no log of the publication of ${modelOf(versionId)}.${numberOf(versionId)}`,
    next: "ask a node that keeps old logs, or get the address of the files from the publisher",
  });
}
