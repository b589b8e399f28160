import { join } from "node:path";

import { FILES } from "../program/directory-files.ts";
import type { DirectoryReader, FileName } from "../program/directory-files.ts";
import { MAX_MANIFEST_BYTES, parseManifest } from "../program/parse-manifest.ts";
import type { FileFacts, Manifest } from "../program/manifest.ts";
import { requirePublished } from "../registry/published.ts";
import type { PublishedHashes } from "../registry/published.ts";
import { filesAt } from "./disk.ts";
import { fetchContent } from "./fetch-content.ts";
import type { FetchOptions } from "./fetch-content.ts";
import { fetchDocument } from "./fetch-document.ts";
import { siblingOf } from "./policy.ts";

/**
 * Fetches a program directory into the cache: the manifest first, then each file by its hash.
 * @param uri of any file in it (a version's `uri` is that of `model.onnx`), or of the folder, ending with a slash.
 * @param published the version's hashes on chain: the manifest must be theirs before anything else is fetched.
 * @throws DirectoryError `MANIFEST_INVALID`, SuiteError `NOT_WHAT_WAS_PUBLISHED`, and those of `fetchContent`.
 */
export async function fetchDirectory(
  uri: string,
  options: FetchOptions,
  published?: PublishedHashes,
): Promise<DirectoryReader> {
  const document = await fetchDocument(siblingOf(uri, FILES.manifest), MAX_MANIFEST_BYTES, options);
  const manifest = parseManifest(new TextDecoder().decode(document));
  if (published !== undefined) requirePublished(hashesOf(manifest), published);
  const paths = new Map<FileName, string>();
  for (const [name, facts] of filesOf(manifest)) {
    paths.set(name, await fetchContent({ uri: siblingOf(uri, name), ...facts }, options));
  }
  const onDisk = filesAt((name) => paths.get(name) ?? join(options.cache, name));
  // eslint-disable-next-line @typescript-eslint/require-await -- what is in memory needs no waiting
  async function* manifestBytes(): AsyncGenerator<Uint8Array> {
    yield document;
  }
  return { ...onDisk, read: (name) => (name === FILES.manifest ? manifestBytes() : onDisk.read(name)) };
}

/** What a version of this directory's model publishes. */
export function hashesOf({ files, programRoot, weightsRoot }: Manifest): PublishedHashes {
  return { contentHash: files.model.sha256, programRoot, weightsRoot };
}

function filesOf({ files, calibration }: Manifest): readonly (readonly [FileName, FileFacts])[] {
  const fixed = [
    [FILES.model, files.model],
    [FILES.program, files.program],
    [FILES.weights, files.weights],
  ] as const;
  return calibration.shared ? [...fixed, [FILES.calibration, calibration]] : fixed;
}
