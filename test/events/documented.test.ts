import { expect } from "chai";
import { readFile } from "node:fs/promises";

import { CONTRACT_NAMES, CONTRACTS } from "../../deploy/contracts.ts";
import { FACTORIES } from "../../sdk/factories.ts";

const OURS = CONTRACT_NAMES.filter((name) => name !== "manager");

describe("docs/events.md", function () {
  for (const name of OURS) {
    const contract = CONTRACTS[name].solidity;
    it(`names every event of ${contract} under its heading, and no other`, async function () {
      const page = await readFile(new URL("../../docs/events.md", import.meta.url), "utf8");
      const chapter = page.split(/^## /m).find((text) => text.startsWith(`${contract} `)) ?? "";
      const rows = chapter.split("\n").filter((line) => line.startsWith("| `"));
      const named = rows.flatMap((row) => [...row.matchAll(/`([A-Z]\w+)`/g)].map(([, word]) => word));
      const written = FACTORIES[name].createInterface().fragments.filter(({ type }) => type === "event");
      const events = written.map((fragment) => fragment.format("sighash").split("(")[0]);
      expect(named).to.include.members(events);
      const first = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, word]) => word));
      expect(events).to.include.members(first);
    });
  }
});
