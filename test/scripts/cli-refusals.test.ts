import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { HDNodeWallet, parseEther, ZeroAddress, ZeroHash } from "ethers";

import { readAddressBook, writeAddressBook } from "../../deploy/address-book.ts";
import { startWorld, connect, type Texts, type World } from "../helpers/cli.ts";
import { versionParams } from "../helpers/registry.ts";
import { SIGNER_METHODS, startProxy, type Rules } from "../helpers/rpc-proxy.ts";

/** The key of the node's account at `position`: the words that every development node starts from. */
function keyAt(position: number): string {
  const words = "test test test test test test test test test test test junk";
  return HDNodeWallet.fromPhrase(words, undefined, `m/44'/60'/0'/0/${position}`).privateKey;
}

describe("command line: refusals", function () {
  let world: World;

  before(async function () {
    world = await startWorld();
    const { opg, registry, staking, market } = world.suite;
    const [, operator] = await world.ethers.getSigners();
    if (operator === undefined) throw new Error("the node has no second account");
    await opg.transfer(operator, parseEther("30000"));
    await staking.connect(operator).registerOperator(1_000n, "ipfs://operator");
    await opg.connect(operator).approve(staking, parseEther("10000"));
    await staking.connect(operator).bond(parseEther("10000"));
    await staking.connect(operator).allow(market);
    await registry.registerModel(0n, "ipfs://model");
    await registry.publish(1n, versionParams({ programRoot: ZeroHash, weightsRoot: ZeroHash }));
    await registry.publish(1n, versionParams());
    await opg.approve(market, parseEther("500"));
    await market.deposit(world.accounts[0] ?? "", parseEther("500"));
  });

  after(async function () {
    await world.close();
  });

  async function sentNothing(action: () => Promise<void>): Promise<void> {
    const before = await world.ethers.provider.getBlockNumber();
    await action();
    expect(await world.ethers.provider.getBlockNumber(), "blocks").to.equal(before);
  }

  describe("of an option", function () {
    const to = ZeroAddress;
    const cases: readonly (readonly [string, string, Texts, string])[] = [
      ["a missing one", "token transfer", { to }, "OPTION_MISSING: --amount is missing; give OPG, for instance 12.5"],
      ["a negative amount", "token transfer", { to, amount: "-1" }, "an amount cannot be negative"],
      ["too many decimals", "token transfer", { to, amount: "0.1234567890123456789" }, "OPG has 18 decimals, not 19"],
      ["an exponent", "token transfer", { to, amount: "1e18" }, "that is not a decimal number"],
      ["a comma", "token transfer", { to, amount: "1,5" }, "that is not a decimal number"],
      [
        "a mistyped address",
        "token transfer",
        { to: "0x52908400098527886E0F7030069857D2E4169EEe", amount: "1" },
        "checksum",
      ],
      [
        "a word as address",
        "token transfer",
        { to: "bob", amount: "1" },
        "that is no address, and the contracts are called",
      ],
      ["a version without number", "publisher harvest", { versionId: "1." }, "that is not modelId.number"],
      ["version zero", "publisher harvest", { versionId: "1.0" }, "VERSION_ID_OUT_OF_RANGE: number is 0"],
      ["a raw version that is none", "publisher harvest", { versionId: "7" }, "VERSION_ID_OUT_OF_RANGE: modelId is 0"],
      ["a share without sign", "operator register", { metadataUri: "x", commission: "10" }, "not a percentage"],
      ["a share too fine", "operator register", { metadataUri: "x", commission: "1.005%" }, "hundredths of a percent"],
      ["a share above what fits", "operator register", { metadataUri: "x", commission: "700%" }, "out-of-bounds"],
      ["a kind of model", "publisher register", { metadataUri: "x", kind: "robot" }, "there is no such name"],
      ["a program as a file", "publisher publish", { ...file(), runtime: "program" }, "hardhat model publish"],
      ["a file to publish", "publisher publish", { ...file(), file: "/nowhere" }, "/nowhere cannot be read"],
      ["a parent without share", "publisher publish", { ...file(), parents: "1.1" }, "the parent 1.1 has no share"],
      ["a ticket that is no number", "operator withdraw", { ticket: "first" }, "not a whole number"],
      ["a request that is no hash", "requester cancel", { request: "0x12" }, "not 0x and 64 hexadecimal digits"],
      ["a length of time", "requester request", { ...wish(), acceptWithin: "soon" }, "not a length of time"],
      ["a file that is not there", "requester request", { ...wish(), input: "/nowhere" }, "/nowhere cannot be read"],
      ["two inputs", "requester request", { ...wish(), hiddenInput: "package.json" }, "2 of --input, --hidden-input"],
      ["no input", "requester request", { versionId: "1.1", fee: "1" }, "0 of --input, --hidden-input"],
      [
        "an input that is no tensor",
        "requester request",
        { versionId: "1.2", fee: "1", input: "LICENSE" },
        "tensor words",
      ],
      ["a token that is none", "treasury pay", { to, amount: "1", token: "manager" }, "there is no token at"],
      ["a token's decimals", "treasury pay", { to, amount: "0.1234567890123456789" }, "OPG has 18 decimals, not 19"],
      ["a JSON file that is not there", "token burn", { json: "/nowhere" }, "/nowhere cannot be read as JSON"],
      ["a JSON file of something else", "token burn", { json: "tsconfig.json" }, 'has "compilerOptions", which is no'],
    ];
    for (const [what, task, texts, said] of cases) {
      it(`refuses ${what} in clear words`, async function () {
        await sentNothing(async () => {
          expect((await world.refusal(task, texts)).message).to.include(said);
        });
      });
    }

    it("takes from the command line what a JSON file has too", async function () {
      const json = join(world.addresses, "options.json");
      await writeFile(json, JSON.stringify({ to: "market", amount: "1" }));
      expect(await world.run("token transfer", { json, amount: "2", dryRun: true })).to.include(
        "(market), value: 2 OPG",
      );
      await writeFile(json, JSON.stringify({ to: "market", amount: 1.5 }));
      expect((await world.refusal("token transfer", { json })).message).to.include('has no text as "amount"');
    });
  });

  describe("of a contract", function () {
    it("names the error, its arguments in human units, and the next step", async function () {
      const request = await ask({ collateral: "20000" });
      const { code, message } = await world.refusal("operator accept", { from: "1", request });
      expect(code).to.equal("CONTRACT_REFUSED");
      expect(message).to.equal(
        "CONTRACT_REFUSED: market.accept would fail: ComputeStakingInsufficientCapacity" +
          `(operator: ${world.accounts[1] ?? ""}, free: 10,000 OPG, needed: 20,000 OPG); ` +
          "bond more, or wait until open work is finished: hardhat operator status",
      );
    });

    it("names statuses, versions and times", async function () {
      const request = await ask();
      await world.run("requester cancel", { request });
      expect((await world.refusal("requester cancel", { request })).message).to.match(
        /WrongStatus\(requestId: 0x\w{64}, status: Refunded, needed: Open\); look at the request/,
      );
      const unknown = await world.refusal("requester request", { ...wish(), versionId: "9.4" });
      expect(unknown.message).to.include("ModelRegistryUnknownVersion(versionId: 9.4)");
      const late = await world.refusal("requester request", { ...wish(), acceptWithin: "31d" });
      expect(late.message).to.match(/AcceptByOutOfRange\(acceptBy: .* UTC, earliest: .* UTC, latest: .* UTC\)/);
    });

    it("says so when somebody else was faster, and the gas is spent", async function () {
      const { provider } = world.ethers;
      const { staking } = world.suite;
      const [, operator, rival] = await world.ethers.getSigners();
      if (operator === undefined || rival === undefined) throw new Error("the node has too few accounts");
      await staking.connect(operator).retire();
      await staking.connect(operator).unbond(parseEther("1"));
      const [unbonded] = await staking.queryFilter(staking.filters.Unbonded(operator));
      const ticket = unbonded?.args.ticketId ?? 0n;
      await provider.send("evm_increaseTime", [22 * 86_400]);
      await provider.send("evm_mine");
      await provider.send("evm_setAutomine", [false]);
      try {
        const running = world.refusal("operator withdraw", { ticket: ticket.toString(), from: "5" });
        await until(async () => pendingCount(await provider.send("eth_getBlockByNumber", ["pending", false])) > 0);
        const fee = 10n ** 12n;
        await staking
          .connect(rival)
          .withdraw(ticket, { maxFeePerGas: fee, maxPriorityFeePerGas: fee, gasLimit: 200_000n });
        await provider.send("evm_mine");
        const { code, message } = await running;
        expect(code).to.equal("TRANSACTION_REVERTED");
        expect(message).to.match(
          /staking\.withdraw was mined in block \d+ and failed: ComputeStakingUnknownTicket\(ticketId: \d+\) \(transaction 0x/,
        );
      } finally {
        await provider.send("evm_setAutomine", [true]);
      }
    });
  });

  describe("of money", function () {
    it("asks for an approval, and says how", async function () {
      await sentNothing(async () => {
        const { code, message } = await world.refusal("operator distribute", { operator: "me", amount: "12.5" });
        expect(code).to.equal("ALLOWANCE_TOO_LOW");
        expect(message).to.match(/\(staking\) may take 0 OPG of 0x\w{40}, needed are 12\.5 OPG; add --approve/);
      });
    });

    it("does not approve what the sender does not have", async function () {
      await sentNothing(async () => {
        const { message } = await world.refusal("requester deposit", { from: "7", amount: "1", approve: true });
        expect(message).to.match(/BALANCE_TOO_LOW: 0x\w{40} has 0 OPG, needed are 1 OPG/);
      });
    });

    it("finds out before it approves that the call would fail", async function () {
      await sentNothing(async () => {
        const { message } = await world.refusal("operator bond", { amount: "500", approve: true });
        expect(message).to.include("staking.bond would fail: ComputeStakingUnknownOperator(");
      });
    });
  });

  describe("of a sender", function () {
    it("never takes a key, and does not repeat it", async function () {
      const key = keyAt(0);
      const { code, message } = await world.refusal("token burn", { amount: "1", from: key });
      expect(code).to.equal("KEY_ON_COMMAND_LINE");
      expect(message).not.to.include(key);
    });

    it("names an account that the network does not have", async function () {
      const { message } = await world.refusal("token burn", { amount: "1", from: ZeroAddress });
      expect(message).to.match(/UNKNOWN_ACCOUNT: the network has no account 0x0{40}, only 20: 0x\w{40}, /);
    });

    it("signs with the keys that the network's configuration names", async function () {
      const keys = await connect(world.url, [keyAt(3), keyAt(4)], world.addresses);
      const said = await keys.run("token delegate", { from: "1" });
      expect(said).to.include(`from          ${world.accounts[4] ?? ""}`);
      const bare = await connect(world.url, [], world.addresses);
      expect((await bare.refusal("token delegate")).code).to.equal("NO_ACCOUNT");
      expect(await bare.run("token balance", { account: world.accounts[4] ?? "" })).to.match(/delegates to +0x/);
    });
  });

  describe("of an external signer", function () {
    async function withSigner(rules: Rules, use: (url: string, asked: readonly string[]) => Promise<void>) {
      const signer = await startProxy(world.url, { methods: SIGNER_METHODS, ...rules });
      try {
        await use(signer.url, signer.asked);
      } finally {
        await signer.close();
      }
    }

    it("lets it sign and send, and asks it for nothing else", async function () {
      const bare = await connect(world.url, [], world.addresses);
      await withSigner({}, async (signer, asked) => {
        const from = world.accounts[6] ?? "";
        const said = await bare.run("token delegate", { signer, from });
        expect(said).to.include(`opg.DelegateChanged(delegator: ${from}`);
        expect(asked).to.deep.equal(["eth_chainId", "eth_accounts", "eth_sendTransaction"]);
      });
    });

    it("tells that it said no, that it is elsewhere, or that nobody is there", async function () {
      await sentNothing(async () => {
        await withSigner({ refuses: (method) => method === "eth_sendTransaction" }, async (signer) => {
          const { code, message } = await world.refusal("token delegate", { signer });
          expect(code).to.equal("SIGNER_REFUSED");
          expect(message).to.include("refused eth_sendTransaction: I would rather not; confirm");
        });
        await withSigner({ answers: { eth_chainId: "0x1" } }, async (signer) => {
          expect((await world.refusal("token delegate", { signer })).message).to.include(
            "is on chain 1, the network on 31337",
          );
        });
        await withSigner({ answers: { eth_accounts: [] } }, async (signer) => {
          expect((await world.refusal("token delegate", { signer })).code).to.equal("NO_ACCOUNT");
        });
        const { code } = await world.refusal("token delegate", { signer: "http://127.0.0.1:1" });
        expect(code).to.equal("SIGNER_UNREACHABLE");
      });
    });
  });

  describe("of a chain", function () {
    it("says that nothing is deployed there, and how to", async function () {
      const addresses = await mkdtemp(join(tmpdir(), "no-books-"));
      const { code, message } = await world.refusal("token burn", { amount: "1", addresses });
      expect(code).to.equal("NOT_DEPLOYED");
      expect(message).to.include("no address book of chain 31337").and.to.include("npm run deploy -- --network");
      await rm(addresses, { recursive: true });
    });

    it("notices that a development chain was started anew", async function () {
      const addresses = await mkdtemp(join(tmpdir(), "old-books-"));
      const book = await readAddressBook(31_337n, world.addresses);
      const { market } = book.contracts;
      if (market === undefined) throw new Error("the book has no market");
      const old = { ...market, address: "0x000000000000000000000000000000000000dEaD" };
      await writeAddressBook({ ...book, contracts: { ...book.contracts, market: old } }, addresses);
      const { message } = await world.refusal("token burn", { amount: "1", addresses });
      expect(message).to.match(
        /NO_CONTRACT_CODE: .* market at 0x0{36}dEaD, and there is nothing; the chain was started/,
      );
      await rm(addresses, { recursive: true });
    });

    it("waits for a request no longer than it is told", async function () {
      const request = await ask();
      const late = await world.refusal("requester wait", { request, timeout: "0s" });
      expect(late.message).to.include(`NOT_IN_TIME: request ${request} is Open after 0s`);
      expect((await world.refusal("requester wait", { request: ZeroHash })).code).to.equal("NOT_FOUND");
      expect((await world.refusal("requester retry-callback", { request })).code).to.equal("NOT_FOUND");
      expect((await world.refusal("requester show", { request: ZeroHash })).code).to.equal("REQUEST_NOT_FOUND");
    });
  });

  describe("by exit code", function () {
    it("is 0 for what was done, and for help", async function () {
      const done = await hardhat("--network", "underTest", "token", "delegate", "--from", "8");
      expect(done, done.said).to.include({ code: 0 });
      expect(done.said).to.include("opg.DelegateChanged(");
      const help = await hardhat("operator", "bond", "--help");
      expect(help.code).to.equal(0);
      expect(help.said)
        .to.include("Adds OPG to your own bond")
        .and.to.include("--amount                 what to add: OPG, for instance 12.5 (required)")
        .and.to.include("--dry-run");
    });

    it("is 0 without the network's key for who only looks, or signs elsewhere", async function () {
      const shown = await hardhat("--network", "locked", "token", "balance", "--account", "treasury");
      expect(shown, shown.said).to.include({ code: 0 });
      const delegation = ["token", "delegate", "--from", "9", "--signer", world.url];
      const done = await hardhat("--network", "locked", ...delegation);
      expect(done, done.said).to.include({ code: 0 });
    });

    it("is 1 for every refusal, in one line and without a stack", async function () {
      for (const [args, said] of [
        [["--network", "underTest", "token", "burn", "--amount", "-5", "--from", "8"], "an amount cannot be negative"],
        [["--network", "underTest", "token", "burn", "--amount", "5", "--from", "8"], "ERC20InsufficientBalance("],
        [["--network", "nowhere", "token", "burn", "--amount", "5"], "nowhere"],
        [["--network", "locked", "token", "burn", "--amount", "5", "--dry-run"], "KEY_THAT_IS_NOWHERE"],
        [["--network", "base", "token", "burn", "--amount", "5", "--dry-run"], "BASE_RPC_URL"],
        [["token", "burn", "--amount", "5"], "NO_CONTRACT_CODE"],
      ] as const) {
        const refused = await hardhat(...args);
        expect(refused, refused.said).to.include({ code: 1 });
        expect(refused.said)
          .to.include(said)
          .and.not.to.match(/\n +at /);
      }
    });
  });

  function file(): Texts {
    return { model: "1", file: "LICENSE", uri: "x", licence: "MIT" };
  }

  function wish(): Texts {
    return { versionId: "1.1", fee: "1", inputHash: ZeroHash };
  }

  async function ask(texts: Texts = {}): Promise<string> {
    const said = await world.run("requester request", { ...wish(), ...texts });
    return /requestId: (0x[0-9a-f]{64})/.exec(said)?.[1] ?? "";
  }

  /** The command as a user starts it, in an environment of its own: on a CI server Hardhat shows stacks. */
  function hardhat(...args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const cli = ["node_modules/hardhat/dist/src/cli.js", "--config", "test/helpers/cli.config.ts", ...args];
    const isHelp = args.includes("--help");
    const all = isHelp ? cli : [...cli, "--addresses", world.addresses];
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], NODE_UNDER_TEST: world.url, NO_COLOR: "1" };
    return new Promise((resolve) => {
      execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

function pendingCount(block: unknown): number {
  return (block as { readonly transactions: readonly unknown[] }).transactions.length;
}
