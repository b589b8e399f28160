import type {
  ComputeStaking,
  InferenceMarket,
  ModelRegistry,
  openzeppelin,
  OPG,
  ProgramForm,
  RevenueSplitter,
  SlashEscrow,
  StepVerifier,
  TraceGame,
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
  readonly steps: StepVerifier;
  readonly form: ProgramForm;
  readonly game: TraceGame;
  readonly splitter: RevenueSplitter;
  readonly market: InferenceMarket;
};
