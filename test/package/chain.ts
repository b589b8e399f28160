import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";

import { ROOT } from "./npm.ts";

/** A node of a development chain in a process of its own. */
export type Chain = { readonly url: string; stop(): Promise<void> };

/** Starts `hardhat node` on a free port and waits until it answers. */
export async function startChain(): Promise<Chain> {
  const port = await freePort();
  const cli = join(ROOT, "node_modules", "hardhat", "dist", "src", "cli.js");
  const child = spawn(process.execPath, [cli, "node", "--port", port.toString()], { cwd: ROOT, stdio: "ignore" });
  const ended = once(child, "exit");
  const chain = {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
  while (!(await answers(chain.url))) {
    if (child.exitCode !== null) throw new Error(`hardhat node ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return chain;
}

async function answers(url: string): Promise<boolean> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  const headers = { "content-type": "application/json" };
  return fetch(url, { method: "POST", headers, body }).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}
