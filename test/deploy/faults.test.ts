import { expect } from "chai";
import { network } from "hardhat";

import type { AddressBook } from "../../deploy/address-book.ts";
import { connectChain, deployerOf, type Chain } from "../../deploy/chain.ts";
import { birthBlock, findTransaction, logsOf } from "../../deploy/history.ts";
import { patient } from "../../deploy/patience.ts";
import { send, settle } from "../../deploy/send.ts";
import { chanceOf } from "./helpers/chance.ts";
import { Broken, deploymentOn, freshChain, isWrite, meddling, runAndWatch } from "./helpers/embedded.ts";
import { ask, KEY, startNode, type RunningNode } from "./helpers/node.ts";
import { deployErrorOf } from "./helpers/refusals.ts";
import { startRelay, type Fate, type Relay } from "./helpers/relay.ts";

const CHAIN = 84_532n;
/** Milliseconds after which Hardhat takes an endpoint for silent. */
const TIMEOUT = 400;
/** Plenty of attempts, in quick succession. */
const PAUSES = Array<number>(15).fill(5);

/** Connects to an endpoint as `npm run deploy` does: over HTTP, signing with a key of its own. */
async function connectTo(url: string): Promise<{ readonly chain: Chain; close(): Promise<void> }> {
  const override = { url, accounts: [KEY], timeout: TIMEOUT };
  const connection = await network.create({ network: "baseSepolia", override });
  return { chain: await connectChain(connection.provider, PAUSES), close: () => connection.close() };
}

describe("deployment through an endpoint that fails", function () {
  let node: RunningNode;
  let nothing: unknown;
  let whole: AddressBook;

  before(async function () {
    node = await startNode(CHAIN);
    nothing = await ask(node.url, "evm_snapshot");
    whole = await deployThrough(node.url);
  });

  after(async function () {
    await node.stop();
  });

  async function deployThrough(url: string): Promise<AddressBook> {
    const endpoint = await connectTo(url);
    const { book } = await runAndWatch(deploymentOn(endpoint.chain, await deployerOf(endpoint.chain)));
    await endpoint.close();
    return book;
  }

  async function deployUnder(judge: (method: string) => Fate): Promise<AddressBook> {
    await ask(node.url, "evm_revert", [nothing]);
    nothing = await ask(node.url, "evm_snapshot");
    const relay: Relay = await startRelay(node.url, judge);
    const book = await deployThrough(relay.url);
    await relay.close();
    return book;
  }

  for (const fate of ["refused", "cut", "lost", "silent", "garbled"] as const) {
    it(`sends each transaction once when every other attempt to send is ${fate}`, async function () {
      let isSpared = true;
      const book = await deployUnder((method) => {
        if (!isWrite({ method })) return "answered";
        isSpared = !isSpared;
        return isSpared ? "answered" : fate;
      });
      expect(book).to.deep.equal(whole);
    });
  }

  it("ends in the same book when a fifth of all requests fail in one way or another", async function () {
    const chance = chanceOf(7);
    const fates: readonly Fate[] = ["refused", "cut", "lost", "silent", "garbled"];
    const book = await deployUnder(() =>
      chance() < 0.8 ? "answered" : (fates[Math.floor(fates.length * chance())] ?? "cut"),
    );
    expect(book).to.deep.equal(whole);
  });
});

