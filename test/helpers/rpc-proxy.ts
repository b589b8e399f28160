import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a server does besides passing calls on to its node. */
export type Rules = {
  /** The only methods it knows; all of its node's if left out. */
  readonly methods?: readonly string[];
  /** Says no to a call, as a wallet's owner would, or a node that has no such block. */
  readonly refuses?: (method: string, params: readonly unknown[]) => boolean;
  /** Answers a method with this instead of asking its node. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Fails so often at a method before it works. */
  readonly stumbles?: { readonly method: string; readonly times: number };
};

export type RpcProxy = {
  readonly url: string;
  /** The methods that it was asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

/** What a wallet that signs for others offers. */
export const SIGNER_METHODS: readonly string[] = ["eth_accounts", "eth_chainId", "eth_sendTransaction"];

/** A JSON-RPC server in front of a node, with rules of its own: an external signer, or a node on a bad line. */
export async function startProxy(
  node: string,
  { methods, refuses = () => false, answers = {}, stumbles }: Rules = {},
): Promise<RpcProxy> {
  const asked: string[] = [];
  async function answer(body: string): Promise<string> {
    const { method, params } = JSON.parse(body) as { readonly method: string; readonly params: readonly unknown[] };
    asked.push(method);
    if (refuses(method, params)) return failure(4001, "I would rather not");
    if (method === stumbles?.method && asked.filter((other) => other === method).length <= stumbles.times) {
      return failure(-32603, "try again");
    }
    if (method in answers) return JSON.stringify({ jsonrpc: "2.0", id: 1, result: answers[method] });
    if (methods !== undefined && !methods.includes(method)) return failure(-32601, "no such method");
    const passed = await fetch(node, { method: "POST", headers: { "content-type": "application/json" }, body });
    return passed.text();
  }
  const server = createServer((request, response) => {
    void text(request)
      .then(answer)
      .then((body) => response.setHeader("content-type", "application/json").end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

function failure(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code, message } });
}
