import { SuiteError } from "../errors.ts";

/** What a version fixes forever: SHA-256 of its file, and both roots. */
export type PublishedHashes = {
  readonly contentHash: string;
  readonly programRoot: string;
  readonly weightsRoot: string;
};

/**
 * Compares what somebody has with what was published.
 * @throws SuiteError `NOT_WHAT_WAS_PUBLISHED`, naming what differs.
 */
export function requirePublished(mine: PublishedHashes, published: PublishedHashes): void {
  const checks = [
    { what: "the file's SHA-256", name: "contentHash" },
    { what: "the program's root", name: "programRoot" },
    { what: "the weights' root", name: "weightsRoot" },
  ] as const;
  for (const { what, name } of checks) {
    if (mine[name] === published[name]) continue;
    throw new SuiteError({
      code: "NOT_WHAT_WAS_PUBLISHED",
      what: `${what} is ${mine[name]}, published is ${published[name]}`,
      next: "do not accept: fetch the version's file again and compile it with the same version of this library",
    });
  }
}
