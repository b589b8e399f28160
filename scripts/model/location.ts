import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { directoryAt } from "../../sdk/fetch/disk.ts";
import { fetchDirectory } from "../../sdk/fetch/fetch-directory.ts";
import { DEFAULT_POLICY } from "../../sdk/fetch/policy.ts";
import type { DirectoryReader } from "../../sdk/program/directory-files.ts";
import type { PublishedHashes } from "../../sdk/registry/published.ts";
import { createProgress } from "./print.ts";

/** Where a program directory is, as the command line names it. */
export type Location = {
  /** A folder, or an address. */
  readonly directory: string;
  /** IPFS gateways, between commas; the usual public ones without. */
  readonly gateways?: string | undefined;
};

/**
 * Opens a program directory. What has an address is fetched into the project's cache, file by file by its hash.
 * @param published the version's hashes: an address must serve exactly these.
 * @throws DirectoryError, FetchError, SuiteError `NOT_WHAT_WAS_PUBLISHED`.
 */
export async function openDirectory(
  { directory, gateways }: Location,
  hre: HardhatRuntimeEnvironment,
  published?: PublishedHashes,
): Promise<DirectoryReader> {
  // A folder may have any name; an address has a scheme.
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(directory)) return directoryAt(directory);
  const progress = createProgress(process.stderr);
  const policy = gateways === undefined ? DEFAULT_POLICY : { ...DEFAULT_POLICY, gateways: gateways.split(",") };
  const options = {
    cache: join(hre.config.paths.cache, "content"),
    policy,
    onProgress: ({ received, size, source }: { received: number; size: number; source: URL }) => {
      progress(`fetching from ${source.host}`, received, size);
    },
  };
  return fetchDirectory(directory, options, published);
}
