import { expect } from "chai";
import { JsonRpcProvider } from "ethers";
import { existsSync } from "node:fs";
import { cp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { deploySuite } from "../../deploy/suite.ts";
import { startChain, type Chain } from "./chain.ts";
import { compileIn } from "./compile.ts";
import { findNode, OLDEST } from "./node-versions.ts";
import { newFolder, npm, pack, ROOT, run } from "./npm.ts";

const require = createRequire(import.meta.url);
const { name, dependencies, devDependencies } = require("../../package.json") as Manifest & { readonly name: string };
const oldest = findNode(OLDEST);

describe("the package", function () {
  this.timeout(300_000);

  let tarball: string;
  let project: string;
  let installed: string;
  let chain: Chain | undefined;

  before("packs, and installs into an empty project", async function () {
    tarball = await pack();
    project = await newFolder("opengradient-consumer");
    installed = join(project, "node_modules", name);
    const manifest = {
      name: "consumer",
      private: true,
      type: "module",
      dependencies: { [name]: `file:${tarball}`, ethers: dependencies["ethers"], viem: devDependencies["viem"] },
      devDependencies: { "@types/node": devDependencies["@types/node"] },
    };
    await writeFile(join(project, "package.json"), JSON.stringify(manifest));
    npm(["install", "--prefer-offline", "--no-audit", "--no-fund"], project);
    await cp(join(ROOT, "examples", "consumer"), project, { recursive: true });
  });

  after(async function () {
    await chain?.stop();
    await rm(dirname(tarball), { recursive: true, force: true });
    await rm(project, { recursive: true, force: true });
  });

  it("holds the library, the sources and the papers, and nothing else", async function () {
    expect(await readdir(installed)).to.have.members([
      "CHANGELOG.md",
      "LICENSE",
      "NOTICE",
      "README.md",
      "contracts",
      "dist",
      "package.json",
    ]);
    const files = (await readdir(installed, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const strange = files.map(({ name: file }) => file).filter((file) => !/\.(js|d\.ts|sol|md)$/.test(file));
    expect(strange).to.have.members(["LICENSE", "NOTICE", "package.json"]);
    expect(files.filter(({ name: file }) => /\.test\.|__Mock|__Harness/.test(file))).to.deep.equal([]);
  });

  it("brings three packages to run with, runs nothing at installation, and leaves the consumer's Node alone", async function () {
    const manifest = require(join(installed, "package.json")) as Manifest;
    expect(Object.keys(manifest.dependencies)).to.have.members(["@openzeppelin/contracts", "ethers", "protobufjs"]);
    expect(manifest).not.to.have.any.keys("optionalDependencies", "peerDependencies", "bundleDependencies");
    expect(existsSync(join(project, "node_modules", ".bin", "node"))).to.equal(false);
    expect(await readdir(installed)).not.to.include("node_modules");
    expect(manifest.scripts).not.to.have.any.keys("preinstall", "install", "postinstall");
  });

  it("compiles in a strict TypeScript project, for ethers and for viem", function () {
    run(process.execPath, [require.resolve("typescript/bin/tsc"), "--project", project], project);
  });

  it(`serves both clients on ${oldest === undefined ? `Node ${process.versions.node} (there is no Node ${OLDEST} here)` : `Node ${OLDEST}`}`, async function () {
    chain = await startChain();
    const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1 });
    const deployer = await provider.getSigner(0);
    const suite = await deploySuite(deployer, deployer.address, DEVELOPMENT);
    const entries = Object.entries(suite).map(async ([key, contract]) => [key, await contract.getAddress()] as const);
    const addresses: unknown = Object.fromEntries(await Promise.all(entries));
    provider.destroy();
    const setting = { url: chain.url, addresses, priceGuard: compileIn(project, "PriceGuard") };
    const file = join(project, "setting.json");
    await writeFile(file, JSON.stringify(setting));

    const client = (script: string): unknown =>
      JSON.parse(run(oldest ?? process.execPath, [join(project, "out", script), file], project));
    expect(client("client-ethers.js")).to.deep.include({ isVolatile: true });
    expect(client("client-viem.js")).to.deep.include({ result: "0x2a" });
  });
});

type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
};
