import { SourceFault } from "./errors.ts";
import { mayRedirect } from "./policy.ts";
import type { Policy } from "./policy.ts";

/** A request for the bytes of one address from `from` on. */
export type Ask = {
  readonly url: URL;
  readonly from: number;
  /** More bytes than these, counted from the file's beginning, are refused. */
  readonly size: number;
  readonly policy: Policy;
  /** A server that sends nothing for so long is left. Milliseconds. */
  readonly stallMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** How many times a server may send us on. */
const MAX_REDIRECTS = 5;
/** A server's wish to be left alone is granted up to here. Milliseconds. */
const MAX_WAIT = 30_000;

/**
 * The bytes of `url` from `from` on. A server that knows no ranges is asked for everything, and what is known already is
 * skipped.
 * @throws SourceFault for everything that is the server's or the line's fault.
 */
export async function* readHttp(ask: Ask): AsyncGenerator<Uint8Array> {
  const stall = new Stall(ask.stallMs, ask.signal);
  try {
    const response = await follow(ask, stall);
    let skip = startOf(response, ask) === 0 ? ask.from : 0;
    const body: AsyncIterable<Uint8Array> | Iterable<Uint8Array> = response.body ?? [];
    for await (const piece of body) {
      // What the consumer takes its time for is not the server's fault.
      stall.pause();
      const fresh = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - fresh.length;
      if (fresh.length > 0) yield fresh;
      stall.restart();
    }
  } catch (cause) {
    ask.signal?.throwIfAborted();
    if (cause instanceof SourceFault) throw cause;
    throw new SourceFault(stall.hasStalled ? `it sent nothing for ${ask.stallMs} ms` : reasonOf(cause), { cause });
  } finally {
    stall.end();
  }
}

async function follow({ url, from, policy }: Ask, { signal }: Stall): Promise<Response> {
  let at = url;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    // A packed answer could not be continued at a byte of the file.
    const headers = { "accept-encoding": "identity", ...(from > 0 ? { range: `bytes=${from}-` } : {}) };
    const response = await fetch(at, { headers, redirect: "manual", signal });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) return response;
    await response.body?.cancel();
    const next = URL.parse(location, at.href);
    if (next === null || !mayRedirect(at, next, policy)) {
      throw new SourceFault(`it sends on to ${location}, which is not allowed`, { mayRecover: false });
    }
    at = next;
  }
  throw new SourceFault(`it sends on more than ${MAX_REDIRECTS} times`, { mayRecover: false });
}

/** The byte that the answer starts with. */
function startOf({ status, headers }: Response, { from, size }: Ask): number {
  if (status !== 200 && status !== 206) {
    // Asked too often, or out of order for now: all else will be the same the next time.
    const mayRecover = status === 408 || status === 429 || status >= 500;
    throw new SourceFault(`it answered ${status}`, { mayRecover, waitMs: retryAfter(headers) });
  }
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity") throw new SourceFault(`it packs the file (${encoding})`, { mayRecover: false });
  const start = status === 206 ? rangeStart(headers) : 0;
  if (start !== 0 && start !== from) throw new SourceFault(`it answered from byte ${start}, asked was ${from}`);
  const length = Number(headers.get("content-length") ?? 0);
  if (start + length > size)
    throw new SourceFault(`it has ${start + length} bytes, not ${size}`, { mayRecover: false });
  return start;
}

function rangeStart(headers: Headers): number {
  const range = /^bytes (?<start>\d+)-/.exec(headers.get("content-range") ?? "");
  return Number(range?.groups?.["start"] ?? NaN);
}

function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0) * 1_000, MAX_WAIT) : 0;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

/** Aborts when nothing has happened for too long, or when the caller wants to stop. */
class Stall {
  readonly #controller = new AbortController();
  readonly #ms: number;
  readonly #outer: AbortSignal | undefined;
  readonly #stop = (): void => {
    this.#controller.abort(this.#outer?.reason);
  };
  #timer: NodeJS.Timeout | undefined;
  #hasStalled = false;

  constructor(ms: number, outer: AbortSignal | undefined) {
    this.#ms = ms;
    this.#outer = outer;
    outer?.addEventListener("abort", this.#stop);
    this.restart();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get hasStalled(): boolean {
    return this.#hasStalled;
  }

  restart(): void {
    this.pause();
    this.#timer = setTimeout(() => {
      this.#hasStalled = true;
      this.#controller.abort();
    }, this.#ms);
  }

  pause(): void {
    clearTimeout(this.#timer);
  }

  end(): void {
    this.pause();
    this.#outer?.removeEventListener("abort", this.#stop);
    // Ends the connection too when the consumer stopped early.
    this.#controller.abort();
  }
}
