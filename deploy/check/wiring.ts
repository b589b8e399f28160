import { Contract } from "ethers";

import { FACTORIES } from "../../sdk/factories.ts";
import type { Chain } from "../chain.ts";
import { CONTRACTS } from "../contracts.ts";
import type { Placed } from "../layout.ts";
import type { Finding } from "./finding.ts";

/** Whether a contract's views tell what its constructor should have been told: its owner, its neighbours, its parameters. */
export async function checkWiring({ provider }: Chain, { name, address, wires }: Placed): Promise<readonly Finding[]> {
  const { solidity } = CONTRACTS[name];
  const contract = new Contract(address, FACTORIES[name].createInterface(), provider);
  const findings: Finding[] = [];
  for (const { value, view } of wires) {
    if (view === undefined) continue;
    const expected = String(value);
    const found = await contract.getFunction(view).staticCall().then(String, unreadable);
    if (found !== expected)
      findings.push({ subject: solidity, what: "wiring", expected: `${view} ${expected}`, found });
  }
  return findings;
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "CALL_EXCEPTION" || code === "BAD_DATA") return "no answer";
  throw error;
}
