import { expect } from "chai";

import { aboveBudget, changedRows, render } from "../../scripts/gas/measure.ts";

const rows = [
  { operation: "exactly", gas: 100, budget: 100 },
  { operation: "above", gas: 101, budget: 100 },
  { operation: "free", gas: 1_000_000, budget: undefined },
];

describe("gas task", function () {
  it("finds what is above its budget, and nothing else", function () {
    expect(aboveBudget(rows).map(({ operation }) => operation)).to.deep.equal(["above"]);
  });

  it("names the rows that differ between two tables, old and new", function () {
    expect(changedRows("a 1\nb 2\n", "a 1\nb 3\n")).to.deep.equal(["- b 2", "+ b 3"]);
    expect(changedRows("", "a 1\n")).to.deep.equal(["+ a 1"]);
  });

  it("prints a table that is the same for the same figures", function () {
    expect(render(rows)).to.equal(
      [
        `operation  ${"gas".padStart(9)}  ${"budget".padStart(9)}`,
        `exactly    ${"100".padStart(9)}  ${"100".padStart(9)}`,
        `above      ${"101".padStart(9)}  ${"100".padStart(9)}`,
        `free       1,000,000  ${" ".repeat(9)}`,
        "",
      ].join("\n"),
    );
  });
});
