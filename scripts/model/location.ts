import { join } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { directoryAt } from "../../sdk/fetch/disk.ts";
import type { FetchOptions, FetchProgress } from "../../sdk/fetch/fetch-content.ts";
import { fetchDirectory } from "../../sdk/fetch/fetch-directory.ts";
import { DEFAULT_POLICY } from "../../sdk/fetch/policy.ts";
import type { Policy } from "../../sdk/fetch/policy.ts";
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
 * Opens a program directory that the user names. What has an address is fetched into the project's cache.
 * @param published the version's hashes: an address must serve exactly these.
 * @throws FetchError, and as `fetchDirectory`.
 */
export async function openDirectory(
  { directory, gateways }: Location,
  hre: HardhatRuntimeEnvironment,
  published?: PublishedHashes,
): Promise<DirectoryReader> {
  // A folder may have any name; an address has a scheme.
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(directory)) return directoryAt(directory);
  return fetchDirectory(directory, fetchOptions(hre, gateways, {}), published);
}

/** Fetches a program directory from the address that a publisher wrote on chain: no file of this machine is read for it. */
export async function openPublished(
  { directory, gateways }: Location,
  hre: HardhatRuntimeEnvironment,
  published: PublishedHashes,
): Promise<DirectoryReader> {
  return fetchDirectory(directory, fetchOptions(hre, gateways, { allowFile: false }), published);
}

function fetchOptions(
  hre: HardhatRuntimeEnvironment,
  gateways: string | undefined,
  changes: Partial<Policy>,
): FetchOptions {
  const progress = createProgress(process.stderr);
  const named = gateways === undefined ? {} : { gateways: gateways.split(",").map((gateway) => gateway.trim()) };
  return {
    cache: join(hre.config.paths.cache, "content"),
    policy: { ...DEFAULT_POLICY, ...named, ...changes },
    onProgress({ received, size, source }: FetchProgress) {
      progress(`fetching from ${source.host}`, received, size);
    },
  };
}
