import type { ContractRunner, Interface } from "ethers";

import {
  ComputeStaking__factory,
  factories,
  InferenceMarket__factory,
  ModelRegistry__factory,
  OPG__factory,
  ProgramForm__factory,
  RevenueSplitter__factory,
  SlashEscrow__factory,
  StepVerifier__factory,
  TraceGame__factory,
  Treasury__factory,
  VotingPower__factory,
} from "./generated/index.ts";
import type { Suite } from "./suite.ts";

type Factory<Contract> = {
  readonly abi: readonly object[];
  readonly bytecode: string;
  createInterface(): Interface;
  connect(address: string, runner?: ContractRunner | null): Contract;
};

/** What each contract of the suite is made from and read with. The only list of them: whoever needs all contracts goes through it. */
export const FACTORIES = {
  manager: factories.openzeppelin.contracts.access.manager.AccessManager__factory,
  opg: OPG__factory,
  registry: ModelRegistry__factory,
  treasury: Treasury__factory,
  staking: ComputeStaking__factory,
  escrow: SlashEscrow__factory,
  votes: VotingPower__factory,
  steps: StepVerifier__factory,
  form: ProgramForm__factory,
  game: TraceGame__factory,
  splitter: RevenueSplitter__factory,
  market: InferenceMarket__factory,
} as const satisfies { readonly [Name in keyof Suite]: Factory<Suite[Name]> };
