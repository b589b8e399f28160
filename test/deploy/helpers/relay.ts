import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** What happens to a request on its way through a relay. */
export type Fate =
  /** It arrives, and so does its answer. */
  | "answered"
  /** It never arrives; HTTP 503. */
  | "refused"
  /** It never arrives; the connection breaks. */
  | "cut"
  /** It arrives, and the connection breaks before the answer. */
  | "lost"
  /** It arrives, and the answer never comes. */
  | "silent"
  /** It arrives, and is answered by a page for people. */
  | "garbled";

export type Relay = { readonly url: string; close(): Promise<void> };

/** A JSON-RPC endpoint in front of `target`. `judge` decides on each request. */
export async function startRelay(target: string, judge: (method: string) => Fate | Promise<Fate>): Promise<Relay> {
  const server = createServer((request, response) => {
    relay(target, judge, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function relay(
  target: string,
  judge: (method: string) => Fate | Promise<Fate>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await textOf(request);
  const { method } = JSON.parse(body) as { readonly method: string };
  const fate = await judge(method);
  if (fate === "refused") {
    response.writeHead(503).end("busy");
    return;
  }
  if (fate === "cut") {
    response.destroy();
    return;
  }
  const answer = await fetch(target, { method: "POST", body, headers: { "content-type": "application/json" } });
  const text = await answer.text();
  if (fate === "lost") response.destroy();
  else if (fate === "garbled") response.end("<html>Bad gateway</html>");
  else if (fate === "answered") response.setHeader("content-type", "application/json").end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
