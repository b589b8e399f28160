import type { Suite } from "../sdk/suite.ts";
import type { Parameters } from "./parameters.ts";

export type ContractName = keyof Suite;

/** A constructor argument: addresses as checksummed text. */
export type Argument = string | bigint | boolean;

/** All that a constructor may depend on. */
export type Origin = {
  /** The access manager's first ADMIN. */
  readonly deployer: string;
  /** Receives the whole supply of a new OPG. */
  readonly holder: string;
  /** Whether the OPG can burn; what cannot be burnt is sent to 0x…dEaD. */
  readonly burnable: boolean;
  /** Whether the OPG counts votes; without, only stake votes. */
  readonly tokenVotes: boolean;
  readonly parameters: Parameters;
  /** Where another contract of the suite is; only those of the rows above may be asked for. */
  readonly at: (name: ContractName) => string;
};

/** What a contract is told when it is made, and the view that tells it again, if there is one. */
export type Wire = { readonly value: Argument; readonly view?: string };

export type Row = {
  /** The contract's name in Solidity. */
  readonly solidity: string;
  /** The constructor's arguments, in its order. */
  readonly wires: (origin: Origin) => readonly Wire[];
  /** For a contract that another one makes in its constructor: by which, as which of its creations (the first is 1), and the view that tells where. */
  readonly bornOf?: { readonly name: ContractName; readonly nonce: number; readonly view: string };
};

/** Every contract of the suite, each after those it is told about. The only list: deployment, check, address book and verification read it. */
export const CONTRACTS: Readonly<Record<ContractName, Row>> = {
  manager: {
    solidity: "AccessManager",
    wires: ({ deployer }) => [{ value: deployer }],
  },
  opg: {
    solidity: "OPG",
    wires: ({ holder }) => [{ value: holder }],
  },
  registry: {
    solidity: "ModelRegistry",
    wires: () => [],
  },
  treasury: {
    solidity: "Treasury",
    wires: ({ at }) => [{ value: at("manager"), view: "authority" }],
  },
  staking: {
    solidity: "ComputeStaking",
    wires: ({ at, burnable, tokenVotes, parameters }) => [
      { value: at("opg"), view: "OPG" },
      { value: burnable },
      { value: tokenVotes },
      { value: at("manager"), view: "authority" },
      { value: parameters.minimumBond, view: "minimumBond" },
    ],
  },
  escrow: {
    solidity: "SlashEscrow",
    bornOf: { name: "staking", nonce: 1, view: "ESCROW" },
    wires: ({ at, burnable }) => [
      { value: at("opg"), view: "OPG" },
      { value: burnable, view: "BURNABLE" },
      { value: at("manager"), view: "authority" },
    ],
  },
  votes: {
    solidity: "VotingPower",
    bornOf: { name: "staking", nonce: 2, view: "VOTES" },
    wires: ({ at, tokenVotes }) => [
      { value: at("opg"), view: "OPG" },
      { value: tokenVotes, view: "TOKEN_VOTES" },
    ],
  },
  steps: {
    solidity: "StepVerifier",
    wires: () => [],
  },
  form: {
    solidity: "ProgramForm",
    wires: () => [],
  },
  game: {
    solidity: "TraceGame",
    wires: ({ at }) => [
      { value: at("opg"), view: "OPG" },
      { value: at("registry"), view: "REGISTRY" },
      { value: at("escrow"), view: "ESCROW" },
      { value: at("steps"), view: "STEPS" },
      { value: at("form"), view: "FORM" },
      { value: at("manager"), view: "authority" },
    ],
  },
  splitter: {
    solidity: "RevenueSplitter",
    wires: ({ at, burnable, parameters }) => [
      { value: at("opg"), view: "OPG" },
      { value: burnable, view: "BURNABLE" },
      { value: at("registry"), view: "REGISTRY" },
      { value: at("staking"), view: "STAKING" },
      { value: at("treasury"), view: "TREASURY" },
      { value: parameters.treasuryBps, view: "treasuryBps" },
      { value: parameters.burnBps, view: "burnBps" },
    ],
  },
  market: {
    solidity: "InferenceMarket",
    wires: ({ at, parameters }) => [
      { value: at("opg"), view: "OPG" },
      { value: at("registry"), view: "REGISTRY" },
      { value: at("staking"), view: "STAKING" },
      { value: at("splitter"), view: "SPLITTER" },
      { value: parameters.collateralFloor, view: "collateralFloor" },
    ],
  },
};

/** The rows' names, in the order of deployment. */
export const CONTRACT_NAMES = Object.keys(CONTRACTS) as readonly ContractName[];
