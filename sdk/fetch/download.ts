import type { Attempt } from "./attempts.ts";
import type { Draft } from "./draft.ts";
import { SourceFault } from "./errors.ts";
import type { Content, FetchOptions } from "./fetch-content.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { readSource } from "./source.ts";

/** One content on its way into the cache. */
export class Download {
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

/** Milliseconds. */
const DEFAULT_STALL = 30_000;
/** A round that brought fewer bytes brought nothing: else a server could keep us for as many connections as there are bytes. */
const MIN_PROGRESS = 4_096;
/** How often a content is begun again after bytes of several sources together were wrong. */
const MAX_RESTARTS = 3;
