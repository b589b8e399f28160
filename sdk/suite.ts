import type {
  ComputeStaking,
  InferenceMarket,
  ModelRegistry,
  openzeppelin,
  OPG,
  RevenueSplitter,
  SlashEscrow,
  Treasury,
  VotingPower,
} from "./generated/index.ts";

/** The contracts of one deployment, connected. */
export type Suite = {
  readonly manager: openzeppelin.contracts.access.manager.AccessManager;
  readonly opg: OPG;
  readonly registry: ModelRegistry;
  readonly treasury: Treasury;
  readonly staking: ComputeStaking;
  /** Built by `staking`, as is `votes`. */
  readonly escrow: SlashEscrow;
  readonly votes: VotingPower;
  readonly splitter: RevenueSplitter;
  readonly market: InferenceMarket;
};
