import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { parseEther, ZeroHash } from "ethers";

import { readAddressBook, writeAddressBook } from "../../deploy/address-book.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { startWorld, type Texts, type World } from "../helpers/cli.ts";
import { versionParams } from "../helpers/registry.ts";

/** What the tasks that change nothing show, after a little of everything has happened. */
describe("command line: what it shows", function () {
  let world: World;
  let me: string;
  let operator: string;
  let plainToken: string;

  before(async function () {
    world = await startWorld();
    [me = "", operator = ""] = world.accounts;
    const { registry } = world.suite;
    await world.run("token transfer", { to: operator, amount: "25000" });
    await world.run("operator register", { from: "1", metadataUri: "ipfs://operator", commission: "12.5%" });
    await world.run("operator bond", { from: "1", amount: "20000", approve: true });
    await world.run("operator allow", { from: "1" });
    await world.run("operator agent", { from: "1", agent: world.accounts[2] ?? "", limit: "1000" });
    await world.run("operator agent", { from: "1", agent: world.accounts[3] ?? "", limit: "7" });
    await world.run("operator agent", { from: "1", agent: world.accounts[3] ?? "", limit: "0" });
    await world.run("operator unbond", { from: "1", amount: "500" });
    await world.run("publisher register", { metadataUri: "ipfs://data", kind: "dataset" });
    await world.run("publisher register", { metadataUri: "ipfs://model" });
    const params = versionParams({
      programRoot: ZeroHash,
      weightsRoot: ZeroHash,
      royaltyBps: 2_000n,
      acceptedProofs: 3n,
    });
    await registry.publish(1n, params);
    const parents = [{ versionId: toVersionId(1n, 1n), shareBps: 3_000n }];
    await registry.publish(2n, { ...params, parents });
    await world.run("publisher deprecate", { versionId: "2.1", replacement: "1.1" });
    await world.run("requester deposit", { amount: "100", approve: true });
    plainToken = await (await world.ethers.deployContract("PlainToken__Mock")).getAddress();
  });

  after(async function () {
    await world.close();
  });

  async function ask(texts: Texts = {}): Promise<string> {
    const said = await world.run("requester request", { versionId: "2.1", fee: "10", inputHash: ZeroHash, ...texts });
    return /requestId: (0x[0-9a-f]{64})/.exec(said)?.[1] ?? "";
  }

  it("an operator: stake, locks by contract, open tickets, and the agents it still has", async function () {
    const request = await ask();
    await world.run("operator accept", { from: "2", request, operator });
    const shown = await world.run("operator status", { operator });
    for (const line of [
      `Operator ${operator}`,
      "  takes new work  yes",
      "  commission      12.5 %",
      "  bond            19,500 OPG (the least is 10,000 OPG)",
      "  locked          100 OPG",
      "  free capacity   19,400 OPG",
      `  ${world.accounts[2] ?? ""}  while the market's lock is at most 1,000 OPG`,
    ]) {
      expect(shown.split("\n")).to.include(line);
    }
    expect(shown)
      .to.match(/Locks\n {2}0x\w{40} \(market\) {2}100 OPG, until .* UTC; allowed from .* UTC\n/)
      .and.to.match(/Tickets\n {2}ticket \d+ {2}500 OPG, payable from .* UTC\n/);
    expect(shown).not.to.include(world.accounts[3]);
  });

  it("somebody who is no operator yet", async function () {
    const shown = await world.run("operator status");
    expect(shown)
      .to.include(`Operator ${me}\n  registered      no: hardhat operator register`)
      .and.to.include("Locks: none\nTickets: none\nAgents: none");
  });

  it("a model and a version, with what only the log says", async function () {
    expect(await world.run("publisher model", { model: "2" })).to.equal(
      [
        "Model 2",
        "  kind            Model",
        `  holder          ${me}`,
        "  described at    ipfs://model",
        "  latest version  2.1",
      ].join("\n"),
    );
    const shown = await world.run("publisher version", { versionId: "2.1" });
    for (const said of [
      "Version 2.1 (raw 8589934593)",
      "file            ipfs://bafy",
      "licence         Apache-2.0",
      "program root    none",
      "runs as         Program, in Int8",
      "royalty         20 % of each fee",
      "accepts proofs  TEE + OPTIMISTIC",
      "deprecated      yes, use 1.1",
      "earned          0 OPG, not yet harvested",
      "Parents\n  1.1  30 % of what it earns",
    ]) {
      expect(shown).to.include(said);
    }
    const unknown = await world.refusal("publisher version", { versionId: "2.9" });
    expect(unknown.message).to.include("ModelRegistryUnknownVersion(versionId: 2.9)");
    expect((await world.refusal("publisher model", { model: "9" })).message).to.include("UnknownModel(modelId: 9)");
  });

  it("a request as it goes along, and its answer as a file", async function () {
    const request = await ask({ minFee: "4", ramp: "1h", operator, salt: "7" });
    const open = await world.run("requester show", { request });
    expect(open)
      .to.include("  status           Open\n")
      .and.to.match(/fee {14}4 OPG to 10 OPG, rising from .* UTC to .* UTC/)
      .and.to.match(/price now {8}4(\.\d+)? OPG/)
      .and.to.include(`for operator     ${operator}`)
      .and.to.include(`not public, hash ${ZeroHash}`);
    await world.run("operator accept", { from: "1", request });
    expect(await world.run("requester show", { request })).to.match(
      /accepted {9}.* UTC by 0x\w{40}\n[^]*deliver before/,
    );
    const output = join(world.addresses, "answer");
    await writeFile(output, Uint8Array.of(1, 2, 255));
    await world.run("operator submit", { from: "1", request, output });
    const saved = join(world.addresses, "saved");
    const shown = await world.run("requester show", { request, output: saved });
    expect(shown).to.include("  status           Final").and.to.include("answer: 3 bytes 0x0102ff");
    expect([...(await readFile(saved))]).to.deep.equal([1, 2, 255]);
  });

  it("what a requester has, and what the contracts may take", async function () {
    await world.run("token approve", { spender: "staking", amount: "3.5" });
    expect(await world.run("requester status")).to.match(/deposit {2}\d+(\.\d+)? OPG\n {2}wallet {3}999,974,900 OPG/);
    expect(await world.run("token balance")).to.equal(
      [
        `Account ${me}`,
        "  holds              999,974,900 OPG",
        "  votes              0 OPG",
        "  delegates to       nobody, so its OPG does not vote",
        "  staking may take   3.5 OPG",
        "  splitter may take  0 OPG",
        "  market may take    0 OPG",
      ].join("\n"),
    );
  });

  it("the network's money, of any token", async function () {
    expect(await world.run("splitter status")).to.match(
      /to the treasury {2}5 %, accrued 0\.\d+ OPG\n {2}burnt {12}10 %, accrued \d+(\.\d+)? OPG/,
    );
    expect(await world.run("treasury status")).to.match(/holds +0 OPG\n {2}may pay now +0 OPG\n/);
    const plain = await world.run("treasury status", { token: plainToken });
    expect(plain).to.match(/holds +0 PLAIN\n {2}may pay now +0 PLAIN\n/);
  });

  it("an account where OPG was before the suite, and has no votes", async function () {
    const addresses = await mkdtemp(join(tmpdir(), "plain-book-"));
    const book = await readAddressBook(31_337n, world.addresses);
    const { opg } = book.contracts;
    if (opg === undefined) throw new Error("the book has no token");
    const contracts = { ...book.contracts, opg: { ...opg, address: world.ethers.getAddress(plainToken) } };
    await writeAddressBook({ ...book, contracts }, addresses);
    expect(await world.run("token balance", { addresses })).to.match(
      /holds +1,000,000,000 OPG\n {2}votes +this OPG has none/,
    );
    await rm(addresses, { recursive: true });
  });

  it("a payment of another token in its own unit", async function () {
    const token = world.ethers.getAddress(plainToken);
    const contract = world.suite.opg.attach(token);
    await contract.getFunction("transfer")(world.suite.treasury, parseEther("1000"));
    const said = await world.run("treasury pay", { to: operator, amount: "2.5", token });
    expect(said).to.include(
      `treasury.pay(token: ${token}, to: ${operator}, amount: 2500000000000000000 (smallest unit))`,
    );
    expect(said).to.include("and events of other contracts: 1");
  });
});
