import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";

import { CONTRACT_NAMES, CONTRACTS } from "../../deploy/contracts.ts";
import { requireBook, type Site } from "./site.ts";

/** Hands the sources of every contract of the book to the explorer. What was there before the suite is not ours to verify. */
export async function verifySources(site: Site): Promise<void> {
  const { hre } = site;
  const { contracts } = await requireBook(site);
  for (const name of CONTRACT_NAMES) {
    const entry = contracts[name];
    if (entry === undefined || entry.block === null) continue;
    const { solidity } = CONTRACTS[name];
    const { sourceName } = await hre.artifacts.readArtifact(solidity);
    await verifyContract(
      {
        address: entry.address,
        constructorArgs: [...entry.arguments],
        contract: `${sourceName}:${solidity}`,
        // Needs no account and no key.
        provider: "blockscout",
      },
      hre,
    );
  }
}
