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

/** The chain id of Hardhat's development chains, embedded or as a node. */
const DEVELOPMENT_CHAIN = 31_337n;

/**
 * @throws SuiteError `NOT_A_DEVELOPMENT_CHAIN`: without governance a deployment has nobody to stop it or to spend its treasury, so it
 * must not hold anything of value.
 */
export async function castOf(ethers: HardhatEthers): Promise<Cast> {
  const { chainId } = await ethers.provider.getNetwork();
  if (chainId !== DEVELOPMENT_CHAIN) {
    throw new SuiteError({
      code: "NOT_A_DEVELOPMENT_CHAIN",
      what: `chain ${chainId} may hold real value, and the suite has no governance yet`,
      next: "run it on the embedded chain, or start `npx hardhat node` and add: --network localhost",
    });
  }
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
