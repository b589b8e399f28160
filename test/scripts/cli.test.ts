import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { hexlify, parseEther, sha256, toUtf8Bytes, ZeroAddress, ZeroHash } from "ethers";

import { SCOPES } from "../../scripts/tasks/all.ts";
import { toVersionId } from "../../sdk/registry/version-id.ts";
import { submitGasLimit } from "../../sdk/market/gas.ts";
import { readRequest } from "../../sdk/market/read-request.ts";
import { startWorld, type Texts, type World } from "../helpers/cli.ts";

const DAY = 86_400;
const BOND = "20000";
/** Versions that the tests publish: 1.1 without parents, 1.2 as its child. */
const FIRST = toVersionId(1n, 1n);

/** Every write, through the real contracts on a real node: one test after the other, as a user would go about it. */
describe("command line: every write", function () {
  let world: World;
  /** Positions of the node's accounts; the first has all OPG. */
  const [publisher, operator, requester, agent, stranger] = ["1", "2", "3", "4", "5"] as const;
  const done = new Set<string>();

  before(async function () {
    world = await startWorld();
    await writeFile(join(world.addresses, "input"), "what is it worth?");
    await writeFile(join(world.addresses, "output"), "much");
  });

  after(async function () {
    await world.close();
  });

  /** Tries a write, sees that trying sends nothing, does it, and returns what was said. */
  async function does(task: string, texts: Texts): Promise<string> {
    const before = await world.ethers.provider.getBlockNumber();
    const plan = await world.run(task, { ...texts, dryRun: true });
    expect(plan, task).to.match(/^Dry run, nothing is sent\.\n[^]*would call {4}\w+\.\w+\(/);
    expect(await world.ethers.provider.getBlockNumber(), `${task}: a dry run sends nothing`).to.equal(before);
    const said = await world.run(task, texts);
    expect(said, task).to.match(/sent {10}0x[0-9a-f]{64}\n[^]*block {9}\d+\n {2}gas {11}[\d,]+/);
    done.add(task);
    return said;
  }

  function idIn(said: string): string {
    return /requestId: (0x[0-9a-f]{64})/.exec(said)?.[1] ?? "";
  }

  function address(position: string): string {
    return world.accounts[Number(position)] ?? "";
  }

  async function ask(texts: Texts = { inputHash: ZeroHash }): Promise<string> {
    const fixed = { from: requester, versionId: "1.1", fee: "10" };
    return idIn(await does("requester request", { ...fixed, ...texts }));
  }

  async function pass(seconds: number): Promise<void> {
    await world.ethers.provider.send("evm_increaseTime", [seconds]);
    await world.ethers.provider.send("evm_mine");
  }

  describe("token", function () {
    it("transfers", async function () {
      const said = await does("token transfer", { to: address(operator), amount: "100000" });
      expect(said).to.include(`opg.Transfer(from: ${address("0")}, to: ${address(operator)}, value: 100,000 OPG)`);
      for (const person of [requester, stranger]) {
        await does("token transfer", { to: address(person), amount: "1000.25" });
      }
      expect(await world.suite.opg.balanceOf(address(stranger))).to.equal(parseEther("1000.25"));
    });

    it("approves a contract by its name", async function () {
      await does("token approve", { from: stranger, spender: "splitter", amount: "7" });
      expect(await world.suite.opg.allowance(address(stranger), world.suite.splitter)).to.equal(parseEther("7"));
    });

    it("delegates votes, by default to oneself", async function () {
      await does("token delegate", { from: stranger });
      expect(await world.suite.opg.getVotes(address(stranger))).to.equal(parseEther("1000.25"));
    });

    it("burns", async function () {
      await does("token burn", { from: stranger, amount: "0.25" });
      expect(await world.suite.opg.balanceOf(address(stranger))).to.equal(parseEther("1000"));
    });
  });

  describe("publisher", function () {
    it("registers a model of any kind", async function () {
      const said = await does("publisher register", { from: publisher, metadataUri: "ipfs://model" });
      expect(said)
        .to.include("registry.ModelRegistered(modelId: 1, ")
        .and.to.include('kind: Model, metadataURI: "ipfs');
      await does("publisher register", { from: publisher, kind: "Dataset", metadataUri: "ipfs://data" });
      expect(await world.suite.registry.kindOf(2n)).to.equal(2n);
    });

    it("describes it anew", async function () {
      await does("publisher describe", { from: publisher, model: "1", metadataUri: "ipfs://better" });
      expect(await world.suite.registry.tokenURI(1n)).to.equal("ipfs://better");
    });

    it("publishes a file, and one that descends from it", async function () {
      const file = join(world.addresses, "input");
      const terms = { from: publisher, model: "1", uri: "ipfs://file", licence: "MIT", royalty: "20%", file };
      const said = await does("publisher publish", terms);
      expect(said)
        .to.include(`contentHash: ${sha256(toUtf8Bytes("what is it worth?"))}`)
        .and.to.include("size: 17, royaltyBps: 20 %");
      const child = await does("publisher publish", { ...terms, parents: "1.1:30%", runtime: "hosted" });
      expect(child).to.include("versionId: 1.2,").and.to.include("parents: [{versionId: 1.1, shareBps: 30 %}]");
    });

    it("deprecates a version for another one", async function () {
      const said = await does("publisher deprecate", { from: publisher, versionId: "1.1", replacement: "1.2" });
      expect(said).to.include("VersionDeprecated(versionId: 1.1, replacement: 1.2)");
      await does("publisher deprecate", { from: publisher, versionId: String(FIRST) });
      expect(await world.suite.registry.deprecationOf(FIRST)).to.deep.equal([true, 0n]);
    });

    it("approves one model, and all, and takes that back", async function () {
      const { registry } = world.suite;
      await does("publisher approve", { from: publisher, model: "2", to: address(stranger) });
      expect(await registry.getApproved(2n)).to.equal(address(stranger));
      await does("publisher approve-all", { from: publisher, to: address(stranger) });
      expect(await registry.isApprovedForAll(address(publisher), address(stranger))).to.equal(true);
      await does("publisher revoke-all", { from: publisher, to: address(stranger) });
      expect(await registry.isApprovedForAll(address(publisher), address(stranger))).to.equal(false);
    });

    it("transfers a model", async function () {
      await does("publisher transfer", { from: publisher, model: "2", to: address(stranger) });
      expect(await world.suite.registry.ownerOf(2n)).to.equal(address(stranger));
    });
  });

  describe("operator", function () {
    it("registers, and bonds with the approval made on the way", async function () {
      const said = await does("operator register", { from: operator, metadataUri: "ipfs://op", commission: "12.5%" });
      expect(said).to.include("commissionBps: 12.5 %");
      const bonded = await does("operator bond", { from: operator, amount: BOND, approve: true });
      expect(bonded)
        .to.match(/opg\.approve\(spender: 0x\w{40} \(staking\), value: 20,000 OPG\)\n {2}from/)
        .and.to.include("assets: 20,000 OPG, bond: 20,000 OPG");
      expect(await world.suite.opg.allowance(address(operator), world.suite.staking)).to.equal(0n);
    });

    it("allows the market, names an agent", async function () {
      await does("operator allow", { from: operator });
      await does("operator disallow", { from: operator });
      await does("operator allow", { from: operator, locker: "market" });
      await does("operator agent", { from: operator, agent: address(agent), limit: "1000" });
      expect(await world.suite.staking.agentLimit(address(operator), address(agent))).to.equal(parseEther("1000"));
    });

    it("sets its commission: less at once, more when delegators could have left", async function () {
      expect(await does("operator commission", { from: operator, commission: "10%" })).to.include("10 %");
      await does("operator commission", { from: operator, commission: "20%" });
      await pass(21 * DAY);
      await does("operator raise-commission", { from: stranger, operator: address(operator) });
      expect((await world.suite.staking.operatorOf(address(operator))).commissionBps).to.equal(2_000n);
    });

    it("unbonds, and withdraws when the time has come", async function () {
      const said = await does("operator unbond", { from: operator, amount: "500" });
      expect(said).to.match(
        /ticketId: \d+, assets: 500 OPG, bond: 19,500 OPG, shares: \d+, withdrawableAt: \d{4}-\d\d/,
      );
      const ticket = /ticketId: (\d+)/.exec(said)?.[1] ?? "";
      const early = await world.refusal("operator withdraw", { ticket });
      expect(early.message).to.match(/TicketLocked\(ticketId: \d+, withdrawableAt: .* UTC, now_: .* UTC\); wait until/);
      await pass(21 * DAY);
      expect(await does("operator withdraw", { from: stranger, ticket })).to.include("assets: 500 OPG");
    });

    it("is paid by anyone", async function () {
      const paid = { from: stranger, operator: address(operator), amount: "3", approve: true };
      expect(await does("operator distribute", paid)).to.include("staking.Distributed(");
    });
  });

  describe("requester", function () {
    it("deposits and withdraws", async function () {
      await does("requester deposit", { from: requester, amount: "200", approve: true });
      const gift = { from: stranger, amount: "5", for: address(requester), approve: true };
      expect(await does("requester deposit", gift)).to.include("assets: 5 OPG");
      await does("requester withdraw", { from: requester, amount: "5" });
      expect(await world.suite.market.depositOf(address(requester))).to.equal(parseEther("200"));
    });

    it("asks with a public input, and is answered by the operator's agent", async function () {
      const input = join(world.addresses, "input");
      const request = await ask({ json: await json({ input }) });
      const { request: asked, input: bytes } = await readRequest(world.suite.market, request);
      expect(bytes).to.equal(hexlify(toUtf8Bytes("what is it worth?")));
      await does("operator accept", { from: agent, request, operator: address(operator) });
      const output = join(world.addresses, "output");
      const said = await does("operator submit", { from: agent, request, output });
      expect(said).to.include("market.RequestFinalized(").and.to.include("price: 10 OPG");
      expect(said).to.include("royalty: 2 OPG, toTreasury: 0.5 OPG, toBurn: 1 OPG, toOperator: 6.5 OPG");
      const sent = /submit[^]*sent {10}(0x\w{64})/.exec(said)?.[1] ?? "";
      expect((await world.ethers.provider.getTransaction(sent))?.gasLimit).to.equal(submitGasLimit(asked, 4));

      const saved = join(world.addresses, "saved");
      expect(await world.run("requester wait", { request, output: saved })).to.include("status           Final");
      expect(await readFile(saved, "utf8")).to.equal("much");
    });

    it("cancels what nobody accepted", async function () {
      expect(await does("requester cancel", { from: requester, request: await ask() })).to.include("assets: 10 OPG");
    });

    it("expires what nobody delivered, and the operator's stake is cleared", async function () {
      const request = await ask({ inputHash: ZeroHash, acceptWithin: "20m", deliverWithin: "30m" });
      await does("operator accept", { from: operator, request });
      await pass(1_800);
      await does("requester expire", { from: stranger, request });
      expect((await world.refusal("requester wait", { request })).code).to.equal("REQUEST_REFUNDED");
    });

    it("retries a callback that failed", async function () {
      const consumer = await world.ethers.deployContract("Consumer__Mock");
      await consumer.getFunction("setMood")(1, "0x");
      const request = await ask({ inputHash: ZeroHash, consumer: await consumer.getAddress(), callbackGas: "100000" });
      await does("operator accept", { from: operator, request });
      const output = join(world.addresses, "output");
      expect(await does("operator submit", { from: operator, request, output })).to.include("market.CallbackFailed(");
      const early = await world.refusal("requester retry-callback", { request });
      expect(early.message).to.include("InferenceMarketCallbackReverted(").and.to.include("mend it");
      await consumer.getFunction("setMood")(0, "0x");
      expect(await does("requester retry-callback", { request })).to.include("market.CallbackRetried(");
    });

    it("clears a lock that its market never released", async function () {
      const request = await ask();
      await does("operator accept", { from: operator, request });
      const early = await world.refusal("operator clear", { operator: address(operator) });
      expect(early.message).to.match(/LockNotClearable\(operator: 0x\w+, locker: 0x\w+ \(market\), amount: 100 OPG/);
      await pass(10 * DAY);
      expect(await does("operator clear", { operator: address(operator) })).to.include("amount: 100 OPG");
    });

    it("sees stake delegated, voting and taken out", async function () {
      const mine = { from: requester, operator: address(operator) };
      const said = await does("delegator delegate", { ...mine, amount: "50", approve: true });
      expect(said).to.include("staking.Delegated(").and.to.include("assets: 50 OPG");
      await does("delegator vote", { from: requester });
      await does("delegator sync", mine);
      expect(await world.run("delegator status", { operator: mine.operator, account: address(requester) })).to.match(
        /worth now +50 OPG\n {2}delegated +50 OPG\n {2}votes +50 OPG\n/,
      );
      const part = await does("delegator undelegate", { ...mine, amount: "20" });
      expect(part).to.match(/Undelegated\(.*assets: 20 OPG/);
      expect(await does("delegator undelegate", mine)).to.match(/Undelegated\(.*assets: 30 OPG/);
      const { message } = await world.refusal("delegator undelegate", mine);
      expect(message).to.include("NOT_FOUND").and.to.include("has delegated nothing to");
    });

    it("sees a slash held, reversed, and another one paid out", async function () {
      const { staking, escrow } = world.suite;
      const locker = address("0");
      await does("operator allow", { from: operator, locker });
      // Somebody's delegation is still on its way out.
      await pass(28 * DAY);
      const until = (await world.ethers.provider.getBlock("latest"))?.timestamp ?? 0;
      await staking.lock(address(operator), parseEther("200"), until + 5 * DAY);
      const { epoch } = await staking.lockOf(address(operator), locker);
      const slashIds: string[] = [];
      for (const id of [sha256("0x01"), sha256("0x02")]) {
        const verdict = { id, victim: ZeroAddress, victimFee: 0n, challengers: ZeroAddress };
        const sent = await staking.slash(address(operator), parseEther("100"), epoch, verdict);
        const [opened] = await escrow.queryFilter(escrow.filters.SlashOpened(), (await sent.wait())?.blockNumber);
        slashIds.push(opened?.args.slashId ?? "");
      }
      const [first = "", second = ""] = slashIds;
      const early = await world.refusal("escrow release", { slash: first });
      expect(early.message).to.match(/SlashEscrowTooEarly\(slashId: 0x\w+, releasableAt: .* UTC, now_: .* UTC\)/);
      await does("escrow stop", { locker });
      await does("escrow reverse", { slash: first });
      await does("escrow lift", { locker });
      await pass(7 * DAY);
      expect(await does("escrow release", { from: stranger, slash: second })).to.include("burnt: 100 OPG");
      await pass(60 * DAY);
      await does("escrow stop", { locker });
      await does("escrow make-permanent", { locker });
      expect((await world.refusal("escrow release", { slash: ZeroHash })).code).to.equal("NOT_FOUND");
    });

    it("sees the game stopped, let go on, and stopped for good", async function () {
      await does("game stop", {});
      await does("game lift", {});
      expect((await world.refusal("game make-permanent", {})).message).to.include("StopsNoneUndecided()");
      await pass(60 * DAY);
      await does("game stop", {});
      await does("game make-permanent", {});
      const [, lifted, permanent] = await world.suite.game.lastStop();
      expect([lifted, permanent]).to.deep.equal([false, true]);
    });

    it("sees the operator retire at last", async function () {
      await does("operator retire", { from: operator });
      expect((await world.suite.staking.operatorOf(address(operator))).active).to.equal(false);
    });
  });

  describe("money", function () {
    it("is harvested, split and flushed by anyone", async function () {
      expect(await does("publisher harvest", { from: stranger, versionId: "1.1" })).to.include("paid: 4 OPG");
      const work = { from: stranger, operator: address(operator), versionId: "1.2", amount: "20", approve: true };
      expect(await does("splitter split", work)).to.include("amount: 20 OPG, royalty: 4 OPG");
      expect(await does("splitter flush", { from: stranger })).to.include("splitter.Flushed(");
    });

    it("leaves the treasury under its cap", async function () {
      const said = await does("treasury pay", { to: address(stranger), amount: "0.01" });
      expect(said).to.match(/treasury\.TreasuryPaid\(token: 0x\w{40} \(opg\), to: 0x\w{40}, amount: 0\.01 OPG, spent/);
      const tooMuch = await world.refusal("treasury pay", { to: address(stranger), amount: "1" });
      expect(tooMuch.message).to.match(/TreasuryCapExceeded\(.*spent: 1\.01 OPG, cap: 0\.02 OPG\); pay less/);
    });
  });

  describe("the table", function () {
    it("has no write that was not done here", function () {
      const writes = SCOPES.flatMap(({ tasks }) => tasks).filter(({ calls }) => calls.length > 0);
      // It publishes a program directory: see model.test.ts.
      done.add("model publish");
      expect(writes.map(({ task }) => task).filter((task) => !done.has(task))).to.deep.equal([]);
    });
  });

  async function json(options: Readonly<Record<string, string>>): Promise<string> {
    const file = join(world.addresses, "options.json");
    await writeFile(file, JSON.stringify(options));
    return file;
  }
});
