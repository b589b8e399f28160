import type { ByteSource } from "./directory-files.ts";

/** Sees every piece that passes. */
export type Observer = { update(piece: Uint8Array): unknown };

/** Counts bytes. */
export class ByteCounter {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  update(piece: Uint8Array): void {
    this.#bytes += piece.length;
  }
}

/** The same pieces, each shown to every observer before it is handed on. */
export async function* observed(source: ByteSource, observers: readonly Observer[]): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    for (const observer of observers) observer.update(piece);
    yield piece;
  }
}

/** The same pieces; throws what `refuse` makes before more than `bytes` of them have been handed on. */
export async function* limited(source: ByteSource, bytes: number, refuse: () => Error): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of source) {
    total += piece.length;
    if (total > bytes) throw refuse();
    yield piece;
  }
}

/** One source after the other. */
export async function* joined(sources: readonly ByteSource[]): AsyncGenerator<Uint8Array> {
  for (const source of sources) yield* source;
}

/** All bytes in one piece of memory. */
export async function concatenated(source: ByteSource): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    pieces.push(piece);
    length += piece.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Lets everything pass for the sake of who observes it. */
export async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  const pieces = source[Symbol.asyncIterator]();
  let next = await pieces.next();
  while (next.done !== true) next = await pieces.next();
}
