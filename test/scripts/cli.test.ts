import { expect } from "chai";

import { startCommandLine, type CommandLine } from "../helpers/cli.ts";

describe("command line", function () {
  let cli: CommandLine;

  before(async function () {
    cli = await startCommandLine(910_001);
  });

  after(async function () {
    await cli.close();
  });

  it("prints what a write did, in OPG, with hash, block and gas", async function () {
    await cli.run("operator register", { metadataUri: "ipfs://me" });
    const said = await cli.run("operator bond", { amount: "20000.5", approve: true });
    expect(said).to.match(/staking\.Bonded\(operator: 0x\w{40}, assets: 20,000\.5 OPG, bond: 20,000\.5 OPG\)/);
    expect(said)
      .to.match(/sent {10}0x\w{64}/)
      .and.to.match(/block {9}\d+/)
      .and.to.match(/gas {11}[\d,]+/);
  });
});
