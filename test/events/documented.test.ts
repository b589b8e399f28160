import { expect } from "chai";
import { readFile } from "node:fs/promises";

import {
  ComputeStaking__factory,
  InferenceMarket__factory,
  ModelRegistry__factory,
  OPG__factory,
  RevenueSplitter__factory,
  SlashEscrow__factory,
  Treasury__factory,
  VotingPower__factory,
} from "../../sdk/generated/index.ts";

const CONTRACTS = {
  ModelRegistry: ModelRegistry__factory,
  ComputeStaking: ComputeStaking__factory,
  SlashEscrow: SlashEscrow__factory,
  VotingPower: VotingPower__factory,
  InferenceMarket: InferenceMarket__factory,
  RevenueSplitter: RevenueSplitter__factory,
  Treasury: Treasury__factory,
  OPG: OPG__factory,
};

describe("docs/events.md", function () {
  for (const [contract, factory] of Object.entries(CONTRACTS)) {
    it(`names every event of ${contract} under its heading, and no other`, async function () {
      const page = await readFile(new URL("../../docs/events.md", import.meta.url), "utf8");
      const chapter = page.split(/^## /m).find((text) => text.startsWith(`${contract} `)) ?? "";
      const rows = chapter.split("\n").filter((line) => line.startsWith("| `"));
      const named = rows.flatMap((row) => [...row.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name));
      const written = factory.createInterface().fragments.filter(({ type }) => type === "event");
      const events = written.map((fragment) => fragment.format("sighash").split("(")[0]);
      expect(named).to.include.members(events);
      const first = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
      expect(events).to.include.members(first);
    });
  }
});
