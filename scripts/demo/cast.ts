import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { SuiteError } from "../../sdk/errors.ts";

/** Who takes part. On a development chain each is one of the node's unlocked accounts. */
export type Cast = {
  readonly deployer: HardhatEthersSigner;
  readonly curator: HardhatEthersSigner;
  readonly publisher: HardhatEthersSigner;
  readonly operator: HardhatEthersSigner;
  /** The operator's key for daily work, which cannot touch its stake. */
  readonly agent: HardhatEthersSigner;
  readonly consumerOwner: HardhatEthersSigner;
};

/** @throws SuiteError `TOO_FEW_ACCOUNTS`. */
export async function castOf(ethers: HardhatEthers): Promise<Cast> {
  const [deployer, curator, publisher, operator, agent, consumerOwner] = await ethers.getSigners();
  if (!deployer || !curator || !publisher || !operator || !agent || !consumerOwner) {
    throw new SuiteError({
      code: "TOO_FEW_ACCOUNTS",
      what: "the node unlocks fewer than 6 accounts",
      next: "start `npx hardhat node`",
    });
  }
  return { deployer, curator, publisher, operator, agent, consumerOwner };
}
