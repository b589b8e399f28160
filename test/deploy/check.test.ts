import { expect } from "chai";
import { ZeroHash } from "ethers";

import { checkDeployment } from "../../deploy/check/check.ts";
import { findingsTable, type Finding } from "../../deploy/check/finding.ts";
import { FACTORY } from "../../deploy/factory.ts";
import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { ROLES } from "../../deploy/powers.ts";
import type { Suite } from "../../sdk/suite.ts";
import { deploymentOn, freshChain, runAndWatch, settingsFor } from "./helpers/embedded.ts";
import { deployErrorOf } from "./helpers/refusals.ts";
import { compiled, deployed, kinds, withEntry } from "./helpers/tamper.ts";

const DAY = 86_400;
/** The embedded chain's first account. */
const DEPLOYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const STRANGER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";

describe("deployment check", function () {
  it("finds nothing in a sound deployment", async function () {
    const { findings } = await deployed();
    expect(await findings()).to.deep.equal([]);
  });

  it("finds nothing in one with a token of the chain's own, whatever that is made of", async function () {
    const { chain, deployer, ethers } = await freshChain();
    const address = await (await ethers.deployContract("PlainToken__Mock")).getAddress();
    const settings = settingsFor(chain.chainId, { opg: { kind: "existing", address, burnable: false, votes: false } });
    const { book } = await runAndWatch(deploymentOn(chain, deployer, { settings }));
    expect(await checkDeployment(chain, book, settings, compiled)).to.deep.equal([]);
  });

  it("has no answer for a book that lacks a contract", async function () {
    const { chain, book, settings } = await deployed();
    const { market, ...contracts } = book.contracts;
    expect(market).not.to.equal(undefined);
    const error = await deployErrorOf(checkDeployment(chain, { ...book, contracts }, settings, compiled));
    expect(error.code).to.equal("NOT_DEPLOYED");
    expect(error.message).to.include("InferenceMarket");
  });

  it("shows what it finds as a table", function () {
    const rows: Finding[] = [{ subject: "Treasury", what: "code", expected: "code at 0x1", found: "none" }];
    expect(findingsTable(rows)).to.equal(
      ["where     what  expected     found", "Treasury  code  code at 0x1  none"].join("\n"),
    );
  });

  describe("of the book finds", function () {
    it("another address", async function () {
      const { findings, book, at } = await deployed();
      const found = await findings(withEntry(book, "registry", { address: at("treasury") }));
      expect(found).to.deep.include({
        subject: "ModelRegistry",
        what: "place",
        expected: at("registry"),
        found: at("treasury"),
      });
      expect(kinds(found)).to.include("ModelRegistry code").and.to.include("InferenceMarket wiring");
    });

    it("other constructor arguments", async function () {
      const { findings, book } = await deployed();
      const found = await findings(withEntry(book, "treasury", { arguments: [FACTORY] }));
      expect(kinds(found)).to.deep.equal(["Treasury book"]);
      expect(found[0]?.found).to.equal(`arguments ${FACTORY}`);
    });

    it("another block, and a transaction that does not exist", async function () {
      const { findings, book } = await deployed();
      expect(kinds(await findings(withEntry(book, "market", { block: 1_000 })))).to.deep.equal([
        "InferenceMarket book",
      ]);
      const absent = await findings(withEntry(book, "market", { transactionHash: ZeroHash }));
      expect(absent[0]?.found).to.equal(`${ZeroHash} is not on the chain`);
    });

    it("another deployer", async function () {
      const { findings, book } = await deployed();
      const found = await findings(withEntry(book, "manager", { arguments: [STRANGER] }));
      expect(kinds(found)).to.include("AccessManager place");
    });
  });

  describe("of the code finds", function () {
    it("a changed byte", async function () {
      const { findings, chain, at, setCode } = await deployed();
      const code = await chain.provider.getCode(at("registry"));
      await setCode(
        "registry",
        `${code.slice(0, 202)}${code.slice(202, 204) === "00" ? "01" : "00"}${code.slice(204)}`,
      );
      expect(kinds(await findings())).to.deep.equal(["ModelRegistry code"]);
    });

    it("a byte too many", async function () {
      const { findings, chain, at, setCode } = await deployed();
      await setCode("registry", `${await chain.provider.getCode(at("registry"))}00`);
      expect(kinds(await findings())).to.deep.equal(["ModelRegistry code"]);
    });

    it("none at all", async function () {
      const { findings, setCode } = await deployed();
      await setCode("splitter", "0x");
      const found = await findings();
      expect(found[0]).to.include({ subject: "RevenueSplitter", what: "code", found: "none" });
      expect(kinds(found).slice(1)).to.deep.equal(Array(7).fill("RevenueSplitter wiring"));
      expect(found[1]?.found).to.equal("no answer");
    });
  });

  describe("of the wiring finds", function () {
    it("another owner", async function () {
      const { findings, provider, at } = await deployed();
      const params = [at("treasury"), "0x0", `0x${STRANGER.slice(2).padStart(64, "0")}`];
      await provider.request({ method: "hardhat_setStorageAt", params });
      expect(await findings()).to.deep.equal([
        { subject: "Treasury", what: "wiring", expected: `authority ${at("manager")}`, found: STRANGER },
      ]);
    });

    it("another neighbour, where the code differs by an immutable only", async function () {
      const { findings, replaceImmutable, at } = await deployed();
      await replaceImmutable("market", at("registry"), STRANGER);
      expect(await findings()).to.deep.equal([
        { subject: "InferenceMarket", what: "wiring", expected: `REGISTRY ${at("registry")}`, found: STRANGER },
      ]);
    });

    it("another parameter on the chain", async function () {
      const { findings, replaceImmutable } = await deployed();
      const { minimumBond } = DEVELOPMENT;
      await replaceImmutable("staking", minimumBond, 1n);
      expect(await findings()).to.deep.equal([
        { subject: "ComputeStaking", what: "wiring", expected: `minimumBond ${minimumBond}`, found: "1" },
      ]);
    });

    it("another parameter in the file", async function () {
      const { chain, book, settings } = await deployed();
      const parameters = { ...DEVELOPMENT, burnBps: 900n };
      const found = await checkDeployment(chain, book, { ...settings, parameters }, compiled);
      expect(kinds(found)).to.include("RevenueSplitter place");
      expect(found).to.deep.include({
        subject: "RevenueSplitter",
        what: "wiring",
        expected: "burnBps 900",
        found: "1000",
      });
    });
  });

  describe("threat 76: of the access manager finds", function () {
    type Case = readonly [
      title: string,
      meddle: (suite: Suite) => Promise<unknown>,
      found: readonly Partial<Finding>[],
    ];
    const cases: readonly Case[] = [
      [
        "an ADMIN",
        ({ manager }) => manager.grantRole(ROLES.ADMIN, STRANGER, 0),
        [{ subject: "ADMIN", what: "member", expected: "no member", found: STRANGER }],
      ],
      [
        "a member too many, with a delay or not",
        ({ manager }) => manager.grantRole(ROLES.TREASURER, STRANGER, DAY),
        [{ subject: "TREASURER", what: "member", expected: "no member", found: STRANGER }],
      ],
      [
        "a member of a role that should not exist",
        ({ manager }) => manager.grantRole(77n, STRANGER, 0),
        [{ subject: "role 77", what: "member", found: STRANGER }],
      ],
      [
        "a member who is missing",
        ({ manager, market }) => manager.revokeRole(ROLES.LOCKER, market),
        [{ subject: "LOCKER", what: "member", expected: "InferenceMarket", found: "no member" }],
      ],
      [
        "a member who must wait",
        ({ manager, market }) => manager.grantRole(ROLES.LOCKER, market, DAY),
        [{ subject: "LOCKER", what: "delay", expected: "0 s for InferenceMarket", found: `${DAY} s` }],
      ],
      [
        "another admin of a role",
        ({ manager }) => manager.setRoleAdmin(ROLES.LOCKER, ROLES.TREASURER),
        [{ subject: "LOCKER", what: "admin", expected: "ADMIN", found: "TREASURER" }],
      ],
      [
        "another guardian of a role",
        ({ manager }) => manager.setRoleGuardian(ROLES.TREASURER, 66n),
        [{ subject: "TREASURER", what: "guardian", expected: "ADMIN", found: "role 66" }],
      ],
      [
        "a delay of grants, before it is in force",
        ({ manager }) => manager.setGrantDelay(ROLES.LOCKER, DAY),
        [{ subject: "LOCKER", what: "delay", expected: "0 s to grant", found: `${DAY} s to grant` }],
      ],
      [
        "a role with another name",
        ({ manager }) => manager.labelRole(ROLES.LOCKER, "BUTLER"),
        [{ subject: "LOCKER", what: "label", expected: "LOCKER", found: "BUTLER" }],
      ],
      [
        "a function that is closed to its role",
        ({ manager, treasury }) =>
          manager.setTargetFunctionRole(treasury, [treasury.interface.getFunction("pay").selector], ROLES.ADMIN),
        [{ subject: "Treasury", what: "function", expected: "pay TREASURER", found: "ADMIN" }],
      ],
      [
        "a function that is open to a role of its own",
        ({ manager, staking }) =>
          manager.setTargetFunctionRole(staking, [staking.interface.getFunction("lock").selector], ROLES.TREASURER),
        [{ subject: "ComputeStaking", what: "function", expected: "lock ADMIN", found: "TREASURER" }],
      ],
      [
        "a contract that is closed",
        ({ manager, treasury }) => manager.setTargetClosed(treasury, true),
        [{ subject: "Treasury", what: "closed", expected: "open", found: "closed" }],
      ],
      [
        "a delay for one contract",
        ({ manager, treasury }) => manager.setTargetAdminDelay(treasury, DAY),
        [{ subject: "Treasury", what: "delay", expected: "0 s to administer", found: `${DAY} s to administer` }],
      ],
    ];
    for (const [title, meddle, expected] of cases) {
      it(title, async function () {
        const { findings } = await deployed(meddle);
        const found = await findings();
        expect(found, kinds(found).join()).to.have.length(expected.length);
        expected.forEach((finding, index) => {
          expect(found[index]).to.include(finding);
        });
      });
    }

    it("a deployer who has kept a role", async function () {
      const { findings } = await deployed(({ manager }) => manager.grantRole(ROLES.TREASURER, DEPLOYER, 0));
      expect(await findings()).to.deep.equal([
        { subject: "TREASURER", what: "member", expected: "no member", found: DEPLOYER },
      ]);
    });
  });
});
