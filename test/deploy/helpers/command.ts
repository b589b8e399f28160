import { spawn } from "node:child_process";
import { once } from "node:events";

import { HARDHAT, KEY } from "./node.ts";

export type Ended = { readonly code: number | null; readonly output: string };

/** `npm run deploy`, as a process of its own that can be killed. */
export type Command = { kill(): void; readonly ended: Promise<Ended> };

/** Starts `hardhat deploy` on Base Sepolia, as which `url` passes. */
export function startDeploy(url: string, folder: string, ...args: readonly string[]): Command {
  const child = spawn(
    process.execPath,
    [HARDHAT, "deploy", ...args, "--network", "baseSepolia", "--addresses", folder],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, BASE_SEPOLIA_RPC_URL: url, DEPLOYER_PRIVATE_KEY: KEY },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  return {
    kill: () => child.kill("SIGKILL"),
    ended: once(child, "close").then(() => ({ code: child.exitCode, output })),
  };
}
