import { expect } from "chai";
import hre from "hardhat";

import { differences } from "../../scripts/reference.ts";
import type { ContractPage } from "../../scripts/reference/contract.ts";
import { gapsIn } from "../../scripts/reference/gaps.ts";
import { parseNatspec } from "../../scripts/reference/natspec.ts";
import { readPages } from "../../scripts/reference/read.ts";
import { renderIndex, renderPage } from "../../scripts/reference/render.ts";

describe("reference task", function () {
  let pages: readonly ContractPage[];
  const page = (name: string): ContractPage => {
    const found = pages.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no page of ${name}`);
    return found;
  };
  const entry = (contract: string, name: string) => page(contract).functions.find((found) => found.name === name);

  before(async function () {
    pages = await readPages(hre);
  });

  it("has a page for every contract, and none for an interface that one of them shows", function () {
    const names = pages.map(({ name }) => name);
    expect(names).to.include.members(["ComputeStaking", "InferenceMarket", "ModelRegistry", "OPG", "Treasury"]);
    expect(names).not.to.include.members(["IInferenceMarket"]);
    for (const name of names) expect(renderIndex(pages)).to.include(`[\`${name}\`](${name}.md)`);
  });

  it("finds in the code what a function may write and revert with, and whom it calls", function () {
    expect(entry("InferenceMarket", "accept")).to.deep.include({
      signature: "accept(Request r, address operator)",
      events: ["InferenceAccepted"],
      errors: [
        "InferenceMarketAgentLimitExceeded",
        "InferenceMarketNotOperator",
        "InferenceMarketOperatorNamed",
        "InferenceMarketTooLate",
        "InferenceMarketWrongStatus",
      ],
      calls: [
        "IComputeStaking.agentLimit",
        "IComputeStaking.lock",
        "IComputeStaking.lockOf",
        "IModelRegistry.hasProgram",
      ],
    });
  });

  it("follows modifiers, libraries and overrides", function () {
    expect(entry("Treasury", "pay")?.guards).to.deep.equal(["restricted"]);
    expect(entry("Treasury", "pay")?.errors).to.include("AccessManagedUnauthorized");
    expect(entry("ModelRegistry", "registerModel")?.events).to.include.members(["Transfer", "ModelRegistered"]);
    expect(entry("OPG", "burn")?.events).to.include("DelegateVotesChanged");
  });

  it("takes the words of the interface, its structs' remarks and the values of constants", function () {
    const text = renderPage(page("InferenceMarket"));
    expect(text).to.include("Takes a request on for `operator`, at the price of this moment");
    expect(text).to.include(
      "| `callbackGas` | `uint32` | gas that the consumer is called with; 0 = it looks for itself |",
    );
    expect(text).to.include("| `MAX_BYTES` | `uint256` | `4_096` |");
    expect(text).to.include("### `InferenceMarketTooLate(bytes32 requestId, uint256 deadline, uint256 now_)`");
    expect(text).to.include(
      "`InferenceAccepted(bytes32 indexed requestId, address indexed operator, uint256 price, uint40 deliverBy)`",
    );
    expect(renderPage(page("ModelRegistry"))).to.include(
      "of what the child version earns, in 1/10,000; never of the fee",
    );
  });

  it("misses no comment", function () {
    expect(gapsIn(pages)).to.deep.equal([]);
  });

  it("names what is silent", function () {
    const market = page("InferenceMarket");
    const silent = market.functions.map((found) =>
      found.name === "accept" ? { ...found, natspec: parseNatspec("@param r the request") } : found,
    );
    expect(gapsIn([{ ...market, functions: silent }])).to.deep.equal(["InferenceMarket.accept"]);
  });

  it("reads comments tag by tag", function () {
    const { notice, dev, params, returns } = parseNatspec(
      " @notice First,\n and on.\n\n Second.\n @dev Caller: anyone.\n @param id what is meant\n @return sum of all",
    );
    expect({ notice, dev, returns }).to.deep.equal({
      notice: "First,\nand on.\n\nSecond.",
      dev: "Caller: anyone.",
      returns: ["sum of all"],
    });
    expect([...params]).to.deep.equal([["id", "what is meant"]]);
  });

  it("tells which pages changed, appeared or are left over", function () {
    const old = new Map([
      ["A.md", "a"],
      ["B.md", "b"],
      ["C.md", "c"],
    ]);
    const wanted = new Map([
      ["A.md", "a"],
      ["B.md", "b2"],
      ["D.md", "d"],
    ]);
    expect(differences(old, wanted)).to.deep.equal(["B.md", "C.md", "D.md"]);
  });
});
