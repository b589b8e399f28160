import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { concat } from "ethers";
import { artifacts } from "hardhat";

import { readAddressBook } from "../../deploy/address-book.ts";
import { CONTRACT_NAMES, CONTRACTS } from "../../deploy/contracts.ts";
import { addressOf } from "../../deploy/factory.ts";
import { startDeploy } from "./helpers/command.ts";
import { startExplorer, type Submission } from "./helpers/explorer.ts";
import { startNode } from "./helpers/node.ts";

const CHAIN = 84_532n;
const CONFIG = fileURLToPath(new URL("helpers/explorer.config.ts", import.meta.url));
const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };

describe("npm run deploy -- --verify", function () {
  this.timeout(240_000);

  it("hands the explorer, for every contract, what gives exactly the code that was deployed", async function () {
    const [node, explorer] = [await startNode(CHAIN), await startExplorer()];
    const folder = await mkdtemp(join(tmpdir(), "verify-"));
    process.env["EXPLORER_URL"] = explorer.url;
    const { code, output } = await startDeploy(node.url, folder, "--verify", "--config", CONFIG).ended;
    expect(code, output).to.equal(0);
    const { contracts } = await readAddressBook(CHAIN, folder);
    delete process.env["EXPLORER_URL"];
    await rm(folder, { recursive: true });
    await explorer.close();
    await node.stop();

    expect(explorer.submissions.map(({ address }) => address)).to.deep.equal(
      CONTRACT_NAMES.map((name) => contracts[name]?.address),
    );
    for (const [index, name] of CONTRACT_NAMES.entries()) {
      const { solidity } = CONTRACTS[name];
      const submission = explorer.submissions[index];
      if (submission === undefined) throw new Error(`no ${name}`);
      expect(submission.contract).to.match(new RegExp(`\\.sol:${solidity}$`));
      expect(submission.compiler).to.match(/^v0\.8\.34\+commit\./);
      expect(settingsOf(submission)).to.deep.include({ viaIR: true, evmVersion: "osaka" });
      // The address is made of the creation code and these arguments: nothing else could have come to stand there.
      const { bytecode } = await artifacts.readArtifact(solidity);
      expect(addressOf(concat([bytecode, `0x${submission.arguments}`])), name).to.equal(submission.address);
    }
    const treasury = explorer.submissions[CONTRACT_NAMES.indexOf("treasury")];
    if (treasury === undefined) throw new Error("no treasury");
    expect(recompile(treasury)).to.equal((await artifacts.readArtifact("Treasury")).bytecode);
  });
});

function settingsOf({ input }: Submission): Readonly<Record<string, unknown>> {
  return (JSON.parse(input) as { readonly settings: Record<string, unknown> }).settings;
}

/** Does what an explorer does: compiles what it was handed, and nothing else. */
function recompile({ input, contract }: Submission): string {
  const output = JSON.parse(solc.compile(input)) as {
    readonly contracts?: Readonly<
      Record<string, Readonly<Record<string, { readonly evm: { readonly bytecode: { readonly object: string } } }>>>
    >;
  };
  const [source = "", name = ""] = contract.split(":");
  return `0x${output.contracts?.[source]?.[name]?.evm.bytecode.object ?? ""}`;
}