describe("an endpoint", function () {
  it("that stays away is given up with the next step, its last word kept", async function () {
    const cause = new Broken("no route to host");
    const dead = patient({ request: () => Promise.reject(cause) }, [1, 1]);
    const error = await deployErrorOf(dead.request({ method: "eth_chainId" }));
    expect(error).to.include({ code: "RPC_FAILED", cause });
    expect(error.message).to.include("failed 3 times: no route to host").and.to.include("run the same command again");
  });

  it("is not asked again for what the node itself refused", async function () {
    let requests = 0;
    const refusing = patient({
      request() {
        requests++;
        return Promise.reject(Object.assign(new Error("unknown method"), { code: -32_601 }));
      },
    });
    const error: unknown = await refusing.request({ method: "eth_foo" }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property("message", "unknown method");
    expect(requests).to.equal(1);
  });

  it("that limits the range of logs is asked for less at a time, and none is missed", async function () {
    const { provider, chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const manager = book.contracts.manager?.address ?? "";
    await provider.request({ method: "hardhat_mine", params: ["0x64"] });
    const all = await logsOf(chain, manager, 0);
    const narrow = meddling(provider, (call, ask) => {
      const [filter] = call.params ?? [];
      if (call.method !== "eth_getLogs" || typeof filter !== "object" || filter === null) return ask();
      const { fromBlock, toBlock } = { fromBlock: "0x0", toBlock: "0x0", ...filter };
      if (Number(toBlock) - Number(fromBlock) < 30) return ask();
      return Promise.reject(Object.assign(new Error("range too wide"), { code: -32_602 }));
    });
    const logs = await logsOf(await connectChain(narrow), manager, 0);
    expect(logs.map(({ transactionHash }) => transactionHash)).to.deep.equal(
      all.map(({ transactionHash }) => transactionHash),
    );
    expect(all.length).to.be.greaterThan(4);
  });

  it("that keeps no history leaves a lost transaction unknown, and the deployment whole", async function () {
    const { provider, chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const forgetful = meddling(provider, (call, ask) =>
      call.method === "eth_getCode" && call.params?.[1] !== "latest"
        ? Promise.reject(Object.assign(new Error("missing trie node"), { code: -32_000 }))
        : ask(),
    );
    const again = await runAndWatch(deploymentOn(await connectChain(forgetful), deployer));
    expect(again.made).to.deep.equal([]);
    expect(again.book.contracts.opg).to.deep.equal({ ...book.contracts.opg, transactionHash: null, block: null });
  });
});

describe("history", function () {
  it("finds the block in which code appeared, the first and the last included", async function () {
    const { chain, ethers, provider } = await freshChain();
    expect(await birthBlock(chain, ethers.ZeroAddress)).to.equal(undefined);
    for (const blocks of [0, 1, 5]) {
      await provider.request({ method: "hardhat_mine", params: [`0x${blocks.toString(16)}`] });
      const token = await ethers.deployContract("PlainToken__Mock");
      const born = await chain.provider.getBlockNumber();
      const address = await token.getAddress();
      expect(await birthBlock(chain, address)).to.equal(born);
      await provider.request({ method: "hardhat_mine", params: ["0x3"] });
      expect(await birthBlock(chain, address)).to.equal(born);
    }
    expect(await findTransaction(chain, 0, 3, ({ nonce }) => nonce === 77)).to.equal(undefined);
  });
});

describe("sending", function () {
  it("reports a call that would revert, with the cause and before anything is spent", async function () {
    const { chain, deployer, ethers } = await freshChain();
    const token = await ethers.deployContract("PlainToken__Mock");
    const before = await chain.provider.getBlockNumber();
    const to = await token.getAddress();
    const error = await deployErrorOf(send(chain, deployer, { to, data: "0x12345678" }));
    expect(error.code).to.equal("TRANSACTION_REFUSED");
    expect(error.cause).to.be.instanceOf(Error);
    expect(await chain.provider.getBlockNumber()).to.equal(before);
  });

  it("waits for a transaction of the same account that a killed run has left under way", async function () {
    const { chain, deployer, provider, ethers } = await freshChain();
    const [signer] = await ethers.getSigners();
    await provider.request({ method: "evm_setAutomine", params: [false] });
    await signer?.sendTransaction({ to: ethers.ZeroAddress });
    let isSettled = false;
    const settling = settle(chain, deployer).then(() => (isSettled = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isSettled).to.equal(false);
    await provider.request({ method: "hardhat_mine" });
    await settling;
    expect(isSettled).to.equal(true);
  });
});
