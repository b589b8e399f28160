import { parseEther } from "ethers";

/** What a deployment decides. OPG amounts in wei, shares in 1/10,000. Bounds: `validate-parameters.ts`, as the contracts have them. */
export type Parameters = {
  /** Self-bond that an operator must reach: makes an identity cost something. */
  readonly minimumBond: bigint;
  /** Collateral that every request locks at least: a fee of zero must not make failing free. */
  readonly collateralFloor: bigint;
  readonly treasuryBps: bigint;
  readonly burnBps: bigint;
};

/** Which OPG the suite works with. */
export type OpgSource =
  /** A new one; the holder, or else the deployer, receives the whole supply. */
  | { readonly kind: "new"; readonly holder?: string }
  /** One that the chain already has. What cannot be burnt is sent to 0x…dEaD; without votes of its own, only stake votes. */
  | { readonly kind: "existing"; readonly address: string; readonly burnable: boolean; readonly votes: boolean };

/** Everything that is decided about one network. */
export type NetworkParameters = {
  /** Of the chain that the network must be: an RPC endpoint of another one is refused. */
  readonly chainId: bigint;
  readonly opg: OpgSource;
  readonly parameters: Parameters;
};

/** The starting parameters, the same everywhere until a network has a reason of its own. */
export const DEVELOPMENT: Parameters = {
  // OPG wei. A thousandth of a percent of the supply: dear for a thousand false identities, cheap for one honest operator.
  minimumBond: parseEther("10000"),
  // OPG wei. A hundredth of the minimum bond: a new operator can serve a hundred requests at a time.
  collateralFloor: parseEther("100"),
  // 5 % of each fee, for the network's upkeep.
  treasuryBps: 500n,
  // 10 % of each fee: what playing every side of a payment must cost.
  burnBps: 1_000n,
};

/** By the names of hardhat.config.ts. A network that is missing here cannot be deployed to. */
export const NETWORKS: Readonly<Record<string, NetworkParameters>> = {
  default: { chainId: 31_337n, opg: { kind: "new" }, parameters: DEVELOPMENT },
  localhost: { chainId: 31_337n, opg: { kind: "new" }, parameters: DEVELOPMENT },
  // A new OPG: whoever tries the suite out needs tokens to try it with.
  baseSepolia: { chainId: 84_532n, opg: { kind: "new" }, parameters: DEVELOPMENT },
  base: {
    chainId: 8_453n,
    // The network's own token. Nothing says that it burns or counts votes, and this way is right for any token.
    opg: { kind: "existing", address: "0xFbC2051AE2265686a469421b2C5A2D5462FbF5eB", burnable: false, votes: false },
    parameters: DEVELOPMENT,
  },
};
