import { expect } from "chai";
import { parseEther } from "ethers";
import { network } from "hardhat";

import { readCommitted } from "../../models/eth-volatility/artefacts.ts";
import { compileModel } from "../../models/eth-volatility/program.ts";
import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { deploySuite } from "../../deploy/suite.ts";
import { balanceTable, checkConserved } from "../../scripts/demo/balances.ts";
import { castOf } from "../../scripts/demo/cast.ts";
import { createJournal } from "../../scripts/demo/journal.ts";
import { publishAll } from "../../scripts/demo/publish.ts";
import { runDemo } from "../../scripts/demo/story.ts";
import { SuiteError } from "../../sdk/errors.ts";
import { checkVersion } from "../../sdk/registry/check-version.ts";
import { givenToken } from "../helpers/token.ts";

const SUPPLY = parseEther("1000000000");

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    expect(error).to.be.instanceOf(SuiteError);
    return (error as SuiteError).code;
  }
  return "nothing was refused";
}

describe("demo", function () {
  it("publishes, serves, pays everyone and conserves", async function () {
    const lines: string[] = [];
    const connection = await network.create();
    const token = await givenToken(connection.ethers, (await castOf(connection.ethers)).deployer);
    await runDemo(connection, (line) => lines.push(line), token);
    const story = lines.join("\n");
    expect(story).to.match(/the hour from 2025-02-03 00:00 UTC will be (calm|volatile)/);
    for (const [place, change] of [
      ["consumer contract: deposit", "-10.0"],
      ["operator: bond", "+6.5"],
      ["model publisher", "+1.4"],
      ["dataset curator", "+0.6"],
      ["treasury", "+0.5"],
      ["burnt", "+1.0"],
      ["sum", "0"],
    ] as const) {
      const row = story.split("\n").find((line) => line.trim().startsWith(place));
      expect(
        row
          ?.trim()
          .split(/\s{2,}/)
          .at(-1),
        place,
      ).to.equal(change);
    }
  });

  it("refuses a chain that may hold real value", async function () {
    const connection = await network.create({ override: { chainId: 8453 } });
    const lines: string[] = [];
    expect(await codeOf(runDemo(connection, (line) => lines.push(line)))).to.equal("NOT_A_DEVELOPMENT_CHAIN");
  });

  it("does not serve a file that is not the one published", async function () {
    const { ethers } = await network.create();
    const cast = await castOf(ethers);
    const journal = createJournal(() => undefined);
    const artefacts = await readCommitted();
    const compiled = compileModel(artefacts, artefacts.file.candles);
    const suite = await deploySuite(cast.deployer, cast.deployer.address, DEVELOPMENT);
    const versions = await publishAll(suite, cast, artefacts, compiled, journal);
    const model = Uint8Array.from(artefacts.model, (byte, index) => (index === 5_000 ? byte ^ 1 : byte));
    expect(await codeOf(checkVersion(suite.registry, versions.model, model, compiled.program))).to.equal(
      "NOT_WHAT_WAS_PUBLISHED",
    );
    const weights = Uint8Array.from(compiled.program.weights, (byte, index) => (index === 9 ? byte ^ 1 : byte));
    const tampered = { ...compiled.program, weights };
    expect(await codeOf(checkVersion(suite.registry, versions.model, artefacts.model, tampered))).to.equal(
      "NOT_WHAT_WAS_PUBLISHED",
    );
  });

  describe("balances", function () {
    it("that do not add up to the supply are refused, by a single wei", function () {
      const sound = new Map([
        ["a", SUPPLY - 1n],
        ["b", 1n],
      ]);
      expect(() => {
        checkConserved(sound);
      }).not.to.throw();
      expect(() => {
        checkConserved(new Map([...sound, ["b", 2n]]));
      }).to.throw(SuiteError, "NOT_CONSERVED");
    });

    it("are shown with every decimal, empty places left out", function () {
      const before = new Map([
        ["a", parseEther("1234.5")],
        ["b", 0n],
        ["c", 0n],
      ]);
      const after = new Map([
        ["a", parseEther("1234.5") - 1n],
        ["b", 1n],
        ["c", 0n],
      ]);
      const table = balanceTable(before, after);
      expect(table).to.include("1,234.5").and.to.include("1,234.499999999999999999");
      expect(table).to.include("-0.000000000000000001").and.to.include("+0.000000000000000001");
      expect(table).not.to.match(/^ *c /m);
    });
  });
});
