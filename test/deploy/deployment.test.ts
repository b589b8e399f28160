import { expect } from "chai";
import { getCreateAddress, Transaction, ZeroAddress } from "ethers";

import { suiteFrom } from "../../deploy/address-book.ts";
import { connectChain } from "../../deploy/chain.ts";
import { kindOf, refuseRealValue } from "../../deploy/chain-kind.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { creationOf, FACTORY, FACTORY_CODE, FACTORY_SIGNER, FACTORY_TRANSACTION } from "../../deploy/factory.ts";
import { layOut } from "../../deploy/layout.ts";
import { planDeployment, requireFunds } from "../../deploy/plan.ts";
import { ROLES } from "../../deploy/powers.ts";
import { DEVELOPMENT } from "../../deploy/parameters.ts";
import { Broken, deploymentOn, freshChain, isWrite, meddling, runAndWatch, settingsFor } from "./helpers/embedded.ts";
import { deployErrorOf } from "./helpers/refusals.ts";
import { CREATIONS, STEPS } from "./helpers/steps.ts";

describe("deployment", function () {
  it("threat 76: puts every contract where it was foreseen, and leaves the deployer without any role", async function () {
    const { chain, deployer, provider } = await freshChain();
    const { book, made, kept } = await runAndWatch(deploymentOn(chain, deployer));

    expect(made).to.have.length(STEPS);
    expect(kept).to.have.length(CREATIONS);
    expect(Object.keys(kept[0]?.contracts ?? {})).to.deep.equal(["manager"]);
    expect(Object.keys(book.contracts)).to.deep.equal(CONTRACT_NAMES);
    expect(kept.at(-1)).to.deep.equal(book);
    const { contracts } = layOut(settingsFor(chain.chainId), deployer);
    for (const { name, address } of contracts) {
      const entry = book.contracts[name];
      expect(entry?.address, name).to.equal(address);
      const receipt = await chain.provider.getTransactionReceipt(entry?.transactionHash ?? "");
      expect(receipt?.blockNumber, name).to.equal(entry?.block);
      expect(receipt?.to, name).to.equal(FACTORY);
    }
    const { manager, market } = suiteFrom(book, chain.provider);
    for (const role of Object.values(ROLES)) expect((await manager.hasRole(role, deployer))[0]).to.equal(false);
    expect(await manager.hasRole(ROLES.LOCKER, market)).to.deep.equal([true, 0n]);
    await provider.close();
  });

  it("gives the same addresses on another chain, whatever happened there before", async function () {
    const [one, other] = [await freshChain(84_532n), await freshChain(11_155_111n)];
    await (await one.ethers.getSigners())[0]?.sendTransaction({ to: ZeroAddress });
    const books = [
      (await runAndWatch(deploymentOn(one.chain, one.deployer))).book,
      (await runAndWatch(deploymentOn(other.chain, other.deployer))).book,
    ];
    const [first, second] = books.map(({ contracts }) => CONTRACT_NAMES.map((name) => contracts[name]?.address));
    expect(first).to.deep.equal(second);
  });

  it("has nothing to do the second time, and says the same", async function () {
    const { chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const again = await runAndWatch(deploymentOn(chain, deployer, { known: book }));
    expect(again.made).to.deep.equal([]);
    expect(again.book).to.deep.equal(book);
  });

  it("finds its transactions on the chain when the book is lost", async function () {
    const { chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const again = await runAndWatch(deploymentOn(chain, deployer));
    expect(again.made).to.deep.equal([]);
    expect(again.book).to.deep.equal(book);
  });

  it("corrects a book that a reorganisation of the chain has made wrong", async function () {
    const { chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const opg = book.contracts.opg;
    if (opg === undefined) throw new Error("no OPG");
    const stale = { ...book, contracts: { ...book.contracts, opg: { ...opg, block: 1 } } };
    expect((await runAndWatch(deploymentOn(chain, deployer, { known: stale }))).book).to.deep.equal(book);
  });

  it("takes a contract that somebody else has created, since it can only be the same", async function () {
    const { chain, deployer, ethers, provider } = await freshChain();
    const { contracts } = layOut(settingsFor(chain.chainId), deployer);
    const registry = contracts.find(({ name }) => name === "registry")?.origin;
    const initCode = registry?.kind === "factory" ? registry.initCode : "";
    const [, stranger] = await ethers.getSigners();
    if (stranger === undefined) throw new Error("no stranger");
    await stranger.sendTransaction({ to: FACTORY_SIGNER, value: ethers.parseEther("1") });
    await provider.request({ method: "eth_sendRawTransaction", params: [FACTORY_TRANSACTION] });
    const { hash } = await stranger.sendTransaction({ to: FACTORY, data: creationOf(initCode) });

    const { book, made } = await runAndWatch(deploymentOn(chain, deployer));
    expect(made).not.to.include("deploy ModelRegistry").and.not.to.include("create the CREATE2 factory");
    expect(book.contracts.registry).to.include({ transactionHash: hash });
  });

  it("works with a token that the chain has, be it ERC-20 and nothing more", async function () {
    const { chain, deployer, ethers } = await freshChain();
    const token = await ethers.deployContract("PlainToken__Mock");
    const address = await token.getAddress();
    const settings = settingsFor(chain.chainId, { opg: { kind: "existing", address, burnable: false, votes: false } });
    const { book, made } = await runAndWatch(deploymentOn(chain, deployer, { settings }));

    expect(made)
      .to.have.length(STEPS - 1)
      .and.not.to.include("deploy OPG");
    expect(book.contracts.opg).to.deep.equal({ address, transactionHash: null, block: null, arguments: [] });
    const { splitter, staking, market } = suiteFrom(book, chain.provider);
    expect(await splitter.BURNABLE()).to.equal(false);
    for (const contract of [splitter, staking, market]) expect(await contract.OPG()).to.equal(address);
  });

  it("refuses an existing token that is none, that has other decimals, or that cannot burn and should", async function () {
    const { chain, deployer, ethers } = await freshChain();
    const refusal = async (address: string, burnable = false) => {
      const settings = settingsFor(chain.chainId, { opg: { kind: "existing", address, burnable, votes: false } });
      return (await deployErrorOf(runAndWatch(deploymentOn(chain, deployer, { settings })))).code;
    };
    expect(await refusal(deployer)).to.equal("NOT_A_TOKEN");
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    expect(await refusal(book.contracts.staking?.address ?? "")).to.equal("NOT_A_TOKEN");
    const token = await ethers.deployContract("PlainToken__Mock");
    expect(await refusal(await token.getAddress(), true)).to.equal("TRANSACTION_REFUSED");
  });

  it("refuses an endpoint of another chain", async function () {
    const { chain, deployer } = await freshChain();
    const wrong = deploymentOn(chain, deployer, { settings: settingsFor(8_453n) });
    expect((await deployErrorOf(runAndWatch(wrong))).code).to.equal("WRONG_CHAIN");
  });

  it("refuses to put a second suite beside the one in the book", async function () {
    const { chain, deployer } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const parameters = { ...DEVELOPMENT, burnBps: 900n };
    const other = deploymentOn(chain, deployer, { known: book, settings: settingsFor(chain.chainId, { parameters }) });
    const error = await deployErrorOf(runAndWatch(other));
    expect(error.code).to.equal("BOOK_DIFFERS");
    expect(error.message).to.include("RevenueSplitter");
  });

  it("stops when a power is missing and the deployer has already given up its own", async function () {
    const { chain, deployer, ethers, provider } = await freshChain();
    const { book } = await runAndWatch(deploymentOn(chain, deployer));
    const { manager, market } = suiteFrom(book, chain.provider);
    const address = await market.getAddress();
    await provider.request({ method: "hardhat_impersonateAccount", params: [address] });
    await provider.request({ method: "hardhat_setBalance", params: [address, "0xde0b6b3a7640000"] });
    await manager.connect(await ethers.getSigner(address)).renounceRole(ROLES.LOCKER, address);
    const error = await deployErrorOf(runAndWatch(deploymentOn(chain, deployer, { known: book })));
    expect(error.code).to.equal("NOT_ADMIN");
    expect(error.message).to.include("grant LOCKER to InferenceMarket");
  });

  it("refuses a chain whose factory is another", async function () {
    const { chain, deployer, provider } = await freshChain();
    await provider.request({ method: "hardhat_setCode", params: [FACTORY, "0x6001"] });
    expect((await deployErrorOf(runAndWatch(deploymentOn(chain, deployer)))).code).to.equal("FACTORY_DIFFERS");
  });

  it("knows the factory's signer, place and code by its transaction", async function () {
    const { from } = Transaction.from(FACTORY_TRANSACTION);
    expect(from).to.equal(FACTORY_SIGNER);
    expect(getCreateAddress({ from: FACTORY_SIGNER, nonce: 0 })).to.equal(FACTORY);
    const { chain, deployer } = await freshChain();
    await runAndWatch(deploymentOn(chain, deployer));
    expect(await chain.provider.getCode(FACTORY)).to.equal(FACTORY_CODE);
  });

  it("ends in the same book when it is stopped before or after any of its transactions", async function () {
    const whole = await freshChain();
    const { book } = await runAndWatch(deploymentOn(whole.chain, whole.deployer));
    for (let stop = 0; stop < STEPS; stop++) {
      for (const isSent of [false, true]) {
        const { provider, deployer, chain } = await freshChain();
        let writes = 0;
        let isDead = false;
        const mortal = meddling(provider, async (call, ask) => {
          if (isDead) throw new Broken("killed");
          if (!isWrite(call) || writes++ < stop) return ask();
          if (isSent) await ask();
          isDead = true;
          throw new Broken("killed");
        });
        const dying = runAndWatch(deploymentOn(await connectChain(mortal, []), deployer));
        expect((await deployErrorOf(dying)).code).to.equal("RPC_FAILED");
        const again = await runAndWatch(deploymentOn(chain, deployer));
        expect(again.book, `stopped at ${stop}`).to.deep.equal(book);
        expect(again.made, `stopped at ${stop}`).to.have.length(STEPS - stop - (isSent ? 1 : 0));
        await provider.close();
      }
    }
  });

  describe("plan", function () {
    it("foretells every step, its gas and its cost, and sends nothing", async function () {
      const { chain, deployer, provider } = await freshChain();
      const rehearsal = await freshChain(31_337n);
      const plan = await planDeployment(deploymentOn(chain, deployer), rehearsal.provider);
      expect(plan.steps.filter(({ missing }) => missing !== undefined)).to.have.length(STEPS);
      expect(await chain.provider.getBlockNumber()).to.equal(0);

      const before = await chain.provider.getBalance(deployer);
      await runAndWatch(deploymentOn(chain, deployer));
      let used = 0n;
      for (let block = 1; block <= STEPS; block++) used += (await chain.provider.getBlock(block))?.gasUsed ?? 0n;
      expect(plan.gas).to.equal(used);
      expect(before - (await chain.provider.getBalance(deployer))).to.be.lessThan(plan.cost);

      const nothing = await planDeployment(deploymentOn(chain, deployer), rehearsal.provider);
      expect(nothing).to.include({ gas: 0n, cost: 0n });
      await provider.close();
    });

    it("says when the deployer cannot pay for it", async function () {
      const { chain, deployer, provider } = await freshChain();
      await provider.request({ method: "hardhat_setBalance", params: [deployer, "0x1"] });
      const plan = await planDeployment(deploymentOn(chain, deployer), (await freshChain(31_337n)).provider);
      expect(() => {
        requireFunds(plan, deployer);
      })
        .to.throw(/0\.000000000000000001 ETH/)
        .with.property("code", "INSUFFICIENT_FUNDS");
    });
  });

  describe("chains", function () {
    it("that are not known to hold nothing are refused", function () {
      expect([31_337n, 84_532n, 8_453n, 1n, 999_999n].map(kindOf)).to.deep.equal([
        "development",
        "test",
        "real",
        "real",
        "real",
      ]);
      expect(() => {
        refuseRealValue(8_453n);
      })
        .to.throw(/chain 8453/)
        .with.property("code", "REAL_VALUE");
      expect(() => {
        refuseRealValue(84_532n);
      }).not.to.throw();
    });
  });
});
