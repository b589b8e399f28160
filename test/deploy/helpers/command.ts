import { spawn } from "node:child_process";
import { once } from "node:events";

import { HARDHAT, KEY } from "./node.ts";

export type Ended = { readonly code: number | null; readonly output: string };

/** `npm run deploy`, as a process of its own that can be killed. */
export type Command = { kill(): void; readonly ended: Promise<Ended> };

/** Starts `hardhat deploy` on a network of hardhat.config.ts, as which `url` passes; Base Sepolia where `args` name none. */
export function startDeploy(url: string, folder: string, ...args: readonly string[]): Command {
  const network = args.includes("--network") ? [] : ["--network", "baseSepolia"];
  // Who only reads needs no key, and must not be asked for one.
  const key = args.includes("status") || args.includes("check") ? {} : { DEPLOYER_PRIVATE_KEY: KEY };
  const child = spawn(process.execPath, [HARDHAT, "deploy", ...args, ...network, "--addresses", folder], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, BASE_SEPOLIA_RPC_URL: url, BASE_RPC_URL: url, ...key },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  return {
    kill: () => child.kill("SIGKILL"),
    ended: once(child, "close").then(() => ({ code: child.exitCode, output })),
  };
}
