import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Hardhat's command line, started without npx, so that the child is Hardhat itself and ends by its own id. */
export const HARDHAT = join(
  dirname(createRequire(import.meta.url).resolve("hardhat/package.json")),
  "dist",
  "src",
  "cli.js",
);

/** The first development account of Hardhat, whose key everybody knows. */
export const KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

export type RunningNode = { readonly url: string; stop(): Promise<void> };

/** A `hardhat node` of its own port and of any chain id. */
export async function startNode(chainId: bigint): Promise<RunningNode> {
  const port = await freePort();
  const args = [HARDHAT, "node", "--port", String(port), "--chain-id", String(chainId)];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`hardhat node ended with ${child.exitCode}`);
    await sleep(50);
  }
  return { url, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function answers(url: string): Promise<boolean> {
  return ask(url, "eth_chainId").then(
    () => true,
    () => false,
  );
}

/** One question to a node, past every client; the answer, or an error if there is none. */
export async function ask(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  const answer = (await response.json()) as { readonly result?: unknown };
  if (!("result" in answer)) throw new Error(`${method}: ${JSON.stringify(answer)}`);
  return answer.result;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  server.close();
  await once(server, "close");
  return address.port;
}
