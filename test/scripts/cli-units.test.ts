import { expect } from "chai";
import { Interface, MaxUint256, parseEther, ZeroAddress } from "ethers";

import { formatDuration, formatTime, parseDuration } from "../../scripts/cli/duration.ts";
import { CliError } from "../../scripts/cli/errors.ts";
import { decodeRefusal, describeLog, refusalOf } from "../../scripts/cli/decode.ts";
import { formatAmount, formatOpg, formatProofs, formatShare, formatVersion } from "../../scripts/cli/format.ts";
import { flagName } from "../../scripts/cli/flag-name.ts";
import { send } from "../../scripts/cli/send.ts";
import { openSession } from "../../scripts/cli/session.ts";
import { InferenceMarket__factory, OPG__factory } from "../../sdk/generated/index.ts";
import { connect, startWorld, type World } from "../helpers/cli.ts";
import { startProxy } from "../helpers/rpc-proxy.ts";

const DELEGATE = OPG__factory.createInterface().encodeFunctionData("delegate", [ZeroAddress]);
const NOBODY = new Map<string, string>();

describe("command line: what people read", function () {
  it("amounts with every decimal there is, and none too many", function () {
    expect(formatOpg(0n)).to.equal("0 OPG");
    expect(formatOpg(1n)).to.equal("0.000000000000000001 OPG");
    expect(formatOpg(parseEther("1234567.5"))).to.equal("1,234,567.5 OPG");
    expect(formatOpg(MaxUint256)).to.match(/^115,792,[\d,]+\.584007913129639935 OPG$/);
    expect(formatAmount(1_500_000n, { decimals: 6, symbol: "USDC" })).to.equal("1.5 USDC");
  });

  it("lengths of time as they are written", function () {
    for (const [text, seconds] of [
      ["90", 90n],
      ["0", 0n],
      ["90s", 90n],
      ["2h", 7_200n],
      ["1d12h", 129_600n],
      ["1d2h3m4s", 93_784n],
    ] as const) {
      expect(parseDuration(text), text).to.equal(seconds);
    }
    for (const none of ["", "h", "2x", "-1h", "1.5h", "1m2h", " 1h", "1h "]) {
      expect(parseDuration(none), `"${none}"`).to.equal(undefined);
    }
    for (const seconds of [1n, 59n, 60n, 3_661n, 86_400n, 1_000_000n]) {
      expect(parseDuration(formatDuration(seconds))).to.equal(seconds);
    }
    expect(formatDuration(0n)).to.equal("0s");
  });

  it("moments in UTC, whatever a contract says", function () {
    expect(formatTime(1_800_000_000n)).to.equal("2027-01-15 08:00:00 UTC");
    expect(formatTime(MaxUint256)).to.equal(`${MaxUint256} (unix seconds)`);
  });

  it("versions, shares, proof kinds and flags by their names", function () {
    expect(formatVersion((3n << 32n) | 7n)).to.equal("3.7");
    expect(formatVersion(0n)).to.equal("none");
    expect(formatShare(1_250n)).to.equal("12.5 %");
    expect(formatProofs(0n)).to.equal("none");
    expect(formatProofs(17n)).to.equal("TEE + OPTIMISTIC_REQUESTER");
    expect(formatProofs(32n)).to.equal("32");
    expect(flagName("metadataUri")).to.equal("--metadata-uri");
  });

  it("a contract's words, panics, and errors that nobody knows", function () {
    const words = new Interface(["error Error(string)"]).encodeErrorResult("Error", ["no"]);
    expect(decodeRefusal(words, NOBODY).text).to.equal("Error(no)");
    expect(decodeRefusal(`0x4e487b71${"11".padStart(64, "0")}`, NOBODY).text).to.equal("Panic(17)");
    expect(decodeRefusal("0x12345678", NOBODY).text).to.equal("unknown error 0x12345678");
    expect(decodeRefusal("0x", NOBODY).text).to.equal("it reverted without a reason");
  });

  it("gas as gas where another error counts OPG under the same name", function () {
    const error = InferenceMarket__factory.createInterface().encodeErrorResult(
      "InferenceMarketInsufficientGas",
      [5, 7],
    );
    expect(decodeRefusal(error, NOBODY).text).to.equal("InferenceMarketInsufficientGas(available: 5, needed: 7)");
  });

  it("a node's failure as the node's, with its words", function () {
    const refusal = refusalOf(new Error("too many requests"), "staking.bond", NOBODY);
    expect(refusal.code).to.equal("RPC_FAILED");
    expect(refusal.message).to.include("staking.bond: too many requests");
  });

  it("no event of a contract that is not the suite's, nor one it does not know", function () {
    const event = OPG__factory.createInterface().encodeEventLog("Transfer", [ZeroAddress, ZeroAddress, 1n]);
    const log = { address: ZeroAddress, ...event };
    expect(describeLog(log, NOBODY)).to.equal(undefined);
    expect(describeLog(log, new Map([[ZeroAddress, "opg"]])))
      .to.include("opg.Transfer(")
      .and.to.include("value: 0.000");
    expect(describeLog({ ...log, data: "0x" }, new Map([[ZeroAddress, "opg"]]))).to.equal(undefined);
    expect(describeLog({ ...log, topics: [] }, new Map([[ZeroAddress, "opg"]]))).to.equal(undefined);
  });
});

describe("command line: a transaction that is out", function () {
  let world: World;

  before(async function () {
    world = await startWorld();
  });

  after(async function () {
    await world.close();
  });

  it("is named when it is not mined in time", async function () {
    const { provider } = world.ethers;
    const session = await openSession(world.hre, { from: "3", signerUrl: undefined }, world.addresses);
    await provider.send("evm_setAutomine", [false]);
    try {
      const delegation = { from: world.accounts[3] ?? "", to: await session.suite.opg.getAddress(), data: DELEGATE };
      const sent = send({ ...session, patience: 1, print: () => undefined }, delegation, "opg.delegate");
      const refusal = await sent.catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(CliError);
      expect(String(refusal)).to.match(/NOT_MINED: transaction 0x\w{64} is sent, and was not mined in 0.001 seconds/);
    } finally {
      await provider.send("evm_setAutomine", [true]);
    }
  });

  it("is waited for although the node fails in between", async function () {
    const proxy = await startProxy(world.url, { stumbles: { method: "eth_getTransactionReceipt", times: 3 } });
    try {
      const shaky = await connect(proxy.url, "remote", world.addresses);
      expect(await shaky.run("token delegate", { from: "4" })).to.include("opg.DelegateChanged(");
      expect(proxy.asked.filter((method) => method === "eth_getTransactionReceipt")).to.have.lengthOf(4);
    } finally {
      await proxy.close();
    }
  });

  it("is tried on the latest block where a node has no pending one", async function () {
    const proxy = await startProxy(world.url, { refuses: (_, params) => params.includes("pending") });
    try {
      const plain = await connect(proxy.url, "remote", world.addresses);
      expect(await plain.run("token delegate", { from: "5", dryRun: true })).to.match(/gas {11}about [\d,]+/);
      const refusal = await plain.refusal("token burn", { from: "5", amount: "1" });
      expect(refusal.message).to.include("ERC20InsufficientBalance(");
    } finally {
      await proxy.close();
    }
  });
});
