// Makes sure that Hardhat's native simulator can be loaded, whichever Node ran `npm ci`.
//
// The locked Node 22 in `node_modules` runs every npm script, but npm itself may run on Node 20. Such an npm leaves out
// the platform package of `@nomicfoundation/edr`, whose engines field asks for Node 22, without an error. If the simulator cannot be
// loaded, npm installs once more, this time on the locked Node. On a sound installation this only loads one module.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { delimiter, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Tries in a process of its own, so that a second attempt is not answered from this one's module cache. */
function simulatorLoads() {
  const edr = createRequire(import.meta.url).resolve("@nomicfoundation/edr");
  return spawnSync(process.execPath, ["-e", `require(${JSON.stringify(edr)})`], { stdio: "ignore" }).status === 0;
}

function fail(reason) {
  console.error(`toolchain: ${reason}`);
  process.exit(1);
}

if (!simulatorLoads()) {
  if (Number(process.versions.node.split(".")[0]) < 22) {
    fail(
      `Hardhat needs Node 22 and this is ${process.version}. The locked Node was not installed: run npm ci without --omit=optional.`,
    );
  }
  const npm = process.env.npm_execpath;
  if (npm === undefined) fail("Hardhat's native package is missing. Run: npm run build");
  console.log(
    `toolchain: npm ran on another Node and left out Hardhat's native package; installing it with Node ${process.versions.node}`,
  );
  const { status } = spawnSync(
    process.execPath,
    [npm, "install", "--no-save", "--ignore-scripts", "--prefer-offline"],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}` },
    },
  );
  if (status !== 0) fail(`npm install ended with ${String(status)}. Remove node_modules and run npm ci again.`);
  if (!simulatorLoads())
    fail("Hardhat's native package still cannot be loaded. Is this platform supported by @nomicfoundation/edr?");
}
