import type {
  ComputeStaking,
  InferenceMarket,
  ModelRegistry,
  openzeppelin,
  OPG,
  RevenueSplitter,
  Treasury,
} from "./generated/index.ts";

/** The contracts of one deployment, connected. */
export type Suite = {
  readonly manager: openzeppelin.contracts.access.manager.AccessManager;
  readonly opg: OPG;
  readonly registry: ModelRegistry;
  readonly treasury: Treasury;
  readonly staking: ComputeStaking;
  readonly splitter: RevenueSplitter;
  readonly market: InferenceMarket;
};
