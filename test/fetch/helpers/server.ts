import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";

/** How a server answers one request; `from` is the first byte asked for. */
export type Behaviour = (response: ServerResponse, from: number, request: IncomingMessage) => void | Promise<void>;

/** What came in, in order. */
export type Seen = { readonly path: string; readonly range: string | undefined };

/** A real HTTP server on a free port of this machine. */
export type TestServer = {
  readonly origin: string;
  readonly seen: readonly Seen[];
  close(): Promise<void>;
};

/** Starts a server; what `behaviour` throws cuts the connection. */
export async function startServer(behaviour: Behaviour): Promise<TestServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const { range } = request.headers;
    seen.push({ path: request.url ?? "", range });
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
    Promise.resolve(behaviour(response, from, request)).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Serves the bytes, with ranges. */
export function whole(content: Uint8Array): Behaviour {
  return (response, from) => {
    head(response, content.length, from);
    response.end(content.subarray(from));
  };
}

/** Cuts each connection after `bytes` of the body. */
export function cutAfter(content: Uint8Array, bytes: number): Behaviour {
  return async (response, from) => {
    head(response, content.length, from);
    await sent(response, content.subarray(from, from + bytes));
    response.destroy();
  };
}

/** Serves the bytes from the first one on, whatever the range, and cuts the connection after `bytes` of them. */
export function withoutRanges(content: Uint8Array, bytes: () => number): Behaviour {
  return async (response) => {
    head(response, content.length, 0);
    await sent(response, content.subarray(0, bytes()));
    if (bytes() < content.length) response.destroy();
    else response.end();
  };
}

/** Sends `bytes` of the body and then nothing, without closing. */
export function silentAfter(content: Uint8Array, bytes: number): Behaviour {
  return async (response, from) => {
    head(response, content.length, from);
    await sent(response, content.subarray(from, from + bytes));
  };
}

/** Answers with this status and nothing else. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (response) => {
    response.writeHead(code, headers).end();
  };
}

/** The status line and the headers of an answer from byte `from` on. */
export function head(response: ServerResponse, length: number, from: number): void {
  const common = { "content-length": length - from };
  if (from === 0) response.writeHead(200, common);
  else response.writeHead(206, { ...common, "content-range": `bytes ${from}-${length - 1}/${length}` });
  response.flushHeaders();
}

/** Waits until the bytes are with the operating system, so that a cut afterwards does not swallow them. */
async function sent(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (bytes.length > 0) await new Promise((resolve) => response.write(bytes, resolve));
  await new Promise((resolve) => setTimeout(resolve, 20));
}
