import { FetchError } from "./errors.ts";
import { askInTurn, complaintList, DEFAULT_RETRY } from "./attempts.ts";
import type { Complaint, Retry } from "./attempts.ts";
import { findContent } from "./cache.ts";
import type { Wanted } from "./cache.ts";
import { Download } from "./download.ts";
import { Draft } from "./draft.ts";
import { DEFAULT_POLICY, sourcesOf } from "./policy.ts";
import type { Policy } from "./policy.ts";

/** Content by its hash, and where it was published. */
export type Content = Wanted & { readonly uri: string };

/** How far a download is: bytes of the whole, and which address they come from. */
export type FetchProgress = { readonly received: number; readonly size: number; readonly source: URL };

/** How content is fetched. */
export type FetchOptions = {
  /** The cache's folder; created if need be, may be shared by processes and deleted when none runs. */
  readonly cache: string;
  readonly policy?: Policy;
  readonly retry?: Retry;
  /** A server that sends nothing for so long is left. Milliseconds, 30,000 without. */
  readonly stallMs?: number;
  /** Content above this size is refused before anything is asked for. Bytes, 64 GiB without. */
  readonly maxSize?: number;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
};

const DEFAULT_MAX_SIZE = 68_719_476_736;

/**
 * Fetches content into the cache, or finds it there. A download that was cut, or whose process was killed, goes on where
 * it stopped, also from another gateway.
 * @returns the path of a file that has exactly the bytes asked for; leave it as it is.
 * @throws FetchError `URI_INVALID`, `URI_NOT_ALLOWED`, `HASH_INVALID`, `CONTENT_TOO_LARGE`; `CONTENT_DIFFERS` when a source gave other
 * bytes and none the right ones; `CONTENT_UNREACHABLE` with each source's reason; `CACHE_UNUSABLE`. The signal's reason
 * when it stops the download.
 */
export async function fetchContent(content: Content, options: FetchOptions): Promise<string> {
  const { cache, policy = DEFAULT_POLICY, retry = DEFAULT_RETRY, maxSize = DEFAULT_MAX_SIZE, signal } = options;
  const sources = sourcesOf(content.uri, policy);
  // The hash becomes a file's name.
  if (!/^0x[0-9a-f]{64}$/.test(content.sha256)) {
    throw new FetchError({
      code: "HASH_INVALID",
      what: `"${content.sha256}" is no SHA-256`,
      next: "give 0x and 64 lower-case hexadecimal digits",
    });
  }
  if (content.size > maxSize) {
    throw new FetchError({
      code: "CONTENT_TOO_LARGE",
      what: `${content.uri} is said to have ${content.size} bytes, the limit is ${maxSize}`,
      next: "raise the limit if you have the room and trust the publisher",
    });
  }
  return inCache(cache, async () => {
    const found = await findContent(cache, content);
    if (found !== undefined) return found;
    const download = new Download(await Draft.open(cache, content), content, options);
    try {
      const outcome = await askInTurn(sources, (source) => download.attempt(source), retry, signal);
      if (outcome.kind === "done") return outcome.value;
      throw failed(content, outcome.complaints, download.wasWrong);
    } finally {
      await download.leave();
    }
  });
}

async function inCache<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof Error && "syscall" in cause)) throw cause;
    throw new FetchError({
      code: "CACHE_UNUSABLE",
      what: `the cache ${folder}: ${cause.message}`,
      next: "make room, or name a folder that this account may write to",
      cause,
    });
  }
}

function failed({ uri, sha256 }: Content, complaints: readonly Complaint[], wasWrong: boolean): FetchError {
  if (wasWrong) {
    return new FetchError({
      code: "CONTENT_DIFFERS",
      what: `${uri} does not give the content ${sha256} (${complaintList(complaints)})`,
      next: "name another gateway, or ask the publisher: these are not the bytes that were published",
    });
  }
  return new FetchError({
    code: "CONTENT_UNREACHABLE",
    what: `${uri} cannot be had (${complaintList(complaints)})`,
    next: "try again later, or name another gateway; what has arrived is kept",
  });
}
