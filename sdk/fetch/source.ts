import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { isMissing, readPath } from "./disk.ts";
import { SourceFault } from "./errors.ts";
import { readHttp } from "./http.ts";
import type { Ask } from "./http.ts";

/**
 * The bytes of one address from `from` on, at most up to `size`.
 * @throws SourceFault, also when the address has more bytes or, at its end, fewer.
 */
export async function* readSource(ask: Ask): AsyncGenerator<Uint8Array> {
  let at = ask.from;
  for await (const piece of ask.url.protocol === "file:" ? readFile(ask) : readHttp(ask)) {
    at += piece.length;
    if (at > ask.size) throw new SourceFault(`it has more than ${ask.size} bytes`, { mayRecover: false });
    yield piece;
  }
}

async function* readFile({ url, from }: Ask): AsyncGenerator<Uint8Array> {
  const path = fileURLToPath(url);
  try {
    if (!(await stat(path)).isFile()) throw new SourceFault("it is no file", { mayRecover: false });
    yield* readPath(path, from);
  } catch (cause) {
    if (cause instanceof SourceFault) throw cause;
    const reason = isMissing(cause) ? "there is no such file" : "the file cannot be read";
    throw new SourceFault(reason, { mayRecover: false, cause });
  }
}
