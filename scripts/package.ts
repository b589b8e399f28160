import { mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SuiteError } from "../sdk/errors.ts";
import { readDeployments } from "./package/deployments.ts";
import { abiSources, addressSource, type NamedAbi, type Source } from "./package/sources.ts";
import { task } from "./task.ts";

/** Makes `dist/`, all that the npm package has besides the Solidity sources: from the compiled contracts, the address books and `sdk/`. */
export default task("package", buildPackage);

async function buildPackage(_: object, { artifacts, config }: HardhatRuntimeEnvironment): Promise<void> {
  const { root } = config.paths;
  const generated = join(root, "sdk", "generated");
  await rm(join(root, "dist"), { recursive: true, force: true });
  await rm(join(generated, "abi"), { recursive: true, force: true });
  const names = await artifacts.getAllFullyQualifiedNames();
  const abis: NamedAbi[] = [];
  for (const name of [...names].filter(isPackaged).sort()) {
    const { contractName, abi } = await artifacts.readArtifact(name);
    if (abi.length > 0) abis.push({ name: contractName, abi });
  }
  const deployments = await readDeployments();
  await writeAll(generated, [...abiSources(abis), addressSource(deployments)]);
  compile(root);
  console.log(`dist/ written: ${abis.length} ABIs, ${deployments.length} deployments`);
}

/** Ours, and what of OpenZeppelin is deployed as it is. */
function isPackaged(name: string): boolean {
  return (name.startsWith("contracts/") && !name.includes(".t.sol:")) || name.startsWith("@openzeppelin/");
}

async function writeAll(folder: string, sources: readonly Source[]): Promise<void> {
  for (const { file, text } of sources) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

function compile(root: string): void {
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "--project", join(root, "tsconfig.package.json")], {
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new SuiteError({
    code: "PACKAGE_NOT_BUILT",
    what: `the TypeScript compiler refused:\n${stdout}`,
    next: "mend what it names; `npm run types` sees the same sources",
  });
}
