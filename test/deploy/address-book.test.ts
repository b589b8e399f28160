import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { id } from "ethers";

import { findAddressBook, readAddressBook, suiteFrom, writeAddressBook } from "../../deploy/address-book.ts";
import type { AddressBook, BookEntry } from "../../deploy/address-book.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { parseAddressBook } from "../../deploy/parse-address-book.ts";
import { deployErrorOf } from "./helpers/refusals.ts";

const ADDRESS = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
const HASH = `0x${"ab".repeat(32)}`;
const ENTRY: BookEntry = { address: ADDRESS, transactionHash: HASH, block: 7, arguments: ["1000", true] };
const WHOLE: AddressBook = {
  chainId: 84_532n,
  network: "baseSepolia",
  contracts: Object.fromEntries(CONTRACT_NAMES.map((name) => [name, ENTRY])),
};

describe("address book", function () {
  let folder: string;

  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "address-book-"));
  });

  afterEach(async function () {
    await rm(folder, { recursive: true });
  });

  it("comes back as it was written, and leaves no draft behind", async function () {
    await writeAddressBook(WHOLE, folder);
    expect(await readAddressBook(84_532n, folder)).to.deep.equal(WHOLE);
    expect(await readdir(folder)).to.deep.equal(["84532.json"]);
  });

  it("is undefined to those who may find none, and NOT_DEPLOYED with the next step to those who need one", async function () {
    expect(await findAddressBook(8_453n, folder)).to.equal(undefined);
    const error = await deployErrorOf(readAddressBook(8_453n, folder));
    expect(error.code).to.equal("NOT_DEPLOYED");
    expect(error.message).to.include("chain 8453").and.to.include("npm run deploy");
  });

  it("is refused under the name of another chain", async function () {
    await writeFile(join(folder, "1.json"), JSON.stringify({ ...WHOLE, chainId: 84_532 }));
    expect((await deployErrorOf(readAddressBook(1n, folder))).code).to.equal("BAD_ADDRESS_BOOK");
  });

  it("gives typed contracts at its addresses", async function () {
    const suite = suiteFrom(WHOLE, null);
    expect(Object.keys(suite)).to.deep.equal(CONTRACT_NAMES);
    for (const contract of Object.values(suite)) expect(await contract.getAddress()).to.equal(ADDRESS);
    expect(suite.staking.interface.getFunction("minimumBond").selector).to.equal(id("minimumBond()").slice(0, 10));
  });

  it("that is not complete gives no suite", function () {
    const { market, ...rest } = WHOLE.contracts;
    expect(market).to.deep.equal(ENTRY);
    expect(() => suiteFrom({ ...WHOLE, contracts: rest }, null)).to.throw(/^NOT_DEPLOYED: InferenceMarket/);
  });

  const broken: readonly (readonly [string, unknown, RegExp])[] = [
    ["an address without its checksum", { opg: { ...ENTRY, address: ADDRESS.toLowerCase() } }, /opg: address/],
    ["a short hash", { opg: { ...ENTRY, transactionHash: "0xab" } }, /opg: transactionHash/],
    ["a negative block", { opg: { ...ENTRY, block: -1 } }, /opg: block/],
    ["a block without its transaction", { opg: { ...ENTRY, transactionHash: null } }, /without the other/],
    ["a number among the arguments", { opg: { ...ENTRY, arguments: [1] } }, /opg: arguments/],
    ["an unknown contract", { oracle: ENTRY }, /oracle is no contract/],
    ["a list for an entry", { opg: [] }, /opg: is no object/],
    ["no contracts", null, /has no contracts/],
  ];
  for (const [what, contracts, message] of broken) {
    it(`with ${what} is refused`, function () {
      const text = JSON.stringify({ chainId: 1, network: "x", contracts });
      expect(() => parseAddressBook(text, "1.json"))
        .to.throw(message)
        .with.property("code", "BAD_ADDRESS_BOOK");
    });
  }

  it("that is no JSON, or names no chain or network, is refused", function () {
    expect(() => parseAddressBook("{", "1.json")).to.throw(/not JSON/);
    expect(() => parseAddressBook('{"chainId":"1","network":"x","contracts":{}}', "1.json")).to.throw(/chainId/);
    expect(() => parseAddressBook('{"chainId":1,"network":"","contracts":{}}', "1.json")).to.throw(/network/);
  });
});
