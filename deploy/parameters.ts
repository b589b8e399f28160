import { parseEther } from "ethers";

/** What a deployment decides. OPG amounts in wei, shares in 1/10,000. The contracts refuse values outside their bounds. */
export type Parameters = {
  /** Self-bond that an operator must reach: makes an identity cost something. */
  readonly minimumBond: bigint;
  /** Collateral that every request locks at least: a fee of zero must not make failing free. */
  readonly collateralFloor: bigint;
  readonly treasuryBps: bigint;
  readonly burnBps: bigint;
};

export const DEVELOPMENT: Parameters = {
  minimumBond: parseEther("10000"),
  collateralFloor: parseEther("100"),
  treasuryBps: 500n,
  burnBps: 1_000n,
};
