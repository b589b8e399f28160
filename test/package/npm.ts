import { spawnSync } from "node:child_process";
import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** Runs a program to its end. @returns what it printed. */
export function run(program: string, args: readonly string[], cwd: string): string {
  const path = `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`;
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${String(status)}:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs the npm that runs this, or the first on the PATH. */
export function npm(args: readonly string[], cwd: string): string {
  const script = process.env["npm_execpath"];
  return script === undefined ? run("npm", args, cwd) : run(process.execPath, [script, ...args], cwd);
}

export function newFolder(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `${name}-`));
}

/** Packs this repository as `npm pack` does. @returns the path of the tarball. */
export async function pack(): Promise<string> {
  const folder = await newFolder("opengradient-pack");
  npm(["pack", "--pack-destination", folder], ROOT);
  const [tarball] = await readdir(folder);
  if (tarball === undefined) throw new Error("npm packed nothing");
  return join(folder, tarball);
}
