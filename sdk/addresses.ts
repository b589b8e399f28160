import type { ContractRunner } from "ethers";

import {
  ComputeStaking__factory,
  factories,
  InferenceMarket__factory,
  ModelRegistry__factory,
  OPG__factory,
  RevenueSplitter__factory,
  SlashEscrow__factory,
  Treasury__factory,
  VotingPower__factory,
} from "./generated/index.ts";
import type { Suite } from "./suite.ts";

const { AccessManager__factory } = factories.openzeppelin.contracts.access.manager;

/** Where the contracts of one deployment are: checksummed, in the form that ethers and viem both take. */
export type SuiteAddresses = { readonly [Name in keyof Suite]: `0x${string}` };

/**
 * The typed contracts at `addresses`.
 * @param runner a provider to read; a signer to write as well; `null` for neither, as in encoding calls.
 */
export function connectSuite(addresses: SuiteAddresses, runner: ContractRunner | null): Suite {
  return {
    manager: AccessManager__factory.connect(addresses.manager, runner),
    opg: OPG__factory.connect(addresses.opg, runner),
    registry: ModelRegistry__factory.connect(addresses.registry, runner),
    treasury: Treasury__factory.connect(addresses.treasury, runner),
    staking: ComputeStaking__factory.connect(addresses.staking, runner),
    escrow: SlashEscrow__factory.connect(addresses.escrow, runner),
    votes: VotingPower__factory.connect(addresses.votes, runner),
    splitter: RevenueSplitter__factory.connect(addresses.splitter, runner),
    market: InferenceMarket__factory.connect(addresses.market, runner),
  };
}
