import { concatenated } from "../program/streams.ts";
import { askInTurn, complaintList, DEFAULT_RETRY } from "./attempts.ts";
import { FetchError, SourceFault } from "./errors.ts";
import type { FetchOptions } from "./fetch-content.ts";
import { DEFAULT_POLICY, sourcesOf } from "./policy.ts";
import { readSource } from "./source.ts";

const STALL = 30_000;

/**
 * Fetches a short document whose hash nobody knows, such as a manifest: nothing vouches for the bytes, so check what
 * they say against something that does. It is not cached.
 * @throws FetchError `URI_INVALID`, `URI_NOT_ALLOWED`; `CONTENT_UNREACHABLE`, also when it is longer than `maxSize` bytes.
 */
export async function fetchDocument(
  uri: string,
  maxSize: number,
  { policy = DEFAULT_POLICY, retry = DEFAULT_RETRY, stallMs = STALL, signal }: Omit<FetchOptions, "cache">,
): Promise<Uint8Array> {
  const outcome = await askInTurn(
    sourcesOf(uri, policy),
    async (url) => {
      try {
        const value = await concatenated(readSource({ url, from: 0, size: maxSize, policy, stallMs, signal }));
        return { kind: "done", value };
      } catch (fault) {
        if (fault instanceof SourceFault) return { kind: "failed", fault, hasProgress: false };
        throw fault;
      }
    },
    retry,
    signal,
  );
  if (outcome.kind === "done") return outcome.value;
  throw new FetchError({
    code: "CONTENT_UNREACHABLE",
    what: `${uri} cannot be had (${complaintList(outcome.complaints)})`,
    next: "check the address, try again later, or name another gateway",
  });
}
