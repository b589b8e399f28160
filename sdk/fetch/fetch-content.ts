import { FetchError, SourceFault } from "./errors.ts";
import { askInTurn, complaintList, DEFAULT_RETRY } from "./attempts.ts";
import type { Attempt, Complaint, Retry } from "./attempts.ts";
import { Draft, findContent } from "./cache.ts";
import type { Wanted } from "./cache.ts";
import { DEFAULT_POLICY, sourcesOf } from "./policy.ts";
import type { Policy } from "./policy.ts";
import { readSource } from "./source.ts";

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

const DEFAULT_STALL = 30_000;
/** A round that brought fewer bytes brought nothing: else a server could keep us for as many connections as there are bytes. */
const MIN_PROGRESS = 4_096;
/** How often a content is begun again after bytes of several sources together were wrong. */
const MAX_RESTARTS = 3;
const DEFAULT_MAX_SIZE = 68_719_476_736;

/**
 * Fetches content into the cache, or finds it there. A download that was cut, or whose process was killed, goes on where
 * it stopped, also from another gateway.
 * @returns the path of a file that has exactly the bytes asked for; leave it as it is.
 * @throws FetchError `URI_INVALID`, `URI_NOT_ALLOWED`, `CONTENT_TOO_LARGE`; `CONTENT_DIFFERS` when a source gave other
 * bytes and none the right ones; `CONTENT_UNREACHABLE` with each source's reason; `CACHE_UNUSABLE`. The signal's reason
 * when it stops the download.
 */
export async function fetchContent(content: Content, options: FetchOptions): Promise<string> {
  const { cache, policy = DEFAULT_POLICY, retry = DEFAULT_RETRY, maxSize = DEFAULT_MAX_SIZE, signal } = options;
  const sources = sourcesOf(content.uri, policy);
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

/** One content on its way into the cache. */
class Download {
  readonly #draft: Draft;
  readonly #content: Content;
  readonly #options: FetchOptions;
  /** Where the draft's bytes come from; `undefined` stands for an earlier process. */
  readonly #origins = new Set<URL | undefined>();
  #farthest: number;
  #restarts = 0;
  #wasWrong = false;
  #isFinished = false;

  constructor(draft: Draft, content: Content, options: FetchOptions) {
    this.#draft = draft;
    this.#content = content;
    this.#options = options;
    this.#farthest = draft.length;
    if (draft.length > 0) this.#origins.add(undefined);
  }

  /** Whether some source completed the content with other bytes. */
  get wasWrong(): boolean {
    return this.#wasWrong;
  }

  async attempt(source: URL): Promise<Attempt<string>> {
    const before = this.#farthest;
    if (this.#restarts > 0) await this.#begin(source);
    let fault = await this.#receive(source);
    // Once bytes of several sources did not fit together, each must give all of them itself.
    for (let had = -1; fault?.mayRecover === true && this.#restarts > 0 && this.#draft.length > had;) {
      had = this.#draft.length;
      fault = await this.#receive(source);
    }
    fault ??= await this.#check(source);
    if (fault !== undefined) return { kind: "failed", fault, hasProgress: this.#farthest - before >= MIN_PROGRESS };
    this.#isFinished = true;
    return { kind: "done", value: await this.#draft.finish() };
  }

  async leave(): Promise<void> {
    if (!this.#isFinished) await this.#draft.leave();
  }

  /** Drops what others gave. */
  async #begin(source: URL): Promise<void> {
    if (this.#isOf(source)) return;
    await this.#draft.restart();
    this.#origins.clear();
  }

  #isOf(source: URL): boolean {
    return this.#origins.size === 1 && this.#origins.has(source);
  }

  async #receive(source: URL): Promise<SourceFault | undefined> {
    const { policy = DEFAULT_POLICY, stallMs = DEFAULT_STALL, onProgress, signal } = this.#options;
    const { size } = this.#content;
    const ask = { url: source, from: this.#draft.length, size, policy, stallMs, signal };
    if (ask.from === size) return undefined;
    try {
      for await (const piece of readSource(ask)) {
        await this.#draft.append(piece);
        this.#origins.add(source);
        this.#farthest = Math.max(this.#farthest, this.#draft.length);
        onProgress?.({ received: this.#draft.length, size, source });
      }
    } catch (error) {
      if (error instanceof SourceFault) return error;
      throw error;
    }
    const received = this.#draft.length;
    return received === size ? undefined : new SourceFault(`it ended after ${received} of ${size} bytes`);
  }

  async #check(source: URL): Promise<SourceFault | undefined> {
    if (await this.#draft.isRight()) return undefined;
    this.#wasWrong = true;
    // Only a source that gave every byte itself is surely the one that is wrong.
    const isAlone = this.#isOf(source);
    await this.#draft.restart();
    this.#origins.clear();
    this.#farthest = 0;
    this.#restarts += 1;
    const mayRecover = !isAlone && this.#restarts <= MAX_RESTARTS;
    return new SourceFault("its bytes have another hash", { mayRecover });
  }
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
