import { expect } from "chai";
import { getAddress, toBeHex } from "ethers";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { writeAddressBook, type AddressBook } from "../../deploy/address-book.ts";
import { CONTRACT_NAMES } from "../../deploy/contracts.ts";
import { DeployError } from "../../deploy/errors.ts";
import { readDeployments } from "../../scripts/package/deployments.ts";
import { abiName, abiSources, addressSource } from "../../scripts/package/sources.ts";
import { newFolder } from "./npm.ts";

/** A whole deployment whose contracts are at 0x…01, 0x…02 and so on, from block 7 on. */
function bookOf(chainId: bigint, names = CONTRACT_NAMES): AddressBook {
  const entries = names.map((name, index) => {
    const entry = { address: placeOf(index), transactionHash: toBeHex(index, 32), block: 7 + index, arguments: [] };
    return [name, entry] as const;
  });
  return { chainId, network: "somewhere", contracts: Object.fromEntries(entries) };
}

const placeOf = (index: number): string => getAddress(toBeHex(index + 1, 20));

describe("the package's generated sources", function () {
  let folder: string;

  beforeEach(async function () {
    folder = await newFolder("opengradient-books");
  });

  afterEach(async function () {
    await rm(folder, { recursive: true });
  });

  it("names ABIs as viem users expect", function () {
    expect(["InferenceMarket", "OPG", "IOPG", "IModelRegistry"].map(abiName)).to.deep.equal([
      "inferenceMarketAbi",
      "opgAbi",
      "iopgAbi",
      "iModelRegistryAbi",
    ]);
  });

  it("writes each ABI as a literal, and one module that exports them all", function () {
    expect(abiSources([{ name: "OPG", abi: [{ type: "fallback" }] }])).to.deep.equal([
      { file: "abi/OPG.ts", text: 'export const opgAbi = [\n  {\n    "type": "fallback"\n  }\n] as const;\n' },
      { file: "abi/index.ts", text: 'export { opgAbi } from "./OPG.ts";\n' },
    ]);
  });

  it("takes addresses and first blocks from the address books, by chain", async function () {
    await writeAddressBook(bookOf(84_532n), folder);
    await writeAddressBook(bookOf(11_155_111n), folder);
    const deployments = await readDeployments(folder);
    expect(deployments.map(({ chainId, firstBlock }) => [chainId, firstBlock])).to.deep.equal([
      [84_532n, 7],
      [11_155_111n, 7],
    ]);
    expect(Object.values(deployments[0]?.addresses ?? {})).to.deep.equal(
      CONTRACT_NAMES.map((_, index) => placeOf(index)),
    );
    expect(addressSource(deployments).text)
      .to.include(`84532: {"manager":"${placeOf(0)}"`)
      .and.to.include("11155111: 7,");
  });

  it("leaves out development chains and deployments under way", async function () {
    await writeAddressBook(bookOf(31_337n), folder);
    await writeAddressBook(bookOf(84_532n, CONTRACT_NAMES.slice(1)), folder);
    expect(await readDeployments(folder)).to.deep.equal([]);
  });

  it("has no addresses where there are no books", async function () {
    expect(await readDeployments(join(folder, "absent"))).to.deep.equal([]);
  });

  it("refuses a book that is not one", async function () {
    await writeFile(join(folder, "84532.json"), "{}");
    const error = await readDeployments(folder).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(DeployError).with.property("code", "BAD_ADDRESS_BOOK");
  });
});
