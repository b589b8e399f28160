import { setTimeout as sleep } from "node:timers/promises";

import type { SourceFault } from "./errors.ts";

/** How often and how patiently sources are asked again. */
export type Retry = {
  /** How many rounds over all sources may bring nothing new before we give up. */
  readonly rounds: number;
  /** Wait after the first fruitless round, doubled after each further one. Milliseconds. */
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
};

/** 0.5, 1, 2, 4 s: a gateway that restarts is waited for, a dead one is given up within ten seconds. */
export const DEFAULT_RETRY: Retry = { rounds: 5, backoffMs: 500, maxBackoffMs: 30_000 };

/** What asking one source once came to. */
export type Attempt<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly fault: SourceFault; readonly hasProgress: boolean };

/** Why a source did not serve, the last time that it was asked. */
export type Complaint = { readonly source: URL; readonly fault: SourceFault };

/** Either what the first source gave that served, or why none did. */
export type Outcome<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly complaints: readonly Complaint[] };

/**
 * Asks the sources in turn, again and again, until one serves. One that cannot serve any more is left out. Rounds in which
 * something came are not counted, so a long download over a bad line goes on for as long as it gets on.
 */
export async function askInTurn<T>(
  sources: readonly URL[],
  attempt: (source: URL) => Promise<Attempt<T>>,
  { rounds, backoffMs, maxBackoffMs }: Retry,
  signal?: AbortSignal,
): Promise<Outcome<T>> {
  const complaints = new Map<URL, Complaint>();
  let usable = sources;
  let fruitless = 0;
  for (;;) {
    let hasProgress = false;
    let waitMs = 0;
    for (const source of usable) {
      signal?.throwIfAborted();
      const result = await attempt(source);
      if (result.kind === "done") return result;
      complaints.set(source, { source, fault: result.fault });
      hasProgress ||= result.hasProgress;
      waitMs = Math.max(waitMs, result.fault.waitMs);
    }
    usable = usable.filter((source) => complaints.get(source)?.fault.mayRecover === true);
    fruitless = hasProgress ? 0 : fruitless + 1;
    if (usable.length === 0 || fruitless >= rounds) return { kind: "failed", complaints: [...complaints.values()] };
    const backoff = fruitless === 0 ? 0 : Math.min(backoffMs * 2 ** (fruitless - 1), maxBackoffMs);
    await sleep(Math.max(backoff, waitMs), undefined, signal === undefined ? {} : { signal });
  }
}

/** `host: reason; host: reason`. */
export function complaintList(complaints: readonly Complaint[]): string {
  return complaints
    .map(({ source, fault }) => `${source.host === "" ? source.pathname : source.host}: ${fault.message}`)
    .join("; ");
}
