import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What an external signer does besides passing on to its node. */
export type SignerRules = {
  /** Says no to a method, as its owner would. */
  readonly refuses?: string;
  /** Answers a method with this instead of asking its node. */
  readonly answers?: Readonly<Record<string, unknown>>;
};

export type ExternalSigner = {
  readonly url: string;
  /** The methods that it was asked for, in order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
};

/** A signer by JSON-RPC as a wallet offers one: it knows these three methods and sends through its own node. */
const METHODS = ["eth_accounts", "eth_chainId", "eth_sendTransaction"];

export async function startSigner(node: string, { refuses, answers = {} }: SignerRules = {}): Promise<ExternalSigner> {
  const asked: string[] = [];
  async function answer(body: string): Promise<string> {
    const { method } = JSON.parse(body) as { readonly method: string };
    asked.push(method);
    if (method === refuses) return failure(4001, "the owner said no");
    if (method in answers) return JSON.stringify({ jsonrpc: "2.0", id: 1, result: answers[method] });
    if (!METHODS.includes(method)) return failure(-32601, "no such method");
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
