import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { artifacts } from "hardhat";

import { parametersOf } from "../../deploy/validate-parameters.ts";
import { startDeploy } from "./helpers/command.ts";
import { ask, startNode, type RunningNode } from "./helpers/node.ts";
import { STEPS } from "./helpers/steps.ts";

describe("npm run deploy, on a node that passes for Base", function () {
  let node: RunningNode;
  let folder: string;

  before(async function () {
    node = await startNode(8_453n);
    folder = await mkdtemp(join(tmpdir(), "deploy-"));
  });

  after(async function () {
    await node.stop();
    await rm(folder, { recursive: true });
  });

  it("refuses to run, sends nothing and writes no book", async function () {
    const { code, output } = await startDeploy(node.url, folder, "run", "--network", "base").ended;
    expect(code).to.equal(1);
    expect(output).to.include("REAL_VALUE").and.to.include("has no governance yet");
    expect(await ask(node.url, "eth_blockNumber")).to.equal("0x0");
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it("wants the network's token to be there", async function () {
    const { code, output } = await startDeploy(node.url, folder, "plan", "--network", "base").ended;
    expect(code).to.equal(1);
    expect(output).to.include("NOT_A_TOKEN");
  });

  it("plans around the token, and says that it would not run", async function () {
    const { opg } = parametersOf("base");
    if (opg.kind !== "existing") throw new Error("Base has an OPG");
    const { deployedBytecode } = await artifacts.readArtifact("PlainToken__Mock");
    await ask(node.url, "hardhat_setCode", [opg.address, deployedBytecode]);
    const { code, output } = await startDeploy(node.url, folder, "plan", "--network", "base").ended;
    expect(code, output).to.equal(0);
    expect(output)
      .to.include(`${STEPS - 1} of ${STEPS - 1} steps to do`)
      .and.not.to.include("deploy OPG");
    expect(output).to.match(/deploy ComputeStaking +[\d,]{9} gas/);
    expect(output).to.include("run refuses it");
  });

  it("has neither status nor check of what was never deployed, and asks for no key to say so", async function () {
    for (const verb of ["status", "check"]) {
      const { code, output } = await startDeploy(node.url, folder, verb, "--network", "base").ended;
      expect(code).to.equal(1);
      expect(output).to.include("NOT_DEPLOYED");
    }
  });
});
