import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** The oldest Node that the package promises to work on. */
export const OLDEST = 20;

/** A Node of major version `major` on the PATH, if there is one. */
export function findNode(major: number): string | undefined {
  const name = process.platform === "win32" ? "node.exe" : "node";
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((node) => isVersion(node, major));
}

/** False for what cannot be run. */
function isVersion(node: string, major: number): boolean {
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  return status === 0 && stdout.startsWith(`v${major}.`);
}
