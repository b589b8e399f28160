import { expect } from "chai";

import type { PublicContract } from "../../scripts/abi.ts";
import { compare, oversized, render, SIZE } from "../../scripts/abi.ts";

const token: PublicContract = {
  name: "contracts/token/Token.sol:Token",
  lines: ["event Paid(address indexed payer)", "function pay(address payee)"],
  size: 100,
};
const ledger: PublicContract = {
  name: "contracts/token/Ledger.sol:Ledger",
  lines: ["function pay(address payee)"],
  size: 0,
};

describe("abi task", function () {
  it("finds nothing between equal snapshots, whatever their line ends", function () {
    const snapshot = render([token, ledger]);
    expect(compare(snapshot, snapshot)).to.deep.equal([]);
    expect(compare(snapshot.replaceAll("\n", "\r\n"), snapshot)).to.deep.equal([]);
  });

  it("names what disappeared and what is new, contract by contract", function () {
    const renamed = { ...token, lines: ["event Paid(address indexed payer)", "function pay(address to)"] };
    expect(compare(render([token, ledger]), render([renamed, ledger]))).to.deep.equal([
      "- contracts/token/Token.sol:Token  function pay(address payee)",
      "+ contracts/token/Token.sol:Token  function pay(address to)",
    ]);
  });

  it("tells apart the same line in two contracts, and reports a contract that is gone", function () {
    expect(compare(render([token, ledger]), render([token]))).to.deep.equal([
      "- contracts/token/Ledger.sol:Ledger",
      "- contracts/token/Ledger.sol:Ledger  function pay(address payee)",
    ]);
  });

  it("takes a contract of exactly the limit, not one byte more", function () {
    const full = { ...token, size: SIZE.limit };
    const tooLarge = { ...token, size: SIZE.limit + 1 };
    expect(oversized([full, ledger, tooLarge])).to.deep.equal([tooLarge]);
  });
});
